import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
import { type Corpus, openCorpus } from '../corpus/read.ts'
import { isHeldOut } from '../corpus/splits.ts'
import { drawSmallArt, smallConcepts, smallSample } from '../corpus/testing/small-art.ts'
import { randomWeights, smallModel } from '../families/testing/random-model.ts'
import { createParameters, input } from '../graph/index.ts'
import { decodeCodes, encodePicture } from '../networks/image-tokenizer.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { createTrainer } from '../train/trainer.ts'
import { verifierClasses } from './verifier-classes.ts'
import { checkTokenizer, verifierObjective, verifierSample } from './verifier-objective.ts'
import { verifierTraining } from './verifier-recipe.ts'

const side = 16
let folder = ''
let corpus: Corpus
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-verifier-'))
  await drawSmallArt(join(folder, 'art'))
  const { concepts, styles, backgrounds } = smallSample
  const sample = { ...verifierSample, concepts, styles, backgrounds }
  await buildCorpus({ art: join(folder, 'art'), out: join(folder, 'corpus'), side, count: 400, seed: 5, sample })
  corpus = await openCorpus(join(folder, 'corpus'))
})
afterAll(() => {
  corpus?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const classes = verifierClasses(smallConcepts)
const settings = {
  side,
  cell: 2,
  stem: 24,
  stages: [{ width: 32, blocks: 1 }],
  hidden: 32,
  objects: classes.objects.length,
  colours: classes.colours.length,
  materials: classes.materials.length,
}
const examples = { classes, validationCount: 64, brokenShare: 0.25, shift: 1, decodedShare: 0.5 }

describe('its corpus', () => {
  it('shows one thing each, held-out pairs among them', () => {
    const scenes = Array.from({ length: corpus.count }, (_, i) => corpus.record(i).scene)
    expect(scenes.every(({ things }) => things.length === 1 && things[0]!.count === 1)).toBe(true)
    expect(scenes.filter(isHeldOut).length).toBeGreaterThan(20)
    expect(corpus.info.sample.allowHeldOut).toBe(true)
  })
})

describe('its batches', () => {
  const objective = () => verifierObjective(corpus, settings, examples)
  const first = Array.from({ length: 300 }, (_, i) => i)

  it('label what the scenes show, and broken pictures as such', () => {
    const { object, colour, material, whole } = objective().batch(first, 0)
    let damaged = 0
    for (const example of first) {
      if (whole!.data[example] === 0) {
        expect(classes.objects[Number(object!.data[example])]).toBe('broken')
        damaged++
        continue
      }
      const thing = corpus.record(example).scene.things[0]!
      expect(classes.objects[Number(object!.data[example])]).toBe(thing.concept)
      expect(classes.materials[Number(material!.data[example])]).toBe(thing.material ?? 'none')
      expect(['natural', thing.colour]).toContain(classes.colours[Number(colour!.data[example])])
    }
    expect(damaged / first.length).toBeGreaterThan(0.17)
    expect(damaged / first.length).toBeLessThan(0.33)
  })

  it('are a function of the visit', () => {
    const one = objective()
    expect(one.batch([1, 2, 3], 40)).toEqual(one.batch([1, 2, 3], 40))
    expect(one.batch([1, 2, 3], 41).pixels!.data).not.toEqual(one.batch([1, 2, 3], 40).pixels!.data)
  })

  it('are whole pictures as they are when validating, from the end of the corpus', () => {
    const one = verifierObjective(corpus, settings, { ...examples, brokenShare: 0 })
    expect(one.count).toBe(corpus.count - 64)
    const size = side * side * 3
    const { pixels } = one.validationBatch([0, 5])
    expect(pixels!.data.slice(0, size)).toEqual(corpus.pixels(corpus.count - 64))
    expect(pixels!.data.slice(size)).toEqual(corpus.pixels(corpus.count - 59))
  })
})

const smallTokenizer = () => {
  const { imageTokenizer } = smallModel
  const p = createParameters()
  const codes = encodePicture(p, imageTokenizer, input('pixels', [1, side, side, 3], 'uint8'))
  decodeCodes(p, imageTokenizer, input('codes', codes.shape, 'int32'))
  return { settings: imageTokenizer, weights: randomWeights(p, 1) }
}

it('learns, with half of the pictures passed through a tokenizer that does not', async () => {
  const objective = verifierObjective(corpus, settings, { ...examples, tokenizer: smallTokenizer() })
  const engine = createNodeEngine({ threads: 1 })
  try {
    const training = {
      ...verifierTraining,
      steps: 150,
      warmupSteps: 5,
      batchSize: 32,
      peakRate: 5e-3,
      averageDecay: 0.9,
    }
    const trainer = await createTrainer(engine, objective, training)
    const losses: number[] = []
    while (trainer.step < training.steps) losses.push((await trainer.advance()).loss)
    const mean = (list: readonly number[]) => list.reduce((sum, loss) => sum + loss, 0) / list.length
    expect(mean(losses.slice(-10))).toBeLessThan(0.85 * mean(losses.slice(0, 10)))
    expect([...(await trainer.weights()).keys()].some((name) => name.includes('codebook'))).toBe(false)
    expect((await trainer.validate()).metrics).toHaveProperty('objectAccuracy')
    await trainer.dispose()
  } finally {
    await engine.dispose()
  }
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

it('refuses a tokenizer whose weights do not fit', () => {
  const tokenizer = { settings: smallModel.imageTokenizer, weights: new Map() }
  const objective = verifierObjective(corpus, settings, { ...examples, tokenizer })
  expect(() => objective.build(createParameters(), 4)).toThrow(/codebook/)
})
