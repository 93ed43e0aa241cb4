/** One small objective of each kind on a corpus in memory: every op that a training uses is in one of them. */
import type { Scene } from '../../corpus/scene.ts'
import { classCounts, detectorClasses } from '../../evaluate/detector-classes.ts'
import { detectorObjective } from '../../evaluate/detector-objective.ts'
import {
  abs,
  add,
  argmax,
  cast,
  concat,
  createParameters,
  crossEntropy,
  differentiate,
  div,
  embedding,
  equal,
  erf,
  exp,
  expand,
  gelu,
  input,
  less,
  log,
  matmul,
  maximum,
  mean,
  meanOfAll,
  minimum,
  mul,
  neg,
  norm,
  padZeros,
  reshape,
  round,
  sigmoid,
  slice,
  softmax,
  sqrt,
  straightThroughRound,
  sub,
  sum,
  tanh,
  transpose,
  where,
} from '../../graph/index.ts'
import { sign } from '../../graph/ops/elementwise.ts'
import { decodeCodes } from '../../networks/image-tokenizer.ts'
import { linear } from '../../networks/layers.ts'
import { philoxBelow, philoxUniform } from '../../random/philox.ts'
import { defaultNormaliser } from '../../text/normalise.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { captionIds } from '../caption-ids.ts'
import { generatorObjective } from '../generator-objective.ts'
import { initialWeights } from '../initial-weights.ts'
import type { Objective } from '../objective.ts'
import { scorerObjective } from '../scorer-objective.ts'
import { imageTokenizerObjective } from '../tokenizer-objective.ts'
import { smallConvolutions } from './small-convolutions.ts'
import { sceneOf, smallCorpus } from './small-corpus.ts'

const words = ['<s>', '<pad>', '</s>', 'a', 'red', 'green', 'blue', 'cat', 'car', ',']
const textLength = 6
const count = 60
const validationCount = 12
const seed = 5

const tokenizer = {
  length: textLength,
  pad: 1,
  encode(text: string) {
    const ids = [0, ...(text.match(/\w+|,/g) ?? []).map((word) => words.indexOf(word)), 2]
    const padded = [...ids, ...Array<number>(textLength).fill(1)].slice(0, textLength)
    return { ids: padded, mask: padded.map((id) => Number(id !== 1)), cut: null }
  },
} as unknown as Tokenizer

const corpus = smallCorpus(count)
const captions = captionIds(corpus, tokenizer, defaultNormaliser)
const codes = Uint16Array.from({ length: count * 4 }, (_, i) => philoxBelow(6, seed, i))
const codebook = Float32Array.from({ length: 6 * 48 }, (_, i) => philoxUniform(seed, i) * 2 - 1)
const levels = [
  { width: 16, blocks: 1 },
  { width: 24, blocks: 1 },
]
const imageTokenizer = { side: 8, patch: [4, 4], codes: 6, decoder: { cell: 2, levels } } as const

export const smallGenerator = (): Objective =>
  generatorObjective(
    {
      width: 16,
      heads: 2,
      encoderLayers: 1,
      decoderLayers: 2,
      feedForward: 24,
      textVocabulary: words.length,
      textLength,
      imageVocabulary: 6,
      imageLength: 4,
      initialDeviation: 0.1,
    },
    { codes, captions },
    { validationCount, dropCaption: 0.2, seed },
  )

export const smallDecoder = (): Objective =>
  imageTokenizerObjective(
    corpus,
    imageTokenizer,
    { codeVectors: codebook, codes },
    { validationCount, noise: { most: 0.5, near: 2 }, seed },
  )

/** Reads codes, so that its picture input has more rows than its text. */
export const smallScorer = (): Objective =>
  scorerObjective(
    corpus,
    {
      width: 16,
      heads: 2,
      textLayers: 1,
      textVocabulary: words.length,
      embedding: 8,
      reads: { codes: 6, grid: [2, 2] },
      stem: 12,
      stages: [{ width: 16, blocks: 1 }],
    },
    { codes, codeVectors: codebook, captions },
    { validationCount, textLength, seed, broken: { share: 0.5, least: 0.5, most: 1, near: 2 } },
  )

