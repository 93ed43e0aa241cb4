/** Workers as rows: that they are there, what they can draw and how fast. */
import type { Database } from './database.ts'
import { secondsUntilForgotten } from './load.ts'

export type WorkerRow = { readonly id: string; readonly engine: string; readonly models: readonly string[] }

/** Says that a worker is there; workers not seen for long are removed. */
export async function beat({ query, schema }: Database, { id, engine, models }: WorkerRow): Promise<void> {
  await query(
    `insert into ${schema}.workers (id, engine, models) values ($1, $2, $3::text::jsonb)
     on conflict (id) do update set seen = now(), engine = excluded.engine, models = excluded.models`,
    [id, engine, JSON.stringify(models)],
  )
  await query(`delete from ${schema}.workers where seen < now() - interval '1 hour'`)
}

export async function removeWorker({ query, schema }: Database, id: string): Promise<void> {
  await query(`delete from ${schema}.workers where id = $1`, [id])
}

/** The models that workers who are there can draw, by sha256. */
export async function readDrawable({ query, schema }: Database): Promise<Set<string>> {
  const rows = await query<{ models: string[] }>(
    `select models from ${schema}.workers where seen > now() - make_interval(secs => $1)`,
    [secondsUntilForgotten],
  )
  return new Set(rows.flatMap(({ models }) => models))
}

export async function readSpeed({ query, schema }: Database, model: string, engine: string) {
  const [row] = await query<{ per_second: number }>(
    `select per_second from ${schema}.speeds where model_sha256 = $1 and engine = $2`,
    [model, engine],
  )
  return row?.per_second
}

export async function saveSpeed({ query, schema }: Database, model: string, engine: string, perSecond: number) {
  await query(
    `insert into ${schema}.speeds (model_sha256, engine, per_second) values ($1, $2, $3)
     on conflict (model_sha256, engine) do update set per_second = excluded.per_second, measured = now()`,
    [model, engine, perSecond],
  )
}

/**
 * The queues in which this worker may find a turn, the one whose head stands first in the order before the others. A job
 * being drawn counts too when its worker was not seen for a while: its turn may have come back.
 */
export async function readQueues(
  { query, schema }: Database,
  { engine, models }: Omit<WorkerRow, 'id'>,
): Promise<string[]> {
  const rows = await query<{ turn_queue: string }>(
    `select turn_queue from ${schema}.jobs
     where model_sha256 = any($1::text[]) and (engine is null or engine = $2) and turn_queue is not null
       and (state = 'queued' or (state = 'drawing' and not exists (
         select from ${schema}.workers where workers.id = jobs.worker and seen > now() - make_interval(secs => $3))))
     group by turn_queue order by min(start_tag + drawn * cost), min(created)`,
    [models, engine, workerSilence],
  )
  return rows.map(({ turn_queue }) => turn_queue)
}

/** A worker beats every few seconds. */
export const secondsBetweenBeats = 3
const workerSilence = 3 * secondsBetweenBeats

/** Whether a client's turn should end for another's: somebody who waits stands before this job now. */
export async function othersFirst(
  { query, schema }: Database,
  job: string,
  { engine, models }: Omit<WorkerRow, 'id'>,
): Promise<boolean> {
  const rows = await query(
    `select 1 from ${schema}.jobs own join ${schema}.jobs other
       on other.state = 'queued' and other.model_sha256 = any($2::text[]) and (other.engine is null or other.engine = $3)
         and other.start_tag + other.drawn * other.cost < own.start_tag + own.drawn * own.cost
     where own.id = $1 limit 1`,
    [job, models, engine],
  )
  return rows.length > 0
}
