/** The image tokens of a whole corpus: made once, read by the generator's training. */
import type { Corpus } from '../corpus/read.ts'
import { createParameters, input, lower } from '../graph/index.ts'
import { encodePicture, type ImageTokenizerSettings, tokenCount } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import type { Weights } from './initial-weights.ts'
import { pictureBatch } from './tokenizer-objective.ts'

const batchSize = 128

/** Codes of every picture, [corpus.count, tokens] in the corpus's order. */
export async function encodeCorpus(
  engine: Engine,
  corpus: Corpus,
  settings: ImageTokenizerSettings,
  weights: Weights,
  onProgress: (done: number) => void = () => {},
): Promise<Uint16Array<ArrayBuffer>> {
  const pixels = input('pixels', ['batch', settings.side, settings.side, 3], 'uint8')
  const codes = encodePicture(createParameters(), settings, pixels)
  const session = await engine.load(lower({ codes }, weights), { keepWeights: true })
  const length = tokenCount(settings)
  const all = new Uint16Array(corpus.count * length)
  for (let start = 0; start < corpus.count; start += batchSize) {
    const examples = Array.from({ length: Math.min(batchSize, corpus.count - start) }, (_, i) => start + i)
    const result = await session.run({ pixels: pictureBatch(corpus, examples) }, { fetch: ['codes'] })
    all.set(result.codes!.data as Int32Array, start * length)
    onProgress(start + examples.length)
  }
  await session.dispose()
  return all
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
