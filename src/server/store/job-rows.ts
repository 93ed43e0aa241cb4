/** Jobs as rows: written once when they are asked for, read by everybody. */
import { NeufError } from '../../errors/errors.ts'
import type { Job, JobEvent, JobEventKind, JobPicture, JobRequest, JobState, Notice, PublicFault } from '../job.ts'
import { channelOf, type Database, type Row, type Sql } from './database.ts'
import { cursorOf, folded, fromCursor, ownerOf } from './expressions.ts'
import { standing } from './share-rows.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type JobRow = Row & {
  id: string
  client: string
  state: JobState
  model: string
  model_sha256: string
  request: JobRequest
  policy_level: Job['policyLevel']
  engine: string | null
  drawn: number
  reading: Job['reading']
  chosen: readonly JobPicture[]
  has_sheet: boolean
  seen: Job['seen']
  fault: PublicFault | null
  favourites: readonly number[]
  shares: number
  cursor: string
  last_event: number
  created: Date
  started: Date | null
  finished: Date | null
}

const columnsIn = (schema: string): string => `id, client, state, model, model_sha256, request, engine, drawn, reading,
  policy_level, chosen, has_sheet, fault, last_event, created, started, finished, ${cursorOf('created', 'id')} as cursor,
  (select coalesce(jsonb_agg(index order by index), '[]') from ${schema}.candidates
    where job = jobs.id and favourite and has_picture) as favourites,
  (select coalesce(jsonb_agg(seen || jsonb_build_object('index', index) order by index), '[]')
    from ${schema}.candidates where job = jobs.id and has_picture and seen is not null) as seen,
  (select count(*)::int from ${schema}.shares where job = jobs.id and ${standing}) as shares`

const jobOf = (row: JobRow): Job => ({
  id: row.id,
  client: row.client,
  state: row.state,
  model: { name: row.model, sha256: row.model_sha256 },
  request: row.request,
  policyLevel: row.policy_level,
  engine: row.engine,
  drawn: row.drawn,
  reading: row.reading,
  pictures: row.chosen,
  hasSheet: row.has_sheet,
  seen: row.seen,
  fault: row.fault,
  favourites: row.favourites,
  shares: row.shares,
  cursor: row.cursor,
  lastEvent: row.last_event,
  created: row.created,
  started: row.started,
  finished: row.finished,
})

/** @throws NeufError `job-missing` */
export async function readJob(sql: Sql, schema: string, id: string): Promise<Job> {
  const [row] = await sql.query<JobRow>(`select ${columnsIn(schema)} from ${schema}.jobs where id = $1`, [id])
  if (row === undefined) throw new NeufError('job-missing', { id })
  return jobOf(row)
}

/** Which jobs of an owner to list. */
export type JobsPage = {
  readonly limit: number
  /** The last one of the page before, by its id: nothing comes behind one that is gone meanwhile. */
  readonly before?: string | undefined
  /** The same by its cursor, which holds when that job is gone, too. */
  readonly cursor?: string | undefined
  /** Words that the prompt must have, each anywhere in it, whatever the case and the accents. */
  readonly search?: string | undefined
  /** Only those with a picture that the owner likes. */
  readonly favourites?: boolean | undefined
}

/** The jobs of a client's owner, newest first. @throws NeufError `body-malformed` for a cursor that is none */
export async function listJobs(
  { query, schema }: Database,
  client: string,
  { limit, before, cursor, search = '', favourites = false }: JobsPage,
): Promise<Job[]> {
  const after = fromCursor(cursor, uuid)
  const rows = await query<JobRow>(
    `select ${columnsIn(schema)} from ${schema}.jobs where owner = ${ownerOf('$1')}
       and ($2::uuid is null or (created, id) < (select created, id from ${schema}.jobs where id = $2::uuid))
       and ($4::bigint is null
         or (created, id) < (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::uuid))
       and not exists (select from regexp_split_to_table(${folded('$6')}, '\\s+') as word
         where position(word in searched) = 0)
       and (not $7::boolean or exists (select from ${schema}.candidates where job = jobs.id and favourite))
     order by created desc, id desc limit $3`,
    [client, before ?? null, limit, after?.microseconds ?? null, after?.id ?? null, search, favourites],
  )
  return rows.map(jobOf)
}

