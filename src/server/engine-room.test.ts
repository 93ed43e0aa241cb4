import { renameSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { openFamily } from '../families/open.ts'
import { generateResult } from '../generate/generate.ts'
import { decodePicture, pixelSha256 } from '../image/codec.ts'
import { readRecipe } from '../image/recipe-metadata.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngines } from '../runtime/node/engines.ts'
import type { EngineRoom } from './engine-room.ts'
import { recoverTurns } from './housekeeping.ts'
import type { JobEvent } from './job.ts'
import { finished, makeTestFolder, openTestRoom, removeTestFolder, type TestFolder } from './testing/room.ts'

const queueSeconds = 240
// An embedded database and a drawing process share two busy cores with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
let place: TestFolder
let room: EngineRoom

beforeAll(async () => {
  place = await makeTestFolder()
  // What a test does on purpose is no reason to print.
  room = await openTestRoom(place, { queueSeconds, log: () => undefined })
}, 180_000)
afterAll(async () => {
  await room?.close()
  await removeTestFolder(place)
})

const order = { prompt: 'a red kangaroo', seed: 7, count: 3, candidates: 10 }

describe('a job', () => {
  it('ends with the pictures that drawing by itself gives', async () => {
    const { id } = await room.jobs.submit(order, 'ann')
    const job = await finished(room.jobs, id)
    expect(job).toMatchObject({
      state: 'done',
      drawn: 10,
      fault: null,
      reading: { normalisedPrompt: 'a red kangaroo' },
    })
    const engines = createNodeEngines({ threads: 1 })
    const model = await openFamily(await openModel(place.model), ...engines)
    const alone = await generateResult(order, model)
    expect(job.engine).toBe(alone.engine)
    expect(job.pictures).toEqual(alone.chosen.map(({ index, score }, i) => ({ index, rank: i + 1, ...score })))
    for (const { index, picture, tokens } of alone.chosen) {
      const file = await room.jobs.picture(id, index)
      expect(pixelSha256(await decodePicture(file, { alpha: 'flatten' }))).toBe(pixelSha256(picture))
      const carried = readRecipe(file)
      expect(carried).toMatchObject({ kind: 'picture', record: { recipe: { seed: 7, index, candidates: 10 }, tokens } })
    }
    expect(readRecipe(await room.jobs.picture(id, 'sheet'))).toMatchObject({
      kind: 'sheet',
      records: alone.chosen.map(({ index }) => ({ recipe: { index } })),
    })
    await Promise.all(engines.map((engine) => engine.dispose()))
  })
})

const never = new AbortController().signal

describe('a candidate that is still being drawn', () => {
  const previews = (...indexes: number[]) => {
    return indexes.map((index) => ({ index, drawn: 0.5, webp: Uint8Array.of(82, 73, index) }))
  }

  it('is shown to who watches, before it lands and never after, and is no picture of the job', async () => {
    let heard = false
    const { draw } = room.drawing!
    const spy = vi.spyOn(room.drawing!, 'draw').mockImplementation(async function* (task, signal) {
      // Told again and again until it was heard: drawing may begin before anybody listens.
      for (; !heard && !signal.aborted; await setTimeout(20)) yield { kind: 'unfinished', previews: previews(0, 9) }
      for await (const event of draw(task, signal)) {
        yield event
        // As from a worker that had been given up and comes back.
        if (event.kind === 'landed') yield { kind: 'unfinished', previews: previews(0) }
      }
    })
    const { id } = await room.jobs.submit({ ...order, count: 10 }, 'ann')
    const told: [number, number][] = []
    let drawn = 0
    for await (const { kind, data } of room.jobs.watch(id, { after: 0, signal: never })) {
      if (kind === 'candidates') ({ drawn } = data as { drawn: number })
      if (kind !== 'unfinished') continue
      told.push([data.index, drawn])
      expect(data.url).toMatch(/^data:image\/webp;base64,.+/)
      if (data.index !== 9 || heard) continue
      await expect(room.jobs.picture(id, 9)).rejects.toThrow('picture 9')
      heard = true
    }
    spy.mockRestore()
    expect(told).toContainEqual([0, 0])
    expect(told).toContainEqual([9, 0])
    expect(told.filter(([index, landed]) => index < landed)).toEqual([])
    const kinds: string[] = []
    for await (const { kind } of room.jobs.watch(id, { after: 0, signal: never })) kinds.push(kind)
    expect(kinds.at(-1)).toBe('done')
    expect(kinds).not.toContain('unfinished')
  })
})

/** Watches a job until `seen` says that it was enough. */
async function until(id: string, seen: (event: JobEvent) => boolean): Promise<void> {
  for await (const event of room.jobs.watch(id, { after: 0, signal: never })) if (seen(event)) return
}

async function landedOf(id: string): Promise<number[]> {
  const landed: number[] = []
  for await (const { data } of room.jobs.watch(id, { after: 0, signal: never })) {
    if ('landed' in data) landed.push(...(data.landed as { index: number }[]).map(({ index }) => index))
  }
  return landed
}

const filesOf = async (id: string) => {
  const { pictures } = await room.jobs.read(id)
  const names = [...pictures.map(({ index }) => index), 'sheet' as const]
  return Promise.all(names.map((name) => room.jobs.picture(id, name)))
}
const firstNumbers = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('when what draws is killed', () => {
  it('goes on with the first candidate that is missing, and ends with the same pictures', async () => {
    const long = { ...order, candidates: 40 }
    const { id } = await room.jobs.submit(long, 'ann')
    await until(id, ({ kind }) => kind === 'candidates')
    process.kill(room.drawing!.pid!, 'SIGKILL')
    const job = await finished(room.jobs, id)
    expect(job).toMatchObject({ state: 'done', drawn: 40 })
    // Each landed once, in the same order as if nothing had happened.
    expect(await landedOf(id)).toEqual(firstNumbers(40))
    const undisturbed = await room.jobs.submit(long, 'ann')
    await finished(room.jobs, undisturbed.id)
    expect(await filesOf(id)).toEqual(await filesOf(undisturbed.id))
  })

  it('goes on when it has lost its turn, as after a sleep of the machine', async () => {
    const { schema } = place
    const { id } = await room.jobs.submit({ ...order, candidates: 40 }, 'ann')
    await until(id, ({ kind }) => kind === 'candidates')
    process.kill(room.drawing!.pid!, 'SIGSTOP')
    // As pg-boss does with a turn of which nobody said a word for ten seconds.
    await room.db.query(`update ${schema}_boss.job set state = 'retry' where state = 'active'`)
    expect(await finished(room.jobs, id)).toMatchObject({ state: 'done', drawn: 40 })
    const [row] = await room.db.query(`select turn_attempt from ${schema}.jobs where id = $1`, [id])
    expect(row).toEqual({ turn_attempt: 1 })
    expect(await landedOf(id)).toEqual(firstNumbers(40))
  })

  it('is found to wait when who had its turn let go without a word', async () => {
    const { schema } = place
    const { id } = await room.jobs.submit({ ...order, candidates: 500 }, 'ann')
    await until(id, ({ kind }) => kind === 'candidates')
    const queue = { stateOf: async () => 'waits' } as never
    const begunBy = (attempt: number) =>
      room.db.query(`update ${schema}.jobs set turn_attempt = $2 where id = $1`, [id, attempt])
    // Begun again since it was read, it is left alone.
    const racing = { stateOf: async () => begunBy(7).then(() => 'waits') } as never
    expect(await recoverTurns(room.db, racing, { alone: false })).toBe(0)
    expect(await recoverTurns(room.db, queue, { alone: false })).toBe(1)
    expect(await room.jobs.read(id)).toMatchObject({ state: 'queued' })
    await room.jobs.cancel(id)
  })

  it('gives a job up that kills it again and again', async () => {
    let begun = 0
    const draw = vi.spyOn(room.drawing!, 'draw').mockImplementation(() => {
      begun++
      throw new NeufError('drawing-ended', { why: 'SIGKILL' })
    })
    const { id } = await room.jobs.submit(order, 'ann')
    const job = await finished(room.jobs, id).finally(() => draw.mockRestore())
    expect(begun).toBe(3)
    expect(job).toMatchObject({ state: 'failed', fault: { code: 'worker-lost' } })
  })

  it('sends a turn again that got lost', async () => {
    const { id } = await room.jobs.submit({ ...order, candidates: 500 }, 'ann')
    await until(id, ({ kind }) => kind === 'candidates')
    const schema = place.schema
    // As if the row had been written and the queue's had not: no turn stands for the job any more.
    await room.db.query(`update ${schema}.jobs set turn = gen_random_uuid(), state = 'queued' where id = $1`, [id])
    await room.jobs.cancel((await room.jobs.submit(order, 'bob')).id)
    const sent: string[] = []
    const queue = {
      stateOf: async () => 'gone',
      drop: async () => undefined,
      prepare: async () => 'somewhere',
      send: async (_: unknown, queueName: string, job: string) => {
        sent.push(queueName, job)
        return id
      },
    }
    expect(await recoverTurns(room.db, queue as never, { alone: false })).toBe(1)
    expect(sent).toEqual(['somewhere', id])
    await room.jobs.cancel(id).catch(() => undefined)
  })
})

describe('when something is missing', () => {
  it('waits for a model whose folder went away, and draws once it is back', async () => {
    const { pid } = room.drawing!
    renameSync(place.model, `${place.model}-away`)
    const { id } = await (async () => {
      process.kill(pid!, 'SIGKILL')
      await vi.waitFor(() => expect(room.drawing!.pid).not.toBe(pid), { timeout: 10_000 })
      await expect(room.drawing!.ready()).rejects.toMatchObject({ code: 'file-missing' })
      return room.jobs.submit(order, 'ann')
    })().finally(() => renameSync(`${place.model}-away`, place.model))
    expect(await finished(room.jobs, id)).toMatchObject({ state: 'done' })
  })

  it('fails a job whose pictures cannot be written, and tells nobody where they would have been', async () => {
    const fault = new NeufError('file-unwritable', { path: '/somewhere/else', why: 'the disk is full', todo: 'Wait.' })
    const write = vi.spyOn(room.pictures, 'write').mockRejectedValue(fault)
    const { id } = await room.jobs.submit(order, 'ann')
    const job = await finished(room.jobs, id).finally(() => write.mockRestore())
    expect(job).toMatchObject({ state: 'failed', fault: { code: 'file-unwritable' } })
    expect(job.fault!.message).not.toContain('/somewhere')
  })
})

describe('several clients', () => {
  it('take turns, however much one of them asks for', async () => {
    const long = await room.jobs.submit({ ...order, candidates: 160 }, 'ann')
    await until(long.id, ({ kind }) => kind === 'candidates')
    const second = await room.jobs.submit(order, 'ann')
    const third = await room.jobs.submit(order, 'ann')
    const other = await room.jobs.submit({ ...order, candidates: 4 }, 'bob')
    expect((await room.jobs.place(other.id))?.place ?? 1).toBe(1)
    expect((await room.jobs.place(third.id))!.place).toBeGreaterThan((await room.jobs.place(second.id))!.place)
    const ended = await Promise.all([long, second, third, other].map(({ id }) => finished(room.jobs, id)))
    const [l, s, t, o] = ended.map((job) => job.finished!.getTime())
    // Bob does not wait for what Ann asked for before; of one client's jobs, the first is done first.
    expect(o).toBeLessThan(l!)
    expect(l).toBeLessThan(s!)
    expect(s).toBeLessThan(t!)
    expect(await landedOf(long.id)).toEqual(firstNumbers(160))
  })
})

describe('the queue', () => {
  it('takes no more than can be drawn in its time, and says when there is room', async () => {
    const taken: string[] = []
    const huge = { ...order, candidates: 1024 }
    const refused = await (async () => {
      for (;;) taken.push((await room.jobs.submit(huge, 'ann')).id)
    })().catch((error) => error)
    expect(refused).toMatchObject({ code: 'queue-full', httpStatus: 429 })
    expect(refused.details.seconds).toBeGreaterThanOrEqual(1)
    // Whoever asks is refused, and once there is room nobody is.
    await expect(room.jobs.submit(huge, 'bob')).rejects.toMatchObject({ code: 'queue-full' })
    for (const id of taken) await room.jobs.cancel(id)
    const { id } = await room.jobs.submit(order, 'bob')
    expect(await finished(room.jobs, id)).toMatchObject({ state: 'done' })
  })
})
