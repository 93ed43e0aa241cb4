/** What a job redraws: beside its row's other columns, and read only by whoever draws it. */
import type { Redraw } from '../redraw.ts'
import type { Sql } from './database.ts'
import { bytesOf, tokensOf } from './tokens.ts'

/** As columns hold it, bytes in base64. Of tokens and picture, one is there. */
export function redrawColumns({ source, kept }: Redraw) {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return {
    kept: base64(kept),
    tokens: 'tokens' in source ? base64(bytesOf(source.tokens)) : null,
    picture: 'png' in source ? base64(source.png) : null,
  }
}

export async function saveRedraw(sql: Sql, schema: string, job: string, redraw: Redraw): Promise<void> {
  const { kept, tokens, picture } = redrawColumns(redraw)
  await sql.query(
    `insert into ${schema}.redraws (job, kept, tokens, picture)
     values ($1, decode($2, 'base64'), decode($3, 'base64'), decode($4, 'base64'))`,
    [job, kept, tokens, picture],
  )
}

/** For a job of further candidates: what it redraws is what the one before it did, if anything. */
export async function copyRedraw(sql: Sql, schema: string, from: string, to: string): Promise<void> {
  await sql.query(
    `insert into ${schema}.redraws (job, kept, tokens, picture)
     select $2, kept, tokens, picture from ${schema}.redraws where job = $1`,
    [from, to],
  )
}

type RedrawRow = { kept: Uint8Array; tokens: Uint8Array | null; picture: Uint8Array | null }

/** What a job redraws; undefined for one that draws all. */
export async function readRedraw(sql: Sql, schema: string, job: string): Promise<Redraw | undefined> {
  const [row] = await sql.query<RedrawRow>(`select kept, tokens, picture from ${schema}.redraws where job = $1`, [job])
  if (row === undefined) return undefined
  const source = row.tokens === null ? { png: new Uint8Array(row.picture!) } : { tokens: tokensOf(row.tokens) }
  return { source, kept: new Uint8Array(row.kept) }
}
