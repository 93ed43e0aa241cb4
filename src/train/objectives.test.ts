/** The three objectives on a corpus in memory: what their batches hold, and that their losses fall. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, Value } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { defaultNormaliser } from '../text/normalise.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { captionIds } from './caption-ids.ts'
import { makeCodebook } from './codebook.ts'
import { codebookUse, encodeCorpus } from './encode-corpus.ts'
import { generatorObjective } from './generator-objective.ts'
import type { Objective } from './objective.ts'
import { scorerObjective } from './scorer-objective.ts'
import { sceneOf, smallCorpus } from './testing/small-corpus.ts'
import { type CodeNoise, imageTokenizerObjective } from './tokenizer-objective.ts'
import { createTrainer, trainingDefaults } from './trainer.ts'

const words = ['<s>', '<pad>', '</s>', 'a', 'red', 'green', 'blue', 'cat', 'car', ',']
const [begin, pad, end] = [0, 1, 2]
const length = 6

/** A tokenizer of whole words. */
const tokenizer = {
  length,
  pad,
  encode(text: string) {
    const ids = [begin, ...(text.match(/\w+|,/g) ?? []).map((word) => words.indexOf(word)), end]
    const padded = [...ids, ...Array<number>(length).fill(pad)].slice(0, length)
    return { ids: padded, mask: padded.map((id) => Number(id !== pad)), cut: null }
  },
} as unknown as Tokenizer

const count = 60
const corpus = smallCorpus(count)
const captions = captionIds(corpus, tokenizer, defaultNormaliser)
const tokenizerSettings = {
  side: 8,
  patch: [4, 4],
  codes: 6,
  decoder: { cell: 2, levels: [{ width: 16, blocks: 1 }] },
} as const
const rowsOf = ({ shape, data }: Value): number[][] => {
  const width = shape.slice(1).reduce((a, b) => a * b, 1)
  return Array.from({ length: shape[0]! }, (_, i) => Array.from(data.slice(i * width, (i + 1) * width), Number))
}
const said = (row: readonly number[]): string => row.map((id) => words[id]).join(' ')

let engine: Engine
beforeAll(() => {
  engine = createNodeEngine({ threads: 1 })
})
afterAll(() => engine.dispose())

async function lossesOf(objective: Objective, steps: number, batchSize = 8): Promise<number[]> {
  const settings = { ...trainingDefaults, steps, batchSize, warmupSteps: 5, peakRate: 5e-3 }
  const trainer = await createTrainer(engine, objective, settings)
  const losses = [(await trainer.validate()).loss]
  while (trainer.step < steps) losses.push((await trainer.advance()).loss)
  losses.push((await trainer.validate()).loss)
  await trainer.dispose()
  return losses
}

/** All codes of a corpus, and as a check those from its third picture on, made apart. */
async function codesOf(of: typeof corpus, weights: ReadonlyMap<string, { shape: number[]; data: Float32Array }>) {
  const all: number[] = []
  await encodeCorpus(engine, of, tokenizerSettings, weights as never, async (codes) => void all.push(...codes))
  const rest: number[] = []
  const onCodes = async (codes: Uint16Array): Promise<void> => void rest.push(...codes)
  await encodeCorpus(engine, of, tokenizerSettings, weights as never, onCodes, { first: 2 })
  expect(rest).toEqual(all.slice((2 * all.length) / of.count))
  return Uint16Array.from(all)
}

describe('captionIds', () => {
  it('has every caption of every example, and the empty text', () => {
    for (const example of [0, 7, count - 1]) {
      const { colour, concept } = sceneOf(example)
      expect(captions.count(example)).toBe(2)
      const { text, visible } = captions.batch([
        [example, 0],
        [example, 1],
        [example, -1],
      ])
      expect(rowsOf(text).map(said)).toEqual([
        `<s> a ${colour} ${concept} </s> <pad>`,
        `<s> ${concept} , ${colour} </s> <pad>`,
        '<s> </s> <pad> <pad> <pad> <pad>',
      ])
      expect(rowsOf(visible)).toEqual([
        [1, 1, 1, 1, 1, 0],
        [1, 1, 1, 1, 1, 0],
        [1, 1, 0, 0, 0, 0],
      ])
    }
  })
})

