/** A client that people have for AUTOMATIC1111's API (npm's stable-diffusion-api), as it is: pointed here, and nothing else. */
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { StableDiffusionApi } from 'stable-diffusion-api'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NeufError } from '../../errors/errors.ts'
import { decodePicture } from '../../image/codec.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import type { RunningServer } from '../server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from '../testing/room.ts'
import { startStrictServer, annsToken as token } from '../testing/server.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
let place: TestFolder
let server: RunningServer
let api: StableDiffusionApi
const logged: string[] = []

const clientFor = (password: string) =>
  new StableDiffusionApi({ baseUrl: server.url, timeout: 200_000 }).setAuth('whoever', password)

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startStrictServer(place, (line) => logged.push(line))
  api = clientFor(token)
})
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

const asked = { prompt: 'a red kangaroo', seed: 7, width: 64, height: 64 }

describe('drawing', () => {
  it('gives pictures that the client opens, which are those of the native API', async () => {
    const { images, image, info, parameters } = await api.txt2img({ ...asked, batch_size: 3, sampler_name: 'Euler a' })
    expect(images.length).toBe(3)
    expect(await image.metadata()).toMatchObject({ format: 'png', width: 64, height: 64 })
    expect(JSON.parse(info)).toMatchObject({ prompt: asked.prompt, seed: 7, all_seeds: [7, 7, 7], width: 64 })
    expect(parameters).toMatchObject({ ...asked, steps: 20, sampler_name: 'Euler a' })
    const { jobs } = server.room
    const own = await jobs.submit({ prompt: asked.prompt, seed: 7, count: 3 }, 'bob')
    const { id, pictures } = await finished(jobs, own.id)
    for (const [at, { index }] of pictures.entries()) {
      const expected = await sharp(await jobs.picture(id, index))
        .resize(64, 64, { kernel: 'cubic' })
        .removeAlpha()
        .raw()
        .toBuffer()
      const { data } = await decodePicture(new Uint8Array(await images[at]!.png().toBuffer()))
      expect(Math.max(...data.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(2)
    }
  })

  it('draws a picture anew under a mask that the client makes', async () => {
    const { image } = await api.txt2img({ ...asked, width: 16, height: 16 })
    const right = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#000' } })
      .composite([{ input: { create: { width: 4, height: 16, channels: 3, background: '#fff' } }, gravity: 'east' }])
      .png()
      .toBuffer()
    const redrawn = await api.img2img({
      ...asked,
      width: 16,
      height: 16,
      init_images: [image],
      mask_image: sharp(right),
      seed: 3,
    })
    const carried = readRecipe(Buffer.from(redrawn.response.data.images![0]!, 'base64'))
    if (carried.kind !== 'picture') throw new Error('a sheet')
    const columns = Array.from({ length: 16 }, (_, at) => (at % 4 === 3 ? 0 : 1))
    expect([...carried.record.recipe.kept!]).toEqual(columns)
    expect(redrawn.images.length).toBe(1)
  })

  it('tells how far it is, and stops when the client asks to', async () => {
    expect(await api.getProgress()).toMatchObject({ progress: 0, state: { job_count: 0 } })
    const submit = server.room.jobs.submit
    const long = vi.spyOn(server.room.jobs, 'submit').mockImplementation((order, ...rest) => {
      return submit({ ...order, candidates: 1000 }, ...rest)
    })
    const answer = api.txt2img({ ...asked, prompt: 'a blue elephant', batch_size: 2 }).finally(() => long.mockRestore())
    const seen: number[] = []
    for (let image: string | null = null; image === null; ) {
      await wait(50)
      const { progress, current_image, state } = await api.getProgress()
      seen.push(progress)
      image = current_image
      if (image !== null) {
        expect(state).toMatchObject({ job_count: 1, interrupted: false })
        expect(await sharp(Buffer.from(image, 'base64')).metadata()).toMatchObject({ format: 'png', width: 16 })
      }
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    // It has no method for this one; its own connection is public.
    expect((await api.api.post('/sdapi/v1/interrupt')).data).toEqual({})
    expect((await answer).images.length).toBe(2)
    expect(await api.waitForReady(0.05)).toBe(true)
  })
})

describe('what clients read before they draw', () => {
  it('is there, in the shapes that the client has types for', async () => {
    const [model] = (await api.getSdModels()) as unknown as { title: string; model_name: string; hash: string }[]
    expect(model).toMatchObject({ model_name: 'random', title: `random [${model!.hash}]` })
    expect(await api.getCurrentModel()).toBe(model!.title)
    const options = await api.getOptions()
    expect(options).toMatchObject({ sd_model_checkpoint: model!.title, samples_format: 'png' })
    await api.setOptions({ ...options, sd_model_checkpoint: 'random' })
    await api.refreshCheckpoints()
    expect(await api.getSamplers()).toMatchObject([{ name: 'neuf' }])
    expect(await api.getUpscalers()).toMatchObject([{ name: 'None' }])
    const nothing = [
      await api.getHypernetworks(),
      await api.getFaceRestorers(),
      await api.getRealesrganModels(),
      await api.getPromptStyles(),
    ]
    expect(nothing).toEqual([[], [], [], []])
    expect(await api.getCmdFlags()).toEqual({})
  })

  it('is what a picture says of itself', async () => {
    const { images, info, response } = await api.txt2img(asked)
    const [text] = JSON.parse(info).infotexts as string[]
    const { data } = await api.api.post('/sdapi/v1/png-info', { image: response.data.images![0] })
    expect(data.info).toBe(text)
    // The client's own method sends the pixels alone, as a new PNG.
    expect((await api.pngInfo(images[0]!)).info).toEqual({})
  })
})

describe('what cannot be', () => {
  /** What the client throws: an error of its own class, with status and body. */
  const thrownBy = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown as { name: string; code: string; response: { status: number; data: object } },
    )
    const { status, data, headers } = error!.response as { status: number; data: object; headers: object }
    return { name: error!.name, code: error!.code, status, data, headers }
  }

  it('is an error of the client, with the reason in it', async () => {
    const refused = { name: 'AxiosError', code: 'ERR_BAD_REQUEST' }
    expect(await thrownBy(clientFor('wrong').getOptions())).toMatchObject({
      ...refused,
      status: 401,
      data: { error: 'HTTPException', detail: expect.stringContaining('token') },
    })
    expect(await thrownBy(api.txt2img({ ...asked, prompt: 'a zorglub' }))).toMatchObject({
      ...refused,
      status: 422,
      data: { error: 'HTTPException', detail: expect.stringContaining('zorglub') },
    })
    expect(await thrownBy(api.txt2img({ ...asked, batch_size: 0 }))).toMatchObject({
      ...refused,
      status: 422,
      data: { detail: [{ type: 'greater_than_equal', loc: ['body', 'batch_size'] }] },
    })
    expect(await thrownBy(api.setOptions({ sd_model_checkpoint: 'v1-5-pruned.ckpt' }))).toMatchObject({
      ...refused,
      status: 422,
      data: { errors: expect.stringContaining('random') },
    })
    const { image } = await api.txt2img(asked)
    // There is no such thing here.
    expect(await thrownBy(api.extraSingle({ image }))).toMatchObject({
      ...refused,
      status: 404,
      data: { error: 'HTTPException' },
    })
    const full = vi.spyOn(server.room.jobs, 'submit').mockRejectedValue(new NeufError('queue-full', { seconds: 42 }))
    const thrown = await thrownBy(api.txt2img(asked)).finally(() => full.mockRestore())
    expect(thrown).toMatchObject({ ...refused, status: 429, headers: { 'retry-after': '42' } })
    expect(logged).toEqual([])
  })
})
