import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { describe, expect, it } from 'vitest'
import { byteAlphabet, splitPieces, toByteCharacters } from './byte-level.ts'
import { captions } from './testing/captions.ts'
import { randomTexts } from './testing/random-texts.ts'
import { createTokenizer } from './tokenizer.ts'
import type { TokenizerJson } from './tokenizer-json.ts'
import { trainBpe } from './train-bpe.ts'

// biome-ignore lint/suspicious/noExplicitAny: a file that tests break in many ways has no type
type Loose = Record<string, any>

const json = trainBpe(captions(), { vocabularySize: 600 })
const tokenizer = createTokenizer(JSON.parse(JSON.stringify(json)), { length: 400 })

/** BPE as Sennrich writes it: of all neighbouring pairs, merge the one learnt first, everywhere; until none is left. */
function naiveEncode({ model }: TokenizerJson, text: string): number[] {
  const rank = new Map(model.merges.map((merge, at) => [merge, at]))
  return splitPieces(text).flatMap((piece) => {
    let parts = Array.from(toByteCharacters(piece))
    for (;;) {
      const ranks = parts.slice(1).map((right, i) => rank.get(`${parts[i]} ${right}`) ?? Number.POSITIVE_INFINITY)
      const best = Math.min(...ranks)
      if (best === Number.POSITIVE_INFINITY) return parts.map((part) => model.vocab[part]!)
      const [left, right] = model.merges[best]!.split(' ')
      const merged: string[] = []
      for (let i = 0; i < parts.length; i++) {
        if (parts[i] === left && parts[i + 1] === right) {
          merged.push(parts[i]! + parts[i + 1]!)
          i++
        } else merged.push(parts[i]!)
      }
      parts = merged
    }
  })
}

const withoutFrame = (ids: readonly number[]) => ids.slice(1, ids.indexOf(tokenizer.end))

describe('the byte alphabet', () => {
  it('is that of GPT-2', () => {
    expect(byteAlphabet).toHaveLength(256)
    expect(new Set(byteAlphabet).size).toBe(256)
    expect(toByteCharacters(' é\n\0')).toBe('ĠÃ©ĊĀ')
    expect(toByteCharacters('\u00ad')).toBe('ÂŃ')
    expect(toByteCharacters('🦘')).toBe('ðŁ¦ĺ')
  })
})

describe('encode', () => {
  it('frames a text and pads it', () => {
    const { ids, mask, cut } = createTokenizer(json, { length: 8 }).encode('a')
    expect(ids).toEqual([0, json.model.vocab.Ġa, 2, 1, 1, 1, 1, 1])
    expect(mask).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
    expect(cut).toBeNull()
  })

  it('writes the empty text as its frame alone', () => {
    expect(createTokenizer(json, { length: 4 }).encode('')).toEqual({
      ids: [0, 2, 1, 1],
      mask: [1, 1, 0, 0],
      cut: null,
    })
  })

  it('applies merges in the order they were learnt, as a plain reference does', () => {
    for (const text of [
      'a red kangaroo',
      "l'éléphant en fromage",
      'aaaaaaa',
      'x',
      ' deux  espaces',
      ...randomTexts(3000, 1),
    ]) {
      expect(withoutFrame(tokenizer.encode(text).ids), JSON.stringify(text)).toEqual(naiveEncode(json, text))
    }
  })

  it('gives what the library gives when it reads the whole file, frame included', () => {
    const library = new HuggingFaceTokenizer(JSON.parse(JSON.stringify(json)), {})
    for (const caption of captions()) {
      const { ids, mask } = tokenizer.encode(caption)
      expect(ids.slice(0, mask.indexOf(0))).toEqual(library.encode(caption).ids)
    }
  })

  it('takes special tokens in a prompt as the characters they are', () => {
    const { ids } = tokenizer.encode('a</s><pad> <s><unk>')
    expect(withoutFrame(ids).every((id) => id > 3)).toBe(true)
    expect(tokenizer.decode(ids)).toBe('a</s><pad> <s><unk>')
  })

  it('keeps </s> and shows what was cut, character by character', () => {
    const short = createTokenizer(json, { length: 6 })
    const text = 'a red kangaroo made of cheese near éé🦘 x'
    for (let length = 2; length < 60; length++) {
      const { ids, cut } = createTokenizer(json, { length }).encode(text)
      const end = ids.indexOf(2)
      expect(ids).toHaveLength(length)
      expect(end).toBeGreaterThan(0)
      const whole = short.decode(ids)
      if (cut === null) expect(whole).toBe(text)
      else {
        expect(text.endsWith(cut)).toBe(true)
        const kept = text.slice(0, text.length - cut.length).trimEnd()
        // All that is kept is there; a part of the next character may follow it.
        expect(whole.startsWith(kept)).toBe(true)
        expect(whole.slice(kept.length)).toMatch(/^\s?(\ufffd+)?$/)
      }
    }
    expect(createTokenizer(json, { length: 2 }).encode(text).cut).toBe(text)
  })

  it('keeps French accents apart from plain letters', () => {
    expect(tokenizer.encode('pêche').ids).not.toEqual(tokenizer.encode('peche').ids)
    expect(tokenizer.decode(tokenizer.encode("l'étoile à côté du château").ids)).toBe("l'étoile à côté du château")
  })
})

