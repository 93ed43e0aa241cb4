/** Editing and varying pictures with the official client. */
import { request } from 'node:http'
import OpenAI, { toFile } from 'openai'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openFamily } from '../../families/open.ts'
import { decodePicture, encodePng } from '../../image/codec.ts'
import { createPixels } from '../../image/pixels.ts'
import { type PictureRecord, readRecipe, writeRecipe } from '../../image/recipe-metadata.ts'
import { openModel } from '../../models/model-folder.ts'
import { createNodeEngines } from '../../runtime/node/engines.ts'
import type { RunningServer } from '../server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from '../testing/room.ts'
import { startTestServer } from '../testing/server.ts'
import { errorSchema } from './schemas.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
let place: TestFolder
let server: RunningServer
let openai: OpenAI
const logged: string[] = []
/** A picture that this server's model drew, 4 x 4 image tokens of 4 x 4 pixels. */
let own: Uint8Array
let ownRecord: PictureRecord

const prompt = 'a red kangaroo'
const png = (bytes: Uint8Array, name = 'picture.png') => toFile(bytes, name, { type: 'image/png' })
const recordOf = (base64: string | undefined): PictureRecord => {
  const carried = readRecipe(new Uint8Array(Buffer.from(base64!, 'base64')))
  if (carried.kind !== 'picture') throw new Error('a sheet')
  return carried.record
}
/** Opaque but for pixels of which `isClear` says so. */
function mask(isClear: (x: number, y: number) => boolean, side = 16): Uint8Array {
  const picture = createPixels(side, side, [0, 0, 0], 4)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) if (isClear(x, y)) picture.data[4 * (y * side + x) + 3] = 0
  return encodePng(picture)
}
/** Whether each token is the same as in another picture. */
const same = (a: Uint16Array, b: Uint16Array) => Array.from(a, (token, at) => token === b[at])

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startTestServer(place, { log: (what, error) => logged.push(`${what}: ${error}`) })
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 })
  const { data } = await openai.images.generate({ prompt, seed: 7, candidates: 4 } as never)
  own = new Uint8Array(Buffer.from((data as { b64_json: string }[])[0]!.b64_json, 'base64'))
  ownRecord = recordOf(Buffer.from(own).toString('base64'))
}, 180_000)
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

