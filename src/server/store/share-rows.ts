/** Links that show a job to others, and what others reported of them, as rows. */
import type { Share, ShareEnd, ShareReport } from '../share.ts'
import type { Database, Row, Sql } from './database.ts'
import { cursorOf, fromCursor } from './expressions.ts'

/** Whether a link shows something now; `expires` and `ended` are no other table's columns. */
export const standing = 'ended is null and (expires is null or expires > now())'

const end = `coalesce(why, case when expires <= now() then 'expired' end)`

/** Of 144 random bits, in the letters of base64url. */
export const shareId = /^[A-Za-z0-9_-]{24}$/

type ShareRow = Row & {
  id: string
  job: string | null
  pictures: readonly number[]
  recipe: boolean
  in_feed: boolean
  created: Date
  expires: Date | null
  ends: ShareEnd | null
  cursor: string
}

const columns = `id, job, pictures, recipe, in_feed, created, expires, ${end} as ends, ${cursorOf('created', 'id')} as cursor`

const shareOf = ({ id, job, pictures, recipe, in_feed, created, expires, ends, cursor }: ShareRow): Share => ({
  id,
  job,
  pictures,
  recipe,
  feed: in_feed,
  created,
  expires,
  end: ends,
  cursor,
})

export type NewShare = Pick<Share, 'id' | 'pictures' | 'recipe' | 'feed' | 'expires'> & { readonly job: string }

/** Undefined where those of the pictures that there are do not make all of them, or the job is gone. */
export async function insertShare(sql: Sql, schema: string, share: NewShare): Promise<Share | undefined> {
  const { id, job, pictures, recipe, feed, expires } = share
  const [row] = await sql.query<ShareRow>(
    `insert into ${schema}.shares (id, job, pictures, recipe, in_feed, expires)
     select $1, id, $3::text::jsonb, $4, $5, $6 from ${schema}.jobs where id = $2
       and (select count(*) from ${schema}.candidates
         where job = $2 and has_picture and index = any($7::integer[])) = cardinality($7::integer[])
     returning ${columns}`,
    [id, job, JSON.stringify(pictures), recipe, feed, expires, pictures],
  )
  return row === undefined ? undefined : shareOf(row)
}

export async function readShare({ query, schema }: Database, id: string): Promise<Share | undefined> {
  const [row] = await query<ShareRow>(`select ${columns} from ${schema}.shares where id = $1`, [id])
  return row === undefined ? undefined : shareOf(row)
}

/** A job's links that stand, the newest first. */
export async function listShares({ query, schema }: Database, job: string): Promise<Share[]> {
  const rows = await query<ShareRow>(
    `select ${columns} from ${schema}.shares where job = $1 and ${standing} order by created desc, id desc`,
    [job],
  )
  return rows.map(shareOf)
}

