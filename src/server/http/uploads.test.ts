import { randomBytes } from 'node:crypto'
import { request as ask, type ClientRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../image/codec.ts'
import { automatic1111Routes } from '../automatic1111/routes.ts'
import { errorSchema as automatic1111Error } from '../automatic1111/schemas.ts'
import type { EngineRoom } from '../engine-room.ts'
import type { Job } from '../job.ts'
import type { OfferedModel } from '../models.ts'
import { openAiRoutes } from '../openai/routes.ts'
import { errorSchema as openAiError } from '../openai/schemas.ts'
import { createTestApp } from '../testing/app.ts'
import { heldBytes } from '../testing/held-bytes.ts'
import type { AppSettings } from './app.ts'
import { listen } from './listen.ts'
import { createUploads } from './uploads.ts'

const ownIsFull = /^Your uploads .* Try again in 5 s\.$/
const allIsFull = /^The uploads .* of all clients, .* Try again in 5 s\.$/

const megabyte = 2 ** 20
const edit = { path: '/v1/images/edits', type: 'multipart/form-data; boundary=some-boundary' }
const redraw = { path: '/sdapi/v1/img2img', type: 'application/json' }

const appWith = (change: Partial<AppSettings> = {}) =>
  createTestApp({
    room: { models: [] } as never,
    access: { tokens: new Map(), names: [], origins: [] },
    routes: [...openAiRoutes(), ...automatic1111Routes()],
    ...change,
  })

/** What came with a connection from an address. */
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } })

type Sent = { readonly path: string; readonly type: string; readonly body: ReadableStream; readonly length?: number }

const send = (app: ReturnType<typeof appWith>, { path, type, body, length }: Sent, address: string) => {
  const headers = {
    host: '127.0.0.1',
    'content-type': type,
    ...(length !== undefined && { 'content-length': String(length) }),
  }
  return app.request(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit, from(address))
}

describe('the room for uploads', () => {
  const of = (length?: string) =>
    new Request('http://127.0.0.1/', length === undefined ? {} : { headers: { 'content-length': length } })

  it('is a quarter for one client, and as much as there is for all', () => {
    const uploads = createUploads(1600)
    const first = uploads.enter('a', of('60'), 80)
    expect(() => uploads.enter('a', of('41'), 80)).toThrow(ownIsFull)
    const second = uploads.enter('a', of('40'), 80)
    second.leave()
    // Twice is once.
    second.leave()
    expect(() => uploads.enter('a', of('41'), 80)).toThrow(ownIsFull)
    uploads.enter('a', of('40'), 80)
    for (const client of ['b', 'c', 'd']) uploads.enter(client, of('100'), 100)
    expect(() => uploads.enter('e', of('1'), 100)).toThrow(allIsFull)
    first.leave()
    uploads.enter('e', of('60'), 100)
    expect(() => uploads.enter('e', of('1'), 100)).toThrow(allIsFull)
  })

  it('is taken by what a request declares, and where that is no length, by what comes', () => {
    const uploads = createUploads(1600)
    // More than is read is not counted.
    uploads.enter('a', of('999'), 100).leave()
    for (const length of [undefined, '-1', '1e9', '0x10', '']) {
      const upload = uploads.enter('a', of(length), 100)
      const declared = uploads.enter('a', of('70'), 100)
      upload.take(10)
      upload.take(20)
      expect(() => upload.take(1)).toThrow(ownIsFull)
      // What is counted already comes for nothing, and what was said to be less is counted as it comes.
      declared.take(70)
      expect(() => declared.take(1)).toThrow(ownIsFull)
      upload.leave()
      declared.take(29)
      expect(() => declared.take(1)).toThrow(ownIsFull)
      declared.leave()
    }
    uploads.enter('a', of('100'), 100)
  })
})

it('refuses, of many uploads at once, those that there is no room for, each API in its own shape', async () => {
  const app = appWith()
  const bodies: ReadableStreamDefaultController[] = []
  /** Says how much it will send, and sends nothing yet. */
  const begin = (one: typeof edit, megabytes: number, address: string) => {
    const body = new ReadableStream({ start: (controller) => void bodies.push(controller) })
    return send(app, { ...one, body, length: megabytes * megabyte }, address)
  }
  const under: ReturnType<typeof begin>[] = []
  const refused = async (address: string, why: RegExp) => {
    for (const one of [edit, redraw]) {
      const response = await begin(one, 13, address)
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '5'])
      const json = await response.json()
      if (one === redraw) expect(automatic1111Error.parse(json).errors).toMatch(why)
      else {
        const { code, message } = openAiError.parse(json).error
        expect(code).toBe('rate_limit_exceeded')
        expect(message).toMatch(why)
      }
    }
  }
  // Half a gigabyte, each body four times: four clients, two bodies of 16 MB each.
  for (const client of [1, 2, 3, 4]) {
    for (const one of [edit, redraw]) under.push(begin(one, 16, `127.0.0.${client}`))
    await refused(`127.0.0.${client}`, ownIsFull)
  }
  for (const client of [5, 6, 7]) await refused(`127.0.0.${client}`, allIsFull)
  const small = { method: 'POST', headers: { host: '127.0.0.1', 'content-type': 'application/json' } }
  expect((await app.request('/sdapi/v1/txt2img', { ...small, body: '{"prompt":7}' }, {})).status).toBe(422)
  // Those who vanish make room.
  for (const body of bodies) body.error(new Error('gone'))
  for (const response of await Promise.all(under)) expect([400, 422]).toContain(response.status)
  const later = begin(edit, 20, '127.0.0.5')
  bodies.at(-1)!.close()
  expect((await later).status).toBe(400)
})

