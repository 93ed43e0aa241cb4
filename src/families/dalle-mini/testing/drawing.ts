/** What tests of drawing share: a model of random weights, opened on an engine that is listened to, and a prompt for it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { SampleRequest } from '../../../generate/contracts.ts'
import { type Model, openModel } from '../../../models/model-folder.ts'
import type { Engine } from '../../../runtime/index.ts'
import { createNodeEngine } from '../../../runtime/node/engine.ts'
import { type Heard, listenTo } from '../../testing/listening-engine.ts'
import { type RandomModelSettings, writeRandomModel } from '../../testing/random-model.ts'
import { type OpenModel, openDalleMini } from '../open.ts'

/** All that the engine was asked and answered. */
export const heard: Heard[] = []
export let engine: Engine
export let model: Model
export let opened: OpenModel

/** To be called once by a test file. */
export function useModel(settings: RandomModelSettings): void {
  const folder = mkdtempSync(join(tmpdir(), 'neuf-sampler-'))
  beforeAll(async () => {
    engine = createNodeEngine({ threads: 2 })
    await writeRandomModel(folder, settings)
    model = await openModel(folder)
    opened = await openDalleMini(model, listenTo(engine, heard))
  })
  afterAll(async () => {
    await engine.dispose()
    rmSync(folder, { recursive: true })
  })
}

export const request: SampleRequest = {
  prompt: 'a red kangaroo made of cheese',
  seed: 7,
  sampling: { temperature: 1, topK: 0, guidance: 3 },
  indices: [0, 1, 2],
}

/** Image tokens of each candidate, by its index, in the order in which they came. */
export async function draw(change: Partial<SampleRequest> = {}): Promise<Map<number, Uint16Array>> {
  const drawn = new Map<number, Uint16Array>()
  for await (const event of opened.sampler.sample({ ...request, ...change })) {
    if (event.kind === 'candidate') drawn.set(event.candidate.index, event.candidate.tokens)
  }
  return drawn
}
