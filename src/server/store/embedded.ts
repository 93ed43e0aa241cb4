/** PGlite in a folder: a PostgreSQL compiled to WebAssembly, in this process and for it alone. */
import { join } from 'node:path'
import { fromPglite } from 'pg-boss'
import { NeufError } from '../../errors/errors.ts'
import { makeFolder } from '../../storage/atomic-write.ts'
import { channelOf, type Database, type Row, type Sql } from './database.ts'
import { lockFolder } from './folder-lock.ts'

/**
 * Opens the database in `folder`, making it where there is none.
 * @throws NeufError `data-in-use`, `file-unwritable`, `database`
 */
export async function openEmbedded(folder: string, schema: string): Promise<Database> {
  await makeFolder(folder)
  const unlock = await lockFolder(folder)
  try {
    const { PGlite } = await import('@electric-sql/pglite')
    const db = await PGlite.create({ dataDir: join(folder, 'database') }).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new NeufError('database', { what: `opening ${folder}`, why }, { cause })
    })
    const query = async <R extends Row>(text: string, values: readonly unknown[] = []) =>
      (await db.query<R>(text, [...values])).rows
    return {
      embedded: true,
      schema,
      query,
      transaction: (work) =>
        db.transaction((tx) => {
          const sql: Sql = { query: async (text, values = []) => (await tx.query<never>(text, [...values])).rows }
          return work(sql)
        }),
      listen: (hear) => db.listen(channelOf(schema), hear),
      boss: { db: fromPglite(db) },
      async close() {
        await db.close()
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}
