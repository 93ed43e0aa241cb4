/** The line at the door of the queue, as orders meet it: with a clock and a speed of drawing that the test sets. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { NeufError } from '../errors/errors.ts'
import type { EngineRoom } from './engine-room.ts'
import { keepHouse } from './housekeeping.ts'
import type { JobOrder } from './jobs.ts'
import { makeTestFolder, openTestRoom, removeTestFolder, type TestFolder } from './testing/room.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
let place: TestFolder
let room: EngineRoom
/** Of one candidate. */
let cost: number

beforeAll(async () => {
  place = await makeTestFolder()
  room = await openTestRoom(place, { draw: false, queueSeconds: 60 })
  const { id } = await room.jobs.submit({ prompt: 'a mouse', candidates: 1 }, 'bob')
  const [row] = await room.db.query<{ cost: number }>(`select cost from ${place.schema}.jobs where id = $1`, [id])
  cost = row!.cost
  // A candidate a second.
  await room.db.query(
    `insert into ${place.schema}.speeds (model_sha256, engine, per_second) values ($1, 'of the test', $2)`,
    [room.models[0]!.sha256, cost],
  )
})
afterAll(async () => {
  await room?.close()
  await removeTestFolder(place)
})
beforeEach(async () => {
  await room.db.query(`delete from ${place.schema}.jobs`)
  await room.db.query(`delete from ${place.schema}.reservations`)
  // Fills the queue.
  await room.jobs.submit({ prompt: 'a whale', candidates: 60 }, 'bob')
})

/** Seconds that an order is told; null where it is taken. */
async function ask(order: JobOrder, client = 'ann', key?: string): Promise<number | null> {
  try {
    await room.jobs.submit(order, client, key)
    return null
  } catch (error) {
    expect(error).toMatchObject({ code: 'queue-full' })
    return (error as NeufError<'queue-full'>).details.seconds
  }
}

/** Time goes by, and as many candidates are drawn. */
async function pass(seconds: number): Promise<void> {
  await room.db.query(`update ${place.schema}.reservations set due = due - make_interval(secs => $1)`, [seconds])
  await room.db.query(`update ${place.schema}.jobs set drawn = drawn + $1::int where client = 'bob'`, [seconds])
}

it('tells equal orders each when there is room, and takes each when it comes then', async () => {
  const order = { prompt: 'a horse', candidates: 5 }
  const told: (number | null)[] = []
  await Promise.all(Array.from({ length: 8 }, async () => told.push(await ask(order))))
  expect(told).toEqual([5, 10, 15, 20, 25, 30, 35, 40])
  for (let i = 0; i < 8; i++) {
    await pass(5)
    expect(await ask(order)).toBe(null)
  }
  expect((await room.jobs.list('ann', { limit: 20 })).length).toBe(8)
})

it('times places by the clock of the database, which all servers share', async () => {
  const { Date: own } = globalThis
  // The embedded database reads the same machine's clock, but by another call.
  class Behind extends own {
    constructor(...given: [] | [number | string]) {
      super(given.length === 0 ? own.now() - 3_600_000 : given[0])
    }
  }
  vi.stubGlobal('Date', Behind)
  const told = await ask({ prompt: 'a horse', candidates: 5 }).finally(() => vi.unstubAllGlobals())
  expect(told).toBe(5)
  const [row] = await room.db.query<{ left: number }>(
    `select extract(epoch from due - clock_timestamp())::float8 as left from ${place.schema}.reservations`,
  )
  // However slow the machine is, it is less than an hour.
  expect(row!.left).toBeLessThanOrEqual(5)
  expect(row!.left).toBeGreaterThan(5 - 3000)
})

it('forgets who did not come when house is kept, though nobody else is refused', async () => {
  const { db, pictures } = room
  const { schema } = place
  await ask({ prompt: 'a horse', candidates: 5 }, 'ann@192.0.2.1')
  await ask({ prompt: 'a horse', candidates: 5 }, 'eve@192.0.2.2')
  await db.query(`update ${schema}.reservations set due = now() - interval '1 minute' where client like 'ann@%'`)
  const queue = { stateOf: async () => 'taken' } as never
  await keepHouse({ db, queue, pictures, keepSeconds: 3600 })
  expect(await db.query(`select client from ${schema}.reservations`)).toEqual([{ client: 'eve@192.0.2.2' }])
})
