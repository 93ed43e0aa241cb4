/** Learning the image tokenizer's decoder: pictures out as they went in. */
import type { Corpus } from '../corpus/read.ts'
import {
  abs,
  add,
  cast,
  embedding,
  input,
  meanOfAll,
  mul,
  type Parameters,
  slice,
  sub,
  type Tensor,
} from '../graph/index.ts'
import {
  decodeEntries,
  gridOf,
  type ImageTokenizerSettings,
  patchLength,
  tokenCount,
} from '../networks/image-tokenizer.ts'
import { philoxUniform } from '../random/philox.ts'
import type { Value } from '../runtime/index.ts'
import type { Objective } from './objective.ts'
import { createSpoiler } from './spoil-codes.ts'

/** The difference of each pixel to the next along an axis of [batch, side, side, 3]. */
function differences(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis] as number
  return sub(slice(x, axis, 1, length), slice(x, axis, 0, length - 1))
}

/** uint8 [examples, side, side, 3] */
export function pictureBatch(corpus: Corpus, examples: readonly number[]): Value {
  const size = corpus.side * corpus.side * 3
  const data = new Uint8Array(examples.length * size)
  for (const [i, example] of examples.entries()) data.set(corpus.pixels(example), i * size)
  return { type: 'uint8', shape: [examples.length, corpus.side, corpus.side, 3], data }
}

/** How wrong the codes are that the decoder learns from, so that it mends what a generator gets wrong. */
export type CodeNoise = {
  /** At most this share of a picture's codes is replaced; half of the pictures keep all of theirs. */
  readonly most: number
  /** A replaced code looks like the right one (it is among this many nearest) or comes from another picture. */
  readonly near: number
}

const noiseChoice = 4

/**
 * Mean absolute error of the pixels, and of the differences between neighbours so that edges stay sharp. `codes` are the
 * image tokens of every scene, [examples, tokens]; the codebook is an input: it is not learned here. Validation sees
 * codes without noise. The last `validationCount` scenes of the corpus are kept apart.
 */
export function imageTokenizerObjective(
  corpus: Corpus,
  settings: ImageTokenizerSettings,
  data: { readonly codebook: Float32Array<ArrayBuffer>; readonly codes: Uint16Array },
  options: { readonly validationCount: number; readonly noise: CodeNoise; readonly seed: number },
): Objective {
  const { codebook, codes: tokens } = data
  const { validationCount, noise, seed } = options
  const count = corpus.count - validationCount
  const { side } = settings
  const length = tokenCount(settings)
  const shape = [settings.codes, patchLength(settings)]
  const spoiler = createSpoiler({
    codebook,
    codes: settings.codes,
    tokens,
    grid: gridOf(settings),
    count,
    near: noise.near,
    seed,
  })

  const inputs = (examples: readonly number[], codes: Int32Array<ArrayBuffer>): Record<string, Value> => ({
    pixels: pictureBatch(corpus, examples),
    codes: { type: 'int32', shape: [examples.length, length], data: codes },
    codebook: { type: 'float32', shape, data: codebook.slice() },
  })
  const trueCodes = (examples: readonly number[]): Int32Array<ArrayBuffer> => {
    const codes = new Int32Array(examples.length * length)
    for (const [i, example] of examples.entries()) {
      codes.set(tokens.subarray(example * length, (example + 1) * length), i * length)
    }
    return codes
  }
  function spoil(codes: Int32Array, draw: number): void {
    if (philoxUniform(seed, draw, noiseChoice, 0) < 0.5) return
    spoiler.scatter(codes, noise.most * philoxUniform(seed, draw, noiseChoice, 1), draw)
  }

  return {
    name: 'image-tokenizer',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const pixels = input('pixels', [batchSize, side, side, 3], 'uint8')
      const entries = embedding(input('codebook', shape), input('codes', [batchSize, length], 'int32'))
      const target = sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)
      const error = sub(decodeEntries(p, settings, entries), target)
      const pixelLoss = meanOfAll(abs(error))
      const edgeLoss = add(meanOfAll(abs(differences(error, 1))), meanOfAll(abs(differences(error, 2))))
      return { loss: add(pixelLoss, edgeLoss), metrics: { pixelLoss, edgeLoss, squared: meanOfAll(mul(error, error)) } }
    },
    batch(examples, draw) {
      const codes = trueCodes(examples)
      for (const i of examples.keys()) spoil(codes.subarray(i * length, (i + 1) * length), draw + i)
      return inputs(examples, codes)
    },
    validationBatch(examples) {
      const held = examples.map((i) => count + i)
      return inputs(held, trueCodes(held))
    },
  }
}