it('refuses one that says nothing of its length in the middle, where it finds no more room', async () => {
  const app = appWith()
  const listening = await listen(app.fetch as never, { host: '127.0.0.1', port: 0 })
  const { port } = new URL(listening.url)
  const asked: ClientRequest[] = []
  try {
    /** Sends so much of a body that does not end, and gives what it is told. */
    const begin = (megabytes: number) =>
      new Promise<{ status: number; text: string; of: ClientRequest }>((resolve, reject) => {
        const one = ask({ port, path: edit.path, method: 'POST', headers: { 'content-type': edit.type } })
        one.on('error', reject).on('response', async (response) => {
          let text = ''
          for await (const piece of response) text += piece
          resolve({ status: response.statusCode!, text, of: one })
        })
        one.write(Buffer.alloc(megabytes * megabyte))
        asked.push(one)
      })
    const both = [begin(18), begin(18)]
    const { status, text, of } = await Promise.race(both)
    expect(status).toBe(429)
    expect(openAiError.parse(JSON.parse(text)).error.message).toMatch(ownIsFull)
    // The other one goes on in what the first has left.
    const left = asked.findIndex((one) => one !== of)
    asked[left]!.end()
    expect((await both[left]!).status).toBe(400)
  } finally {
    for (const one of asked) one.destroy()
    await listening.close(0)
  }
})

const noise = (side: number) =>
  encodePng({ width: side, height: side, channels: 3, data: randomBytes(3 * side * side) })

/** A form with a picture. */
const form = (file: Uint8Array) => {
  const part = (head: string) => `--some-boundary\r\ncontent-disposition: form-data; ${head}\r\n\r\n`
  const [prompt, image] = [part('name="prompt"'), part('name="image"; filename="a.png"')]
  return Buffer.concat([Buffer.from(`${prompt}a cat\r\n${image}`), file, Buffer.from('\r\n--some-boundary--\r\n')])
}

/** JSON with a picture, and more of it in a field that nobody reads. */
const json = (file: Uint8Array) => {
  const base64 = Buffer.from(file).toString('base64')
  const unread = { alwayson_scripts: { other: { args: [base64] } }, steps: 20 }
  return Buffer.from(JSON.stringify({ prompt: 'a cat', init_images: [base64], mask: base64, ...unread }))
}

it.each([
  { ...edit, count: 12, make: () => form(noise(1000)) },
  { ...redraw, count: 8, make: () => json(noise(800)) },
])('lets go of what was sent to $path when its order is submitted, not when it is drawn', async (sent) => {
  const { count, make } = sent
  const bytes = make()
  const model = { name: 'one', sha256: 'a', side: 16, grid: [4, 4], tokensOfPlace: 1, encodes: true, imageTokens: 16 }
  const request = { prompt: 'a cat', seed: 1, candidates: 4, count: 1, sampling: { guidance: 1 } }
  const job = { id: 'a', state: 'queued', drawn: 0, created: new Date(0), pictures: [], request } as unknown as Job
  let submitted = 0
  const drawn = Promise.withResolvers<void>()
  const jobs = {
    submit: async () => {
      submitted++
      return job
    },
    async *watch() {
      await drawn.promise
      yield { id: 1, kind: 'done', data: {} }
    },
    read: async () => ({ ...job, state: 'done' }),
  }
  const room = { models: [model as unknown as OfferedModel], jobs } as unknown as EngineRoom
  const app = appWith({ room })
  const before = await heldBytes()
  const answers: ReturnType<typeof send>[] = []
  // One client's, one after the other: together they are more than one may have at once.
  expect(4 * count * bytes.length).toBeGreaterThan(2 ** 29 / 4)
  for (let i = 1; i <= count; i++) {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(bytes))
        controller.close()
      },
    })
    const answer = send(app, { ...sent, body, length: bytes.length }, '127.0.0.1')
    answers.push(answer)
    await Promise.race([expect.poll(() => submitted, { timeout: 30_000 }).toBe(i), answer])
    expect(submitted).toBe(i)
  }
  await expect.poll(async () => (await heldBytes()) - before, { timeout: 20_000 }).toBeLessThan(bytes.length)
  drawn.resolve()
  for (const response of await Promise.all(answers)) expect(response.status).toBe(200)
})
