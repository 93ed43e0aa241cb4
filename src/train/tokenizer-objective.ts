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
import { decodeEntries, type ImageTokenizerSettings, nearestCodes, patchLength } from '../networks/image-tokenizer.ts'
import { toPatches } from '../networks/patch-transformer.ts'
import type { Value } from '../runtime/index.ts'
import type { Objective } from './objective.ts'

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

/**
 * Mean absolute error of the pixels, and of the differences between neighbours so that edges stay sharp. The codebook
 * is an input: it is not learned here. The last `validationCount` scenes of the corpus are kept apart.
 */
export function imageTokenizerObjective(
  corpus: Corpus,
  settings: ImageTokenizerSettings,
  codebook: Float32Array<ArrayBuffer>,
  validationCount: number,
): Objective {
  const count = corpus.count - validationCount
  const { side, patch, codes } = settings
  const shape = [codes, patchLength(settings)]
  const inputs = (examples: readonly number[]): Record<string, Value> => ({
    pixels: pictureBatch(corpus, examples),
    codebook: { type: 'float32', shape, data: codebook.slice() },
  })
  return {
    name: 'image-tokenizer',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const pixels = input('pixels', [batchSize, side, side, 3], 'uint8')
      const entries = input('codebook', shape)
      const target = sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)
      const nearest = nearestCodes(entries, toPatches(pixels, patch))
      const error = sub(decodeEntries(p, settings, embedding(entries, nearest)), target)
      const pixelLoss = meanOfAll(abs(error))
      const edgeLoss = add(meanOfAll(abs(differences(error, 1))), meanOfAll(abs(differences(error, 2))))
      return { loss: add(pixelLoss, edgeLoss), metrics: { pixelLoss, edgeLoss, squared: meanOfAll(mul(error, error)) } }
    },
    batch: inputs,
    validationBatch: (examples) => inputs(examples.map((i) => count + i)),
  }
}
