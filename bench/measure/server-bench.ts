/** What benchmarks of the server share: their numbers on the command line, and the database that they run on. */
import { setTimeout } from 'node:timers/promises'
import { openPostgres } from '../../src/server/store/postgres.ts'
import { startPostgres } from '../../src/server/testing/postgres.ts'

export type BenchDatabase = { readonly databaseUrl: string | undefined; readonly schema: string }

/** @throws Error that names the option */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${option} is a whole number from 1, not "${text}".`)
  return value
}

/**
 * Runs `work` on the PostgreSQL that `named` is the address of, in schemas of its own that are removed afterwards; on one that
 * is started for it, with `own`; on embedded databases without a name.
 */
export async function withDatabase<T>(
  named: string | undefined,
  work: (database: BenchDatabase) => Promise<T>,
): Promise<T> {
  const schema = `bench_${process.pid}`
  if (named === undefined) return work({ databaseUrl: undefined, schema })
  const own = named === 'own' ? await startPostgres() : undefined
  const databaseUrl = own?.url ?? named
  try {
    return await work({ databaseUrl, schema })
  } finally {
    if (own === undefined) {
      const db = await openPostgres(databaseUrl, schema)
      await db.query(`drop schema if exists ${schema} cascade`)
      await db.query(`drop schema if exists ${schema}_boss cascade`)
      await db.close()
    }
    await own?.close()
  }
}

/** Waits until the server can draw with every model. */
export async function untilReady(url: string): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok) await setTimeout(100)
}

/** To thousandths. */
export const round = (value: number): number => Math.round(value * 1000) / 1000
