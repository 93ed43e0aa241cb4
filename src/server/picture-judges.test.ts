/** A made-up classifier of pictures, named by the host of a real server, and what becomes of the pictures that it looks at. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { decodePicture, encodePng } from '../image/codec.ts'
import { createPixels } from '../image/pixels.ts'
import { readRecipe } from '../image/recipe-metadata.ts'
import {
  type ClassifiedPicture,
  type PictureClassifier,
  type PictureProbabilities,
  pictureCategories,
  type Thresholds,
} from '../safety/picture-classifier.ts'
import { offerModels } from './models.ts'
import { openPictureJudges } from './picture-judges.ts'
import type { RunningServer } from './server.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { jsonOf, post, readStream, startTestServer } from './testing/server.ts'
import { createVerdicts, judgedOf } from './verdicts.ts'
import { lookAt } from './worker/look.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
let place: TestFolder
let server: RunningServer
let start: () => Promise<RunningServer>
type Answers = readonly PictureProbabilities[]
let look: (pictures: readonly ClassifiedPicture[], stop: AbortSignal) => Answers | Promise<Answers>
const looked: ClassifiedPicture[] = []
const logged: string[] = []
const thresholds = Object.fromEntries(pictureCategories.map((one) => [one, 0.5])) as Thresholds

/** What the module calls: it is loaded by the server, in this process. */
const hook = 'neufMadeUpClassifier'
const writeModule = (name: string, text: string): string => {
  writeFileSync(join(place.folder, name), text)
  return name
}

beforeAll(async () => {
  place = await makeTestFolder()
  Object.assign(globalThis, {
    [hook]: async (pictures: readonly ClassifiedPicture[], stop: AbortSignal) => {
      looked.push(...pictures)
      return look(pictures, stop)
    },
  })
  const module = writeModule(
    'classifier.mjs',
    `export default ({ name, sha256, folder }) => name !== 'random' || sha256.length !== 64 || folder === '' ? undefined : {
      classifier: { name: 'made up 1', classify: (pictures, stop) => globalThis.${hook}(pictures, stop) },
      thresholds: ${JSON.stringify(thresholds)},
    }`,
  )
  start = () =>
    startTestServer(place, {
      policy: { level: 'standard' },
      environment: { NEUF_PICTURE_CLASSIFIER: module },
      log: (what, error) => logged.push(`${what}: ${error}`),
    })
  server = await start()
})
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})
beforeEach(() => {
  looked.length = 0
  logged.length = 0
})

const order = { prompt: 'a red kangaroo', seed: 7, count: 3, candidates: 10 }
async function drawn(body: object = order) {
  const { id } = await jsonOf(await post(`${server.url}/api/v1/jobs`, body))
  await finished(server.room.jobs, id)
  return jsonOf(await fetch(`${server.url}/api/v1/jobs/${id}`))
}

type CandidateRow = { index: number; tokens: Uint8Array | null; refused: boolean; has_picture: boolean }
const rowsOf = (id: string) => {
  const { db } = server.room
  const columns = 'index, tokens, refused, has_picture'
  return db.query<CandidateRow>(`select ${columns} from ${db.schema}.candidates where job = $1 order by index`, [id])
}
async function landedOf(id: string): Promise<number[]> {
  const told = await readStream(await fetch(`${server.url}/api/v1/jobs/${id}/events`))
  return told.flatMap(({ data }) => ((data.landed ?? []) as { index: number }[]).map(({ index }) => index))
}

/** What draws ends once, as if killed, when something has landed. */
function breakOff(meanwhile: () => Promise<unknown> = async () => undefined) {
  const { draw } = server.room.drawing!
  return vi.spyOn(server.room.drawing!, 'draw').mockImplementationOnce(async function* (task, signal) {
    for await (const event of draw(task, signal)) {
      yield event
      if (event.kind !== 'landed') continue
      await meanwhile()
      throw new NeufError('drawing-ended', { why: 'SIGKILL' })
    }
  })
}

