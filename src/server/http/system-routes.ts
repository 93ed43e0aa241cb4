/** What is asked of the server itself: is it there, is it ready, what can it do, how busy is it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { limits } from '../../generate/generate.ts'
import { maximumPromptCharacters } from '../../generate/prompt.ts'
import { countJobs, readLoad } from '../store/load.ts'
import { readDrawable } from '../store/worker-rows.ts'
import { type Call, defineRoute, type Surroundings } from './route.ts'
import { modelsSchema, readySchema } from './schemas.ts'

/** A check that takes longer has failed. */
const millisecondsToCheck = 3000

async function succeeds(check: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, millisecondsToCheck, false)
  })
  const done = check.then(
    (result) => result !== false,
    () => false,
  )
  const result = await Promise.race([done, late])
  clearTimeout(timer)
  return result
}

async function whatIsMissing({ room, stopping }: Surroundings) {
  const workers = readDrawable(room.db).then((able) => room.models.every(({ sha256 }) => able.has(sha256)))
  const [database, worker, pictures] = await Promise.all([
    succeeds(room.db.query('select 1')),
    succeeds(workers),
    succeeds(room.pictures.check()),
  ])
  const there = { database, pictures, worker, stopping: !stopping.aborted }
  return (Object.keys(there) as (keyof typeof there)[]).filter((part) => !there[part])
}

const delay = monitorEventLoopDelay({ resolution: 10 })

async function gauges({ room, streams }: Call) {
  delay.enable()
  const [jobs, load, reports] = await Promise.all([
    countJobs(room.db),
    readLoad(room.db, room.db.schema),
    room.shares.countReports(),
  ])
  const loopDelay = Number.isFinite(delay.percentile(99)) ? delay.percentile(99) / 1e9 : 0
  delay.reset()
  return {
    neuf_jobs: jobs,
    neuf_queue_seconds: load.seconds,
    neuf_workers: load.workers,
    neuf_reports_waiting: reports,
    neuf_event_streams: streams.open,
    neuf_event_loop_delay_seconds: loopDelay,
    neuf_resident_memory_bytes: process.memoryUsage.rss(),
  }
}

export const systemRoutes = [
  defineRoute({
    method: 'get',
    path: '/healthz',
    name: 'isAlive',
    summary: 'Whether the process answers.',
    open: true,
    answers: { 200: { says: 'It does.', types: { 'text/plain': 'text' } } },
    handle: async () => new Response('ok\n', { headers: { 'content-type': 'text/plain; charset=utf-8' } }),
  }),
  defineRoute({
    method: 'get',
    path: '/readyz',
    name: 'isReady',
    summary: 'Whether jobs can be taken and drawn: database, folder of pictures, and a worker for every model.',
    open: true,
    answers: {
      200: { says: 'All of it is there.', types: { 'application/json': readySchema } },
      503: { says: 'Something is missing.', types: { 'application/json': readySchema } },
    },
    async handle(call) {
      const missing = await whatIsMissing(call)
      return Response.json({ ready: missing.length === 0, missing }, { status: missing.length === 0 ? 200 : 503 })
    },
  }),
  defineRoute({
    method: 'get',
    path: '/metrics',
    name: 'readMetrics',
    summary: 'Counters and gauges as Prometheus reads them.',
    answers: { 200: { says: 'Text exposition format.', types: { 'text/plain': 'text' } } },
    async handle(call) {
      const text = call.metrics.text(await gauges(call))
      return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } })
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/models',
    name: 'listModels',
    summary: 'The models there are, the one used where none is named first, and what may be asked for.',
    answers: { 200: { says: 'Models and limits.', types: { 'application/json': modelsSchema } } },
    async handle({ room }) {
      const models = room.models.map(({ name, sha256, side, grid, defaults }) => {
        const { temperature, topK, guidance, candidates } = defaults
        return { name, sha256, side, grid, defaults: { temperature, topK, guidance, candidates } }
      })
      const { count, candidates } = limits
      return Response.json({ models, limits: { promptCharacters: maximumPromptCharacters, count, candidates } })
    },
  }),
]
