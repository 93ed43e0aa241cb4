/** The image tokens of a whole corpus: made once, read by the generator's training. */
import type { Corpus } from '../corpus/read.ts'
import { NeufError } from '../errors/errors.ts'
import { createParameters, input, lower } from '../graph/index.ts'
import { channelsOf, encodePicture, type ImageTokenizerSettings } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import type { Weights } from './initial-weights.ts'
import { pictureBatch } from './picture-error.ts'

const batchSize = 64

/** Codes of the pictures from `first` on, in the corpus's order; `onCodes` gets those of each batch, [pictures, tokens]. */
export async function encodeCorpus(
  engine: Engine,
  corpus: Corpus,
  settings: ImageTokenizerSettings,
  weights: Weights,
  onCodes: (codes: Uint16Array<ArrayBuffer>, done: number) => Promise<void>,
  { first = 0, signal }: { readonly first?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const channels = channelsOf(settings)
  const pixels = input('pixels', ['batch', settings.side, settings.side, channels], 'uint8')
  const codes = encodePicture(createParameters(), settings, pixels)
  const session = await engine.load(lower({ codes }, weights), { keepWeights: true })
  try {
    const batchAt = (start: number): number[] =>
      Array.from({ length: Math.max(0, Math.min(batchSize, corpus.count - start)) }, (_, i) => start + i)
    await corpus.prefetch?.(batchAt(first))
    for (let start = first; start < corpus.count; start += batchSize) {
      if (signal?.aborted) throw new NeufError('cancelled', { what: 'encoding the corpus; what is done stays' })
      const examples = batchAt(start)
      const ahead = corpus.prefetch?.(batchAt(start + batchSize))
      // What fails there is heard below.
      ahead?.catch(() => undefined)
      const result = await session.run({ pixels: pictureBatch(corpus, examples, channels) }, { fetch: ['codes'] })
      await ahead
      await onCodes(Uint16Array.from(result.codes!.data as Int32Array), start + examples.length)
    }
  } finally {
    await session.dispose()
  }
}

/** How much of the codebook a corpus needs. */
export type CodebookUse = {
  readonly codes: number
  /** Codes that occur at all. */
  readonly used: number
  /** Number of codes that would be as surprising if all came equally often: 2 to the entropy. */
  readonly perplexity: number
}

export function codebookUse(tokens: Uint16Array, codes: number): CodebookUse {
  const counts = new Uint32Array(codes)
  for (const token of tokens) counts[token]!++
  let entropy = 0
  for (const count of counts) if (count > 0) entropy -= (count / tokens.length) * Math.log2(count / tokens.length)
  return { codes, used: counts.filter((count) => count > 0).length, perplexity: 2 ** entropy }
}
