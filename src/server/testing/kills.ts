/**
 * Processes killed at random under load, and what becomes of the jobs. Everything that was accepted has to be done in the end,
 * once, with the pictures of a run that nothing disturbed.
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { philoxBelow, philoxUniform } from '../../random/philox.ts'
import type { JobJson, OrderJson } from '../http/schemas.ts'
import { isFinished } from '../job.ts'
import { type Client, createClient, type Drawn } from './client.ts'
import { childrenOf, type NeufProcess, startNeuf } from './processes.ts'

export type KillSettings = {
  /** A model's name or folder. */
  readonly model: string
  /** An empty folder for pictures and embedded databases. */
  readonly folder: string
  /** A PostgreSQL, on which a server and two workers run; without one it is a server that draws itself. */
  readonly databaseUrl: string | undefined
  readonly schema: string
  readonly kills: number
  /** Of a job. */
  readonly candidates: number
  /** Of what is killed, and when. */
  readonly seed: number
  readonly onKill?: (line: string) => void
}

export type KillOutcome = {
  readonly kills: number
  /** Accepted ones. */
  readonly jobs: number
  /** Accepted, and not done in the end. */
  readonly lost: number
  /** Done again under another id, or with a candidate that landed more than once. */
  readonly twice: number
  /** Done with other pictures, scores or places than undisturbed, or with candidates out of order. */
  readonly different: number
}

const count = 3
/** Few of them, so that drawing them undisturbed takes little; many, so that pictures of one job are not those of the next. */
const prompts = ['a red kangaroo', 'un kangourou en fromage', 'two cats', 'a blue elephant next to a cat', 'a car']
/** Jobs that are not finished at any time: some wait, some are being drawn. */
const unfinishedJobs = 5
/** Between two kills, at most, once all processes are there again. */
const mostSecondsOfPeace = 4
/** One start in so many is killed before it is through. */
const startsKilled = 5
/** Landed together: many landings a job, so that most kills hit one in its middle. */
const atOnce = 4
/** Without anything landing for so long after the last kill, what is not done is lost. */
const secondsOfPatience = 240

export async function killAtRandom(settings: KillSettings): Promise<KillOutcome> {
  const { model, folder, databaseUrl, schema, seed, candidates } = settings
  const orders = prompts.map((prompt, i): OrderJson => ({ prompt, seed: 100 + i, count, candidates }))
  const shared = ['--model', model, '--threads', '1']
  const undisturbed = await drawUndisturbed(orders, [...shared, '--data', join(folder, 'undisturbed')])

  const data = [...shared, '--data', join(folder, 'data'), '--at-once', String(atOnce)]
  const environment = { DATABASE_URL: databaseUrl, NEUF_SCHEMA: schema }
  const crew = databaseUrl === undefined ? [['serve']] : [['serve', '--no-drawing'], ['worker'], ['worker']]
  const places = crew.map((argv) => keepRunning([...argv, ...data], environment))
  try {
    await Promise.all(places.map((place) => place.ready()))
    const client = createClient({ url: () => places[0]!.url, stubborn: () => true })
    const load = keepLoaded(client, orders)
    for (let kill = 0; kill < settings.kills; kill++) {
      await load.somethingDrawn()
      await setTimeout(1000 * mostSecondsOfPeace * philoxUniform(seed, kill, 0))
      const place = places[philoxBelow(places.length, seed, kill, 1)]!
      const drawing = childrenOf(place.pid)[0]
      const one = drawing !== undefined && philoxBelow(2, seed, kill, 2) === 0
      const started = performance.now()
      if (one) process.kill(drawing, 'SIGKILL')
      else await place.kill()
      // Now and then again, while it starts: at any moment of what a start takes.
      const again = !one && kill + 1 < settings.kills && philoxBelow(startsKilled, seed, kill, 3) === 0
      if (again) {
        await setTimeout(1000 * place.secondsToStart * philoxUniform(seed, kill, 4))
        await place.kill()
        kill++
      }
      await place.ready()
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      const what = one ? 'what draws' : again ? 'twice, once at its start' : 'once'
      settings.onKill?.(`${kill + 1}: ${crew[places.indexOf(place)]![0]} ${what}; back after ${seconds} s`)
    }
    return { kills: settings.kills, ...(await judge(client, await load.end(), undisturbed)) }
  } finally {
    for (const place of places) await place.end()
  }
}

