/** A PostgreSQL that any number of servers and workers share. */
import type { Client, Pool } from 'pg'
import { NeufError } from '../../errors/errors.ts'
import { channelOf, type Database, type Row, type Sql } from './database.ts'

/** Connections of one process, besides pg-boss's own and the one that listens. */
const connections = 8
const millisecondsToConnect = 10_000
/** How long after a lost connection listening is tried again; what was missed is found by polling. */
const millisecondsBetweenTries = 1000

/** Opens a pool. @throws NeufError `database` when nobody answers */
export async function openPostgres(connectionString: string, schema: string): Promise<Database> {
  const { default: pg } = await import('pg')
  const options = { connectionString, connectionTimeoutMillis: millisecondsToConnect, application_name: 'neuf' }
  const pool: Pool = new pg.Pool({ ...options, max: connections })
  // A connection that breaks while nobody uses it is replaced; who uses one hears of it there.
  pool.on('error', () => undefined)
  await pool.query('select 1').catch(async (cause: unknown) => {
    await pool.end()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NeufError('database', { what: 'connecting', why }, { cause })
  })

  async function transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      await client.query('begin')
      const result = await work({ query: async (text, values = []) => (await client.query(text, [...values])).rows })
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => {
        broken = fault
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  async function listen(hear: (payload: string) => void): Promise<() => Promise<void>> {
    let stopped = false
    let client: Client | undefined
    let again: NodeJS.Timeout | undefined
    const connect = async (): Promise<void> => {
      const fresh: Client = new pg.Client(options)
      client = fresh
      const lost = () => {
        fresh.removeAllListeners()
        fresh.on('error', () => undefined)
        void fresh.end().catch(() => undefined)
        if (!stopped) again = setTimeout(() => void connect(), millisecondsBetweenTries)
      }
      fresh.on('error', lost)
      fresh.on('notification', ({ payload }) => hear(payload ?? ''))
      try {
        await fresh.connect()
        await fresh.query(`listen ${channelOf(schema)}`)
      } catch {
        lost()
      }
    }
    await connect()
    return async () => {
      stopped = true
      clearTimeout(again)
      client?.removeAllListeners()
      client?.on('error', () => undefined)
      await client?.end().catch(() => undefined)
    }
  }

  return {
    embedded: false,
    schema,
    query: async <R extends Row>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<R>(text, [...values])).rows,
    transaction,
    listen,
    boss: { connectionString },
    close: () => pool.end(),
  }
}
