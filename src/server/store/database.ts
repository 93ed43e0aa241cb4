/** The one seam between an embedded database and a PostgreSQL: everything above it is the same SQL. */
import type { Db as BossDatabase } from 'pg-boss'

export type Row = Record<string, unknown>

/** Something that runs one statement with its values: the database, or a transaction in it. */
export type Sql = {
  query<R extends Row>(text: string, values?: readonly unknown[]): Promise<R[]>
}

export type Database = Sql & {
  /** One process alone has it, this one: what was being done when it was opened is not being done any more. */
  readonly embedded: boolean
  /** The schema that holds the tables, a plain lower-case name: put before every table's name. */
  readonly schema: string
  /** All of it or nothing; whatever `work` throws undoes it. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Hears every `notify` of this schema, from any process, once it is committed. Returns how to stop. */
  listen(hear: (payload: string) => void): Promise<() => Promise<void>>
  /** How pg-boss reaches the same database. */
  readonly boss: { readonly db: BossDatabase } | { readonly connectionString: string }
  close(): Promise<void>
}

/** What time it is by the one clock that all processes share; also in a transaction, which may have waited since it began. */
export async function readClock(sql: Sql): Promise<Date> {
  const [row] = await sql.query<{ now: Date }>('select clock_timestamp() as now')
  return row!.now
}

/** Payloads of PostgreSQL's NOTIFY end at 8000 bytes; ours are ids, numbers and previews, which are bounded. */
export async function notify(sql: Sql, schema: string, payload: object): Promise<void> {
  await sql.query('select pg_notify($1, $2)', [channelOf(schema), JSON.stringify(payload)])
}

export const channelOf = (schema: string): string => `${schema}_jobs`

/** A transaction as pg-boss takes one: a turn is sent with the row it belongs to, or neither is. */
export const bossIn = (sql: Sql): BossDatabase => ({
  executeSql: async (text, values) => ({ rows: await sql.query(text, values ?? []) }),
})