/** Links that were put into the feed and stand, the newest first. @throws NeufError `body-malformed` */
export async function listFeed(
  { query, schema }: Database,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Share[]> {
  const after = fromCursor(cursor, shareId)
  const rows = await query<ShareRow>(
    `select ${columns} from ${schema}.shares where in_feed and ${standing} and job is not null
       and ($1::bigint is null or (created, id) < (timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::text))
     order by created desc, id desc limit $3`,
    [after?.microseconds ?? null, after?.id ?? null, limit],
  )
  return rows.map(shareOf)
}

/** Takes a link of a job back. False where the job has no such link that stands. */
export async function revokeShare({ query, schema }: Database, job: string, id: string): Promise<boolean> {
  const rows = await query(
    `update ${schema}.shares set ended = now(), why = 'revoked'
     where id = $1 and job = $2 and ${standing} returning id`,
    [id, job],
  )
  return rows.length > 0
}

/** What the networks read of a job's prompt, once they have. */
const readText = (job: string): string => {
  const text = `${job}.reading ->> 'normalisedPrompt'`
  return `left(${text}, char_length(${text}) - coalesce(char_length(${job}.reading ->> 'cut'), 0))`
}

/**
 * Whether one job has the pictures of another: the same model, seed and sampling, the same text as the networks read it, and the same
 * to redraw, if anything; as by further candidates, or drawn again. Any job has its own.
 */
const sameDrawing = (schema: string, one: string, other: string): string => {
  const redraw = (job: string) => `(select row(kept, tokens, picture) from ${schema}.redraws where job = ${job}.id)`
  return `(${one}.id = ${other}.id or (${one}.model_sha256 = ${other}.model_sha256
    and ${one}.request -> 'seed' = ${other}.request -> 'seed'
    and ${one}.request -> 'sampling' = ${other}.request -> 'sampling'
    and ${readText(one)} = ${readText(other)}
    and ${redraw(one)} is not distinct from ${redraw(other)}))`
}

/**
 * Ends a link for the host, one that was taken back or is past its date, too; with it all that stand of jobs with the same pictures,
 * and settles what was reported of any of them. False where there is no such link, it was taken down before, or its job is gone.
 */
export async function takeDownShares(sql: Sql, schema: string, id: string): Promise<boolean> {
  const [own] = await sql.query<{ job: string }>(
    `select job from ${schema}.shares where id = $1 and job is not null and why is distinct from 'taken-down'`,
    [id],
  )
  if (own === undefined) return false
  // Locked, so that no link to one of them is made meanwhile; in one order, so that no two wait for each other.
  const same = await sql.query<{ id: string }>(
    `select other.id from ${schema}.jobs other join ${schema}.jobs own on ${sameDrawing(schema, 'own', 'other')}
     where own.id = $1 order by other.id for update of other`,
    [own.job],
  )
  const jobs = same.map((job) => job.id)
  await sql.query(
    `update ${schema}.shares set ended = now(), why = 'taken-down'
     where id = $1 or (job = any($2::uuid[]) and ${standing})`,
    [id, jobs],
  )
  await sql.query(
    `update ${schema}.reports set settled = now()
     where settled is null and share in (select id from ${schema}.shares where job = any($1::uuid[]))`,
    [jobs],
  )
  return true
}

/**
 * Whether the host ended a link to a job, or to one with the same pictures: then there are no new ones. The job is kept as it is
 * until the transaction ends.
 */
export async function wasTakenDown(sql: Sql, schema: string, job: string): Promise<boolean> {
  await sql.query(`select id from ${schema}.jobs where id = $1 for share`, [job])
  const rows = await sql.query(
    `select 1 from ${schema}.shares join ${schema}.jobs down on down.id = job
       join ${schema}.jobs own on ${sameDrawing(schema, 'own', 'down')}
     where own.id = $1 and why = 'taken-down' limit 1`,
    [job],
  )
  return rows.length > 0
}

/** Keeps what somebody reported, unless so many reports of this link wait already. */
export async function insertReport(
  { query, schema }: Database,
  { share, reason, words, most }: { share: string; reason: string; words: string; most: number },
): Promise<void> {
  await query(
    `insert into ${schema}.reports (share, reason, words) select $1, $2, $3
     where (select count(*) from ${schema}.reports where share = $1 and settled is null) < $4`,
    [share, reason, words, most],
  )
}

/** Reports that wait for the host, the oldest first. */
export async function listReports({ query, schema }: Database, limit: number): Promise<ShareReport[]> {
  return query<ShareReport & Row>(
    `select reports.id, share, reason, words, reports.created, ${end} as end
     from ${schema}.reports join ${schema}.shares on shares.id = share
     where settled is null order by reports.id limit $1`,
    [limit],
  )
}

export async function countReports({ query, schema }: Database): Promise<number> {
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from ${schema}.reports where settled is null`,
  )
  return row!.count
}

/** Settles one report. False where it does not wait. */
export async function settleReport({ query, schema }: Database, report: number): Promise<boolean> {
  const rows = await query(
    `update ${schema}.reports set settled = now() where id = $1 and settled is null returning id`,
    [report],
  )
  return rows.length > 0
}
