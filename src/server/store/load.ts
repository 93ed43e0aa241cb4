/**
 * How much is waiting, and how long that takes: in the unit of cost, divided by what the workers there are were measured to
 * draw in a second.
 */
import type { Database, Sql } from './database.ts'

/** A worker that was not seen for so long is not counted on. */
export const secondsUntilForgotten = 20

/** What an engine is taken to draw in a second before it was measured: the little model on two old cores. */
const guessedPerSecond = 6000

type ModelWork = { readonly model_sha256: string; readonly work: number }

export type Load = {
  /** Until all that is asked for is drawn. */
  readonly seconds: number
  /** Seconds that a piece of work takes, for a model by its sha256. */
  secondsOf(model: string, cost: number): number
  readonly workers: number
}

/** How fast each model is drawn, by all workers that are there; a model without one, as if one were. */
async function readSpeeds(sql: Sql, schema: string): Promise<{ rate: (model: string) => number; workers: number }> {
  const alive = await sql.query<{ engine: string; models: string[] }>(
    `select engine, models from ${schema}.workers where seen > now() - make_interval(secs => $1)`,
    [secondsUntilForgotten],
  )
  const measured = await sql.query<{ model_sha256: string; engine: string; per_second: number }>(
    `select model_sha256, engine, per_second from ${schema}.speeds order by measured`,
  )
  const rate = (model: string): number => {
    const speeds = new Map(measured.filter((one) => one.model_sha256 === model).map((s) => [s.engine, s.per_second]))
    const usual = [...speeds.values()].at(-1) ?? guessedPerSecond
    const able = alive.filter(({ models }) => models.includes(model))
    return able.length === 0 ? usual : able.reduce((sum, { engine }) => sum + (speeds.get(engine) ?? usual), 0)
  }
  return { rate, workers: alive.length }
}

/** The load as it is now. */
export async function readLoad(sql: Sql, schema: string): Promise<Load> {
  const { rate, workers } = await readSpeeds(sql, schema)
  const work = await sql.query<ModelWork>(
    `select model_sha256, sum(cost * (candidates - drawn))::float8 as work from ${schema}.jobs
     where state in ('queued', 'drawing') group by model_sha256`,
  )
  // What is being drawn has been worked on since a candidate landed last, and never by more than it has left.
  const drawing = await sql.query<{ model_sha256: string; left: number; seconds: number }>(
    `select model_sha256, cost * (candidates - drawn) as left, extract(epoch from now() - landed)::float8 as seconds
     from ${schema}.jobs where state = 'drawing' and landed is not null`,
  )
  const secondsOf = (model: string, cost: number) => cost / rate(model)
  const waiting = work.reduce((sum, one) => sum + secondsOf(one.model_sha256, one.work), 0)
  const under = drawing.reduce((sum, one) => {
    return sum + Math.min(one.seconds / Math.max(1, workers), secondsOf(one.model_sha256, one.left))
  }, 0)
  return { seconds: Math.max(0, waiting - under), secondsOf, workers }
}

/** Where a job's start stands in fair queueing. */
export type Tags = {
  /** The furthest that the queue has come; 0 when it is empty. */
  readonly now: number
  /** The end of what this client asked for already. */
  readonly own: number
}

/**
 * Start-time fair queueing (Goyal, Vin, Cheng 1996): a job starts where its client's last one ends, and never before what is
 * being drawn now; jobs are drawn in the order of these. So clients take turns, by work, however much each asks for.
 */
export async function readTags(sql: Sql, schema: string, client: string): Promise<Tags> {
  const [row] = await sql.query<{ now: number | null; own: number | null }>(
    `select min(start_tag + drawn * cost) as now,
       max(start_tag + candidates * cost) filter (where client = $1) as own
     from ${schema}.jobs where state in ('queued', 'drawing')`,
    [client],
  )
  return { now: row?.now ?? 0, own: row?.own ?? 0 }
}

/** A waiting job's place, 1 for the next, and about how many seconds until it is begun; null for one that does not wait. */
export async function readPlace({ query, schema }: Database, job: string) {
  const [own] = await query<{ tag: number; created: Date }>(
    `select start_tag + drawn * cost as tag, created from ${schema}.jobs where id = $1 and state = 'queued'`,
    [job],
  )
  if (own === undefined) return null
  const before = await query<ModelWork & { jobs: number }>(
    `select model_sha256, count(*) filter (where state = 'queued')::int as jobs,
       sum(least(cost * (candidates - drawn), greatest($2 - start_tag - drawn * cost, 0)))::float8 as work
     from ${schema}.jobs where state in ('queued', 'drawing') and id <> $1
       and (start_tag + drawn * cost, created) < ($2, $3) group by model_sha256`,
    [job, own.tag, own.created],
  )
  const { rate } = await readSpeeds({ query }, schema)
  return {
    place: 1 + before.reduce((sum, { jobs }) => sum + jobs, 0),
    seconds: before.reduce((sum, one) => sum + one.work / rate(one.model_sha256), 0),
  }
}

/** Unfinished jobs by state, for gauges. */
export async function countJobs({ query, schema }: Database): Promise<Record<'queued' | 'drawing', number>> {
  const rows = await query<{ state: 'queued' | 'drawing'; jobs: number }>(
    `select state, count(*)::int as jobs from ${schema}.jobs where state in ('queued', 'drawing') group by state`,
  )
  return { queued: 0, drawing: 0, ...Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs])) }
}
