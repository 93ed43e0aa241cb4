import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from '../corpus/art.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import { isHeldOut } from '../corpus/splits.ts'
import type { Art } from '../corpus/sprite.ts'
import { drawSmallArt, smallConcepts, smallSample, smallStyles } from '../corpus/testing/small-art.ts'
import { randomWeights, smallModel } from '../families/testing/random-model.ts'
import { createParameters, input } from '../graph/index.ts'
import { decodeCodes, encodePicture } from '../networks/image-tokenizer.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { createTrainer } from '../train/trainer.ts'
import { overlap } from './detections.ts'
import { classCounts, detectorClasses, plain } from './detector-classes.ts'
import { type DetectorExamples, detectorObjective } from './detector-objective.ts'
import { checkTokenizer } from './frozen-tokenizer.ts'
import { createVerifier } from './verifier.ts'
import { defaultBars } from './verifier-network.ts'
import { verifierTraining } from './verifier-recipe.ts'
import { drawnScenes, verifierSample } from './verifier-scenes.ts'

const side = 32
const sample: SampleSettings = {
  ...verifierSample(smallSample),
  backgrounds: ['white'],
  styles: ['flat'],
  whiteShare: 1,
  mix: { ...smallSample.mix, plain: 1, colour: 1, material: 0, both: 0, size: 1, count: 1, relation: 2 },
}
let folder = ''
let art: Art
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-detector-'))
  await drawSmallArt(join(folder, 'art'))
  art = await readArt({ folder: join(folder, 'art'), concepts: smallConcepts, styles: smallStyles, side })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const classes = detectorClasses(smallConcepts)
const stage = (width: number) => ({ width, blocks: 1 })
const settings = {
  side,
  finder: { cell: 2, stem: 24, stages: [stage(32), stage(48)], whole: 16 },
  namer: { side: 16, cell: 2, stem: 24, stages: [stage(48)], hidden: 48 },
  ...classCounts(classes),
}
const examples: DetectorExamples = {
  ...{ classes, count: 5000, validationCount: 64, brokenShare: 0.1, softenedShare: 0.2, decodedShare: 0 },
}
const draw = (index: number) => drawnScenes(art, sample, side, { seed: 7, crowded: 0.25 })(index)

