import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readArt } from '../corpus/art.ts'
import { fullSample, tinySample } from '../corpus/sample.ts'
import { isHeldOut } from '../corpus/splits.ts'
import type { Art } from '../corpus/sprite.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { randomWeights, smallModel } from '../families/testing/random-model.ts'
import { createParameters, input } from '../graph/index.ts'
import { decodeCodes, encodePicture } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import type { FrozenTokenizer } from './frozen-tokenizer.ts'
import { packVerifier, trainVerifier, type VerifierMaking } from './make-verifier.ts'
import { kindsOf } from './suite.ts'
import { openVerifier } from './verifier-folder.ts'
import { detectorFor, verifierTraining } from './verifier-recipe.ts'
import { drawnScenes, heldOutStyle, verifierSample } from './verifier-scenes.ts'

const side = 32
const { concepts, styles } = smallSample
const training = { ...verifierTraining, steps: 2, batchSize: 4 }
let folder = ''
let engine: Engine
let art: Art
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-make-verifier-'))
  await drawSmallArt(join(folder, 'art'))
  art = await readArt({ folder: join(folder, 'art'), concepts, styles, side })
  engine = createNodeEngine({ threads: 1 })
})
afterAll(async () => {
  await engine?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const stage = (width: number) => ({ width, blocks: 1 })
const detector: typeof detectorFor = (width, classes) => ({
  ...detectorFor(width, classes),
  finder: { cell: 2, stem: 8, stages: [stage(12), stage(16)], whole: 8 },
  namer: { side: 16, cell: 2, stem: 8, stages: [stage(12)], hidden: 16 },
})

const making = (run: string, over: Partial<VerifierMaking> = {}): VerifierMaking => ({
  ...{ art, side, sample: smallSample, scenes: { count: 40, seed: 9 }, training, detector, now: () => 0 },
  examples: { validationCount: 4, brokenShare: 0.2, softenedShare: 0.2, decodedShare: 0.5 },
  folder: join(folder, run),
  ...over,
})

it('trains, packs and measures; the folder holds what was measured', async () => {
  const weights = await trainVerifier(engine, making('run'))
  const out = join(folder, 'verifier')
  const { sha256, accuracy } = await packVerifier(engine, weights, {
    ...{ folder: out, name: 'small', side, art, sample: smallSample, detector },
    renders: { count: 3, seed: 1 },
    training: { steps: 2 },
  })
  const stored = await openVerifier(out)
  expect(stored).toMatchObject({ name: 'small', sha256, accuracy, training: { steps: 2 }, styles })
  expect(Object.keys(accuracy.kinds)).toEqual(kindsOf(smallSample))
  expect(accuracy.all.count).toBe(3 * kindsOf(smallSample).length)
  expect(accuracy.kinds['colour-held-out']!.count).toBe(3)
  expect(accuracy.falseAccepts.count).toBeGreaterThan(20)
  expect(accuracy.nearMissAccepts.count).toBeGreaterThan(20)
  expect(accuracy.brokenFound.count).toBe(Math.ceil(accuracy.all.count / 4))
  expect(accuracy.heldOutStyle).toBeNull()
}, 120_000)

it('goes on only with the scenes and the tokenizer that the run began with', async () => {
  const tokenizer = { ...smallTokenizer(), model: 'a'.repeat(64) }
  const train = (change: Partial<VerifierMaking> = {}) =>
    trainVerifier(engine, making('claimed', { tokenizer, ...change }))
  await expect(train({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  const refused = { code: 'run-other-settings', details: { path: join(folder, 'claimed', 'run.json') } }
  await expect(train({ tokenizer: { ...tokenizer, model: 'b'.repeat(64) } })).rejects.toMatchObject(refused)
  await expect(train({ scenes: { count: 40, seed: 10 } })).rejects.toMatchObject(refused)
  await expect(trainVerifier(engine, making('claimed'))).rejects.toMatchObject(refused)
  const made = await train()
  expect(await train()).toEqual(made)
  expect(JSON.parse(readFileSync(join(folder, 'claimed', 'run.json'), 'utf8'))).toMatchObject({
    scenes: { count: 40, seed: 9 },
    network: { kind: 'detecting', settings: { side } },
    model: tokenizer.model,
  })
}, 120_000)

it('goes on from the weights of another', async () => {
  const first = await trainVerifier(engine, making('first'))
  const none = { ...training, peakRate: 0 }
  const second = await trainVerifier(engine, making('second', { startFrom: first, training: none }))
  for (const [name, { data }] of first) {
    for (const [i, value] of data.entries()) expect(second.get(name)!.data[i]).toBeCloseTo(value, 4)
  }
}, 120_000)

it('learns from held-out pairs and things that wander, in all styles but one, of what its model knows', () => {
  const own = verifierSample({ ...fullSample, part: 'training' })
  expect(own.styles).not.toContain(heldOutStyle)
  expect(own).toMatchObject({ wander: true, allowHeldOut: true, concepts: fullSample.concepts })
  expect(own).not.toHaveProperty('part')
  const tiny = verifierSample(tinySample)
  expect(tiny.mix.people).toBe(0)
  expect(tiny.filterShare).toBe(0)
  const draw = drawnScenes(art, verifierSample(smallSample), side, { seed: 3, crowded: 0 })
  const scenes = Array.from({ length: 80 }, (_, i) => draw(i).scene!)
  expect(scenes.some(isHeldOut)).toBe(true)
  expect(scenes.some(({ things }) => things.length === 2)).toBe(true)
})

function smallTokenizer(): FrozenTokenizer {
  const settings = { ...smallModel.imageTokenizer, side } as FrozenTokenizer['settings']
  const p = createParameters()
  decodeCodes(p, settings, encodePicture(p, settings, input('pixels', [1, side, side, 3], 'uint8')))
  return { settings, weights: randomWeights(p, 1) }
}
