/** What a person drew, found again: search, favourites, pages, and what is kept over time and a restart. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { removeExpired } from './housekeeping.ts'
import { jobsSchema } from './http/schemas.ts'
import type { RunningServer } from './server.ts'
import { migrate, steps } from './store/migrations.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { jsonOf, startTestServer } from './testing/server.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
const secrets = { ann: 'a-secret-of-ann-1', bob: 'a-secret-of-bob-1', '': 'a-secret-of-many-1' }
type Person = keyof typeof secrets
const environment = { NEUF_TOKEN: `ann=${secrets.ann},bob=${secrets.bob},${secrets['']}` }
let place: TestFolder
let server: RunningServer

const prompts = [
  'un Éléphant d’été',
  "l'œuf au plat",
  'a 100 % blue_cat',
  'ALL CAPS KANGAROO',
  'a cat\\dog',
  'straße ﬁn Ǆ',
]
/** Ids by prompt. */
const ids = new Map<string, string>()

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startTestServer(place, { environment })
  for (const prompt of prompts) {
    const { id } = await server.room.jobs.submit({ prompt, seed: 1, count: 2, candidates: 4 }, 'ann@127.0.0.1')
    ids.set(prompt, id)
    await finished(server.room.jobs, id)
  }
})
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

const ask = (path: string, person: Person = 'ann', init: RequestInit = {}) =>
  fetch(server.url + path, {
    ...init,
    headers: { authorization: `Bearer ${secrets[person]}`, 'content-type': 'application/json' },
  })
async function list(query: Record<string, string> = {}, person: Person = 'ann') {
  const response = await ask(`/api/v1/jobs?${new URLSearchParams(query)}`, person)
  expect(response.status).toBe(200)
  return jobsSchema.parse(await response.json())
}
const found = async (search: string) => (await list({ search })).jobs.map(({ prompt }) => prompt)

describe('whose it is', () => {
  it('is the person with a name, wherever they are, and the address of those who share a token', async () => {
    expect((await list()).jobs.length).toBe(prompts.length)
    expect((await list({}, 'bob')).jobs).toEqual([])
    const { jobs } = server.room
    expect((await jobs.list('ann@192.0.2.9', { limit: 50 })).length).toBe(prompts.length)
    expect(await jobs.list('annette@127.0.0.1', { limit: 50 })).toEqual([])
    const draw = { prompt: 'a cat', candidates: 1 }
    const one = await jobs.submit(draw, 'token@192.0.2.1')
    const local = await jobs.submit(draw, 'local@127.0.0.1')
    expect((await jobs.list('token@192.0.2.1', { limit: 9 })).map(({ id }) => id)).toEqual([one.id])
    expect(await jobs.list('token@192.0.2.2', { limit: 9 })).toEqual([])
    expect((await jobs.list('local@::/64', { limit: 9 })).map(({ id }) => id)).toEqual([local.id])
    for (const { id } of [one, local]) {
      await finished(jobs, id)
      await jobs.remove(id)
    }
  })
})

describe('searching', () => {
  it.each([
    ['elephant', [0]],
    ['ÉLÉPHANT  ete', [0]],
    ['été éléphant', [0]],
    ["d'ete", [0]],
    ['d’été', [0]],
    ['E\u0301te\u0301', [0]],
    ['oeuf', [1]],
    ['ŒUF plat', [1]],
    ['eleph', [0]],
    ['elephant plat', []],
    ['kangaroo', [3]],
    ['%', [2]],
    ['_', [2]],
    ['100 %', [2]],
    ['t\\d', [4]],
    ['fin', [5]],
    ['.*', []],
    ["' or true --", []],
    ['', [5, 4, 3, 2, 1, 0]],
    [' \t ', [5, 4, 3, 2, 1, 0]],
  ] as const)('finds %j', async (search, expected) => {
    expect(await found(search)).toEqual(expected.map((i) => prompts[i]))
  })

  it.each([
    { search: 'x'.repeat(201) },
    { search: 'a\u0000b' },
    { cursor: 'x' },
    { cursor: '1.abcdefghijklmnopqrstuvwx' },
    { cursor: "1.00000000-0000-0000-0000-00000000000'" },
    { cursor: '99999999999999999999.00000000-0000-0000-0000-000000000000' },
    { favourites: 'perhaps' },
    { limit: '0' },
  ])('refuses %j', async (query) => {
    const response = await ask(`/api/v1/jobs?${new URLSearchParams(query as unknown as Record<string, string>)}`)
    expect([response.status, (await jsonOf(response)).error.code]).toEqual([400, 'body-malformed'])
  })
})