describe('its examples', () => {
  it('are drawn again the same, held-out pairs among them, and boxes hold what is there', () => {
    let [heldOut, crowded] = [0, 0]
    for (let index = 0; index < 80; index++) {
      const { scene, pixels, things } = draw(index)
      expect(draw(index)).toEqual({ scene, pixels, things })
      if (scene === null) crowded++
      else {
        if (isHeldOut(scene)) heldOut++
        expect(things).toHaveLength(scene.things.reduce((sum, { count }) => sum + Number(count), 0))
      }
      const inside = (x: number, y: number) =>
        things.some(({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height)
      for (let at = 0; at < side * side; at++) {
        const dark = pixels[at * 3]! + pixels[at * 3 + 1]! + pixels[at * 3 + 2]! < 600
        if (dark) expect(inside(at % side, Math.floor(at / side))).toBe(true)
      }
    }
    expect(heldOut).toBeGreaterThan(3)
    expect(crowded).toBeGreaterThan(10)
    expect(crowded).toBeLessThan(32)
  })

  it('label what the scenes show where they show it, and broken pictures as such', () => {
    const inputs = detectorObjective(draw, settings, { ...examples, brokenShare: 0.3 }).batch([...Array(120).keys()], 0)
    const data = (name: string) => Array.from(inputs[name]!.data as Float32Array)
    const [cells, places, named] = [8 * 8, inputs.there!.shape[1]!, inputs.present!.shape[1]!]
    const slotsOf = (name: string, row: number, count: number) =>
      Array.from({ length: count }, (_, k) => row * count + k).filter((at) => data(name)[at] === 1)
    let broken = 0
    for (let row = 0; row < 120; row++) {
      const { scene, things } = draw(row)
      const [there, present] = [slotsOf('there', row, places), slotsOf('present', row, named)]
      const heat = data('heat').slice(row * cells, (row + 1) * cells)
      const [told, whole, damaged] = ['told', 'whole', 'picture.sound'].map((name) => data(name)[row])
      if (damaged === 1) {
        expect([told, whole, there.length, present.length, Math.max(...heat)]).toEqual([1, 0, 0, 0, 0])
        broken++
        continue
      }
      expect(heat.filter((value) => value === 1)).toHaveLength(things.length)
      expect(there).toHaveLength(Math.min(things.length, places))
      expect(present).toHaveLength(Math.min(things.length, named))
      expect([told, whole]).toEqual(scene === null ? [0, 0] : [1, 1])
      if (scene !== null) expect(classes.picture.style[data('picture.style')[row]!]).toBe(scene.style)
      for (const at of there) expect(heat[data('middles')[at]!]).toBe(1)
      // Different things are named before a second of any.
      const concepts = new Set(present.map((at) => data('concept')[at]))
      if (scene !== null) expect(concepts.size).toBe(Math.min(named, scene.things.length))
      for (const at of present) {
        const concept = classes.things.concept[data('concept')[at]!]
        const colour = classes.things.colour[data('colour')[at]!]
        const [left, top, right, bottom] = data('boxes')
          .slice(at * 4, at * 4 + 4)
          .map((edge) => edge * side)
        const own = things.filter(({ thing }) => thing.concept === concept && [thing.colour, plain].includes(colour!))
        const near = (one: (typeof own)[number]) =>
          Math.abs(one.left - left!) + Math.abs(one.left + one.width - right!) <= 0.19 * one.width + 0.01 &&
          Math.abs(one.top - top!) + Math.abs(one.top + one.height - bottom!) <= 0.19 * one.height + 0.01
        expect(own.some(near)).toBe(true)
      }
    }
    expect(broken / 120).toBeGreaterThan(0.18)
    expect(broken / 120).toBeLessThan(0.42)
  })

  it('are a function of the visit', () => {
    const one = detectorObjective(draw, settings, { ...examples, softenedShare: 1 })
    expect(one.batch([1, 2, 3], 40)).toEqual(one.batch([1, 2, 3], 40))
    expect(one.batch([1, 2, 3], 41).pixels!.data).not.toEqual(one.batch([1, 2, 3], 40).pixels!.data)
    const still = detectorObjective(draw, settings, { ...examples, brokenShare: 0, softenedShare: 0 })
    expect(still.validationBatch([5]).pixels!.data).toEqual(draw(examples.count + 5).pixels)
  })
})

it('learns to find things, where they are and what they are', async () => {
  const draw = drawnScenes(art, sample, side, { seed: 7, crowded: 0 })
  const engine = createNodeEngine({ threads: 1 })
  try {
    const training = {
      ...verifierTraining,
      steps: 260,
      warmupSteps: 10,
      batchSize: 16,
      peakRate: 4e-3,
      averageDecay: 0.95,
    }
    const trainer = await createTrainer(engine, detectorObjective(draw, settings, examples), training)
    while (trainer.step < training.steps) await trainer.advance()
    const weights = await trainer.weights()
    await trainer.dispose()
    const verifier = await createVerifier(engine, { kind: 'detecting', settings, classes, bars: defaultBars }, weights)
    const shown = Array.from({ length: 120 }, (_, k) => draw(6000 + k))
    const findings = await verifier.find(shown.map(({ pixels }) => pixels))
    let [things, located, named] = [0, 0, 0]
    for (const [i, { things: drawn }] of shown.entries()) {
      for (const { thing, left, top, width, height } of drawn) {
        const box = { left: left / side, top: top / side, width: width / side, height: height / side }
        const near = findings[i]!.things.filter((one) => one.confidence > 0.3 && overlap(one.box, box) > 0.5)
        things++
        if (near.length > 0) located++
        if (near.some(({ concept }) => concept === thing.concept)) named++
      }
    }
    expect(located / things).toBeGreaterThan(0.7)
    expect(named / things).toBeGreaterThan(0.5)
    await verifier.dispose()
  } finally {
    await engine.dispose()
  }
}, 120_000)

const smallTokenizer = () => {
  const { imageTokenizer } = smallModel
  const p = createParameters()
  const codes = encodePicture(p, imageTokenizer, input('pixels', [1, 16, 16, 3], 'uint8'))
  decodeCodes(p, imageTokenizer, input('codes', codes.shape, 'int32'))
  return { settings: imageTokenizer, weights: randomWeights(p, 1) }
}

it('shows half of its pictures through a tokenizer that does not learn', () => {
  const small = { ...settings, side: 16 }
  const p = createParameters()
  const tokenizer = smallTokenizer()
  detectorObjective(draw, small, { ...examples, tokenizer, decodedShare: 0.5 }).build(p, 4)
  expect([...p.all().keys()].some((name) => name.includes('codebook'))).toBe(false)
  const empty = { settings: tokenizer.settings, weights: new Map() }
  const objective = detectorObjective(draw, small, { ...examples, tokenizer: empty, decodedShare: 0.5 })
  expect(() => objective.build(createParameters(), 4)).toThrow(/codebook/)
})

it('names the weight that a tokenizer lacks or has in another shape', () => {
  const whole = smallTokenizer()
  expect(() => checkTokenizer(whole, 'a/b')).not.toThrow()
  const refused = (why: RegExp) =>
    expect.objectContaining({ code: 'model-broken', message: expect.stringMatching(why) })
  for (const [name, { shape }] of whole.weights) {
    const less = new Map([...whole.weights].filter(([other]) => other !== name))
    const lacks = `a/b: .* ${name} [${shape.join(', ')}], there is none`.replace(/[[\]]/g, '\\$&')
    expect(() => checkTokenizer({ ...whole, weights: less }, 'a/b')).toThrow(refused(new RegExp(lacks)))
  }
  const other = new Map([...whole.weights, ['codebook', { shape: [2, 3], data: new Float32Array(6) }]])
  expect(() => checkTokenizer({ ...whole, weights: other }, 'a/b')).toThrow(
    refused(/codebook \[60, 48\], it is \[2, 3\]/),
  )
})
