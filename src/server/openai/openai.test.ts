/** The official client, unmodified, with another base address. */
import { setTimeout as wait } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NeufError } from '../../errors/errors.ts'
import { decodePicture, previewOf } from '../../image/codec.ts'
import { createPixels } from '../../image/pixels.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import type { RunningServer } from '../server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from '../testing/room.ts'
import { post, startStrictServer, annsToken as token } from '../testing/server.ts'
import { errorSchema, imagesSchema } from './schemas.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
let place: TestFolder
let server: RunningServer
let openai: OpenAI
let logged: string[] = []

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startStrictServer(place, (line) => logged.push(line))
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: token, maxRetries: 0 })
}, 180_000)
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

const prompt = 'a red kangaroo'
/** Fields that are no part of the official client's types are sent all the same. */
const few = { prompt, seed: 7, candidates: 10 } as { prompt: string }
const bytesOf = (base64: string | undefined) => new Uint8Array(Buffer.from(base64!, 'base64'))
const fault = (ask: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  ask.then(
    () => expect.unreachable('it was answered'),
    (error) => error,
  )

describe('pictures', () => {
  it('come as they were drawn, best first, each with its recipe', async () => {
    const { data, created, size, output_format, _request_id } = await openai.images.generate({ ...few, n: 9 })
    expect(data!.length).toBe(9)
    expect(Math.abs(created * 1000 - Date.now())).toBeLessThan(3_600_000)
    expect([size, output_format]).toEqual(['16x16', 'png'])
    expect(_request_id).toMatch(/^[0-9a-f-]{36}$/)
    // The same order through the native API has the same files, in the same order.
    const order = { prompt, seed: 7, candidates: 10, count: 9 }
    const job = await finished(server.room.jobs, (await server.room.jobs.submit(order, 'ann')).id)
    for (const [place, { index, score, matchProbability }] of job.pictures.entries()) {
      const given = data![place]!
      expect(given).toMatchObject({ index, score, match_probability: matchProbability, seed: 7 })
      expect(given).not.toHaveProperty('url')
      expect(bytesOf(given.b64_json)).toEqual(new Uint8Array(await server.room.jobs.picture(job.id, index)))
    }
  })

  it('come in the size and format asked for, whole and unstretched, with what files carry', async () => {
    const one = async (more: object) => {
      const answer = await openai.images.generate({ ...few, n: 1, ...more })
      return { ...answer, file: bytesOf(answer.data![0]!.b64_json) }
    }
    const own = await decodePicture((await one({ size: 'auto' })).file)
    const large = await one({ size: '96x64' })
    const shown = await decodePicture(large.file)
    expect([shown.width, shown.height, large.size]).toEqual([96, 64, '96x64'])
    expect(readRecipe(large.file)).toMatchObject({ kind: 'picture', record: { recipe: { prompt, seed: 7 } } })
    const pixel = (x: number, y: number, { width, data } = shown) => [...data.subarray(3 * (y * width + x)).slice(0, 3)]
    // In the middle a square of 64; beside it, white.
    for (const x of [0, 15, 80, 95]) expect(pixel(x, 32)).toEqual([255, 255, 255])
    // Means of blocks of 4 x 4 are about the pixels of the picture itself, and not of its mirror image.
    let difference = 0
    let mirrored = 0
    for (let at = 0; at < 16 * 16 * 3; at++) {
      const [channel, x, y] = [at % 3, Math.floor(at / 3) % 16, Math.floor(at / 48)]
      let sum = 0
      for (let i = 0; i < 16; i++) sum += pixel(16 + 4 * x + (i % 4), 4 * y + Math.floor(i / 4))[channel]!
      difference += Math.abs(sum / 16 - own.data[at]!)
      mirrored += Math.abs(sum / 16 - own.data[3 * (16 * y + 15 - x) + channel]!)
    }
    expect(difference).toBeLessThan(mirrored / 2)
    const webp = await one({ output_format: 'webp', size: '64x64' })
    expect(Buffer.from(webp.file.subarray(8, 12)).toString()).toBe('WEBP')
    const jpeg = await one({ output_format: 'jpeg', output_compression: 50 })
    expect([...jpeg.file.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    expect([webp.output_format, jpeg.output_format]).toEqual(['webp', 'jpeg'])
    const finer = await one({ output_format: 'jpeg', output_compression: 100 })
    expect(finer.file.length).toBeGreaterThan(jpeg.file.length)
  })

  it('come as addresses that need no token, are signed, and hold for an hour', async () => {
    const { data } = await openai.images.generate({ ...few, model: 'dall-e-3', size: '32x32' })
    const url = data![0]!.url!
    expect(data![0]).not.toHaveProperty('b64_json')
    expect(url.startsWith(`${server.url}/v1/images/files/`)).toBe(true)
    const response = await fetch(url)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
    const again = await openai.images.generate({ ...few, size: '32x32', response_format: 'b64_json' })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytesOf(again.data![0]!.b64_json))
    const changes: [string | RegExp, string][] = [
      ['size=32x32', 'size=64x64'],
      ['.png', '.webp'],
      [/\/\d+\.png/, '/9.png'],
      [/expires=\d+/, 'expires=99999999999'],
      [/&signature=.*/, ''],
      [/signature=./, 'signature=%ff'],
    ]
    for (const [from, to] of changes) {
      const changed = url.replace(from, to)
      const refused = changed === url ? url.replace(/\/\d+\.png/, '/8.png') : changed
      const answer = await fetch(refused)
      expect(answer.status, refused).toBe(404)
      errorSchema.parse(await answer.json())
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 })
    const late = await fetch(url).finally(() => vi.useRealTimers())
    expect([late.status, (await late.text()).includes('hour')]).toEqual([404, true])
  })

  it('are drawn by the first model where a client names one of OpenAI, and null is as good as nothing', async () => {
    for (const model of ['gpt-image-1', 'dall-e-2', 'chatgpt-image-latest', 'random', null]) {
      const sent = { ...few, model, n: null, size: null, stream: null, response_format: 'b64_json' as const }
      const { data } = await openai.images.generate(sent as never)
      const carried = readRecipe(bytesOf((data as { b64_json: string }[])[0]!.b64_json))
      expect(carried).toMatchObject({ record: { recipe: { model: { name: 'random' } } } })
    }
  })

  it('say which fields changed nothing', async () => {
    const body = { ...few, quality: 'hd', style: 'vivid', user: 'me', surprise: 1 }
    const { response } = await openai.images.generate(body as never).withResponse()
    expect(response.headers.get('x-neuf-ignored')).toBe('quality, style, user, surprise')
    expect(response.headers.get('x-neuf-seed')).toBe('7')
    expect(response.headers.get('x-neuf-job')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('a stream', () => {
  it('tells what is being drawn, the best so far, and the chosen ones at the end', async () => {
    const { draw } = server.room.drawing!
    const green = await previewOf(createPixels(16, 16, [0, 200, 0]), 5000)
    const told: OpenAI.ImageGenStreamEvent[] = []
    const previews = [1, 1, 2].map((index) => ({ index, drawn: 0.5, webp: green! }))
    const spy = vi.spyOn(server.room.drawing!, 'draw').mockImplementation(async function* (task, signal) {
      // Told again and again until it was heard: drawing may begin before anybody listens.
      for (; told.length === 0 && !signal.aborted; await wait(20)) yield { kind: 'unfinished', previews }
      // What else it tells of what is unfinished is a matter of speed.
      for await (const event of draw(task, signal)) if (event.kind !== 'unfinished') yield event
    })
    const stream = await openai.images.generate({ ...few, n: 2, stream: true, partial_images: 3, size: '32x32' })
    for await (const event of stream) told.push(event)
    spy.mockRestore()
    const seen = told.map((event) => {
      const { image_index, score } = event as unknown as { image_index: number; score?: number }
      const partial = 'partial_image_index' in event ? event.partial_image_index : null
      return [event.type.split('.')[1], image_index, partial, score !== undefined]
    })
    // One that is being drawn, in the place that it would have; then, of ten candidates, four at a time: 4, 8, and then all.
    expect(seen).toEqual([
      ['partial_image', 1, 0, false],
      ['partial_image', 0, 0, true],
      ['partial_image', 1, 1, true],
      ['partial_image', 0, 1, true],
      ['partial_image', 1, 2, true],
      ['completed', 0, null, true],
      ['completed', 1, null, true],
    ])
    const { data } = await decodePicture(bytesOf(told[0]!.b64_json))
    expect(Math.abs(data[1]! - 200)).toBeLessThan(8)
    for (const event of told) {
      expect(event).toMatchObject({ size: '32x32', output_format: 'png', background: 'opaque' })
      const { width } = await decodePicture(bytesOf(event.b64_json))
      expect(width).toBe(32)
    }
    const all = await openai.images.generate({ ...few, n: 2, size: '32x32' })
    const completed = told.slice(-2).map(({ b64_json }) => b64_json)
    expect(completed).toEqual(all.data!.map(({ b64_json }) => b64_json))
    const plain = await openai.images.generate({ ...few, n: 1, stream: true })
    const types: string[] = []
    for await (const { type } of plain) types.push(type)
    expect(types).toEqual(['image_generation.completed'])
  })

  it('raises what the job failed with', async () => {
    const draw = vi.spyOn(server.room.drawing!, 'draw').mockImplementation(() => {
      throw new Error('on purpose')
    })
    try {
      const stream = await openai.images.generate({ ...few, stream: true })
      const error = await fault(Array.fromAsync(stream))
      expect(error).toBeInstanceOf(OpenAI.APIError)
      expect([error.code, error.type]).toEqual(['worker_crashed', 'server_error'])
      const plain = await fault(openai.images.generate(few))
      expect(plain).toBeInstanceOf(OpenAI.InternalServerError)
      expect([plain.code, plain.headers!.get('x-should-retry')]).toEqual(['worker_crashed', 'false'])
    } finally {
      draw.mockRestore()
      logged = logged.filter((line) => !line.includes('on purpose'))
    }
  })
})

describe('whoever goes away', () => {
  it.each([
    ['a stream', true],
    ['an answer', false],
  ])(
    'in the middle of %s cancels the job',
    async (_, stream) => {
      const gone = new AbortController()
      const long = { prompt: `a blue elephant ${stream}`, candidates: 1000, stream }
      const asking = openai.images.generate(long as never, { signal: gone.signal })
      const answered = asking.then(async (events) => {
        for await (const event of events as unknown as AsyncIterable<unknown>) void event
      })
      const ended = answered.catch((error) => error)
      let id = ''
      while (id === '') {
        await wait(20)
        const [newest] = await server.room.jobs.list('ann@127.0.0.1', { limit: 1 })
        if (newest?.request.prompt === long.prompt && newest.state === 'drawing') id = newest.id
      }
      const cancel = vi.spyOn(server.room.jobs, 'cancel')
      gone.abort()
      await ended
      // Whoever asked for an answer may ask again: until the grace has passed, in which all may be drawn.
      await vi.waitFor(() => expect(cancel).toHaveBeenCalledWith(id), { timeout: 30_000, interval: 50 })
      cancel.mockRestore()
      expect((await finished(server.room.jobs, id)).state).toMatch(stream ? /^cancelled$/ : /^(cancelled|done)$/)
    },
    60_000,
  )
})

it('an answer that comes later than a client waits is the one of its next attempt', async () => {
  const submit = vi.spyOn(server.room.jobs, 'submit')
  // The official client gives each attempt so long: the pictures come in the second or third.
  const hasty = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: token, maxRetries: 20, timeout: 700 })
  const { data, _request_id } = await hasty.images.generate({ prompt: 'two kangaroos', candidates: 400 } as never)
  expect([data!.length, submit.mock.calls.length, typeof _request_id]).toEqual([1, 1, 'string'])
  // The same request, asked for the first time again, is another job.
  await openai.images.generate({ prompt: 'two kangaroos', candidates: 1 } as never)
  await openai.images.generate({ prompt: 'two kangaroos', candidates: 1 } as never)
  expect(submit.mock.calls.length).toBe(3)
  submit.mockRestore()
})

describe('models', () => {
  it('are listed, and told one by one', async () => {
    const all = await Array.fromAsync(await openai.models.list())
    expect(all).toMatchObject([{ id: 'random', object: 'model', owned_by: 'neuf' }])
    expect(await openai.models.retrieve('random')).toMatchObject(all[0]!)
    const missing = await fault(openai.models.retrieve('some/other'))
    expect(missing).toBeInstanceOf(OpenAI.NotFoundError)
    expect([missing.code, missing.param, missing.type]).toEqual(['model_not_found', 'model', 'invalid_request_error'])
  })
})

describe('what cannot be', () => {
  it.each([
    ['an empty prompt', { prompt: ' ' }, OpenAI.BadRequestError, 'invalid_value', 'prompt'],
    ['no prompt', { prompt: undefined }, OpenAI.BadRequestError, 'missing_required_parameter', 'prompt'],
    ['a number as prompt', { prompt: 7 }, OpenAI.BadRequestError, 'invalid_type', 'prompt'],
    ['a long prompt', { prompt: 'a cat '.repeat(300) }, OpenAI.BadRequestError, 'string_above_max_length', 'prompt'],
    [
      'a very long prompt',
      { prompt: 'a cat '.repeat(1000) },
      OpenAI.BadRequestError,
      'string_above_max_length',
      'prompt',
    ],
    ['a refused prompt', { prompt: 'a zorglub' }, OpenAI.BadRequestError, 'content_policy_violation', 'prompt'],
    ['eleven pictures', { n: 11 }, OpenAI.BadRequestError, 'integer_above_max_value', 'n'],
    ['no pictures', { n: 0 }, OpenAI.BadRequestError, 'integer_below_min_value', 'n'],
    ['half a picture', { n: 1.5 }, OpenAI.BadRequestError, 'invalid_type', 'n'],
    ['fewer candidates than pictures', { n: 5, candidates: 2 }, OpenAI.BadRequestError, 'invalid_value', 'candidates'],
    ['a size in words', { size: 'large' }, OpenAI.BadRequestError, 'invalid_value', 'size'],
    ['a size beyond all', { size: '9999x9999' }, OpenAI.BadRequestError, 'invalid_value', 'size'],
    ['an unknown format', { output_format: 'gif' }, OpenAI.BadRequestError, 'invalid_value', 'output_format'],
    [
      'four partial pictures',
      { partial_images: 4 },
      OpenAI.BadRequestError,
      'integer_above_max_value',
      'partial_images',
    ],
    ['a model nobody has', { model: 'sdxl' }, OpenAI.NotFoundError, 'model_not_found', 'model'],
    ['a clear background', { background: 'transparent' }, OpenAI.BadRequestError, 'invalid_value', 'background'],
  ])('is refused: %s', async (_, body, kind, code, param) => {
    const error = await fault(openai.images.generate({ ...few, ...body } as never))
    expect(error).toBeInstanceOf(kind)
    expect([error.code, error.param, error.type]).toEqual([code, param, 'invalid_request_error'])
    expect(error.requestID).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is refused in the same shape where it is no request at all', async () => {
    const authorization = `Bearer ${token}`
    const ask = (body: string, headers: Record<string, string> = {}) =>
      post(`${server.url}/v1/images/generations`, body, { authorization, ...headers })
    const answers: [Response, number, string][] = [
      [await ask('{"prompt":'), 400, 'invalid_value'],
      [await ask('[]'), 400, 'invalid_type'],
      [await ask('\0'.repeat(70_000)), 413, 'payload_too_large'],
      [await ask('prompt', { 'content-type': 'text/plain' }), 415, 'unsupported_content_type'],
      [await ask('{}', { authorization: 'Bearer wrong' }), 401, 'invalid_api_key'],
      [await fetch(`${server.url}/v1/engines`, { headers: { authorization } }), 404, 'unknown_url'],
      [
        await fetch(`${server.url}/v1/models`, { method: 'DELETE', headers: { authorization } }),
        405,
        'method_not_allowed',
      ],
      [await ask('{}', { origin: 'https://evil.example' }), 403, 'origin_refused'],
      [await fetch(`${server.url}/v1/images/files/${'0'.repeat(36)}/0.png`), 404, 'picture_missing'],
    ]
    for (const [response, status, code] of answers) {
      expect(response.status).toBe(status)
      expect(errorSchema.parse(await response.json()).error.code).toBe(code)
    }
    const wrong = await fault(new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'wrong', maxRetries: 0 }).models.list())
    expect(wrong).toBeInstanceOf(OpenAI.AuthenticationError)
    expect(logged).toEqual([])
  })

  it('is tried again by the client when the queue is full, as it is told to', async () => {
    const submit = vi.spyOn(server.room.jobs, 'submit')
    submit.mockRejectedValueOnce(new NeufError('queue-full', { seconds: 1 }))
    const error = await fault(openai.images.generate(few))
    expect(error).toBeInstanceOf(OpenAI.RateLimitError)
    expect([error.code, error.headers!.get('retry-after')]).toEqual(['queue_full', '1'])
    submit.mockRejectedValueOnce(new NeufError('queue-full', { seconds: 1 }))
    const patient = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: token, maxRetries: 1 })
    const before = performance.now()
    expect((await patient.images.generate(few)).data!.length).toBe(1)
    expect(performance.now() - before).toBeGreaterThan(900)
    submit.mockRestore()
  })
})

it('answers with what its own document says', async () => {
  const authorization = `Bearer ${token}`
  const response = await post(`${server.url}/v1/images/generations`, few, { authorization })
  imagesSchema.parse(await response.json())
  const document = (await (
    await fetch(`${server.url}/api/v1/openapi.json`, { headers: { authorization } })
  ).json()) as {
    paths: Record<string, object>
  }
  expect(Object.keys(document.paths).filter((path) => path.startsWith('/v1/'))).toEqual([
    '/v1/images/generations',
    '/v1/images/edits',
    '/v1/images/variations',
    '/v1/images/files/{job}/{picture}',
    '/v1/models',
    '/v1/models/{model}',
  ])
})