describe('a picture on which something is seen', () => {
  it('is shown blurred, with the reason, in the page, in lists and by links', async () => {
    look = (pictures) => pictures.map(() => ({ sexual: { mild: 0.8, strong: 0.1 }, violence: { strong: 0.2 } }))
    const response = await post(`${server.url}/api/v1/jobs`, order, { accept: 'text/event-stream' })
    const told = await readStream(response)
    const [first] = told.filter(({ kind }) => kind === 'candidates')
    const [{ job: id, pictures }] = [first!.data as { job: string; pictures: { index: number }[] }]
    const policy = {
      outcome: 'blurred',
      reasons: [
        {
          category: 'sexual',
          severity: 'mild',
          matched: expect.stringMatching(/^image \d+$/),
          why: { en: 'nudity', fr: 'nudité' },
        },
      ],
    }
    // Whoever watches knows before there is a picture to show.
    const readings = told.filter(({ kind }) => kind === 'prompt')
    expect(readings[0]!.data).toMatchObject({ policy: { outcome: 'allowed' } })
    expect(readings[1]!.data).toMatchObject({ policy, normalisedPrompt: 'a red kangaroo' })
    expect(told.indexOf(readings[1]!)).toBeLessThan(told.indexOf(first!))
    expect(pictures.length).toBe(3)
    const job = await jsonOf(await fetch(`${server.url}/api/v1/jobs/${id}`))
    expect(job).toMatchObject({ state: 'done', policy, pictures: { length: 3 } })
    const { jobs } = (await (await fetch(`${server.url}/api/v1/jobs`)).json()) as { jobs: object[] }
    expect(jobs[0]).toMatchObject({ id, policy })
    const { url } = (await (await post(`${server.url}/api/v1/jobs/${id}/shares`, {})).json()) as { url: string }
    const page = await (await fetch(url)).text()
    expect(page).toContain('nudity')
    for (const text of [JSON.stringify(told), JSON.stringify(job), page])
      expect(text).not.toMatch(/made up|"seen"|"probabilities"/)
    // It saw what the files hold.
    expect(looked.length).toBeGreaterThanOrEqual(3)
    for (const { width, height, data } of looked) expect([width, height, data.length]).toEqual([16, 16, 16 * 16 * 4])
    // Judged anew whenever it is shown: by another policy another way.
    const judged = judgedOf(await server.room.jobs.read(id))
    expect(createVerdicts({ level: 'strict' })(judged).outcome).toBe('refused')
    expect(createVerdicts({ level: 'off' })(judged)).toMatchObject({ outcome: 'allowed', reasons: [] })
  })

  it('adds to what the prompt is blurred for, and never takes from it', async () => {
    look = (pictures) => pictures.map(() => ({ sexual: { mild: 0.9 }, extremism: { mild: 0.5 } }))
    const { policy } = await drawn({ ...order, prompt: 'a nude woman' })
    expect(policy.outcome).toBe('blurred')
    expect(policy.reasons).toMatchObject([
      { category: 'sexual', matched: 'nude' },
      { category: 'extremism', matched: expect.stringMatching(/^image/) },
    ])
    look = (pictures) => pictures.map(() => ({}))
    expect((await drawn({ ...order, prompt: 'a nude woman' })).policy.reasons).toMatchObject([{ matched: 'nude' }])
  })

  it('is kept nowhere where the policy refuses it; the others stand as they are', async () => {
    look = (pictures) => pictures.map(() => ({}))
    const all = await drawn()
    expect(all.policy).toEqual({ outcome: 'allowed', reasons: [] })
    const file = await fetch(`${server.url}${all.pictures[1]!.url}`)
    const second = await decodePicture(new Uint8Array(await file.arrayBuffer()), { alpha: 'keep' })
    look = (pictures) =>
      pictures.map(({ data }) => (Buffer.compare(data, second.data) === 0 ? { minors: { strong: 0.99 } } : {}))
    const job = await drawn()
    const missing = all.pictures.filter(({ index }) => !job.pictures.some((one) => one.index === index))
    expect(job.state).toBe('done')
    expect(missing).toContainEqual(expect.objectContaining({ index: all.pictures[1]!.index }))
    expect(job.pictures.length).toBe(3 - missing.length)
    expect(job.pictures.map(({ rank }) => rank)).toEqual(job.pictures.map((_, i) => i + 1))
    for (const { index } of missing) {
      expect((await fetch(`${server.url}/api/v1/jobs/${job.id}/pictures/${index}.png`)).status).toBe(404)
      expect(existsSync(join(place.folder, 'data', 'pictures', job.id, `${index}.png`))).toBe(false)
    }
    const sheet = new Uint8Array(await (await fetch(`${server.url}${job.sheet}`)).arrayBuffer())
    expect(readRecipe(sheet)).toMatchObject({ kind: 'sheet', records: { length: job.pictures.length } })
    const events = await readStream(await fetch(`${server.url}/api/v1/jobs/${job.id}/events`))
    for (const { data } of events) {
      for (const { index } of (data.pictures ?? []) as { index: number }[]) {
        expect(missing.some((one) => one.index === index)).toBe(false)
      }
    }
  })

  it('leaves no image tokens in the database, and counts as drawn, for further candidates, too', async () => {
    look = (pictures) => pictures.map((_, i) => (i === 0 ? { minors: { strong: 0.99 } } : {}))
    const job = await drawn()
    const kept = await rowsOf(job.id)
    const refused = kept.filter((row) => row.refused).map(({ index }) => index)
    expect(refused.length).toBeGreaterThan(0)
    expect([job.drawn, kept.length]).toEqual([10, 10])
    for (const { index, tokens, has_picture } of kept) {
      expect(tokens === null).toBe(refused.includes(index))
      expect(has_picture && tokens === null).toBe(false)
    }
    look = (pictures) => pictures.map(() => ({}))
    const { id } = await jsonOf(await post(`${server.url}/api/v1/jobs/${job.id}/more`, { candidates: 4 }))
    const further = await finished(server.room.jobs, id)
    expect(further).toMatchObject({ state: 'done', drawn: 14 })
    expect(await landedOf(id)).toEqual([10, 11, 12, 13])
    expect((await rowsOf(id)).filter((row) => row.tokens === null).map(({ index }) => index)).toEqual(refused)
    for (const { index } of further.pictures) expect(refused).not.toContain(index)
  })

  it('stays refused when its job is gone on with, and the others are those of an undisturbed run', async () => {
    let first: Uint8Array | undefined
    look = (pictures) => {
      first ??= pictures[0]!.data
      return pictures.map(({ data }) => (Buffer.compare(data, first!) === 0 ? { minors: { strong: 0.99 } } : {}))
    }
    const undisturbed = await drawn()
    const draw = breakOff()
    const resumed = await drawn().finally(() => draw.mockRestore())
    expect(logged.join()).toContain('SIGKILL')
    expect(await landedOf(resumed.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const bare = ({ pictures }: typeof resumed) => pictures.map(({ url: _, ...picture }) => picture)
    expect(bare(resumed)).toEqual(bare(undisturbed))
    expect(await rowsOf(resumed.id)).toEqual(await rowsOf(undisturbed.id))
  })

  it('is looked at when its job is gone on with, if it was drawn before there was a classifier', async () => {
    const early: Uint8Array[] = []
    look = (pictures) => {
      early.push(...pictures.map(({ data }) => data))
      return pictures.map(() => ({}))
    }
    const { db } = server.room
    const draw = breakOff(async () => {
      await db.query(`update ${db.schema}.candidates set seen = null`)
      // What was drawn unseen is refused now.
      look = (pictures) =>
        pictures.map(({ data }) =>
          early.some((one) => Buffer.compare(data, one) === 0) ? { minors: { strong: 0.99 } } : {},
        )
    })
    const job = await drawn({ ...order, candidates: 4 }).finally(() => draw.mockRestore())
    expect(early.length).toBe(3)
    expect(job).toMatchObject({ state: 'failed', pictures: [], error: { code: 'prompt-refused' } })
    expect((await rowsOf(job.id)).map((row) => [row.refused, row.has_picture]).toSorted()).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [true, false],
    ])
    for (const { index } of await rowsOf(job.id)) {
      expect(existsSync(join(place.folder, 'data', 'pictures', job.id, `${index}.png`))).toBe(false)
    }
  })

  it('comes back where a classifier that looks late has nothing against it', async () => {
    look = (pictures) => pictures.map(() => ({}))
    const undisturbed = await drawn({ ...order, candidates: 4 })
    const { db } = server.room
    looked.length = 0
    const draw = breakOff(() => db.query(`update ${db.schema}.candidates set seen = null`))
    const job = await drawn({ ...order, candidates: 4 }).finally(() => draw.mockRestore())
    expect(looked.length).toBe(6)
    expect(job.pictures.map(({ index }) => index)).toEqual(undisturbed.pictures.map(({ index }) => index))
    expect(await rowsOf(job.id)).toEqual(await rowsOf(undisturbed.id))
    for (const { url } of job.pictures) expect((await fetch(server.url + url)).status).toBe(200)
  })

  it('fails a job of which none is left, when all were seen in an earlier turn, too', async () => {
    look = (pictures) => pictures.map(() => ({ minors: { strong: 1 } }))
    const draw = breakOff()
    const job = await drawn({ ...order, candidates: 4 }).finally(() => draw.mockRestore())
    expect(job).toMatchObject({ state: 'failed', pictures: [], error: { code: 'prompt-refused' } })
    expect(existsSync(join(place.folder, 'data', 'pictures', job.id))).toBe(false)
  })

  it('fails a job of which none is left', async () => {
    look = (pictures) => pictures.map(() => ({ minors: { strong: 1 } }))
    const job = await drawn()
    expect(job).toMatchObject({ state: 'failed', pictures: [], error: { code: 'prompt-refused' } })
    expect(existsSync(join(place.folder, 'data', 'pictures', job.id))).toBe(false)
  })
})

