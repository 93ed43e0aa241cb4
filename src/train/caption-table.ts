/** The captions of a corpus as token ids, ready for batches. */
import type { Corpus } from '../corpus/read.ts'
import type { Value } from '../runtime/index.ts'
import { type NormaliserSettings, normalise } from '../text/normalise.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

export type CaptionTable = {
  /** Captions of an example. */
  count(example: number): number
  /** Text ids and mask for rows of (example, caption); caption -1 is the empty text. */
  batch(rows: readonly (readonly [example: number, caption: number])[]): { text: Value; visible: Value }
}

/** Reads every caption of the corpus once. Memory: 2 bytes an id. */
export function captionTable(corpus: Corpus, tokenizer: Tokenizer, normaliser: NormaliserSettings): CaptionTable {
  const { length, pad } = tokenizer
  const places = new Map<string, number>()
  const rows: number[][] = []
  const place = (text: string): number => {
    const normal = normalise(text, normaliser)
    const before = places.get(normal)
    if (before !== undefined) return before
    places.set(normal, rows.length)
    rows.push(tokenizer.encode(normal).ids)
    return rows.length - 1
  }
  const empty = place('')
  const starts = new Uint32Array(corpus.count + 1)
  const found: number[] = []
  for (let example = 0; example < corpus.count; example++) {
    for (const { text } of corpus.record(example).captions) found.push(place(text))
    starts[example + 1] = found.length
  }
  const captions = Uint32Array.from(found)
  const ids = new Uint16Array(rows.length * length)
  for (const [i, row] of rows.entries()) ids.set(row, i * length)
  rows.length = 0
  places.clear()

  return {
    count: (example) => starts[example + 1]! - starts[example]!,
    batch(wanted) {
      const text = new Int32Array(wanted.length * length)
      const visible = new Float32Array(wanted.length * length)
      for (const [i, [example, caption]] of wanted.entries()) {
        const row = caption < 0 ? empty : captions[starts[example]! + caption]!
        for (let at = 0; at < length; at++) {
          const id = ids[row * length + at]!
          text[i * length + at] = id
          visible[i * length + at] = id === pad ? 0 : 1
        }
      }
      const shape = [wanted.length, length]
      return { text: { type: 'int32', shape, data: text }, visible: { type: 'float32', shape, data: visible } }
    },
  }
}