describe('the codebook and the image tokens', () => {
  const seed = 1
  const make = (onIteration?: (iteration: number, error: number) => void) =>
    makeCodebook(engine, corpus, count, tokenizerSettings, { seed, patches: 400, iterations: 5 }, onIteration)

  it('k-means: the error falls, every entry is the mean of its patches, the same twice', async () => {
    const errors: number[] = []
    const codebook = await make((_, error) => errors.push(error))
    expect(errors).toHaveLength(5)
    expect(errors.at(-1)!).toBeLessThan(errors[0]!)
    for (const [i, error] of errors.entries()) expect(error).toBeLessThanOrEqual((errors[i - 1] ?? 9) + 1e-9)
    expect(await make()).toEqual(codebook)
    expect(codebook.every((value) => value >= -1 && value <= 1)).toBe(true)
  })

  it('encodes the whole corpus, across batches, as one picture at a time', async () => {
    const larger = smallCorpus(150)
    const codebook = await make()
    const weights = new Map([['codebook', { shape: [6, 48], data: codebook }]])
    const codes = await codesOf(larger, weights)
    expect(codes).toHaveLength(150 * 4)
    for (const example of [0, 127, 128, 149]) {
      const pixels = larger.pixels(example)
      for (const [at, [top, left]] of [
        [0, [0, 0]],
        [3, [4, 4]],
      ] as const) {
        const patch = [0, 1, 2, 3].flatMap((y) =>
          Array.from({ length: 12 }, (_, i) => pixels[((top + y) * 8 + left) * 3 + i]! / 127.5 - 1),
        )
        const distances = Array.from({ length: 6 }, (_, code) =>
          patch.reduce((sum, value, i) => sum + (value - codebook[code * 48 + i]!) ** 2, 0),
        )
        expect(codes[example * 4 + at]).toBe(distances.indexOf(Math.min(...distances)))
      }
    }
  })

  async function decoderObjective(noise: CodeNoise = { most: 0.5, near: 2 }) {
    const codebook = await make()
    const weights = new Map([['codebook', { shape: [6, 48], data: codebook }]])
    const codes = await codesOf(corpus, weights)
    return imageTokenizerObjective(
      corpus,
      tokenizerSettings,
      { codeVectors: codebook, codes },
      { validationCount: 12, noise, seed },
    )
  }

  it('codes are spoilt in half of the pictures learnt from, by the draw, and in none of validation', async () => {
    const still = await decoderObjective({ most: 0, near: 2 })
    const noisy = await decoderObjective({ most: 1, near: 2 })
    const examples = Array.from({ length: 40 }, (_, i) => i)
    const rows = (objective: Objective, draw: number) => rowsOf(objective.batch(examples, draw).codes!)
    const [plain, spoilt] = [rows(still, 0), rows(noisy, 0)]
    const changed = spoilt.filter((row, i) => row.join() !== plain[i]!.join()).length
    expect(changed).toBeGreaterThan(8)
    expect(changed).toBeLessThan(28)
    expect(spoilt.flat().every((code) => code >= 0 && code < 6)).toBe(true)
    expect(rows(noisy, 0)).toEqual(spoilt)
    expect(rows(noisy, 40)).not.toEqual(spoilt)
    const held = [0, 5, 11]
    expect(noisy.validationBatch(held).codes).toEqual(still.validationBatch(held).codes)
  })

  it('says how much of the codebook is used', () => {
    const even = Uint16Array.from({ length: 800 }, (_, i) => i % 4)
    expect(codebookUse(even, 6)).toEqual({ codes: 6, used: 4, perplexity: 4 })
    expect(codebookUse(new Uint16Array(9).fill(5), 6)).toEqual({ codes: 6, used: 1, perplexity: 1 })
  })

  it('the decoder learns what the codebook leaves out', async () => {
    const objective = await decoderObjective()
    expect([objective.count, objective.validationCount]).toEqual([48, 12])
    const losses = await lossesOf(objective, 60)
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.8)
  })

  it('validation pictures are those at the end', async () => {
    const objective = await decoderObjective()
    expect(rowsOf(objective.validationBatch([2]).pixels!)[0]).toEqual([...corpus.pixels(50)])
    expect(rowsOf(objective.batch([2], 0).pixels!)[0]).toEqual([...corpus.pixels(2)])
  })
})