/** A process that is started again whenever it was killed. */
function keepRunning(argv: readonly string[], environment: Record<string, string | undefined>) {
  let running: NeufProcess | undefined
  let pid = 0
  let starting: Promise<void>
  let secondsToStart = 0
  let over = false
  const start = async (): Promise<void> => {
    const since = performance.now()
    const port = argv[0] === 'serve' ? ['--port', '0'] : []
    const onSpawn = (spawned: number) => {
      pid = spawned
    }
    running = undefined
    running = await startNeuf([...argv, ...port], { environment, onSpawn })
    secondsToStart = (performance.now() - since) / 1000
  }
  starting = start()
  return {
    get url() {
      return running?.url ?? 'http://127.0.0.1:1'
    },
    get pid() {
      return pid
    },
    get secondsToStart() {
      return secondsToStart
    },
    ready: () => starting,
    /** Kills it and starts it again; the start goes on by itself. */
    async kill(): Promise<void> {
      const before = running
      process.kill(pid, 'SIGKILL')
      if (before !== undefined) await before.end()
      else await starting.catch(() => undefined)
      starting = start()
      starting.catch(() => undefined)
    },
    async end(): Promise<void> {
      if (over) return
      over = true
      await starting.catch(() => undefined)
      await running?.end()
    },
  }
}

/** Orders again whenever a job is finished, each under a key: an order whose answer was lost is sent once more, not twice. */
function keepLoaded(client: Client, orders: readonly OrderJson[]) {
  const accepted: { job: JobJson; order: OrderJson; drawn: number }[] = []
  let stopping = false
  let sent = 0
  const lane = async (): Promise<void> => {
    while (!stopping) {
      const number = sent++
      const order = orders[number % orders.length]!
      const entry = { job: await client.order(order, `order-${number}`), order, drawn: 0 }
      accepted.push(entry)
      for (let since = performance.now(); performance.now() - since < 1000 * secondsOfPatience; ) {
        const job = await client.read(entry.job.id)
        if (job.drawn > entry.drawn) since = performance.now()
        entry.drawn = job.drawn
        if (isFinished(job.state)) break
        await setTimeout(500)
      }
    }
  }
  const lanes = Promise.all(Array.from({ length: unfinishedJobs }, lane))
  lanes.catch(() => undefined)
  const drawn = () => accepted.reduce((sum, one) => sum + one.drawn, 0)
  return {
    /** Waits for a candidate that was not there before: what kills a job three times for nothing is a fault of its own. */
    async somethingDrawn(): Promise<void> {
      const before = drawn()
      while (drawn() === before) await Promise.race([setTimeout(200), lanes])
    },
    /** Orders no more, waits for what was ordered. */
    async end() {
      stopping = true
      await lanes
      return accepted
    },
  }
}

async function judge(
  client: Client,
  accepted: readonly { readonly job: { readonly id: string }; readonly order: OrderJson }[],
  undisturbed: ReadonlyMap<OrderJson, Drawn>,
): Promise<Omit<KillOutcome, 'kills'>> {
  let lost = 0
  let twice = 0
  let different = 0
  for (const {
    job: { id },
    order,
  } of accepted) {
    const job = await client.read(id)
    if (job.state !== 'done') {
      lost++
      continue
    }
    const landed = await client.landed(job)
    const inOrder = landed.every((index, i) => index === i)
    if (new Set(landed).size < landed.length) twice++
    const same = JSON.stringify(await client.drawn(job)) === JSON.stringify(undisturbed.get(order))
    if (!same || !inOrder || landed.length !== order.candidates) different++
  }
  const known = new Set(accepted.map(({ job }) => job.id))
  twice += (await client.list()).filter((id) => !known.has(id)).length + (accepted.length - known.size)
  return { jobs: accepted.length, lost, twice, different }
}

/** Each order drawn by a server of its own that nothing else is asked of, with other landings than the load's. */
export async function drawUndisturbed(
  orders: readonly OrderJson[],
  argv: readonly string[],
): Promise<Map<OrderJson, Drawn>> {
  const server = await startNeuf(['serve', '--port', '0', ...argv], { environment: { DATABASE_URL: '' } })
  try {
    const client = createClient({ url: () => server.url })
    const drawn = new Map<OrderJson, Drawn>()
    for (const order of orders) {
      const job = await client.finished((await client.order(order)).id)
      if (job.state !== 'done') throw new Error(`undisturbed, a job ended as ${job.state}: ${job.error?.message}`)
      drawn.set(order, await client.drawn(job))
    }
    return drawn
  } finally {
    await server.end()
  }
}