it.each<[string, typeof look]>([
  [
    'fails',
    () => {
      throw new Error('no weights at /somewhere/secret')
    },
  ],
  ['leaves some out', (pictures) => pictures.slice(1).map(() => ({}))],
  ['gives what is no probability', (pictures) => pictures.map(() => ({ hate: { strong: Number.NaN } }))],
])('shows nothing where the classifier %s', async (_, faulty) => {
  look = faulty
  const job = await drawn()
  expect(job).toMatchObject({ state: 'failed', pictures: [], error: { code: 'engine' } })
  expect(job.error.message).not.toMatch(/secret|made up/)
  expect(logged.join()).toContain('looking at pictures with made up 1')
  expect(existsSync(join(place.folder, 'data', 'pictures', job.id))).toBe(false)
})

describe('a classifier that never answers', () => {
  const never = new Promise<never>(() => undefined)
  const pictures = [[0, encodePng(createPixels(4, 4, [200, 0, 0]))]] as const
  const judge = (classify: PictureClassifier['classify']) => ({
    classifier: { name: 'silent 1', classify },
    thresholds,
  })

  it('is given up in time, is told so, and fails what it was asked about', async () => {
    let told: AbortSignal | undefined
    const silent = judge((_, stop) => {
      told = stop
      return never
    })
    const { signal } = new AbortController()
    const asked = { judge: silent, policy: { level: 'standard' }, signal, millisecondsToLook: 20 } as const
    await expect(lookAt(pictures, asked)).rejects.toMatchObject({
      code: 'engine',
      message: expect.stringContaining('silent 1: no answer within 0.02 s'),
    })
    expect(told!.aborted).toBe(true)
  })

  it('keeps no job from being cancelled, no other from being drawn, and no server from its end', async () => {
    let stopped = 0
    look = (_, stop) => {
      stop.addEventListener('abort', () => stopped++)
      return never
    }
    const asked = () => vi.waitFor(() => expect(looked.length).toBeGreaterThan(0), { timeout: 100_000 })
    const { id } = await jsonOf(await post(`${server.url}/api/v1/jobs`, order))
    await asked()
    await server.room.jobs.cancel(id)
    await vi.waitFor(() => expect(stopped).toBe(1), { timeout: 100_000 })
    look = (pictures) => pictures.map(() => ({}))
    expect(await drawn()).toMatchObject({ state: 'done' })
    look = () => never
    looked.length = 0
    const last = await jsonOf(await post(`${server.url}/api/v1/jobs`, order))
    await asked()
    await server.close()
    server = await start()
    look = (pictures) => pictures.map(() => ({}))
    expect(await finished(server.room.jobs, last.id)).toMatchObject({ state: 'done', drawn: 10 })
  })
})