describe('the generator', () => {
  const settings = {
    width: 16,
    heads: 2,
    encoderLayers: 1,
    decoderLayers: 1,
    feedForward: 16,
    textVocabulary: words.length,
    textLength: length,
    imageVocabulary: 6,
    imageLength: 4,
    initialDeviation: 0.1,
  }
  /** Image tokens that say what the caption says. */
  const codes = Uint16Array.from({ length: count * 4 }, (_, i) => {
    const { colour, concept } = sceneOf(Math.floor(i / 4))
    return i % 2 === 0 ? ['red', 'green', 'blue'].indexOf(colour) : 3 + ['cat', 'car'].indexOf(concept)
  })
  const objectiveWith = (dropCaption: number) =>
    generatorObjective(settings, { codes, captions }, { validationCount: 12, dropCaption, seed: 5 })

  it('reads the start token and all image tokens but the last, and is asked for all of them', () => {
    const { shifted, targets } = objectiveWith(0).batch([3, 5], 0)
    const own = (example: number) => [...codes.subarray(example * 4, example * 4 + 4)]
    expect(rowsOf(targets!)).toEqual([own(3), own(5)])
    expect(rowsOf(shifted!)).toEqual([
      [6, ...own(3).slice(0, 3)],
      [6, ...own(5).slice(0, 3)],
    ])
    const validation = objectiveWith(0.5).validationBatch([1])
    expect(rowsOf(validation.targets!)).toEqual([own(49)])
    expect(said(rowsOf(validation.text!)[0]!)).toContain(sceneOf(49).colour)
  })

  it('draws captions and drops some of them, as a function of the visit alone', () => {
    const objective = objectiveWith(0.25)
    const empty = '<s> </s> <pad> <pad> <pad> <pad>'
    const visits = Array.from({ length: 400 }, (_, draw) => said(rowsOf(objective.batch([9], draw).text!)[0]!))
    const dropped = visits.filter((text) => text === empty).length
    expect(dropped).toBeGreaterThan(60)
    expect(dropped).toBeLessThan(140)
    expect(new Set(visits).size).toBe(3)
    const together = objective.batch(Array(8).fill(9) as number[], 100)
    expect(rowsOf(together.text!).map(said)).toEqual(visits.slice(100, 108))
  })

  it('learns to follow the caption', async () => {
    const losses = await lossesOf(objectiveWith(0), 150)
    expect(losses[0]!).toBeGreaterThan(1.5)
    expect(losses.at(-1)!).toBeLessThan(0.15)
  })
})