describe('an edit', () => {
  it('draws anew what is clear in the mask, and keeps all else, without loss for a picture drawn here', async () => {
    const lower = await png(mask((_, y) => y >= 8))
    const asked = { image: await png(own), mask: lower, prompt: 'un chat', n: 3, seed: 3, candidates: 6 }
    const { data } = await openai.images.edit(asked as OpenAI.ImageEditParamsNonStreaming)
    const records = data!.map(({ b64_json }) => recordOf(b64_json))
    expect(records.length).toBe(3)
    for (const { recipe, tokens } of records) {
      expect(recipe).toMatchObject({ prompt: 'un chat', seed: 3 })
      expect([...recipe.kept!]).toEqual(Array.from({ length: 16 }, (_, at) => (at < 8 ? 1 : 0)))
      expect(same(tokens, ownRecord.tokens).slice(0, 8)).toEqual(Array(8).fill(true))
    }
    expect(records.some(({ tokens }) => same(tokens, ownRecord.tokens).includes(false))).toBe(true)
    expect(new Set(records.map(({ tokens }) => tokens.join())).size).toBe(3)
  })

  it("reads a picture from elsewhere by the model's encoder, the square in its middle", async () => {
    // 32 x 16, its middle square is the picture; a JPEG of the best quality, and turned.
    const wide = await sharp({ create: { width: 32, height: 16, channels: 3, background: '#123456' } })
      .composite([{ input: Buffer.from(own), left: 8, top: 0 }])
      .png()
      .toBuffer()
    const engines = createNodeEngines({ threads: 1 })
    const model = await openFamily(await openModel(place.model), ...engines)
    const [encoded] = await model.encode([await decodePicture(own)])
    await Promise.all(engines.map((engine) => engine.dispose()))
    const left = await png(mask((x) => x < 8))
    const asked = { image: await png(new Uint8Array(wide)), mask: left, prompt, seed: 3, candidates: 4 }
    const { data } = await openai.images.edit(asked as OpenAI.ImageEditParamsNonStreaming)
    const { tokens, recipe } = recordOf(data![0]!.b64_json)
    for (const [at, kept] of [...recipe.kept!].entries()) {
      expect(kept).toBe(at % 4 < 2 ? 0 : 1)
      if (kept === 1) expect(tokens[at]).toBe(encoded![at])
    }
  })

  it('takes a clear part of the picture for the mask where there is none, and scattered places where nothing is clear', async () => {
    const holed = await decodePicture(own, { alpha: 'keep' })
    for (let x = 0; x < 4; x++) holed.data[4 * x + 3] = 0
    const asked = { image: await png(encodePng(holed)), prompt, seed: 3, candidates: 4 }
    const { data } = await openai.images.edit(asked as OpenAI.ImageEditParamsNonStreaming)
    expect([...recordOf(data![0]!.b64_json).recipe.kept!]).toEqual([0, ...Array(15).fill(1)])
    const share = async (strength: number | undefined) => {
      const sent = {
        image: [await png(own)],
        prompt,
        seed: 3,
        candidates: 4,
        ...(strength !== undefined && { strength }),
      }
      const { data: found } = await openai.images.edit(sent as OpenAI.ImageEditParamsNonStreaming)
      return recordOf(found![0]!.b64_json).recipe.kept!.filter((kept) => kept === 0).length
    }
    expect([await share(0), await share(0.5), await share(1), await share(undefined)]).toEqual([1, 8, 16, 14])
  })

  it('is told as a stream of its own events', async () => {
    const asked = { image: await png(own), prompt, stream: true, partial_images: 1, candidates: 8, seed: 2 }
    const types: string[] = []
    for await (const event of await openai.images.edit(asked as OpenAI.ImageEditParamsStreaming)) types.push(event.type)
    expect(types).toEqual(['image_edit.partial_image', 'image_edit.completed'])
  })

  it('goes on where it was when what draws is killed, and further candidates are of the same picture', async () => {
    const kept = new Uint8Array(16).fill(1).fill(0, 5)
    const redraw = { source: { png: encodePng(await decodePicture(own)) }, kept }
    const { jobs } = server.room
    const order = { prompt, seed: 7, candidates: 40, count: 3, redraw }
    const { id } = await jobs.submit(order, 'ann')
    for await (const { kind } of jobs.watch(id, { after: 0, signal: new AbortController().signal })) {
      if (kind === 'candidates') break
    }
    process.kill(server.room.drawing!.pid!, 'SIGKILL')
    const filesOf = async (job: string) => {
      const { pictures } = await finished(jobs, job)
      return Promise.all(
        pictures.map(async ({ index }) => Buffer.from(await jobs.picture(job, index)).toString('base64')),
      )
    }
    const files = await filesOf(id)
    expect(await filesOf((await jobs.submit(order, 'ann')).id)).toEqual(files)
    for (const file of files)
      expect(same(recordOf(file).tokens, ownRecord.tokens).slice(0, 5)).toEqual(Array(5).fill(true))
    const few = await jobs.submit({ ...order, candidates: 12 }, 'ann')
    await finished(jobs, few.id)
    const more = await jobs.more(few.id, 28, 'ann')
    expect(await filesOf(more.id)).toEqual(files)
    // Another picture under the same key is another order.
    await jobs.submit({ ...order, candidates: 3 }, 'ann', 'once')
    const other = { ...order, candidates: 3, redraw: { ...redraw, kept: new Uint8Array(16) } }
    await expect(jobs.submit(other, 'ann', 'once')).rejects.toMatchObject({ code: 'key-reused' })
    logged.length = 0
  })
})

describe('a variation', () => {
  it('keeps scattered places, of the prompt that the picture tells or that is sent', async () => {
    const { data } = await openai.images.createVariation({ image: await png(own), n: 2, size: '256x256' })
    expect(data!.length).toBe(2)
    const record = recordOf(data![0]!.b64_json)
    expect(record.recipe.prompt).toBe(prompt)
    const places = [...record.recipe.kept!.entries()].filter(([, kept]) => kept === 1)
    expect(places.length).toBe(2)
    for (const [at] of places) expect(record.tokens[at]).toBe(ownRecord.tokens[at])
    const plain = await png(encodePng(createPixels(20, 20, [200, 30, 30])))
    const missing = await openai.images.createVariation({ image: plain }).catch((error) => error)
    expect(missing).toBeInstanceOf(OpenAI.BadRequestError)
    expect([missing.code, missing.param]).toEqual(['missing_required_parameter', 'prompt'])
    const told = await openai.images.createVariation({
      image: plain,
      prompt: 'a cat',
    } as OpenAI.ImageCreateVariationParams)
    expect(recordOf(told.data![0]!.b64_json).recipe.prompt).toBe('a cat')
  })
})

