import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCredits } from '../../credits/credits-of.ts'
import { readDrawingIndex } from '../../credits/drawing-index.ts'
import { decodePicture, stickerOf } from '../../image/codec.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import { trainedAlgorithmicMedia } from '../../image/xmp.ts'
import { openModel } from '../../models/model-folder.ts'
import { createPictureWork } from '../picture-work.ts'
import type { RunningServer } from '../server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from '../testing/room.ts'
import { jsonOf, post, readStream, startTestServer } from '../testing/server.ts'

let folder: TestFolder
let server: RunningServer
let jobs: string
let job: string

beforeAll(async () => {
  folder = await makeTestFolder()
  server = await startTestServer(folder, { policy: { level: 'standard' } })
  jobs = `${server.url}/api/v1/jobs`
  const { id } = await jsonOf(await post(jobs, { prompt: 'a naked fox', candidates: 2, count: 2 }))
  job = `${jobs}/${id}`
  await finished(server.room.jobs, id)
})
afterAll(async () => {
  await server?.close()
  await removeTestFolder(folder)
})

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

describe('a picture', () => {
  it('comes as WebP with the same pixels and recipe', async () => {
    const [png, webp] = await Promise.all([fetch(`${job}/pictures/1.png`), fetch(`${job}/pictures/1.webp`)])
    expect(webp.headers.get('content-type')).toBe('image/webp')
    expect(webp.headers.get('content-disposition')).toMatch(/^inline; filename="neuf-\d+-1\.webp"$/)
    const [one, other] = [await bytesOf(png), await bytesOf(webp)]
    expect(readRecipe(other)).toEqual(readRecipe(one))
    expect((await decodePicture(other)).data).toEqual((await decodePicture(one)).data)
  })

  it('comes bare where that is wanted, as WebP, too', async () => {
    const [full, bare] = await Promise.all(
      ['all', 'none'].map(async (metadata) => bytesOf(await fetch(`${job}/pictures/1.webp?metadata=${metadata}`))),
    )
    expect((await sharp(full).metadata()).xmpAsString).toContain(trainedAlgorithmicMedia)
    expect((await sharp(bare).metadata()).xmp).toBe(undefined)
    expect(() => readRecipe(bare!)).toThrow(/carries no neuf:recipe/)
    expect((await decodePicture(bare!)).data).toEqual((await decodePicture(full!)).data)
    expect((await fetch(`${job}/pictures/1.webp?metadata=some`)).status).toBe(400)
  })

  it('comes as a sticker, or says that nothing stands out of it', async () => {
    const response = await fetch(`${job}/stickers/0.png`)
    // What random weights draw may or may not stand out.
    if (response.status === 200) {
      expect(response.headers.get('content-type')).toBe('image/png')
      const { width, height, channels } = await decodePicture(await bytesOf(response), { alpha: 'keep' })
      expect([width, height, channels]).toEqual([512, 512, 4])
      const bare = await bytesOf(await fetch(`${job}/stickers/0.png?metadata=none`))
      expect(() => readRecipe(bare)).toThrow(/carries no neuf:recipe/)
    } else expect([response.status, (await jsonOf(response)).error.code]).toEqual([422, 'nothing-stands-out'])
  })

  it.each([
    ['pictures/1.gif', 'picture-missing'],
    ['pictures/01.webp', 'picture-missing'],
    ['pictures/7.webp', 'picture-missing'],
    ['stickers/7.png', 'picture-missing'],
    ['stickers/0.webp', 'picture-missing'],
    ['stickers/..%2f0.png', 'picture-missing'],
    ['credits/0.png', 'picture-missing'],
    ['credits/9', 'picture-missing'],
    // The model of this test carries no index of drawings.
    ['credits/0', 'credits-missing'],
  ])('has nothing at %s', async (path, code) => {
    const response = await fetch(`${job}/${path}`)
    expect([response.status, (await jsonOf(response)).error.code]).toEqual([404, code])
  })
})

describe('what the policy blurs', () => {
  const reasons = [{ category: 'sexual', severity: 'mild', matched: 'naked', why: { en: 'nudity', fr: 'nudité' } }]

  it('is told with the job, in lists, and when the model has read the prompt', async () => {
    expect((await jsonOf(await fetch(job))).policy).toEqual({ outcome: 'blurred', reasons })
    const { jobs: listed } = (await (await fetch(jobs)).json()) as { jobs: { policy: object }[] }
    expect(listed.map(({ policy }) => policy)).toContainEqual({ outcome: 'blurred', reasons })
    const told = await readStream(await fetch(`${job}/events`))
    expect(told.find(({ kind }) => kind === 'prompt')!.data.policy).toEqual({ outcome: 'blurred', reasons })
    const plain = await jsonOf(await post(jobs, { prompt: 'a fox', candidates: 1, count: 1 }))
    expect(plain.policy).toEqual({ outcome: 'allowed', reasons: [] })
  })
})

describe('the thread that looks at pictures', () => {
  const model = fileURLToPath(new URL('../../../models/pictogram-tiny', import.meta.url))
  const picture = readFileSync(new URL('../../../docs/pictures/car.png', import.meta.url))

  it('finds credits and makes stickers as they are without one, and goes on after faults', async () => {
    const index = (await readDrawingIndex(await openModel(model)))!
    const expected = (await openCredits(index))(await decodePicture(picture, { alpha: 'keep' }))
    const work = createPictureWork()
    try {
      const [one, two] = await Promise.all([work.credits(model, picture), work.credits(model, picture)])
      expect(one).toEqual(expected)
      expect(two).toEqual(expected)
      expect(expected).toHaveLength(3)
      await expect(work.credits(model, new Uint8Array(9))).rejects.toMatchObject({ code: 'file-unreadable' })
      await expect(work.credits(`${model}-none`, picture)).rejects.toThrow()
      expect(await work.sticker(picture)).toEqual(await stickerOf(picture))
      const many = Array.from({ length: 40 }, () => work.sticker(new Uint8Array(9)).catch(({ code }) => code))
      const codes = await Promise.all(many)
      expect(codes.filter((code) => code === 'file-unreadable')).toHaveLength(32)
      expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(8)
      // What went wrong once stops nothing.
      expect(await work.credits(model, picture)).toEqual(expected)
    } finally {
      await work.close()
    }
  })
})