describe('the scorer', () => {
  const settings = {
    width: 16,
    heads: 2,
    textLayers: 1,
    textVocabulary: words.length,
    embedding: 8,
    reads: { pixels: { cell: 2 } },
    stem: 12,
    stages: [{ width: 16, blocks: 1 }],
  }
  const broken = { share: 0.5, least: 0.5, most: 1, near: 2 }
  const codes = Uint16Array.from({ length: count * 4 }, (_, i) => (i * 7 + Math.floor(i / 4)) % 6)
  const codebook = Float32Array.from({ length: 6 * 3 }, (_, i) => ((i * 5) % 7) / 7)
  const objective = scorerObjective(
    corpus,
    settings,
    { codes, codeVectors: codebook, captions },
    { validationCount: 12, textLength: length, seed: 5, broken },
  )

  it('gives each second place a partner with the same thing, and never holds a true match against a row', () => {
    const examples = Array.from({ length: 16 }, (_, i) => i)
    const { text, picture, same } = objective.batch(examples, 32)
    const texts = rowsOf(text!).map(said)
    const concept = (sentence: string) => (sentence.includes('cat') ? 'cat' : 'car')
    for (let i = 0; i < 16; i += 2) {
      expect(concept(texts[i]!)).toBe(sceneOf(i).concept)
      expect(concept(texts[i + 1]!)).toBe(concept(texts[i]!))
    }
    const content = texts.map((sentence) => [concept(sentence), /red|green|blue/.exec(sentence)![0]].join())
    for (const [i, row] of rowsOf(same!).entries()) {
      for (const [j, added] of row.entries()) {
        expect(added < -1e8, `${i} ${j}`).toBe(i !== j && content[i] === content[j])
      }
    }
    expect(rowsOf(picture!)[0]).toEqual([...corpus.pixels(0)])
    expect(objective.batch(examples, 32)).toEqual(objective.batch(examples, 32))
  })

  it('learns to tell the pictures of a batch apart by their captions', async () => {
    const losses = await lossesOf(objective, 60, 12)
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.5)
  })

  it('puts pictures that the generator drew beside the true ones of the same captions', () => {
    const drawn = {
      examples: [7, 11, 30],
      codes: Uint16Array.from({ length: 12 }, (_, i) => (i < 4 ? 5 : i < 8 ? 4 : 3)),
    }
    const reading = scorerObjective(
      corpus,
      { ...settings, reads: { codes: 6, grid: [2, 2] } },
      { codes, codeVectors: codebook, captions, drawn },
      { validationCount: 12, textLength: length, seed: 5, broken },
    )
    const examples = Array.from({ length: 16 }, (_, i) => i)
    const rows = rowsOf(reading.batch(examples, 64).picture!)
    const which = new Map(
      drawn.examples.map((example, k) => [[...codes.subarray(example * 4, example * 4 + 4)].join(), k]),
    )
    for (let i = 0; i < 8; i += 2) {
      const k = which.get(rows[i]!.join())
      expect(k, `row ${i}`).toBeDefined()
      expect(rows[16 + i]).toEqual([...drawn.codes.subarray(k! * 4, k! * 4 + 4)])
    }
    // Rows whose picture does not come a second time keep their own examples.
    expect(rows[8]).toEqual([...codes.subarray(32, 36)])
    expect(rowsOf(reading.validationBatch([0, 1]).picture!)[2]).not.toEqual([5, 5, 5, 5])
  })

  it('reads image tokens where the settings say so, and learns from broken pictures that match nothing', async () => {
    const reading = scorerObjective(
      corpus,
      { ...settings, reads: { codes: 6, grid: [2, 2] } },
      { codes, codeVectors: codebook, captions },
      { validationCount: 12, textLength: length, seed: 5, broken },
    )
    const whole = (example: number) => [...codes.subarray(example * 4, example * 4 + 4)]
    expect(rowsOf(reading.validationBatch([0]).picture!)).toEqual([whole(48), expect.any(Array)])
    const examples = Array.from({ length: 16 }, (_, i) => i)
    const { picture, same } = reading.batch(examples, 0)
    const rows = rowsOf(picture!)
    expect(rows).toHaveLength(24)
    expect(rows[2]).toEqual(whole(2))
    // Eight broken ones, of the first eight; a few may come out as they were where codes are replaced by the same.
    const changed = rows.slice(16).filter((row, i) => row.join() !== rows[i]!.join())
    expect(changed.length).toBeGreaterThan(4)
    for (const row of rowsOf(same!)) expect(row.slice(16)).toEqual(Array(8).fill(0))
    expect(reading.batch(examples, 0)).toEqual(reading.batch(examples, 0))
    expect((await lossesOf(reading, 2)).every(Number.isFinite)).toBe(true)
  })
})