describe('what cannot be edited', () => {
  it.each([
    ['no picture', () => new TextEncoder().encode('hello there'), 'invalid_image_file', 'image'],
    ['half a picture', () => own.subarray(0, 200), 'invalid_image_file', 'image'],
    [
      'a drawing with scripts',
      () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'invalid_image_file',
      'image',
    ],
    ['an empty file', () => new Uint8Array(0), 'invalid_value', 'image'],
  ])('is refused: %s', async (_, bytes, code, param) => {
    const error = await openai.images.edit({ image: await png(bytes()), prompt }).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(OpenAI.BadRequestError)
    expect([error.code, error.param]).toEqual([code, param])
    expect(error.message).not.toContain(place.folder)
  })

  it('is a picture of too many pixels, however small its file', async () => {
    const huge = await sharp({ create: { width: 8000, height: 4000, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    expect(huge.length).toBeLessThan(300_000)
    const error = await openai.images.edit({ image: await png(new Uint8Array(huge)), prompt }).catch((thrown) => thrown)
    expect([error.code, error.message]).toEqual(['invalid_image_file', expect.stringContaining('too many pixels')])
  })

  it('is a mask that is no picture, or nowhere clear', async () => {
    const image = await png(own)
    const opaque = await openai.images
      .edit({ image, mask: await png(mask(() => false)), prompt })
      .catch((error) => error)
    expect([opaque.code, opaque.param]).toEqual(['invalid_value', 'mask'])
    const none = await openai.images.edit({ image, mask: await png(new Uint8Array(9)), prompt }).catch((error) => error)
    expect([none.code, none.param]).toEqual(['invalid_image_file', 'mask'])
    const two = await openai.images.edit({ image: [image, image], prompt }).catch((error) => error)
    expect([two.code, two.param]).toEqual(['invalid_value', 'image'])
  })

  it('is image tokens that the model has not: such a picture is read as one from elsewhere', async () => {
    const forged = writeRecipe(own, { ...ownRecord, tokens: ownRecord.tokens.map(() => 60_000) })
    const { data } = await openai.images.edit({ image: await png(forged), prompt, candidates: 2 } as never)
    const { tokens } = recordOf((data as { b64_json: string }[])[0]!.b64_json)
    for (const token of tokens) expect(token).toBeLessThan(60)
    expect(logged).toEqual([])
  })

  it('is a body that is no form, or a broken one', async () => {
    const send = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
      fetch(`${server.url}/v1/images/edits`, { method: 'POST', headers: { 'content-type': type }, body })
    const form = 'multipart/form-data; boundary=x'
    const part = '--x\r\ncontent-disposition: form-data; name="prompt"\r\n\r\na cat\r\n'
    const answers: [Response, number, string][] = [
      [await send('{}', 'application/json'), 415, 'unsupported_content_type'],
      [await send(part, form), 400, 'invalid_value'],
      [await send(`${part}--x--\r\n`, form), 400, 'invalid_value'],
      [await send('hello', 'multipart/form-data'), 400, 'invalid_value'],
      [await send('hello', `multipart/form-data; boundary=${'y'.repeat(500)}`), 400, 'invalid_value'],
      [
        await send(`${part}--x\r\ncontent-disposition: form-data; name="image"\r\n\r\ntext\r\n--x--\r\n`, form),
        400,
        'invalid_value',
      ],
      [await send(new Uint8Array(21 * 2 ** 20), form), 413, 'payload_too_large'],
    ]
    for (const [response, status, code] of answers) {
      expect(response.status).toBe(status)
      expect(errorSchema.parse(await response.json()).error.code).toMatch(
        code === 'invalid_value' ? /^(invalid_|missing_)/ : code,
      )
    }
    // One that says less than it sends is cut off, and one that says more is not waited for past its time.
    const status = await new Promise<number | undefined>((resolve) => {
      const { port } = new URL(server.url)
      const asking = request({
        port,
        method: 'POST',
        path: '/v1/images/edits',
        headers: { 'content-type': form, 'content-length': 10 ** 9 },
      })
      asking.on('response', (response) => resolve(response.statusCode)).on('error', () => resolve(undefined))
      asking.flushHeaders()
    })
    expect(status).toBe(413)
    expect(logged).toEqual([])
  })
})
