import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readRecipe } from '../image/recipe-metadata.ts'
import { jobSchema, jobsSchema, modelsSchema } from './http/schemas.ts'
import type { RunningServer } from './server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { jsonOf, post, readStream, startTestServer } from './testing/server.ts'

// An embedded database and a drawing process share two busy cores with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
let place: TestFolder
let server: RunningServer
let jobsUrl: string

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startTestServer(place)
  jobsUrl = `${server.url}/api/v1/jobs`
}, 180_000)
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

const order = { prompt: 'a red kangaroo', seed: 7, count: 3, candidates: 10 }
type OpenApi = {
  openapi: string
  paths: Record<string, { post: { requestBody: { content: Record<string, { schema: { $ref: string } }> } } }>
  components: { schemas: Record<string, object> }
}
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

describe('drawing over HTTP', () => {
  it('gives the pictures in one call to whoever accepts pictures', async () => {
    const response = await post(jobsUrl, order, { accept: 'image/png' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('x-neuf-seed')).toBe('7')
    const sheet = readRecipe(await bytesOf(response))
    expect(sheet).toMatchObject({ kind: 'sheet', records: [{}, {}, {}] })
    // A form does, too, as curl sends one; one picture is itself, not a sheet.
    const form = new URLSearchParams({
      prompt: 'a red kangaroo',
      seed: '7',
      count: '1',
      candidates: '10',
      guidance: '2',
    })
    const one = await fetch(jobsUrl, { method: 'POST', headers: { accept: 'image/*' }, body: form })
    expect(one.status).toBe(200)
    const best = sheet.kind === 'sheet' ? sheet.records[0] : undefined
    expect(readRecipe(await bytesOf(one))).toMatchObject({ kind: 'picture', record: best })
  })

  it('takes a job first, and tells of it until its pictures can be fetched', async () => {
    const response = await post(jobsUrl, order)
    expect(response.status).toBe(202)
    const queued = jobSchema.parse(await response.json())
    expect(response.headers.get('location')).toBe(`/api/v1/jobs/${queued.id}`)
    expect(queued.place === null || queued.place >= 1).toBe(true)
    const events = await readStream(await fetch(server.url + queued.events))
    expect(events.filter(({ id }) => id !== undefined).map(({ id, kind }) => [id, kind])).toEqual([
      [1, 'queued'],
      [2, 'started'],
      [3, 'prompt'],
      [4, 'candidates'],
      [5, 'candidates'],
      [6, 'candidates'],
      [7, 'done'],
    ])
    expect(events.at(-1)!.data).toMatchObject({ job: queued.id, sheet: `/api/v1/jobs/${queued.id}/sheet.png` })
    const done = jobSchema.parse(await (await fetch(`${jobsUrl}/${queued.id}`)).json())
    expect(done).toMatchObject({ state: 'done', drawn: 10, place: null, error: null })
    for (const { url, index } of done.pictures) {
      const picture = await fetch(server.url + url)
      expect(picture.headers.get('cache-control')).toContain('immutable')
      expect(readRecipe(await bytesOf(picture))).toMatchObject({ record: { recipe: { index, seed: 7 } } })
    }
    const sheet = await bytesOf(await fetch(server.url + done.sheet!))
    const negotiated = await fetch(`${jobsUrl}/${queued.id}`, { headers: { accept: 'text/html;q=0.2, image/png' } })
    expect(await bytesOf(negotiated)).toEqual(sheet)
    // The same pictures by their indexes are the same sheet; others, in another order, are another.
    const indexes = done.pictures.map(({ index }) => index)
    const byIndexes = await fetch(`${server.url}${done.sheet}?pictures=${indexes}`)
    expect(await bytesOf(byIndexes)).toEqual(sheet)
    const turned = await fetch(`${server.url}${done.sheet}?pictures=${indexes.toReversed().slice(1)}`)
    const records = indexes
      .toReversed()
      .slice(1)
      .map((index) => ({ recipe: { index } }))
    expect(readRecipe(await bytesOf(turned))).toMatchObject({ kind: 'sheet', records })
    for (const [list, status] of [
      ['10', 404],
      ['', 400],
      ['1,', 400],
      ['-1', 400],
      [Array(17).fill(0).join(), 400],
    ]) {
      expect((await fetch(`${server.url}${done.sheet}?pictures=${list}`)).status, `${list}`).toBe(status)
    }
    const { jobs } = jobsSchema.parse(await (await fetch(`${jobsUrl}?limit=1`)).json())
    expect(jobs.map(({ id }) => id)).toEqual([queued.id])
    const before = jobsSchema.parse(await (await fetch(`${jobsUrl}?before=${queued.id}`)).json())
    expect(before.jobs.length).toBeGreaterThan(0)
    expect(before.jobs.map(({ id }) => id)).not.toContain(queued.id)
  })

  it('takes a stream up where it broke off', async () => {
    const response = await post(jobsUrl, order, { accept: 'text/event-stream' })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const first = await readStream(response, 2)
    const id = String(first[0]!.data.job)
    const last = first.findLast((event) => event.id !== undefined)!.id!
    const rest = await readStream(await fetch(`${jobsUrl}/${id}/events`, { headers: { 'last-event-id': `${last}` } }))
    expect(rest.flatMap((event) => event.id ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7].slice(last))
    const all = await fetch(`${jobsUrl}/${id}/events`, { headers: { 'last-event-id': '7' } })
    expect(all.status).toBe(204)
    for (const stale of ['8', '-1', 'x', '99999999999']) {
      const refused = await fetch(`${jobsUrl}/${id}/events`, { headers: { 'last-event-id': stale } })
      expect([refused.status, (await jsonOf(refused)).error.code]).toEqual([400, 'event-unknown'])
    }
  })

  it('draws more of the same seed, and not again what is there', async () => {
    const few = await post(jobsUrl, { ...order, candidates: 4 })
    const { id } = await jsonOf(few)
    await finished(server.room.jobs, id)
    const more = await post(`${jobsUrl}/${id}/more`, { candidates: 6 })
    expect(more.status).toBe(202)
    const grown = await finished(server.room.jobs, (await jsonOf(more)).id)
    const events = await readStream(await fetch(`${jobsUrl}/${grown.id}/events`))
    const landed = events.flatMap(({ data }) => (data.landed as { index: number }[] | undefined) ?? [])
    expect(landed.map(({ index }) => index)).toEqual([4, 5, 6, 7, 8, 9])
    const whole = await post(jobsUrl, order, { accept: 'image/png' })
    expect(await bytesOf(await fetch(`${jobsUrl}/${grown.id}/sheet.png`))).toEqual(await bytesOf(whole))
    const tooMany = await post(`${jobsUrl}/${id}/more`, { candidates: 1024 })
    expect([tooMany.status, (await jsonOf(tooMany)).error.code]).toEqual([409, 'nothing-to-add'])
  })

  it('draws a picture anew in part', async () => {
    const { id } = await jsonOf(await post(jobsUrl, order))
    const [best] = (await finished(server.room.jobs, id)).pictures
    const picture = best!.index
    const recordIn = (file: Uint8Array) => {
      const carried = readRecipe(file)
      if (carried.kind !== 'picture') throw new Error('a sheet')
      return carried.record
    }
    const before = recordIn(await server.room.jobs.picture(id, picture))
    const redraw = (body: object) => post(`${jobsUrl}/${id}/redraw`, body, { accept: 'image/png' })
    const anew = await redraw({ picture, places: [0, 5, 15], prompt: 'un chat', count: 1, seed: 3, candidates: 4 })
    const { tokens, recipe } = recordIn(await bytesOf(anew))
    expect(recipe).toMatchObject({ prompt: 'un chat', seed: 3 })
    expect([...recipe.kept!].flatMap((kept, at) => (kept === 0 ? [at] : []))).toEqual([0, 5, 15])
    for (const [at, kept] of recipe.kept!.entries()) if (kept === 1) expect(tokens[at]).toBe(before.tokens[at])
    const scattered = recordIn(await bytesOf(await redraw({ picture, strength: 0.5, count: 1, candidates: 2 })))
    expect(scattered.recipe.prompt).toBe(order.prompt)
    expect(scattered.recipe.kept!.filter((kept) => kept === 0).length).toBe(8)
    for (const [body, status, code] of [
      [{ picture, places: [16] }, 400, 'option-value'],
      [{ picture, places: [] }, 400, 'body-malformed'],
      [{ picture }, 400, 'body-malformed'],
      [{ picture, places: [1], strength: 0.5 }, 400, 'body-malformed'],
      [{ picture, strength: 1.5 }, 400, 'body-malformed'],
      [{ picture: 10, strength: 0.5 }, 404, 'picture-missing'],
    ] as const) {
      const refused = await redraw(body)
      expect([refused.status, (await jsonOf(refused)).error.code]).toEqual([status, code])
    }
  })

  it('stops a job and keeps what is drawn; removing takes that, too', async () => {
    const { id, events } = await jsonOf(await post(jobsUrl, { ...order, candidates: 1000 }))
    const stream = fetch(server.url + events)
    for await (const event of server.room.jobs.watch(id, { after: 0, signal: new AbortController().signal })) {
      if (event.kind === 'candidates') break
    }
    const cancelled = await jsonOf(await post(`${jobsUrl}/${id}/cancel`, ''))
    expect(cancelled.state).toBe('cancelled')
    expect((await readStream(await stream)).at(-1)!.kind).toBe('cancelled')
    expect(cancelled.pictures.length).toBeGreaterThan(0)
    expect((await fetch(server.url + cancelled.pictures[0]!.url)).status).toBe(200)
    const sheet = await fetch(`${jobsUrl}/${id}/sheet.png`)
    expect([sheet.status, (await jsonOf(sheet)).error.code]).toEqual([404, 'picture-missing'])
    // Again, and of what is done, it changes nothing.
    expect((await jsonOf(await post(`${jobsUrl}/${id}/cancel`, ''))).state).toBe('cancelled')
    expect((await fetch(`${jobsUrl}/${id}`, { method: 'DELETE' })).status).toBe(204)
    for (const url of [`${jobsUrl}/${id}`, server.url + events, server.url + cancelled.pictures[0]!.url]) {
      expect((await fetch(url)).status).toBe(404)
    }
  })

  it('lets go of a job whose only reader vanished', async () => {
    const gone = new AbortController()
    const asking = fetch(jobsUrl, {
      method: 'POST',
      headers: { accept: 'image/png', 'content-type': 'application/json' },
      body: JSON.stringify({ ...order, candidates: 1000 }),
      signal: gone.signal,
    })
    let id = ''
    while (id === '') {
      await setTimeout(20)
      const [newest] = await server.room.jobs.list('local@127.0.0.1', { limit: 1 })
      if (newest?.request.candidates === 1000 && newest.state === 'drawing') id = newest.id
    }
    gone.abort()
    await expect(asking).rejects.toThrow()
    expect((await finished(server.room.jobs, id)).state).toBe('cancelled')
  })

  it('makes one job of the same order under one key', async () => {
    const key = { 'idempotency-key': 'once' }
    const random = { prompt: 'a blue elephant', candidates: 2 }
    const [one, two] = await Promise.all([post(jobsUrl, random, key), post(jobsUrl, random, key)])
    const { id, seed } = await jsonOf(one)
    expect(await two.json()).toMatchObject({ id, seed })
    const other = await post(jobsUrl, { ...random, prompt: 'a cat' }, key)
    expect([other.status, (await jsonOf(other)).error.code]).toEqual([422, 'key-reused'])
  })
})

describe('the server itself', () => {
  it('says that it is there, ready, and what it offers', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).text()).toBe('ok\n')
    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, missing: [] }])
    const offered = modelsSchema.parse(await (await fetch(`${server.url}/api/v1/models`)).json())
    expect(offered.models).toMatchObject([{ name: 'random', side: 16, grid: [4, 4], defaults: { candidates: 4 } }])
  })

  it('counts for Prometheus', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toMatch(/^neuf_workers 1$/m)
    expect(text).toMatch(/^neuf_jobs\{state="queued"\} \d+$/m)
    expect(text).toMatch(/^neuf_http_requests_total\{route="\/healthz",method="GET",status="200"\} 1$/m)
    expect(Number(/^neuf_candidates_drawn_total (\d+)$/m.exec(text)![1])).toBeGreaterThan(20)
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/)
    }
  })

  it('describes itself by the schemas that check requests', async () => {
    const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as OpenApi
    expect(document.openapi).toBe('3.1.0')
    const create = document.paths['/api/v1/jobs']!.post
    expect(create.requestBody.content['application/json']!.schema.$ref).toBe('#/components/schemas/Order')
    expect(document.components.schemas.Order).toMatchObject({
      additionalProperties: false,
      required: ['prompt'],
      properties: { count: { minimum: 1, maximum: 64 } },
    })
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name!,
    )
    expect(references.length).toBeGreaterThan(10)
    for (const name of references) expect(document.components.schemas).toHaveProperty(name)
  })
})
