/** The captions of a corpus as token ids, in batches; read when asked for, so that a corpus may be of any size. */
import type { Corpus } from '../corpus/corpus.ts'
import type { Value } from '../runtime/index.ts'
import { type NormaliserSettings, normalise } from '../text/normalise.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

export type CaptionIds = {
  /** Captions of an example. */
  count(example: number): number
  /** Text ids and mask for rows of (example, caption); caption -1 is the empty text. */
  batch(rows: readonly (readonly [example: number, caption: number])[]): { text: Value; visible: Value }
}

export function captionIds(corpus: Corpus, tokenizer: Tokenizer, normaliser: NormaliserSettings): CaptionIds {
  const { length } = tokenizer
  return {
    count: (example) => corpus.record(example).captions.length,
    batch(wanted) {
      const text = new Int32Array(wanted.length * length)
      const visible = new Float32Array(wanted.length * length)
      for (const [i, [example, caption]] of wanted.entries()) {
        const words = caption < 0 ? '' : corpus.record(example).captions[caption]!.text
        const { ids, mask } = tokenizer.encode(normalise(words, normaliser))
        text.set(ids, i * length)
        visible.set(mask, i * length)
      }
      const shape = [wanted.length, length]
      return { text: { type: 'int32', shape, data: text }, visible: { type: 'float32', shape, data: visible } }
    },
  }
}
