/** Orders taken under one policy and drawn by a worker with another: pictures are judged by the stricter, whatever the database. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkRequest } from '../generate/generate.ts'
import { type PictureJudge, pictureCategories, type Thresholds } from '../safety/picture-classifier.ts'
import type { Level } from '../safety/policy.ts'
import type { EngineRoom, EngineRoomSettings } from './engine-room.ts'
import type { Job } from './job.ts'
import { costOfCandidate, offerModels } from './models.ts'
import type { Database } from './store/database.ts'
import { openEmbedded } from './store/embedded.ts'
import { migrate, steps } from './store/migrations.ts'
import { openPostgres } from './store/postgres.ts'
import { findPostgres, type OwnPostgres, startPostgres } from './testing/postgres.ts'
import {
  databaseUrl,
  finished,
  makeTestFolder,
  openTestRoom,
  removeTestFolder,
  type TestFolder,
} from './testing/room.ts'
import { judgedOf } from './verdicts.ts'

vi.setConfig({ testTimeout: 480_000, hookTimeout: 480_000 })

/** It sees nudity everywhere: `off` allows that, `standard` blurs it, `strict` refuses it. */
const judge: PictureJudge = {
  classifier: { name: 'made up 1', classify: async (pictures) => pictures.map(() => ({ sexual: { mild: 0.8 } })) },
  thresholds: Object.fromEntries(pictureCategories.map((one) => [one, 0.5])) as Thresholds,
}
const order = { prompt: 'a red kangaroo', seed: 7, count: 3, candidates: 6 }
const oldJob = '00000000-0000-4000-8000-000000000001'

describe.each<[string, () => Promise<OwnPostgres | undefined>, boolean]>([
  ['an embedded database', async () => undefined, true],
  [
    'a PostgreSQL',
    async () => (databaseUrl === undefined ? startPostgres() : { url: databaseUrl, close: async () => undefined }),
    databaseUrl !== undefined || findPostgres() !== undefined,
  ],
])('on %s', (_, startDatabase, there) => {
  let place: TestFolder
  let postgres: OwnPostgres | undefined
  let room: EngineRoom | undefined
  beforeAll(async () => {
    if (!there) return
    place = await makeTestFolder()
    postgres = await startDatabase()
  })
  afterAll(async () => {
    if (!there) return
    await room?.close()
    await removeTestFolder(place)
    await postgres?.close()
  })

  const models = () => offerModels([place.model], { environment: {}, folder: place.folder })
  /** In place of the one that was open before. */
  async function open(level: Level, change: Partial<EngineRoomSettings> = {}): Promise<EngineRoom> {
    await room?.close()
    room = undefined
    const judges = new Map((await models()).map(({ sha256 }) => [sha256, judge]))
    room = await openTestRoom(place, { databaseUrl: postgres?.url, policy: { level }, judges, ...change })
    return room
  }

  /** A job as the version before wrote it, waiting to be drawn. */
  async function insertOldJob(db: Database): Promise<void> {
    const [model] = await models()
    const request = { ...checkRequest(order, model!), prompt: order.prompt }
    await migrate(db, steps.slice(0, 6))
    await db.query(
      `insert into ${db.schema}.jobs (id, client, state, model, model_sha256, request, candidates, cost, start_tag, turn, turn_queue)
       values ($1, 'ann', 'queued', $2, $3, $4::text::jsonb, $5, $6, 0, gen_random_uuid(), 'gone')`,
      [
        oldJob,
        model!.name,
        model!.sha256,
        JSON.stringify(request),
        request.candidates,
        costOfCandidate(model!, request),
      ],
    )
  }

  const rowsOf = ({ id }: Job) => {
    const { db } = room!
    return db.query<{ unseen: boolean; pictured: boolean; refused: boolean }>(
      `select has_picture and seen is null as unseen, has_picture as pictured, refused from ${db.schema}.candidates where job = $1`,
      [id],
    )
  }
  async function expectRefused(job: Job): Promise<void> {
    expect(job).toMatchObject({ state: 'failed', pictures: [], fault: { code: 'prompt-refused' } })
    expect(job.fault!.message).toContain('(strict)')
    const rows = await rowsOf(job)
    expect(rows.some(({ refused }) => refused)).toBe(true)
    expect(rows.some(({ pictured }) => pictured)).toBe(false)
    expect(existsSync(join(place.folder, 'data', 'pictures', job.id))).toBe(false)
  }
  async function expectKept(job: Job): Promise<void> {
    expect(job).toMatchObject({ state: 'done', pictures: { length: 3 } })
    const rows = await rowsOf(job)
    expect(rows.some(({ pictured }) => pictured)).toBe(true)
    expect(rows.some(({ unseen, refused }) => unseen || refused)).toBe(false)
  }

  it.skipIf(!there)('the stricter of the order and the worker counts', async () => {
    const { folder, schema } = place
    const old = await (postgres === undefined
      ? openEmbedded(join(folder, 'data'), schema)
      : openPostgres(postgres.url, schema))
    await insertOldJob(old).finally(() => old.close())

    const strict = (await (await open('strict', { draw: false })).jobs.submit(order, 'ann')).id
    const { jobs, drawing, db } = await open('off')
    await expectRefused(await finished(jobs, strict))
    const fromBefore = await finished(jobs, oldJob)
    expect(fromBefore.policyLevel).toBe(null)
    await expectKept(fromBefore)
    const off = await finished(jobs, (await jobs.submit(order, 'ann')).id)
    expect(off.policyLevel).toBe('off')
    await expectKept(off)
    const nude = await finished(jobs, (await jobs.submit({ ...order, prompt: 'a nude woman' }, 'ann')).id)

    // Two that wait until the worker is a strict one; the second as if from before.
    vi.spyOn(drawing!, 'draw').mockImplementation(async function* (_, signal) {
      for (; !signal.aborted; await setTimeout(20)) yield { kind: 'progress', done: 0, total: 1 }
      throw signal.reason
    })
    const waiting = [(await jobs.submit(order, 'ann')).id, (await jobs.submit(order, 'ann')).id]
    await db.query(`update ${schema}.jobs set policy_level = null where id = $1`, [waiting[1]])
    const later = await open('strict')
    for (const id of waiting) await expectRefused(await finished(later.jobs, id))

    // What was kept before stays, and is covered where it is shown; nothing is drawn of it any more.
    expect(later.jobs.verdict(judgedOf(await later.jobs.read(off.id))).outcome).toBe('refused')
    expect((await later.jobs.picture(off.id, off.pictures[0]!.index)).length).toBeGreaterThan(0)
    const { id: link } = await later.shares.create(off.id, { recipe: true, feed: false, expires: null })
    expect((await later.shares.show(link)).veil?.en).toBe('nudity')
    await expect(later.jobs.more(nude.id, 4, 'ann')).rejects.toMatchObject({ code: 'prompt-refused', httpStatus: 422 })
    await expectRefused(await finished(later.jobs, (await later.jobs.more(off.id, 4, 'ann')).id))
  })
})
