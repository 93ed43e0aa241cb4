import { byteAlphabet, splitPieces, toByteCharacters } from './byte-level.ts'
import { specialTokens, type TokenizerJson, writeTokenizerJson } from './tokenizer-json.ts'

export type BpeSettings = {
  /** Tokens in all: special tokens, 256 bytes, merges. Fewer come out when no pair is left that is frequent enough. */
  readonly vocabularySize: number
  /** Given the ids 0, 1, 2 ...; has to hold `<s>`, `<pad>`, `</s>` and `<unk>`. */
  readonly specialTokens?: readonly string[]
  /** A pair that occurs less often is not merged. Default 2. */
  readonly minFrequency?: number
}

/** A distinct piece of the captions: its tokens as merged so far, and how often it occurs. */
type Word = { readonly ids: number[]; readonly count: number }

/**
 * Learns a byte-level BPE vocabulary (Sennrich 2016, on the bytes of GPT-2): the most frequent neighbouring pair becomes a token,
 * again and again. Equal counts go to the pair of lower ids, so the result depends on the captions and not on their order.
 * Captions are counted as given: normalise them first.
 */
export function trainBpe(captions: Iterable<string>, settings: BpeSettings): TokenizerJson {
  const specials = settings.specialTokens ?? specialTokens
  const minFrequency = settings.minFrequency ?? 2
  for (const token of specialTokens) {
    if (!specials.includes(token)) throw new RangeError(`the special tokens lack ${token}`)
  }
  const vocabulary = [...specials, ...[...byteAlphabet].sort()]
  if (!Number.isInteger(settings.vocabularySize) || settings.vocabularySize < vocabulary.length) {
    throw new RangeError(`a vocabulary holds at least ${vocabulary.length} tokens, not ${settings.vocabularySize}`)
  }
  const merges: [string, string][] = []
  const pairs = new PairCounts(countWords(captions, vocabulary))
  while (vocabulary.length < settings.vocabularySize) {
    const best = pairs.takeBest()
    if (best === undefined || best.count < minFrequency) break
    const left = vocabulary[best.left]!
    const right = vocabulary[best.right]!
    // A token of the name of a special one would take its id.
    if (specials.includes(left + right)) continue
    merges.push([left, right])
    pairs.merge(best.left, best.right, vocabulary.push(left + right) - 1)
  }
  return writeTokenizerJson(vocabulary, merges, specials)
}

function countWords(captions: Iterable<string>, vocabulary: readonly string[]): Word[] {
  const counts = new Map<string, number>()
  for (const caption of captions) {
    for (const piece of splitPieces(caption)) counts.set(piece, (counts.get(piece) ?? 0) + 1)
  }
  const idOfByte = new Map(vocabulary.map((token, id) => [token, id]))
  return Array.from(counts, ([piece, count]) => ({
    ids: Array.from(toByteCharacters(piece), (character) => idOfByte.get(character)!),
    count,
  }))
}

type Pair = { readonly left: number; readonly right: number; readonly count: number }

/** Room for 2^26 tokens: two ids make one exact number, which is a cheaper key than a string. */
const idRange = 2 ** 26

/**
 * How often each pair of neighbours occurs, kept up to date by touching only the words that hold the merged pair.
 * The heap is lazy: an entry whose count is out of date is dropped, or put back lower, when it comes to the top.
 */
class PairCounts {
  readonly #words: readonly Word[]
  readonly #counts = new Map<number, number>()
  readonly #wordsOf = new Map<number, Set<number>>()
  readonly #heap: Pair[] = []

  constructor(words: readonly Word[]) {
    this.#words = words
    words.forEach((word, at) => {
      this.#add(word, at, 1)
    })
    for (const key of this.#counts.keys()) this.#push(key)
  }

  /** The most frequent pair, which is then no longer offered until its count rises. */
  takeBest(): Pair | undefined {
    for (;;) {
      const top = this.#pop()
      if (top === undefined) return undefined
      const count = this.#counts.get(top.left * idRange + top.right) ?? 0
      if (count === top.count) return top
      if (count > 0 && count < top.count) this.#push(top.left * idRange + top.right)
    }
  }

  /** Replaces the pair by one token in every word, from left to right. */
  merge(left: number, right: number, token: number): void {
    const changed = new Set<number>()
    for (const at of this.#wordsOf.get(left * idRange + right) ?? []) {
      const word = this.#words[at]!
      this.#add(word, at, -1)
      mergeInPlace(word.ids, left, right, token)
      this.#add(word, at, 1, changed)
    }
    this.#wordsOf.delete(left * idRange + right)
    for (const key of changed) this.#push(key)
  }

  #add(word: Word, at: number, sign: 1 | -1, changed?: Set<number>): void {
    for (let i = 0; i + 1 < word.ids.length; i++) {
      const key = word.ids[i]! * idRange + word.ids[i + 1]!
      const count = (this.#counts.get(key) ?? 0) + sign * word.count
      if (count > 0) this.#counts.set(key, count)
      else this.#counts.delete(key)
      if (sign < 0) continue
      const words = this.#wordsOf.get(key)
      if (words === undefined) this.#wordsOf.set(key, new Set([at]))
      else words.add(at)
      changed?.add(key)
    }
  }

  #push(key: number): void {
    const count = this.#counts.get(key)
    if (count === undefined) return
    const heap = this.#heap
    const pair = { left: Math.floor(key / idRange), right: key % idRange, count }
    let at = heap.push(pair) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!goesBefore(pair, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = pair
  }

  #pop(): Pair | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && goesBefore(heap[child + 1]!, heap[child]!)) child++
      if (!goesBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return top
  }
}

function goesBefore(a: Pair, b: Pair): boolean {
  if (a.count !== b.count) return a.count > b.count
  return a.left !== b.left ? a.left < b.left : a.right < b.right
}

function mergeInPlace(ids: number[], left: number, right: number, token: number): void {
  let to = 0
  for (let from = 0; from < ids.length; from++) {
    if (ids[from] === left && ids[from + 1] === right) {
      ids[to++] = token
      from++
    } else {
      ids[to++] = ids[from]!
    }
  }
  ids.length = to
}
