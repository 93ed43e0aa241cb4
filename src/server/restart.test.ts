/** Processes that are killed in the middle: what they had drawn is kept, and what comes out is the same. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JobJson } from './http/schemas.ts'
import { findPostgres, type OwnPostgres, startPostgres } from './testing/postgres.ts'
import { type NeufProcess, startNeuf } from './testing/processes.ts'
import { databaseUrl, makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { jsonOf, post, readStream } from './testing/server.ts'

/** A start of an embedded database on a busy machine takes its time. */
const patience = 240_000
const order = { prompt: 'a red kangaroo', seed: 7, count: 3, candidates: 120 }

let place: TestFolder
const running = new Set<NeufProcess>()
beforeAll(async () => {
  place = await makeTestFolder()
})
afterEach(async () => {
  for (const one of running) await one.end()
  running.clear()
})
afterAll(() => removeTestFolder(place), patience)

/** Starts a command; on the database of the tests, unless another is named. */
async function start(argv: readonly string[], database = databaseUrl): Promise<NeufProcess> {
  const shared = ['--model', place.model, '--data', `${place.folder}/data`, '--threads', '1', '--at-once', '4']
  const environment = { NEUF_SCHEMA: place.schema, DATABASE_URL: database }
  const started = await startNeuf([...argv, ...shared], { environment })
  running.add(started)
  return started
}

/** Reads a stream until something has landed. */
async function untilLanded(url: string): Promise<void> {
  const response = await fetch(url)
  for await (const piece of response.body!) if (Buffer.from(piece as Uint8Array).includes('event: candidates')) return
}

async function picturesOf(url: string, { pictures, sheet }: JobJson): Promise<Buffer[]> {
  const urls = [...pictures.map((picture) => picture.url), sheet!]
  return Promise.all(urls.map(async (path) => Buffer.from(await (await fetch(url + path)).arrayBuffer())))
}

async function untilDone(url: string, job: JobJson) {
  const events = await readStream(await fetch(url + job.events))
  const landed = events.flatMap(({ data }) => (data.landed as { index: number }[] | undefined) ?? [])
  // Each candidate once, and in order, whoever drew it.
  expect(landed.map(({ index }) => index)).toEqual(Array.from({ length: order.candidates }, (_, i) => i))
  expect(events.at(-1)!.kind).toBe('done')
  return jsonOf(await fetch(`${url}/api/v1/jobs/${job.id}`))
}

describe('a server that is killed in the middle', () => {
  it(
    'goes on at its next start, and ends with the pictures of an undisturbed run',
    async () => {
      const first = await start(['serve', '--port', '0'])
      const job = await jsonOf(await post(`${first.url}/api/v1/jobs`, order))
      await untilLanded(first.url + job.events)
      await first.end()
      const second = await start(['serve', '--port', '0'])
      const { url } = second
      const before = await jsonOf(await fetch(`${url}/api/v1/jobs/${job.id}`))
      expect(before.drawn).toBeGreaterThan(0)
      const done = await untilDone(url, job)
      const undisturbed = await jsonOf(await post(`${url}/api/v1/jobs`, order))
      const whole = await untilDone(url, undisturbed)
      expect(done.pictures.map(({ url: _, ...picture }) => picture)).toEqual(
        whole.pictures.map(({ url: _, ...picture }) => picture),
      )
      expect(await picturesOf(url, done)).toEqual(await picturesOf(url, whole))
      // Asked to end, it ends at once, with a job in the middle, and a stream told of it.
      const last = await jsonOf(await post(`${url}/api/v1/jobs`, { ...order, candidates: 1000 }))
      const stream = await fetch(url + last.events)
      const ended = second.end('SIGTERM')
      expect((await readStream(stream)).at(-1)!.kind).toBe('stopping')
      expect(await ended).toBe(143)
    },
    patience,
  )
})

describe.skipIf(databaseUrl === undefined && findPostgres() === undefined)(
  'a worker that is killed in the middle',
  () => {
    let own: OwnPostgres | undefined
    beforeAll(async () => {
      if (databaseUrl === undefined) own = await startPostgres()
    }, patience)
    afterAll(() => own?.close(), patience)

    it(
      'is replaced by another, which goes on with the first candidate that is missing',
      async () => {
        const database = databaseUrl ?? own?.url
        const { url } = await start(['serve', '--port', '0', '--no-drawing'], database)
        const worker = await start(['worker'], database)
        const long = { ...order, seed: 8 }
        const job = await jsonOf(await post(`${url}/api/v1/jobs`, long))
        await untilLanded(url + job.events)
        await worker.end()
        await start(['worker'], database)
        const done = await untilDone(url, job)
        const whole = await untilDone(url, await jsonOf(await post(`${url}/api/v1/jobs`, long)))
        expect(await picturesOf(url, done)).toEqual(await picturesOf(url, whole))
      },
      patience,
    )
  },
)
