import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPublishedTokenizer } from './published-tokenizer.ts'
import { randomTexts } from './testing/random-texts.ts'
import { endPosition } from './tokenizer.ts'
import { bartKind, clipKind, type TokenizerKind } from './tokenizer-kind.ts'

// biome-ignore lint/suspicious/noExplicitAny: a file that tests break in many ways has no type
type Loose = Record<string, any>

const read = (name: string) => readFileSync(new URL(`testing/vectors/${name}`, import.meta.url), 'utf8')
const jsonOf = (kind: TokenizerKind): Loose => JSON.parse(read(`${kind.name}-tokenizer.json`))
const create = (kind: TokenizerKind, length: number, json = jsonOf(kind)) =>
  createPublishedTokenizer(kind, { json, path: 'there/tokenizer.json' }, length)

/** The same tokenizer in the two files of older models, in which merges are lines. */
function twoFiles(kind: TokenizerKind, length: number) {
  const { model, added_tokens } = jsonOf(kind)
  const vocabulary = { ...model.vocab, ...Object.fromEntries(added_tokens.map((t: Loose) => [t.content, t.id])) }
  const lines = ['#version: 0.2', ...model.merges.map((merge: string[]) => merge.join(' ')), '']
  return createPublishedTokenizer(kind, { vocabulary, merges: lines.join('\n'), path: 'vocab.json' }, length)
}

const cases: [TokenizerKind, number][] = [
  [bartKind, 64],
  [clipKind, 77],
]

describe.each(cases)('$name', (kind, length) => {
  const tokenizer = create(kind, length)

  it('gives the ids of the original, from one file and from two', () => {
    const vectors: [text: string, ids: number[]][] = JSON.parse(read(`${kind.name}-ids.json`))
    expect(vectors.length).toBeGreaterThan(150)
    expect(vectors.some(([, ids]) => ids.length === length)).toBe(true)
    const older = twoFiles(kind, length)
    for (const [text, expected] of vectors) {
      const encoded = tokenizer.encode(text)
      const padding = length - expected.length
      expect(encoded.ids, JSON.stringify(text)).toEqual([...expected, ...new Array(padding).fill(tokenizer.pad)])
      expect(encoded.mask).toEqual([...expected.map(() => 1), ...new Array(padding).fill(0)])
      expect(endPosition(encoded)).toBe(expected.length - 1)
      expect(older.encode(text)).toEqual(encoded)
    }
  })

  it('takes special tokens in a text as the characters they are', () => {
    for (const special of kind.specials) {
      const { ids, mask } = tokenizer.encode(`a ${special} cat`)
      const specials = new Set(kind.specials.map((token) => jsonOf(kind).model.vocab[token]))
      expect(ids.slice(1, mask.lastIndexOf(1)).some((id) => specials.has(id))).toBe(false)
      expect(tokenizer.decode(ids).replaceAll(' ', '')).toBe(`a${special}cat`)
    }
  })

  it('tells what was cut, and keeps the token that ends a text', () => {
    const text = 'A red kangaroo made of cheese, near éé 🦘 x'
    const cleaned = kind.clean(text)
    for (let short = 2; short < 44; short++) {
      const small = create(kind, short)
      const { ids, mask, cut } = small.encode(text)
      expect(ids).toHaveLength(short)
      expect(ids[endPosition({ mask })]).toBe(small.end)
      const kept = small.decode(ids).replace(/\ufffd+$/, '')
      if (cut === null) expect(kept.replaceAll(' ', '')).toBe(cleaned.replaceAll(' ', ''))
      else {
        expect(cleaned.endsWith(cut)).toBe(true)
        const before = cleaned.slice(0, cleaned.length - cut.length)
        expect(kept.replaceAll(' ', '')).toBe(before.replaceAll(' ', ''))
      }
    }
  })

  it('frames the empty text, and loses nothing but white space of any other', () => {
    expect(tokenizer.encode('').ids.slice(0, 3)).toEqual([tokenizer.begin, tokenizer.end, tokenizer.pad])
    const wide = create(kind, 400)
    for (const text of randomTexts(1000, 6)) {
      const { ids, cut } = wide.encode(text)
      expect(cut).toBeNull()
      const expected = kind.clean(text.toWellFormed())
      const plain = (from: string) => (kind.suffix === '' ? from : from.replace(/[\s\x85]+/gu, ''))
      expect(plain(wide.decode(ids)), JSON.stringify(text)).toBe(plain(expected))
    }
  })

  it.each<[string, (json: Loose) => void]>([
    ['has no "model"', (json) => Object.assign(json, { model: null })],
    ['of type "BPE"', (json) => Object.assign(json.model, { type: 'Unigram' })],
    ['end in', (json) => Object.assign(json.model, { end_of_word_suffix: '</x>' })],
    ['ignore_merges', (json) => Object.assign(json.model, { ignore_merges: true })],
    ['its steps', (json) => Object.assign(json, { pre_tokenizer: { type: 'Whitespace' } })],
    ['its steps', (json) => Object.assign(json, { normalizer: { type: 'Lowercase' } })],
    ['two ids', (json) => Object.assign(json.added_tokens[0], { id: 4 })],
    ['no content', (json) => Object.assign(json.added_tokens[0], { content: 7 })],
    ['outside', (json) => Object.assign(json.model.vocab, { zz: 1e9 })],
    ['the id 7', (json) => Object.assign(json.model.vocab, { zz: 7 })],
    ['lacks the byte', (json) => delete json.model.vocab.Ā],
    ['not in the vocabulary', (json) => json.model.merges.push(['a', 'zz'])],
  ])('refuses a file: %s', (reason, change) => {
    const json = jsonOf(kind)
    change(json)
    expect(() => create(kind, 8, json)).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    expect(() => create(kind, 8, json)).toThrow(reason)
  })
})

describe('tokenizers of one kind', () => {
  it('are not read as another', () => {
    expect(() => create(bartKind, 8, jsonOf(clipKind))).toThrow(/words do not end in ""/)
    expect(() => create(clipKind, 8, jsonOf(bartKind))).toThrow(/words do not end in "<\/w>"/)
  })

  it('may leave ids out, and begin with a space only where the text does', () => {
    const json = jsonOf(bartKind)
    json.model.vocab.zzz = 60_000
    const gaps = create(bartKind, 8, json)
    expect(gaps.vocabularySize).toBe(60_001)
    expect(gaps.encode('a cat').ids).not.toEqual(gaps.encode(' a cat').ids)
    expect(gaps.decode(gaps.encode(' a').ids)).toBe(' a')
  })
})