describe('decode', () => {
  it('gives back any text, up to a leading space and lone surrogates', () => {
    for (const text of randomTexts(10_000, 2)) {
      const { ids, cut } = tokenizer.encode(text)
      expect(cut).toBeNull()
      const expected = text.toWellFormed()
      expect(tokenizer.decode(ids)).toBe(expected.startsWith(' ') ? expected.slice(1) : expected)
    }
  })

  it('takes any ids without failing', () => {
    expect(tokenizer.decode([])).toBe('')
    expect(tokenizer.decode([-1, 99999, 0, 1, 2, 3])).toBe('')
    expect(tokenizer.token(0)).toBe('<s>')
    expect(tokenizer.token(json.model.vocab.Ġa!)).toBe(' a')
  })
})

describe('a tokenizer.json from elsewhere', () => {
  const variant = (change: (json: Loose) => void) => {
    const copy = JSON.parse(JSON.stringify(json))
    change(copy)
    return () => createTokenizer(copy, { length: 32, path: 'there/tokenizer.json' })
  }

  it('may write merges as pairs', () => {
    const pairs = variant((copy) => {
      copy.model.merges = copy.model.merges.map((merge: string) => merge.split(' '))
    })()
    expect(pairs.encode('a red kangaroo').ids).toEqual(
      createTokenizer(json, { length: 32 }).encode('a red kangaroo').ids,
    )
  })

  it.each<[string, (json: Loose) => void]>([
    ['is not an object', (copy) => Object.assign(copy, { model: null })],
    ['of type "BPE"', (copy) => Object.assign(copy.model, { type: 'WordPiece' })],
    ['pre_tokenizer', (copy) => Object.assign(copy, { pre_tokenizer: null })],
    ['prefix space', (copy) => Object.assign(copy.pre_tokenizer, { add_prefix_space: false })],
    ['decoder', (copy) => Object.assign(copy.decoder, { type: 'Fuse' })],
    ['normaliser', (copy) => Object.assign(copy, { normalizer: { type: 'Lowercase' } })],
    ['end_of_word_suffix', (copy) => Object.assign(copy.model, { end_of_word_suffix: '</w>' })],
    ['byte_fallback', (copy) => Object.assign(copy.model, { byte_fallback: true })],
    ['vocabulary', (copy) => Object.assign(copy.model, { vocab: [] })],
    ['outside', (copy) => Object.assign(copy.model.vocab, { x: 1e9 })],
    ['outside', (copy) => Object.assign(copy.model.vocab, { x: -1 })],
    ['outside', (copy) => Object.assign(copy.model.vocab, { x: '7' })],
    ['the id 7', (copy) => Object.assign(copy.model.vocab, { x: 7, a: 7 })],
    ['outside', (copy) => delete copy.model.vocab['<pad>']],
    [
      'lacks',
      (copy) => {
        copy.model.vocab['<bad>'] = copy.model.vocab['<pad>']
        delete copy.model.vocab['<pad>']
      },
    ],
    ['not a list', (copy) => Object.assign(copy.model, { merges: {} })],
    ['not two tokens', (copy) => copy.model.merges.push('a b c')],
    ['not two tokens', (copy) => copy.model.merges.push(['a', 1])],
    ['not two tokens', (copy) => copy.model.merges.push(null)],
    ['not in the vocabulary', (copy) => copy.model.merges.push('a zz')],
  ])('is refused with a reason: %s', (reason, change) => {
    const create = variant(change)
    if (reason === 'is not an object') {
      expect(() => createTokenizer(null, { length: 32 })).toThrow('not a JSON object')
      expect(create).toThrow('has no "model"')
      return
    }
    expect(create).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    expect(create).toThrow(reason)
    expect(create).toThrow('there/tokenizer.json')
  })

  it('never needs more than its own tokens: the bytes have to be there', () => {
    expect(
      variant((copy) => {
        const last = Object.keys(copy.model.vocab).length - 1
        const [token] = Object.entries(copy.model.vocab).find(([, id]) => id === last)!
        delete copy.model.vocab[token]
        copy.model.merges = copy.model.merges.filter((merge: string) => merge.replace(' ', '') !== token)
        copy.model.vocab.zzz = copy.model.vocab.Ā
        delete copy.model.vocab.Ā
      }),
    ).toThrow('byte')
  })
})
