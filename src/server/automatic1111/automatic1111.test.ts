/** A client as public ones are (Open WebUI's and SillyTavern's calls, webuiapi's fields), and what no client should send. */
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodePicture, encodePng } from '../../image/codec.ts'
import { createPixels } from '../../image/pixels.ts'
import { withText } from '../../image/png-metadata.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import type { RunningServer } from '../server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from '../testing/room.ts'
import { startStrictServer, annsToken as token } from '../testing/server.ts'
import { guidanceOf, ignoredFields } from './order.ts'
import { drawnSchema, errorSchema, progressSchema, understood } from './schemas.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
let place: TestFolder
let server: RunningServer
const logged: string[] = []

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startStrictServer(place, (line) => logged.push(line))
}, 180_000)
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

/** As the programs before this one log in: a name and a password, which is the token. */
const authorization = `Basic ${Buffer.from(`whoever:${token}`).toString('base64')}`
const get = (path: string) => fetch(`${server.url}/sdapi/v1/${path}`, { headers: { authorization } })
const post = (path: string, body: unknown, more: RequestInit = {}) =>
  fetch(`${server.url}/sdapi/v1/${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  })
const jsonOf = async (response: Response) => (await response.json()) as Record<string, never>
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))

type Info = { seed: number; all_seeds: number[]; infotexts: string[]; width: number; extra_generation_params: object }
async function drawn(body: object) {
  const response = await post('txt2img', { prompt: 'a red kangaroo', seed: 7, ...body })
  expect(response.status).toBe(200)
  const { images, info, parameters } = drawnSchema.parse(await response.json())
  return { images, parameters, info: JSON.parse(info) as Info, headers: response.headers }
}

describe('drawing', () => {
  it('gives the pictures that the native API draws, at the size asked for, with all that was done', async () => {
    // What SillyTavern sends.
    const sent = {
      negative_prompt: 'blurry',
      sampler_name: 'Euler a',
      scheduler: 'karras',
      steps: 20,
      cfg_scale: 7,
      width: 64,
      height: 64,
      batch_size: 3,
      restore_faces: false,
      enable_hr: false,
      hr_upscaler: 'None',
      denoising_strength: 0.7,
      override_settings: { CLIP_stop_at_last_layers: 1 },
      override_settings_restore_afterwards: true,
      clip_skip: 1,
      save_images: true,
      send_images: true,
      do_not_save_grid: false,
      alwayson_scripts: {},
    }
    const { images, info, parameters, headers } = await drawn(sent)
    expect(parameters).toMatchObject({ ...sent, prompt: 'a red kangaroo' })
    const order = { prompt: 'a red kangaroo', seed: 7, count: 3 }
    const job = await finished(server.room.jobs, (await server.room.jobs.submit(order, 'bob')).id)
    expect(images.length).toBe(3)
    for (const [place, { index }] of job.pictures.entries()) {
      const file = bytesOf(images[place]!)
      expect(readRecipe(file)).toMatchObject({ kind: 'picture', record: { recipe: { index, seed: 7 } } })
      const { width, height, data } = await decodePicture(file)
      expect([width, height]).toEqual([64, 64])
      // The same picture, made larger by somebody else.
      const { data: expected } = await sharp(await server.room.jobs.picture(job.id, index))
        .resize(64, 64, { kernel: 'cubic' })
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect(Math.max(...data.map((value, at) => Math.abs(value - expected[at]!)))).toBeLessThan(2)
      expect(info.infotexts[place]).toContain(`Seed: 7, Size: 64x64, Model hash: ${job.model.sha256.slice(0, 10)}`)
      const { info: told, parameters: parts } = (await jsonOf(
        await post('png-info', { image: images[place] }),
      )) as unknown as {
        info: string
        parameters: Record<string, string>
      }
      expect(told).toBe(info.infotexts[place])
      expect(parts).toMatchObject({ Prompt: 'a red kangaroo', Seed: '7', Size: '64x64', Model: 'random' })
    }
    expect(info).toMatchObject({ seed: 7, all_seeds: [7, 7, 7], width: 64, height: 64, negative_prompt: '' })
    expect(headers.get('x-neuf-ignored')).toContain('negative_prompt, sampler_name, scheduler, steps, ')
    expect(info.extra_generation_params).toMatchObject({ 'Not used': headers.get('x-neuf-ignored') })
  })

  it('takes what Open WebUI sends, and gives as many as batches together ask for', async () => {
    const { images, info } = await drawn({ batch_size: 2, n_iter: 2 })
    expect([images.length, info.all_seeds.length, info.width]).toEqual([4, 4, 16])
    expect(new Set(images).size).toBe(4)
    const { images: none, info: same } = await drawn({ batch_size: 2, n_iter: 2, send_images: false })
    expect([none, same.infotexts]).toEqual([[], info.infotexts])
    const random = await drawn({ seed: -1 })
    const other = await drawn({ seed: -1 })
    expect(random.info.seed).not.toBe(other.info.seed)
    const again = await drawn({ seed: random.info.seed })
    expect(again.images).toEqual(random.images)
  })

  it('reads a scale of 7 as the own guidance of a model, 1 as none', async () => {
    expect([1, 4, 7, 13].map((scale) => guidanceOf(scale, 2))).toEqual([1, 1.5, 2, 3])
    expect(guidanceOf(0, 20)).toBe(0)
    const guidance = async (scale: number | undefined) => {
      const { images } = await drawn({ cfg_scale: scale })
      const carried = readRecipe(bytesOf(images[0]!))
      return carried.kind === 'picture' ? carried.record.recipe.sampling.guidance : undefined
    }
    expect([await guidance(undefined), await guidance(1), await guidance(10)]).toEqual([2, 1, 2.5])
  })

  it('says of fields that ask for nothing nothing', () => {
    const nothing = { negative_prompt: '', enable_hr: false, styles: [], alwayson_scripts: {}, eta: null, s_churn: 0 }
    expect(ignoredFields({ ...nothing, prompt: 'a', seed: 1 }, understood)).toBe(undefined)
    expect(ignoredFields({ ...nothing, tiling: true, 'bad\nname': 1 }, understood)).toBe('tiling')
  })
})

describe('drawing a picture anew', () => {
  const tokensOf = (base64: string) => {
    const carried = readRecipe(bytesOf(base64))
    if (carried.kind !== 'picture') throw new Error('a sheet')
    return carried.record
  }
  /** White where it is to be drawn anew. */
  const mask = (isWhite: (x: number, y: number) => boolean) => {
    const picture = createPixels(16, 16, [0, 0, 0])
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 16; x++) if (isWhite(x, y)) picture.data.fill(255, 3 * (16 * y + x), 3 * (16 * y + x) + 3)
    return Buffer.from(encodePng(picture)).toString('base64')
  }

  it('keeps what is black in the mask, or white where it is turned, and scattered places without one', async () => {
    const { images } = await drawn({})
    const before = tokensOf(images[0]!)
    const redraw = async (more: object) => {
      const sent = { init_images: [`data:image/png;base64,${images[0]}`], prompt: 'un chat', seed: 3, ...more }
      const response = await post('img2img', sent)
      expect(response.status).toBe(200)
      const { images: anew, parameters } = drawnSchema.parse(await response.json())
      expect(parameters).not.toHaveProperty('init_images')
      const { recipe, tokens } = tokensOf(anew[0]!)
      for (const [at, kept] of recipe.kept!.entries()) if (kept === 1) expect(tokens[at]).toBe(before.tokens[at])
      return { kept: [...recipe.kept!], ignored: response.headers.get('x-neuf-ignored') }
    }
    const right = mask((x) => x >= 12)
    const columns = Array.from({ length: 16 }, (_, at) => (at % 4 === 3 ? 0 : 1))
    const masked = await redraw({ mask: right, denoising_strength: 0.4 })
    expect(masked).toEqual({ kept: columns, ignored: 'denoising_strength' })
    expect((await redraw({ mask: right, inpainting_mask_invert: 1 })).kept).toEqual(columns.map((kept) => 1 - kept))
    const scattered = await redraw({ denoising_strength: 0.25 })
    expect(scattered).toMatchObject({ ignored: null })
    expect(scattered.kept.filter((kept) => kept === 0).length).toBe(4)
    expect((await redraw({})).kept.filter((kept) => kept === 0).length).toBe(12)
  })

  it.each([
    ['no picture', {}],
    ['two pictures', { init_images: ['a', 'b'] }],
    ['what is no base64', { init_images: ['*'] }],
    ['what is no picture', { init_images: [btoa('hello there')] }],
    ['an address', { init_images: ['http://127.0.0.1/x.png'] }],
    ['a mask that is black', { init_images: [mask(() => false)], mask: mask(() => false) }],
    ['a mask that is none', { init_images: [mask(() => false)], mask: '' }],
    ['a strength beyond all', { init_images: [mask(() => false)], denoising_strength: 2 }],
  ])('is refused with %s', async (_, body) => {
    const response = await post('img2img', { prompt: 'a cat', ...body })
    errorSchema.parse(await response.json())
    expect(response.status).toBe(422)
  })
})

describe('while it draws', () => {
  it('tells how far it is, shows the best so far, and stops with what there is', async () => {
    expect(progressSchema.parse(await jsonOf(await get('progress')))).toMatchObject({
      progress: 0,
      current_image: null,
    })
    // A scale of the model's own times a thousand candidates: long enough to be looked at.
    const submit = server.room.jobs.submit
    const long = vi.spyOn(server.room.jobs, 'submit').mockImplementation((order, ...rest) => {
      return submit({ ...order, candidates: 1000 }, ...rest)
    })
    const answer = post('txt2img', { prompt: 'a blue elephant', batch_size: 2 })
    try {
      const seen: number[] = []
      let image: string | null = null
      while (image === null) {
        await wait(50)
        const { progress, current_image, state, eta_relative } = progressSchema.parse(
          await jsonOf(await get('progress')),
        )
        seen.push(progress)
        image = current_image
        if (image === null) continue
        expect(state).toMatchObject({ job_count: 1, sampling_steps: 1000, interrupted: false })
        expect(eta_relative).toBeGreaterThan(0)
      }
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      expect(readRecipe(bytesOf(image))).toMatchObject({ record: { recipe: { prompt: 'a blue elephant' } } })
      const without = await jsonOf(await get('progress?skip_current_image=true'))
      expect(without).toMatchObject({ current_image: null })
      expect(without.progress).toBeGreaterThan(0)
      const stopped = await post('interrupt', '')
      expect([stopped.status, await stopped.json()]).toEqual([200, {}])
    } finally {
      long.mockRestore()
    }
    const { images, info } = drawnSchema.parse(await jsonOf(await answer))
    expect(images.length).toBe(2)
    expect(JSON.parse(info).extra_generation_params).toMatchObject({ Candidates: 1000 })
    expect(await jsonOf(await get('progress'))).toMatchObject({ progress: 0, state: { job_count: 0 } })
    expect((await post('skip', '')).status).toBe(200)
  })

  it('is cancelled when its client goes away', async () => {
    const gone = new AbortController()
    const submit = server.room.jobs.submit
    let id = ''
    const long = vi.spyOn(server.room.jobs, 'submit').mockImplementation(async (order, ...rest) => {
      const job = await submit({ ...order, candidates: 1000 }, ...rest)
      id = job.id
      return job
    })
    const asking = post('txt2img', { prompt: 'a cat' }, { signal: gone.signal }).catch((error) => error)
    while (id === '' || (await server.room.jobs.read(id)).state !== 'drawing') await wait(20)
    long.mockRestore()
    gone.abort()
    await asking
    expect((await finished(server.room.jobs, id)).state).toBe('cancelled')
  })
})

describe('what clients ask before they draw', () => {
  it('is answered: models, and the choice among them', async () => {
    const [model] = (await jsonOf(await get('sd-models'))) as unknown as {
      title: string
      sha256: string
      hash: string
    }[]
    expect(model).toMatchObject({ title: `random [${model!.sha256.slice(0, 10)}]`, model_name: 'random' })
    expect(JSON.stringify(model)).not.toContain(place.folder)
    const options = await jsonOf(await get('options'))
    expect(options).toMatchObject({ sd_model_checkpoint: model!.title })
    // Some send all of it back.
    const all = await post('options', { ...options, sd_model_checkpoint: 'random' })
    expect([all.status, await all.json()]).toEqual([200, null])
    for (const name of [model!.title, 'random', model!.hash]) {
      const { images } = await drawn({ override_settings: { sd_model_checkpoint: name } })
      expect(images.length).toBe(1)
    }
    const unknown = await post('options', { sd_model_checkpoint: 'v1-5-pruned.ckpt' })
    expect(unknown.status).toBe(422)
    expect(errorSchema.parse(await unknown.json()).errors).toContain(model!.title)
    expect((await post('refresh-checkpoints', '')).status).toBe(200)
  })

  it.each([
    ['samplers', [{ name: 'neuf' }]],
    ['schedulers', [{ name: 'automatic' }]],
    ['upscalers', [{ name: 'None' }]],
    ['latent-upscale-modes', [{ name: 'None' }]],
    ['sd-vae', []],
    ['loras', []],
    ['embeddings', { loaded: {} }],
    ['prompt-styles', []],
    ['cmd-flags', {}],
    ['scripts', { txt2img: [] }],
    ['memory', { ram: {} }],
  ])('is answered: %s', async (path, shape) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject(shape)
  })
})

describe('a picture that says how it was made', () => {
  const plain = encodePng(createPixels(4, 4))
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

  it('is read, whoever wrote it', async () => {
    const text =
      'a cat, sitting: well\non a mat\nNegative prompt: dogs\nand mice\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 965400086, Size: 512x512, Hashes: "a, b: \\"c\\""'
    const expected = {
      Prompt: 'a cat, sitting: well\non a mat',
      'Negative prompt': 'dogs\nand mice',
      Steps: '20',
      Sampler: 'Euler a',
      'CFG scale': '7',
      Seed: '965400086',
      Size: '512x512',
      Hashes: 'a, b: "c"',
    }
    const image = `data:image/png;base64,${base64(withText(plain, { parameters: text, Software: 'paint' }))}`
    const told = await jsonOf(await post('png-info', { image }))
    expect(told).toMatchObject({ info: text, items: { Software: 'paint' }, parameters: expected })
    const silent = { info: '', items: {}, parameters: {} }
    expect(await jsonOf(await post('png-info', { image: base64(plain) }))).toEqual(silent)
    const jpeg = await sharp(plain).jpeg().toBuffer()
    expect(await jsonOf(await post('png-info', { image: base64(jpeg) }))).toEqual(silent)
  })

  it.each([
    ['no base64', '****'],
    ['nothing', ''],
    ['another head', 'data:text/html;base64'],
    ['no picture', base64(new TextEncoder().encode('hello there'))],
    ['half a picture', base64(plain.subarray(0, 40))],
    ['a damaged one', base64(plain.map((byte, at) => (at === 30 ? byte ^ 1 : byte)))],
  ])('is refused: %s', async (_, image) => {
    const response = await post('png-info', { image })
    expect(response.status).toBe(422)
    errorSchema.parse(await response.json())
  })
})

describe('what cannot be', () => {
  it.each([
    ['no JSON', '{"prompt":', 422],
    ['a list', '[]', 422],
    ['a number for a prompt', { prompt: 7 }, 422],
    ['no prompt', {}, 400],
    ['a refused prompt', { prompt: 'a zorglub' }, 422],
    ['a long prompt', { prompt: 'a cat '.repeat(300) }, 413],
    ['too many pictures', { prompt: 'a cat', batch_size: 64, n_iter: 2 }, 422],
    ['too many pixels', { prompt: 'a cat', batch_size: 64, width: 4096, height: 4096 }, 422],
    ['a side of nothing', { prompt: 'a cat', width: 0 }, 422],
    ['a seed below all', { prompt: 'a cat', seed: -2 }, 422],
    ['a model nobody has', { prompt: 'a cat', override_settings: { sd_model_checkpoint: 'sdxl' } }, 422],
    ['too much', `{"prompt":"${'x'.repeat(70_000)}"}`, 413],
  ])('is refused: %s', async (_, body, status) => {
    const response = await post('txt2img', body)
    const { detail } = errorSchema.parse(await response.json())
    expect(response.status).toBe(status)
    if (status === 422 && typeof detail !== 'string') expect(detail[0]!.loc[0]).toBe('body')
  })

  it('names the field that is wrong, as FastAPI does', async () => {
    const { detail } = await jsonOf(await post('txt2img', { prompt: 'a cat', batch_size: 0 }))
    expect(detail).toMatchObject([{ type: 'greater_than_equal', loc: ['body', 'batch_size'] }])
  })

  it('gets an answer of the right shape, whatever is sent', async () => {
    const values = [null, -1, 1e300, 0.5, '', 'x'.repeat(50), true, [], ['*'], {}, { sd_model_checkpoint: 7 }, '\ud800']
    const fields = [
      'prompt',
      'seed',
      'batch_size',
      'n_iter',
      'cfg_scale',
      'width',
      'override_settings',
      'send_images',
      'image',
      'init_images',
      'mask',
      'denoising_strength',
      'inpainting_mask_invert',
      'sd_model_checkpoint',
      '__proto__',
    ]
    const paths = ['txt2img', 'img2img', 'png-info', 'options', 'interrupt', 'nowhere', 'txt2img/x', 'progress']
    for (let i = 0; i < 96; i++) {
      // Every pair of a field and a path, with values in turn; prompts never draw anything.
      const body = { prompt: ' ', [fields[i % fields.length]!]: values[(i * 7) % values.length] }
      const path = paths[i % paths.length]!
      const response = await post(path, body)
      const text = await response.text()
      expect(response.status, `${path} ${JSON.stringify(body)}`).toBeLessThan(500)
      if (response.status >= 400) errorSchema.parse(JSON.parse(text))
      expect(text).not.toContain(place.folder)
    }
  })

  it('is refused without the password, and for paths that there are none', async () => {
    const wrong = `Basic ${Buffer.from('ann:wrong').toString('base64')}`
    for (const headers of [{}, { authorization: '' }, { authorization: wrong }, { authorization: 'Basic' }]) {
      const response = await fetch(`${server.url}/sdapi/v1/sd-models`, { headers })
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic'])
      errorSchema.parse(await response.json())
    }
    // What came before may have spent all requests that a client has.
    await wait(1500)
    const bearer = await fetch(`${server.url}/sdapi/v1/options`, { headers: { authorization: `Bearer ${token}` } })
    expect(bearer.status).toBe(200)
    const missing = await get('controlnet/model_list')
    expect(missing.status).toBe(404)
    errorSchema.parse(await missing.json())
    expect(logged).toEqual([])
  })
})