/** Sees half of its pictures through an image tokenizer that does not learn. */
export function smallVerifier(): Objective {
  const known = { cat: 'cat', car: 'banana' } as const
  const classes = detectorClasses(Object.values(known))
  const p = createParameters()
  decodeCodes(p, imageTokenizer, input('codes', [1, 4], 'int32'))
  const weights = initialWeights(p, seed).set('codebook', { shape: [6, 48], data: codebook })
  const stage = (width: number) => ({ width, blocks: 1 })
  const settings = {
    side: 8,
    finder: { cell: 2, stem: 8, stages: [stage(12), stage(16)], whole: 8 },
    namer: { side: 4, cell: 1, stem: 6, stages: [stage(8)], hidden: 16 },
    ...classCounts(classes),
  }
  const draw = (index: number) => {
    const { concept, colour } = sceneOf(index)
    const plain = { presentation: null, tone: null, material: null, size: 'normal', count: 1 } as const
    const thing = { ...plain, concept: known[concept], colour }
    const scene: Scene = { things: [thing], relations: [], background: 'white', style: 'flat', filter: null }
    const box = { left: index % 5, top: index % 3, width: 3 + (index % 2), height: 4 }
    return { scene, pixels: corpus.pixels(index), things: [{ ...box, thing, coloured: true }] }
  }
  const tokenizerAsItIs = { settings: imageTokenizer, weights }
  return detectorObjective(draw, settings, {
    ...{ classes, count: count - validationCount, validationCount, tokenizer: tokenizerAsItIs },
    ...{ brokenShare: 0.25, softenedShare: 0.25, decodedShare: 0.5 },
  })
}

/** A rounding that gradients pass through. There is nothing to validate on. */
export function smallRounding(): Objective {
  const rows = (examples: readonly number[]) => ({
    x: {
      type: 'float32' as const,
      shape: [examples.length, 3],
      data: Float32Array.from(examples.flatMap((i) => [0, 1, 2].map((k) => 4 * philoxUniform(seed, i, k)))),
    },
  })
  return {
    name: 'rounding',
    count,
    validationCount: 0,
    build(p, batchSize) {
      const x = input('x', [batchSize, 3])
      const y = straightThroughRound(linear(p, x, 3, { bias: true, initial: { normal: 1 } }))
      const error = sub(y, mul(x, 0.7))
      return { loss: meanOfAll(mul(error, error)), metrics: { error: meanOfAll(error) } }
    },
    batch: (examples) => rows(examples),
    validationBatch: (examples) => rows(examples),
  }
}

/**
 * Ops that no network's loss has, or only within a gradient, which is a metric here; ties, for the two that have to choose
 * between equals; and products whose leading axes broadcast.
 */
export function smallOps(): Objective {
  const rows = (examples: readonly number[]) => ({
    x: {
      type: 'float32' as const,
      shape: [examples.length, 2, 3],
      data: Float32Array.from(examples.flatMap((i) => [0, 1, 2, 3, 4, 5].map((k) => philoxUniform(seed, i, k) + 0.5))),
    },
    ids: {
      type: 'int64' as const,
      shape: [examples.length, 2],
      data: BigInt64Array.from(
        examples.flatMap((i) => [0, 1].map((k) => philoxBelow(4, seed, i, k))),
        BigInt,
      ),
    },
  })
  return {
    name: 'ops',
    count,
    validationCount: 4,
    build(p, batchSize) {
      const normal = { normal: 0.7 }
      const x = input('x', [batchSize, 2, 3])
      const table = p.get('table', [4, 3], normal)
      const found = embedding(table, input('ids', [batchSize, 2], 'int64')) // [batch, 2, 3]
      const mixed = matmul(mul(x, found), p.get('mix', [1, 3, 3], normal), { transposeB: true, scale: 0.5 })
      const square = matmul(mixed, found, { transposeA: true }) // [batch, 3, 3]
      const parts = [
        maximum(found, mul(found, 1)),
        minimum(found, mul(found, 1)),
        tanh(mixed),
        div(sigmoid(mixed), add(abs(found), 1)),
        log(add(exp(mixed), 1)),
        sqrt(add(mul(mixed, mixed), 0.1)),
        erf(neg(mixed)),
        where(less(mixed, found), mixed, sub(found, 1)),
        slice(softmax(square), 1, 0, 2),
        matmul(expand(p.get('one', [1, 2, 2], normal), [batchSize, 2, 2]), found),
        mul(padZeros(slice(mixed, 2, 0, 2), 2, 1, 0), sign(sub(x, 1))),
        transpose(mul(mean(square, [2]), reshape(x, [batchSize, 3, 2])), [0, 2, 1]),
        norm(mixed, { scale: p.get('scale', [3], 'ones') }),
      ]
      const logits = concat(parts, 2) // [batch, 2, 39]
      const targets = cast(round(mul(slice(reshape(x, [batchSize, 6]), 1, 0, 2), 9)), 'int32')
      const each = crossEntropy(gelu(logits), targets)
      const loss = meanOfAll(each)
      const [slope] = differentiate(loss, [table])
      const right = cast(equal(argmax(logits), targets), 'float32')
      return { loss, metrics: { slope: sum(mul(slope!, slope!)), right: meanOfAll(right) } }
    },
    batch: (examples) => rows(examples),
    validationBatch: (examples) => rows(examples),
  }
}

export const smallObjectives = [
  smallGenerator,
  smallDecoder,
  smallScorer,
  smallVerifier,
  smallRounding,
  smallOps,
  smallConvolutions,
] as const
