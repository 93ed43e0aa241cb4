import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFamily } from '../families/open.ts'
import { generateResult } from '../generate/generate.ts'
import { decodePicture, pixelSha256 } from '../image/codec.ts'
import { readRecipe } from '../image/recipe-metadata.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngines } from '../runtime/node/engines.ts'
import type { EngineRoom } from './engine-room.ts'
import type { JobEvent } from './job.ts'
import { finished, makeTestFolder, openTestRoom, removeTestFolder, type TestFolder } from './testing/room.ts'

const never = new AbortController().signal
let place: TestFolder
let room: EngineRoom

beforeAll(async () => {
  place = await makeTestFolder()
  room = await openTestRoom(place)
})
afterAll(async () => {
  await room?.close()
  await removeTestFolder(place)
})

const order = { prompt: 'a red kangaroo', seed: 7, count: 3, candidates: 10 }

async function watched(id: string, after = 0): Promise<JobEvent[]> {
  const events: JobEvent[] = []
  for await (const event of room.jobs.watch(id, { after, signal: never })) events.push(event)
  return events
}

describe('a job', () => {
  it('ends with the pictures that drawing by itself gives', async () => {
    const { id } = await room.jobs.submit(order, 'ann')
    const job = await finished(room.jobs, id)
    expect(job).toMatchObject({ state: 'done', drawn: 10, fault: null, reading: { normalisedPrompt: 'a red kangaroo' } })
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
