/** Crowds against a queue that is drawn by the clock of a simulation, with the places of those who wait in a real database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { philoxUniform } from '../random/philox.ts'
import { admit } from './admission.ts'
import type { Database } from './store/database.ts'
import { openEmbedded } from './store/embedded.ts'
import { migrate } from './store/migrations.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 })
let folder: string
let db: Database
const table = 'test.reservations'

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-admission-'))
  db = await openEmbedded(folder, 'test')
  await migrate(db)
}, 180_000)
afterAll(async () => {
  await db?.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await db.query(`delete from ${table}`)
})

/** Somebody with an order: when it is asked for first, its work in seconds, and how they take being refused. */
type Person = {
  readonly client: string
  readonly order: string
  readonly at: number
  readonly cost: number
  readonly manner: 'comes as told' | 'never comes' | 'asks and asks'
  readonly keyed: boolean
}

type Outcome = Person & { readonly refusals: { at: number; told: number }[]; taken: number | undefined }

type World = {
  readonly queueSeconds: number
  /** How fast is drawn at a moment; 1 is what a cost is counted in. */
  readonly speed?: (second: number) => number
  /** Told before each time somebody asks. */
  readonly before?: () => Promise<unknown>
}

/** Plays it until all are taken who come. What is known of the speed is that of the last ten seconds. */
async function play(people: readonly Person[], { queueSeconds, speed = () => 1, before }: World) {
  const outcomes: Outcome[] = people.map((person) => ({ ...person, refusals: [], taken: undefined }))
  const start = Date.UTC(2026, 0, 1)
  const agenda = outcomes.map((one, i) => ({ at: one.at, number: i, one }))
  let number = agenda.length
  let now = 0
  let waiting = 0
  let idle = 0
  let most = 0
  const advance = (to: number) => {
    while (now < to) {
      const step = Math.min(0.05, to - now)
      const drawn = step * speed(now)
      idle += waiting < drawn ? step : 0
      waiting = Math.max(0, waiting - drawn)
      now += step
    }
  }
  while (agenda.length > 0) {
    agenda.sort((a, b) => a.at - b.at || a.number - b.number)
    const { at, one } = agenda.shift()!
    advance(at)
    // The database is of this very thread: others get their turn between.
    await turn()
    await before?.()
    const measured = Array.from({ length: 10 }, (_, i) => speed(now - i)).reduce((sum, each) => sum + each) / 10
    const load = { seconds: waiting / measured, secondsOf: (_: string, cost: number) => cost / measured }
    const { client, order, keyed, cost } = one
    const ask = { client, order, keyed, model: 'model', cost }
    const told = await admit(db, 'test', ask, { load, queueSeconds, now: new Date(start + now * 1000) })
    if (told === null) {
      one.taken = now
      waiting += one.cost
      most = Math.max(most, waiting / measured)
      continue
    }
    one.refusals.push({ at: now, told })
    if (one.manner === 'never comes') continue
    // Nobody is there at once: an answer and a request are under way for a while.
    const underWay = 0.3 * philoxUniform(1, number)
    agenda.push({ at: now + underWay + (one.manner === 'asks and asks' ? 0.3 : told), number: number++, one })
  }
  return { outcomes, idle, most }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
/** By which share what was told is off the time until the order was taken. */
const errorsOf = (outcomes: readonly Outcome[]): number[] =>
  outcomes.flatMap(({ refusals, taken }) =>
    taken === undefined ? [] : refusals.map(({ at, told }) => Math.abs(told - (taken - at)) / (taken - at)),
  )

const people = (count: number, make: (i: number) => Partial<Person>): Person[] =>
  Array.from({ length: count }, (_, i) => ({
    client: `client ${i}`,
    order: `order ${i}`,
    at: 0,
    cost: 0.3 + 1.2 * philoxUniform(2, i),
    manner: 'comes as told',
    keyed: true,
    ...make(i),
  }))

describe('a crowd', () => {
  it('of 200 at once is told when each of them is let in', async () => {
    const all = people(200, () => ({}))
    const { outcomes, idle, most } = await play(all, { queueSeconds: 30 })
    expect(outcomes.filter(({ taken }) => taken === undefined)).toEqual([])
    const errors = errorsOf(outcomes)
    expect(errors.length).toBeGreaterThan(150)
    expect(median(errors)).toBeLessThan(0.05)
    expect(Math.max(...outcomes.map(({ refusals }) => refusals.length))).toBeLessThanOrEqual(2)
    // First come, first served, but for those who are told the same second; and the worker is never without work.
    const order = outcomes.toSorted((a, b) => a.taken! - b.taken!).map((one) => outcomes.indexOf(one))
    for (const [i, who] of order.entries()) expect(Math.abs(i - who)).toBeLessThan(8)
    expect(idle).toBe(0)
    expect(most).toBeLessThan(30 + 0.1 * 200)
    expect(await db.query(`select * from ${table}`)).toEqual([])
    // Told as if each were alone, they come back together.
    const alone = await play(all.slice(0, 60), { queueSeconds: 30, before: () => db.query(`delete from ${table}`) })
    expect(median(errorsOf(alone.outcomes))).toBeGreaterThan(0.3)
  })

  it.each([
    ['like', 200, {}],
    ['equal', 100, { order: 'one and all', keyed: false }],
  ])('of one client, of %s orders, is told so, too', async (_, count, equal) => {
    const { outcomes } = await play(
      people(count, () => ({ client: 'all of them', cost: 0.7, ...equal })),
      { queueSeconds: 30 },
    )
    expect(median(errorsOf(outcomes))).toBeLessThan(0.05)
    expect(Math.max(...outcomes.map(({ refusals }) => refusals.length))).toBeLessThanOrEqual(2)
  })

  it('that comes faster than is drawn, for long, is told so, too', async () => {
    const { outcomes, idle } = await play(
      people(250, (i) => ({ at: 0.7 * i })),
      { queueSeconds: 20 },
    )
    const errors = errorsOf(outcomes)
    expect(errors.length).toBeGreaterThan(50)
    expect(median(errors)).toBeLessThan(0.1)
    expect(idle).toBeLessThan(20)
  })

  it.each([
    ['fast and slow in turns', 0, (second: number) => 1 + 0.4 * Math.sin(second / 7)],
    ['fast and slow in turns', 0.7, (second: number) => 1 + 0.4 * Math.sin(second / 7)],
    ['slower and slower', 0, (second: number) => 1 / (1 + second / 100)],
    ['slower and slower', 0.9, (second: number) => 1 / (1 + second / 100)],
    ['faster and faster', 0, (second: number) => 1 + second / 100],
  ])('is told so, too, by a machine that is %s, %s s apart', async (_, apart, speed) => {
    const { outcomes } = await play(
      people(150, (i) => ({ at: apart * i })),
      { queueSeconds: 20, speed },
    )
    expect(outcomes.filter(({ taken }) => taken === undefined)).toEqual([])
    const errors = errorsOf(outcomes)
    expect(errors.length).toBeGreaterThan(30)
    expect(median(errors)).toBeLessThan(0.3)
  })
})

describe('who does not do as told', () => {
  it('holds nobody up who does, by not coming, and the next take the room', async () => {
    const crowd = people(150, (i) => ({ manner: i % 3 === 0 ? 'never comes' : 'comes as told' }))
    const next = people(100, (i) => ({ client: `next ${i}`, at: 20 + 0.9 * i, cost: 0.5 }))
    const { outcomes, idle } = await play([...crowd, ...next], { queueSeconds: 30 })
    const came = outcomes.filter(({ manner }) => manner === 'comes as told')
    expect(came.filter(({ taken }) => taken === undefined)).toEqual([])
    expect(median(errorsOf(came))).toBeLessThan(0.05)
    expect(idle).toBeLessThan(1)
    expect(
      outcomes.filter(({ client, at, taken }) => client.startsWith('next') && taken === at).length,
    ).toBeGreaterThan(20)
    // Whoever is refused next finds that those who did not come have lost their places.
    await play(
      people(40, (i) => ({ client: `later ${i}`, at: 1000 })),
      { queueSeconds: 30 },
    )
    expect(await db.query(`select * from ${table}`)).toEqual([])
  })

  it('holds others up for no longer than a queue, by very many orders', async () => {
    const flood = people(400, (i) => ({ client: 'flood', manner: i < 30 ? 'comes as told' : 'never comes' }))
    const [other] = people(1, () => ({ at: 2 }))
    const { outcomes } = await play([...flood, other!], { queueSeconds: 30 })
    const { refusals, taken } = outcomes.at(-1)!
    expect(refusals[0]!.told).toBeLessThanOrEqual(33)
    expect(taken! - other!.at).toBeLessThan(34)
  })

  it('does not get before others by asking and asking', async () => {
    const { outcomes } = await play(
      people(40, (i) => ({ at: i / 100, manner: i % 2 === 0 ? 'asks and asks' : 'comes as told' })),
      { queueSeconds: 10 },
    )
    const polite = outcomes.filter(({ manner }) => manner === 'comes as told')
    expect(median(errorsOf(polite))).toBeLessThan(0.1)
    const order = outcomes.toSorted((a, b) => a.taken! - b.taken!).map((one) => outcomes.indexOf(one))
    for (const [i, who] of order.entries()) expect(Math.abs(i - who)).toBeLessThan(8)
  })
})

describe('a place in the line', () => {
  const now = new Date(Date.UTC(2026, 0, 1))
  const later = (seconds: number) => new Date(now.getTime() + 1000 * seconds)
  const ask = (
    client: string,
    order: string,
    cost: number,
    { seconds = 60, at = now, keyed = true, waited = 0 } = {},
  ) => {
    const load = { seconds, secondsOf: (_: string, work: number) => work }
    const room = { load, queueSeconds: 60, now: at, waited }
    return admit(db, 'test', { client, order, keyed, model: 'model', cost }, room)
  }

  it('is kept by who asks too early, and lost by who comes much too late', async () => {
    expect(await ask('ann', 'a', 10)).toBe(10)
    expect(await ask('bob', 'b', 10)).toBe(20)
    expect(await ask('ann', 'a', 10, { seconds: 57, at: later(3) })).toBe(7)
    expect(await ask('bob', 'b', 10, { seconds: 40, at: later(20) })).toBe(null)
    // Ann was expected at 10; at 22 she has no place any more.
    expect(await ask('ann', 'a', 10, { seconds: 60, at: later(22) })).toBe(10)
    expect(await ask('eve', 'e', 1, { seconds: 60, at: later(22) })).toBe(11)
    expect(await ask('ann', 'a', 10, { seconds: 60, at: later(22) })).toBe(10)
  })

  it('is of each of equal orders that have no key, and is taken up again in their order', async () => {
    const eight = async (seconds: number, left: number) => {
      const told: (number | null)[] = []
      for (let i = 0; i < 8; i++) {
        told.push(await ask('ann', 'a', 5, { seconds: left, at: later(seconds + i / 10), keyed: false }))
      }
      return told
    }
    expect(await eight(0, 60)).toEqual([5, 10, 15, 20, 25, 30, 35, 40])
    expect(await eight(2, 58)).toEqual([3, 8, 13, 18, 23, 28, 33, 38])
    for (let i = 1; i <= 8; i++) {
      expect(await ask('ann', 'a', 5, { seconds: 55, at: later(5 * i), keyed: false })).toBe(null)
    }
    expect(await db.query(`select * from ${table}`)).toEqual([])
  })

  it('is of each of them also where a busy machine takes long to ask about them', async () => {
    const told: (number | null)[] = []
    for (let i = 0; i < 8; i++) {
      told.push(await ask('ann', 'a', 5, { at: later(2 * i), keyed: false, waited: 2 * i }))
    }
    expect(told).toEqual([5, 10, 15, 20, 25, 30, 35, 40])
  })

  it('is not to be had again and again by asking and asking, with a key or without', async () => {
    for (const [client, keyed] of [['ann', true] as const, ['bob', false] as const]) {
      for (let i = 0; i < 40; i++) await ask(client, 'a', 50, { at: later(0.3 * i), keyed })
    }
    const places = `select client, count(*)::int as count from ${table} group by client order by client`
    expect(await db.query(places)).toEqual([
      { client: 'ann', count: 1 },
      { client: 'bob', count: 4 },
    ])
  })

  it('is of one order: who asks for less after all does not wait for what they wanted before', async () => {
    expect(await ask('ann', 'much', 50)).toBe(50)
    expect(await ask('ann', 'little', 2)).toBe(2)
    expect(await ask('ann', 'as little', 2)).toBe(4)
    expect(await ask('bob', 'little', 2)).toBe(56)
    expect(await ask('ann', 'much', 50)).toBe(54)
  })

  it('is for the work that was asked for: a changed order under the same key begins anew, at the end', async () => {
    expect(await ask('ann', 'key', 2)).toBe(2)
    expect(await ask('bob', 'b', 10)).toBe(12)
    // Half of a queue in the place of a little would push who comes behind it out.
    expect(await ask('ann', 'key', 30)).toBe(40)
    expect(await ask('bob', 'b', 10)).toBe(10)
    expect(await ask('eve', 'e', 5)).toBe(45)
    expect(await ask('ann', 'key', 30, { seconds: 50, at: later(10) })).toBe(30)
    const places = `select client, cost from ${table} order by place`
    expect(await db.query(places)).toEqual([
      { client: 'bob', cost: 10 },
      { client: 'ann', cost: 30 },
      { client: 'eve', cost: 5 },
    ])
    // Of another model, too.
    await db.query(`update ${table} set model_sha256 = 'other' where client = 'bob'`)
    expect(await ask('bob', 'b', 10)).toBe(45)
    expect((await db.query<{ client: string }>(places)).at(-1)).toEqual({ client: 'bob', cost: 10 })
  })

  it('is not needed where nothing waits, and does not let in what there is no room for', async () => {
    expect(await ask('ann', 'a', 10)).toBe(10)
    expect(await ask('bob', 'b', 500, { seconds: 0 })).toBe(null)
    expect(await ask('ann', 'a', 10, { at: later(10) })).toBe(10)
    // Told to come in 10 s, and a second is missing.
    expect(await ask('ann', 'a', 10, { seconds: 51, at: later(20) })).toBe(null)
  })

  it('of an order larger than the queue is for when it is empty', async () => {
    expect(await ask('ann', 'huge', 500, { seconds: 30 })).toBe(30)
    expect(await ask('ann', 'huge', 500, { seconds: 0, at: later(30) })).toBe(null)
  })

  it('is one of so many', async () => {
    await db.query(
      `insert into ${table} (client, order_sha256, model_sha256, cost, told, due)
       select 'client ' || i, '', 'model', 0.01, 1000, $1::timestamptz from generate_series(1, 1000) as i`,
      [later(1000)],
    )
    expect(await ask('ann', 'a', 10)).toBe(20)
    expect(await ask('bob', 'b', 10)).toBe(20)
    expect(await db.query(`select count(*)::int as count from ${table}`)).toEqual([{ count: 1000 }])
    await db.query(`delete from ${table} where client > 'client 5'`)
    for (let i = 0; i < 255; i++) await ask('ann', `order ${i}`, 1)
    expect(await db.query(`select count(*)::int as count from ${table} where client = 'ann'`)).toEqual([{ count: 250 }])
  })
})
