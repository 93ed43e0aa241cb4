/**
 * Many requests at once against one worker.
 *
 *     npm run bench -- server [--requests 200] [--candidates 32] [--clients 200] [--queue-seconds 60] [--threads N]
 *       [--model NAME|FOLDER] [--database URL|own]
 *
 * `--clients` share the requests among them, each with a token of its own. Whoever is refused comes back when it was told to,
 * until its order is taken. What was drawn is compared by its bytes, scores and order with the same order drawn undisturbed by a
 * server of its own. With `--database` server and worker are two commands on a PostgreSQL (`own` starts one).
 *
 * Last line: JSON with `requests`, `accepted`, `refusals`, `lost` (taken and not done, or never taken), `wrong` (done with other
 * files), `peakMB` (most resident memory of server, worker and drawing process, added up; `drawingMB` of it in the drawing
 * process), `startMB` (the same before anything was asked), `firstPartialSeconds` (idle, from the order to the bytes of the first
 * picture; median of 5), `medianRetryAfterError` (share by which what was said is off the time until the order was taken; here,
 * where all who were refused compete for the same room) and `seconds`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median } from '../src/evaluate/statistics.ts'
import { defaultModel } from '../src/models/find-model.ts'
import type { OrderJson } from '../src/server/http/schemas.ts'
import { type Client, type ClientSettings, createClient, type Drawn } from '../src/server/testing/client.ts'
import { drawUndisturbed } from '../src/server/testing/kills.ts'
import { childrenOf, type NeufProcess, peakMemory, startNeuf } from '../src/server/testing/processes.ts'
import { eventsOf, post } from '../src/server/testing/server.ts'
import { round, untilReady, wholeNumber, withDatabase } from './measure/server-bench.ts'

const prompts = ['a kangaroo made of cheese', 'a green car', 'un ours en chocolat', 'a pink octopus', 'two red apples']
/** Orders that differ: so many are drawn undisturbed, and pictures of one job that another got would be found. */
const seeds = 4
const partials = 5

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      requests: { type: 'string', default: '200' },
      candidates: { type: 'string', default: '32' },
      clients: { type: 'string' },
      'queue-seconds': { type: 'string', default: '60' },
      threads: { type: 'string' },
      model: { type: 'string', default: defaultModel },
      database: { type: 'string' },
    },
  })
  const requests = wholeNumber('--requests', values.requests)
  const candidates = wholeNumber('--candidates', values.candidates)
  const clients = wholeNumber('--clients', values.clients ?? values.requests)
  const threads = values.threads === undefined ? [] : ['--threads', String(wholeNumber('--threads', values.threads))]
  const count = Math.min(9, candidates)
  const orders = Array.from({ length: Math.min(requests, prompts.length * seeds) }, (_, i): OrderJson => {
    return { prompt: prompts[i % prompts.length]!, seed: i, count, candidates }
  })
  const folder = await mkdtemp(join(tmpdir(), 'neuf-bench-'))
  const drawing = ['--model', values.model, ...threads]
  const tokens = Array.from({ length: clients }, (_, i) => `secret-of-the-client-${i}`)
  try {
    const undisturbed = await drawUndisturbed(orders, [...drawing, '--data', join(folder, 'undisturbed')])
    await withDatabase(values.database, async ({ databaseUrl, schema }) => {
      const environment = {
        DATABASE_URL: databaseUrl ?? '',
        NEUF_SCHEMA: schema,
        NEUF_TOKEN: tokens.map((token, i) => `client-${i}=${token}`).join(),
      }
      const shared = [...drawing, '--data', join(folder, 'data')]
      const bound = ['--queue-seconds', values['queue-seconds']]
      const serve = [
        'serve',
        '--port',
        '0',
        ...bound,
        ...shared,
        ...(databaseUrl === undefined ? [] : ['--no-drawing']),
      ]
      const running = [await startNeuf(serve, { environment })]
      try {
        if (databaseUrl !== undefined) running.push(await startNeuf(['worker', ...shared], { environment }))
        const { url } = running[0]!
        await untilReady(url)
        const { peakMB: startMB } = memoryOf(running)
        const firsts: number[] = []
        for (let i = 0; i < partials; i++) firsts.push(await firstPartial(url, tokens[0]!, orders[0]!))
        const since = performance.now()
        const all = Array.from({ length: requests }, (_, i) => {
          const order = orders[i % orders.length]!
          const client = { url: () => url, token: tokens[i % clients]!, stubborn: () => !running[0]!.ended }
          return runOne(client, `order-${i}`, order, undisturbed.get(order)!)
        })
        const runs = await Promise.all(all)
        const errors = runs.flatMap((run) => run.errors)
        console.log(
          JSON.stringify({
            requests,
            accepted: runs.filter(({ accepted }) => accepted).length,
            refusals: errors.length,
            lost: runs.filter(({ outcome }) => outcome === 'lost').length,
            wrong: runs.filter(({ outcome }) => outcome === 'wrong').length,
            ...memoryOf(running),
            startMB,
            firstPartialSeconds: round(median(firsts)),
            medianRetryAfterError: errors.length === 0 ? null : round(median(errors)),
            seconds: round((performance.now() - since) / 1000),
          }),
        )
        if (runs.some(({ outcome }) => outcome !== 'right')) process.exitCode = 1
      } finally {
        for (const one of running.reverse()) await one.end('SIGTERM')
      }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Run = {
  readonly accepted: boolean
  readonly outcome: 'right' | 'wrong' | 'lost'
  readonly errors: readonly number[]
}

/** One order, from the first time it is asked for to the comparison of what was drawn. */
async function runOne(to: ClientSettings, key: string, order: OrderJson, expected: Drawn): Promise<Run> {
  const refusals: { at: number; seconds: number }[] = []
  let taken: number | undefined
  const client: Client = createClient({
    ...to,
    onRefused: (seconds) => {
      if (taken === undefined) refusals.push({ at: performance.now(), seconds })
    },
  })
  const errorsOf = (until: number) =>
    refusals.map(({ at, seconds }) => Math.abs(seconds - (until - at) / 1000) / ((until - at) / 1000))
  try {
    const { id } = await client.order(order, key)
    taken = performance.now()
    const job = await client.finished(id)
    if (job.state !== 'done') return { accepted: true, outcome: 'lost', errors: errorsOf(taken) }
    const same = JSON.stringify(await client.drawn(job)) === JSON.stringify(expected)
    return { accepted: true, outcome: same ? 'right' : 'wrong', errors: errorsOf(taken) }
  } catch (error) {
    console.error(error)
    return { accepted: taken !== undefined, outcome: 'lost', errors: taken === undefined ? [] : errorsOf(taken) }
  }
}

/** Seconds from the order to the last byte of the first picture that can be seen. */
async function firstPartial(url: string, token: string, order: OrderJson): Promise<number> {
  const authorization = `Bearer ${token}`
  const since = performance.now()
  const response = await post(`${url}/api/v1/jobs`, order, { authorization, accept: 'text/event-stream' })
  if (!response.ok) throw new Error(`refused while nothing else was asked: ${await response.text()}`)
  let seconds: number | undefined
  for await (const { kind, data } of eventsOf(response)) {
    if (kind !== 'candidates' || seconds !== undefined) continue
    const [best] = data.pictures as { url: string }[]
    await (await fetch(url + best!.url, { headers: { authorization } })).arrayBuffer()
    seconds = (performance.now() - since) / 1000
  }
  return seconds!
}

/** The most that each process had at once, added up. */
function memoryOf(running: readonly NeufProcess[]): { peakMB: number; drawingMB: number } {
  const children = running.flatMap(({ pid }) => childrenOf(pid))
  const sum = (pids: readonly number[]) => Math.round(pids.reduce((total, pid) => total + peakMemory(pid), 0))
  return { peakMB: sum([...running.map(({ pid }) => pid), ...children]), drawingMB: sum(children) }
}