describe('what a host may name', () => {
  const open = async (named: string | undefined) => {
    const models = await offerModels([place.model], { environment: {}, folder: place.folder })
    return openPictureJudges(models, { environment: { NEUF_PICTURE_CLASSIFIER: named }, folder: place.folder })
  }
  it('is nothing, or a module that has none for a model: then nothing is looked at', async () => {
    expect((await open(undefined)).size).toBe(0)
    expect((await open('')).size).toBe(0)
    expect((await open(writeModule('none.mjs', 'export default () => undefined'))).size).toBe(0)
    expect((await open('classifier.mjs')).size).toBe(1)
  })
  it.each([
    ['a file that is not there', undefined],
    ['no module', 'export default {'],
    ['a module without a default export', 'export const open = () => undefined'],
    ['one that fails', 'export default () => { throw new Error("no weights") }'],
    ['one that opens no classifier', 'export default () => ({})'],
    ['a classifier without a name', 'export default () => ({ classifier: { classify() {} }, thresholds: {} })'],
    [
      'one that lacks a threshold',
      'export default () => ({ classifier: { name: "a", classify() {} }, thresholds: { minors: 0.5, hate: 0.5 } })',
    ],
  ])('is not %s', async (_, text) => {
    const name = `wrong-${_.replaceAll(' ', '-')}.mjs`
    if (text !== undefined) writeModule(name, text)
    await expect(open(name)).rejects.toMatchObject({ code: 'option-value', message: expect.stringContaining(name) })
  })
})
