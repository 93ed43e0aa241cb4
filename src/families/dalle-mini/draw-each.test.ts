import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '../../models/model-folder.ts'
import type { Engine } from '../../runtime/index.ts'
import { createNodeEngine } from '../../runtime/node/engine.ts'
import { smallModel, writeRandomModel } from '../testing/random-model.ts'
import { drawEach } from './draw-each.ts'
import { openDalleMini } from './open.ts'
import { readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-draw-each-'))
let engine: Engine
beforeAll(async () => {
  engine = createNodeEngine({ threads: 1 })
  await writeRandomModel(folder, { ...smallModel, precision: 'fp32' })
})
afterAll(async () => {
  await engine.dispose()
  rmSync(folder, { recursive: true })
})

describe('drawEach', () => {
  const sampling = { temperature: 1, topK: 20, guidance: 2 }

  it('draws for each text what the sampler draws as the candidate of its place', async () => {
    const model = await openModel(folder)
    const { sampler, prompts } = await openDalleMini(model, engine)
    const settings = readSettings(model).generator
    const weights = new Map(await model.weights('generator'))
    // More than are drawn at once.
    const texts = Array.from({ length: 67 }, (_, i) => ['a red kangaroo', 'two cats', 'an apple of cheese'][i % 3]!)
    const done: number[] = []
    const drawing = { settings, weights, tokenizer: prompts.tokenizer, sampling, seed: 4 }
    const codes = await drawEach(engine, texts, drawing, (count) => done.push(count))
    expect(done).toEqual([64, 67])
    const { imageLength } = settings
    expect(codes).toHaveLength(67 * imageLength)
    // Of the first batch, of the second and where they meet.
    const places = [...Array.from({ length: 9 }, (_, i) => i * 7), ...[1, 2, 57, 58, 59, 60, 61, 63, 64, 65, 66]]
    const [mine, theirs]: number[][][] = [[], []]
    for (const place of places) {
      const request = { prompt: texts[place]!, seed: 4, sampling, indices: [place] }
      for await (const event of sampler.sample(request)) {
        if (event.kind !== 'candidate') continue
        theirs!.push([...event.candidate.tokens])
        mine!.push([...codes.subarray(place * imageLength, (place + 1) * imageLength)])
      }
    }
    expect(theirs).toHaveLength(places.length)
    expect(mine!.map(([token]) => token)).toEqual(theirs!.map(([token]) => token))
    // Logits equal up to rounding: hardly ever does a token fall to the other side of a draw, and the rest with it.
    const equal = mine!.filter((tokens, i) => tokens.join() === theirs![i]!.join())
    expect(equal.length).toBeGreaterThanOrEqual(0.9 * places.length)
  })

  it('stops when asked to, and leaves nothing in the engine that a later call trips over', async () => {
    const model = await openModel(folder)
    const { prompts } = await openDalleMini(model, engine)
    const settings = readSettings(model).generator
    const weights = await model.weights('generator')
    const drawing = { settings, weights, tokenizer: prompts.tokenizer, sampling, seed: 4 }
    const stopped = drawEach(engine, ['a cat'], drawing, undefined, AbortSignal.abort(new Error('stop')))
    await expect(stopped).rejects.toThrow('stop')
    const again = { ...drawing, weights: await model.weights('generator') }
    expect(await drawEach(engine, ['a cat'], again)).toHaveLength(settings.imageLength)
  })
})
