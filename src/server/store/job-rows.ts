/** Jobs as rows: written once when they are asked for, read by everybody. */
import { NeufError } from '../../errors/errors.ts'
import type { Job, JobEvent, JobEventKind, JobPicture, JobRequest, JobState, Notice, PublicFault } from '../job.ts'
import { channelOf, type Database, type Row, type Sql } from './database.ts'

type JobRow = Row & {
  id: string
  client: string
  state: JobState
  model: string
  model_sha256: string
  request: JobRequest
  engine: string | null
  drawn: number
  reading: Job['reading']
  chosen: readonly JobPicture[]
  has_sheet: boolean
  fault: PublicFault | null
  last_event: number
  created: Date
  started: Date | null
  finished: Date | null
}

const columns = `id, client, state, model, model_sha256, request, engine, drawn, reading, chosen, has_sheet, fault,
  last_event, created, started, finished`

const jobOf = (row: JobRow): Job => ({
  id: row.id,
  client: row.client,
  state: row.state,
  model: { name: row.model, sha256: row.model_sha256 },
  request: row.request,
  engine: row.engine,
  drawn: row.drawn,
  reading: row.reading,
  pictures: row.chosen,
  hasSheet: row.has_sheet,
  fault: row.fault,
  lastEvent: row.last_event,
  created: row.created,
  started: row.started,
  finished: row.finished,
})

/** @throws NeufError `job-missing` */
export async function readJob(sql: Sql, schema: string, id: string): Promise<Job> {
  const [row] = await sql.query<JobRow>(`select ${columns} from ${schema}.jobs where id = $1`, [id])
  if (row === undefined) throw new NeufError('job-missing', { id })
  return jobOf(row)
}

/** A client's jobs, newest first; `before` is the last one of the page before. */
export async function listJobs(
  { query, schema }: Database,
  client: string,
  { limit, before }: { readonly limit: number; readonly before?: string },
): Promise<Job[]> {
  const rows = await query<JobRow>(
    `select ${columns} from ${schema}.jobs where client = $1
       and ($2::uuid is null or (created, id) < (select created, id from ${schema}.jobs where id = $2::uuid))
     order by created desc, id desc limit $3`,
    [client, before ?? null, limit],
  )
  return rows.map(jobOf)
}

/** The job that a client asked for under this key before, and the hash of what it asked for. */
export async function findByKey(sql: Sql, schema: string, client: string, key: string) {
  const [row] = await sql.query<{ id: string; body_sha256: string }>(
    `select id, body_sha256 from ${schema}.jobs where client = $1 and idempotency_key = $2`,
    [client, key],
  )
  return row
}

export type NewJob = Pick<Job, 'id' | 'client' | 'model' | 'request'> & {
  readonly cost: number
  readonly startTag: number
  readonly engine: string | null
  readonly turn: { readonly id: string; readonly queue: string }
  readonly key: { readonly key: string; readonly bodySha256: string } | undefined
}

export async function insertJob(sql: Sql, schema: string, job: NewJob): Promise<void> {
  await sql.query(
    `insert into ${schema}.jobs (id, client, state, model, model_sha256, request, candidates, cost, start_tag, engine,
       turn, turn_queue, idempotency_key, body_sha256)
     values ($1, $2, 'queued', $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      job.id,
      job.client,
      job.model.name,
      job.model.sha256,
      JSON.stringify(job.request),
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

/** Removes a job with its candidates and events. */
export async function deleteJob(sql: Sql, schema: string, id: string): Promise<void> {
  await sql.query(`delete from ${schema}.jobs where id = $1`, [id])
}

/** Jobs that came to their end longer ago than this. */
export async function readExpired({ query, schema }: Database, seconds: number): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `select id from ${schema}.jobs where finished < now() - make_interval(secs => $1) limit 100`,
    [seconds],
  )
  return rows.map(({ id }) => id)
}
