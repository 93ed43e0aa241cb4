/** Learning the image tokenizer's decoder: from the codes of pictures, the pictures. */
import type { Corpus } from '../corpus/read.ts'
import { embedding, input, type Parameters, type Tensor } from '../graph/index.ts'
import { decodeEntries, patchLength } from '../networks/codebook-tokenizer.ts'
import {
  channelsOf,
  codeCount,
  decodeCodes,
  gridOf,
  isLearned,
  type TrainedTokenizerSettings,
  tokenCount,
} from '../networks/image-tokenizer.ts'
import { asNumbers } from '../networks/learned-tokenizer.ts'
import { philoxUniform } from '../random/philox.ts'
import type { Value } from '../runtime/index.ts'
import type { Objective } from './objective.ts'
import { pictureBatch, pictureError } from './picture-error.ts'
import { createSpoiler } from './spoil-codes.ts'

/** How wrong the codes are that the decoder learns from, so that it mends what a generator gets wrong. */
export type CodeNoise = {
  /** At most this share of a picture's codes is replaced; half of the pictures keep all of theirs. */
  readonly most: number
  /** A replaced code looks like the right one (it is among this many nearest) or comes from another picture. */
  readonly near: number
}

const noiseChoice = 4

/**
 * `codes` are the image tokens of every scene, [examples, tokens], `codeVectors` what each code stands for, [codes,
 * numbers], which is not learned here. Validation sees codes without noise. The last `validationCount` scenes of the corpus
 * are kept apart.
 */
export function imageTokenizerObjective(
  corpus: Corpus,
  settings: TrainedTokenizerSettings,
  data: { readonly codeVectors: Float32Array<ArrayBuffer>; readonly codes: Uint16Array },
  options: { readonly validationCount: number; readonly noise: CodeNoise; readonly seed: number },
): Objective {
  const { codeVectors, codes: tokens } = data
  const { validationCount, noise, seed } = options
  const count = corpus.count - validationCount
  const { side } = settings
  const channels = channelsOf(settings)
  const length = tokenCount(settings)
  const spoiler = createSpoiler({
    codeVectors,
    codes: codeCount(settings),
    tokens,
    grid: gridOf(settings),
    count,
    near: noise.near,
    seed,
  })

  /** A codebook goes in beside the codes; learned codes say what they stand for themselves. */
  const codebookShape = isLearned(settings) ? undefined : [settings.codes, patchLength(settings)]
  const pictureOf = (p: Parameters, codes: Tensor): Tensor =>
    isLearned(settings)
      ? decodeCodes(p, settings, codes)
      : decodeEntries(p, settings, embedding(input('codebook', codebookShape!), codes))

  const inputs = (examples: readonly number[], codes: Int32Array<ArrayBuffer>): Record<string, Value> => ({
    pixels: pictureBatch(corpus, examples, channels),
    codes: { type: 'int32', shape: [examples.length, length], data: codes },
    ...(codebookShape && { codebook: { type: 'float32', shape: codebookShape, data: codeVectors.slice() } }),
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
      const pixels = input('pixels', [batchSize, side, side, channels], 'uint8')
      return pictureError(pictureOf(p, input('codes', [batchSize, length], 'int32')), asNumbers(pixels))
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