describe('tables of an earlier version', () => {
  it('are brought up to date with what is in them', async () => {
    const old = `${place.schema}_old`
    const db = { ...server.room.db, schema: old }
    try {
      await migrate(db, steps.slice(0, 1))
      const clients = ['ann@192.0.2.1', 'token@192.0.2.1', 'local@127.0.0.1']
      for (const client of clients) {
        await db.query(
          `insert into ${old}.jobs (id, client, state, model, model_sha256, request, candidates, cost, start_tag)
           values (gen_random_uuid(), $1, 'done', 'm', 'x', $2::text::jsonb, 1, 1, 0)`,
          [client, JSON.stringify({ prompt: 'Un Éléphant' })],
        )
      }
      await migrate(db)
      await migrate(db)
      const rows = await db.query(`select owner, searched from ${old}.jobs order by client collate "C"`)
      expect(rows).toEqual(['ann', 'local', 'token@192.0.2.1'].map((owner) => ({ owner, searched: 'un elephant' })))
      await expect(migrate(db, steps.slice(0, 1))).rejects.toMatchObject({ code: 'database-newer' })
    } finally {
      await db.query(`drop schema if exists ${old} cascade`)
    }
  })
})

describe('pages', () => {
  it('cover everything once, even where the last job of a page is gone by then', async () => {
    const { id } = await server.room.jobs.submit({ prompt: 'a cat', candidates: 1 }, 'ann@127.0.0.1')
    await finished(server.room.jobs, id)
    const first = await list({ limit: '1' })
    expect(first.jobs.map((job) => job.id)).toEqual([id])
    expect((await ask(`/api/v1/jobs/${id}`, 'ann', { method: 'DELETE' })).status).toBe(204)
    const seen: string[] = []
    let cursor = first.next
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: '4', cursor })
      seen.push(...page.jobs.map(({ prompt }) => prompt))
      cursor = page.next
    }
    expect(seen).toEqual(prompts.toReversed())
    // A search has pages, too, and its last one says that it is.
    expect((await list({ search: 'a', limit: String(prompts.length) })).next).toBe(null)
  })
})

describe('favourites', () => {
  const favour = (prompt: string, index: number) =>
    ask(`/api/v1/jobs/${ids.get(prompt)}/favourites`, 'ann', { method: 'POST', body: JSON.stringify({ index }) })

  it('are marked, found and taken back, once however often it is asked', async () => {
    const [one, , , four] = prompts as [string, string, string, string]
    const { pictures } = await jsonOf(await ask(`/api/v1/jobs/${ids.get(one)}`))
    const indexes = pictures.map(({ index }) => index).toSorted((a, b) => a - b)
    for (const index of [...indexes, indexes[0]!]) expect((await favour(one, index)).status).toBe(200)
    const other = (await jsonOf(await ask(`/api/v1/jobs/${ids.get(four)}`))).pictures[0]!.index
    expect((await jsonOf(await favour(four, other))).favourites).toEqual([other])
    const liked = await list({ favourites: 'true' })
    expect(liked.jobs.map(({ prompt, favourites }) => [prompt, favourites])).toEqual([
      [four, [other]],
      [one, indexes],
    ])
    expect((await list({ favourites: 'true', search: 'elephant' })).jobs.length).toBe(1)
    const gone = await ask(`/api/v1/jobs/${ids.get(one)}/favourites/${indexes[0]}`, 'ann', { method: 'DELETE' })
    expect((await jsonOf(gone)).favourites).toEqual([indexes[1]])
  })

  it('are pictures that there are', async () => {
    const { pictures } = await jsonOf(await ask(`/api/v1/jobs/${ids.get(prompts[1]!)}`))
    const drawn = new Set(pictures.map(({ index }) => index))
    const bare = [0, 1, 2, 3].find((index) => !drawn.has(index))!
    for (const index of [bare, 99]) expect((await favour(prompts[1]!, index)).status).toBe(404)
    for (const index of [-1, 1.5, 1024, 2 ** 40]) expect((await favour(prompts[1]!, index)).status).toBe(400)
    const path = `/api/v1/jobs/${ids.get(prompts[1]!)}/favourites`
    for (const name of ['x', '-1', '01', '99999999999']) {
      expect((await ask(`${path}/${name}`, 'ann', { method: 'DELETE' })).status, name).toBe(404)
    }
  })

  it('are kept, with what is shared, when other jobs are too old; and all of it over a restart', async () => {
    const [one, two, , four] = prompts as [string, string, string, string]
    await server.room.shares.create(ids.get(two)!, { recipe: true, feed: false, expires: null })
    const ended = await server.room.shares.create(ids.get(prompts[2]!)!, { recipe: true, feed: false, expires: null })
    await server.room.shares.revoke(ids.get(prompts[2]!)!, ended.id)
    expect(await removeExpired(server.room.db, server.room.pictures, 0)).toBe(prompts.length - 3)
    const kept = [four, two, one]
    const before = await list()
    expect(before.jobs.map(({ prompt, shares }) => [prompt, shares])).toEqual([
      [four, 0],
      [two, 1],
      [one, 0],
    ])
    await server.close()
    server = await startTestServer(place, { environment })
    expect(await list()).toEqual(before)
    for (const { pictures } of before.jobs) expect((await ask(pictures[0]!.url)).status).toBe(200)
    expect((await list({ favourites: 'true' })).jobs.map(({ prompt }) => prompt)).toEqual(
      kept.filter((prompt) => prompt !== two),
    )
    await expect(server.room.shares.show(ended.id)).rejects.toMatchObject({ code: 'share-ended' })
  })
})
