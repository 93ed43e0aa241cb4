/** Learning an image tokenizer's codes: pictures through the encoder, the quantiser and the decoder, out as they went in. */
import type { Corpus } from '../corpus/read.ts'
import { input, type Parameters } from '../graph/index.ts'
import { asNumbers, decodeLevels, encodeLevels, type LearnedTokenizerSettings } from '../networks/learned-tokenizer.ts'
import type { Objective } from './objective.ts'
import { pictureBatch, pictureError } from './picture-error.ts'

/** The last `validationCount` pictures of the corpus are kept apart. */
export function encoderObjective(
  corpus: Corpus,
  settings: LearnedTokenizerSettings,
  { validationCount }: { readonly validationCount: number },
): Objective {
  const count = corpus.count - validationCount
  const { side, channels } = settings
  return {
    name: 'encoder',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const pixels = input('pixels', [batchSize, side, side, channels], 'uint8')
      return pictureError(decodeLevels(p, settings, encodeLevels(p, settings, pixels)), asNumbers(pixels))
    },
    batch: (examples) => ({ pixels: pictureBatch(corpus, examples, channels) }),
    validationBatch: (examples) => ({
      pixels: pictureBatch(
        corpus,
        examples.map((i) => count + i),
        channels,
      ),
    }),
  }
}