/** Marks a candidate that has a picture as liked, or not. False where there is no such picture. */
export async function markFavourite(
  { query, schema }: Database,
  { job, index, favourite }: { readonly job: string; readonly index: number; readonly favourite: boolean },
): Promise<boolean> {
  const rows = await query(
    `update ${schema}.candidates set favourite = $3 where job = $1 and index = $2 and has_picture returning index`,
    [job, index, favourite],
  )
  return rows.length > 0
}

/** The job that a client asked for under this key before, and the hash of what it asked for. */
export async function findByKey(sql: Sql, schema: string, client: string, key: string) {
  const [row] = await sql.query<{ id: string; body_sha256: string }>(
    `select id, body_sha256 from ${schema}.jobs where client = $1 and idempotency_key = $2`,
    [client, key],
  )
  return row
}

export type NewJob = Pick<Job, 'id' | 'client' | 'model' | 'request' | 'policyLevel'> & {
  readonly cost: number
  readonly startTag: number
  readonly engine: string | null
  readonly turn: { readonly id: string; readonly queue: string }
  readonly key: { readonly key: string; readonly bodySha256: string } | undefined
}

export async function insertJob(sql: Sql, schema: string, job: NewJob): Promise<void> {
  await sql.query(
    `insert into ${schema}.jobs (id, client, state, model, model_sha256, request, policy_level, candidates, cost, start_tag,
       engine, turn, turn_queue, idempotency_key, body_sha256)
     values ($1, $2, 'queued', $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      job.id,
      job.client,
      job.model.name,
      job.model.sha256,
      JSON.stringify(job.request),
      job.policyLevel,
      job.request.candidates,
      job.cost,
      job.startTag,
      job.engine,
      job.turn.id,
      job.turn.queue,
      job.key?.key ?? null,
      job.key?.bodySha256 ?? null,
    ],
  )
}

/** Writes down what happened, in the same transaction that made it happen, and tells everybody once that is committed. */
export async function addEvent(sql: Sql, schema: string, job: string, kind: JobEventKind, data: object): Promise<void> {
  const notice: Notice = { kind: kind === 'cancelled' ? 'cancelled' : 'event', job }
  await sql.query(
    `with next as (update ${schema}.jobs set last_event = last_event + 1 where id = $1 returning last_event),
       told as (insert into ${schema}.events (job, id, kind, data) select $1, last_event, $2, $3::text::jsonb from next)
     select pg_notify($4, $5) from next`,
    [job, kind, JSON.stringify(data), channelOf(schema), JSON.stringify(notice)],
  )
}

/** Events after the one with the id given, in order. */
export async function readEvents({ query, schema }: Database, job: string, after: number): Promise<JobEvent[]> {
  return query<{ id: number; kind: JobEventKind; data: object }>(
    `select id, kind, data from ${schema}.events where job = $1 and id > $2 order by id`,
    [job, after],
  )
}

/** Removes a job with its candidates and events, and ends the links to it. */
export async function deleteJob(db: Database, id: string): Promise<void> {
  await db.transaction(async (sql) => {
    // First the job, so that no link can be made in between; what it takes with it is the links' tie to it.
    await sql.query(`select id from ${db.schema}.jobs where id = $1 for update`, [id])
    await sql.query(`update ${db.schema}.shares set ended = now(), why = 'removed' where job = $1 and ${standing}`, [
      id,
    ])
    await sql.query(`delete from ${db.schema}.jobs where id = $1`, [id])
  })
}

/**
 * Removes jobs that came to their end longer ago than this, 100 at most, and returns their ids. Those with a favourite, and those
 * that a link shows to others, stay.
 */
export async function deleteExpired({ query, schema }: Database, seconds: number): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `delete from ${schema}.jobs where id in (
       select id from ${schema}.jobs where finished < now() - make_interval(secs => $1)
         and not exists (select from ${schema}.candidates where job = jobs.id and favourite)
         and not exists (select from ${schema}.shares where job = jobs.id and ${standing}) limit 100)
     returning id`,
    [seconds],
  )
  return rows.map(({ id }) => id)
}
