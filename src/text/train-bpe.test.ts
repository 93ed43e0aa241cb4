import { describe, expect, it } from 'vitest'
import { splitPieces, toByteCharacters } from './byte-level.ts'
import { emojiNormaliser, normalise } from './normalise.ts'
import { captions } from './testing/captions.ts'
import { randomNumbers, randomTexts } from './testing/random-texts.ts'
import { createTokenizer } from './tokenizer.ts'
import { type BpeSettings, trainBpe } from './train-bpe.ts'

/** The algorithm of the paper with nothing kept between two merges: count all pairs anew, take the best. */
function naiveMerges(texts: readonly string[], merges: number, minFrequency: number): string[] {
  const bytes = [
    ...new Set(Array.from({ length: 256 }, (_, byte) => toByteCharacters(String.fromCharCode(byte))).join('')),
  ]
  const alphabet = [
    ...new Set([...bytes, ...texts.flatMap((text) => splitPieces(text).flatMap((p) => [...toByteCharacters(p)]))]),
  ].sort()
  const order = new Map(alphabet.map((token, at) => [token, at]))
  let words = texts.flatMap((text) => splitPieces(text).map((piece) => Array.from(toByteCharacters(piece))))
  const learnt: string[] = []
  while (learnt.length < merges) {
    const counts = new Map<string, number>()
    for (const word of words)
      for (let i = 1; i < word.length; i++) {
        const pair = `${word[i - 1]} ${word[i]}`
        counts.set(pair, (counts.get(pair) ?? 0) + 1)
      }
    const place = (pair: string) => pair.split(' ').map((token) => order.get(token)!)
    const [best] = [...counts].sort(([a, m], [b, n]) => {
      const [p, q] = [place(a), place(b)]
      return n - m || p[0]! - q[0]! || p[1]! - q[1]!
    })
    if (best === undefined || best[1] < minFrequency) break
    const [left, right] = best[0].split(' ') as [string, string]
    learnt.push(best[0])
    order.set(left + right, 1000 + learnt.length)
    words = words.map((word) => {
      const out: string[] = []
      for (let i = 0; i < word.length; i++) {
        if (word[i] === left && word[i + 1] === right) {
          out.push(left + right)
          i++
        } else out.push(word[i]!)
      }
      return out
    })
  }
  return learnt
}

describe('trainBpe', () => {
  it('learns the merges that counting anew each time learns', () => {
    const texts = [...captions()]
    expect(trainBpe(texts, { vocabularySize: 260 + 150 }).model.merges).toEqual(naiveMerges(texts, 150, 2))
  })

  it('does so for runs of one letter and for any text', () => {
    const random = randomNumbers(5)
    const runs = Array.from({ length: 60 }, () =>
      Array.from({ length: 12 }, () => 'ab'[Math.floor(random() ** 2 * 2)]).join(''),
    )
    const texts = [...runs, 'aaaaaaaaaaa', 'abababababab', ...randomTexts(100, 3)].map((text) => text.toWellFormed())
    expect(trainBpe(texts, { vocabularySize: 260 + 80, minFrequency: 3 }).model.merges).toEqual(
      naiveMerges(texts, 80, 3),
    )
  })

  it('does not care for the order of captions', () => {
    const texts = [...captions()]
    const random = randomNumbers(9)
    const shuffled = texts
      .map((text) => [random(), text] as const)
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text)
    const settings = { vocabularySize: 500 }
    expect(JSON.stringify(trainBpe(shuffled, settings))).toBe(JSON.stringify(trainBpe(texts, settings)))
  })

  it('learns an emoji as one token, and none that spans two, from captions that set emoji apart', () => {
    const emoji = ['🦘', '🧀', '🐘', '❤️', '👩‍🚀', '🐈', '🧑🏽‍⚕️', '🛥️']
    const texts = emoji.flatMap((one) => emoji.map((other) => normalise(`a ${one}${other}`, emojiNormaliser)))
    const json = trainBpe(texts, { vocabularySize: 320 })
    const tokenizer = createTokenizer(json, { length: 12 })
    for (const [k, one] of emoji.entries()) {
      const other = emoji[(k + 3) % emoji.length]!
      const { ids } = tokenizer.encode(normalise(`a ${one}${other}`, emojiNormaliser))
      const tokens = ids.slice(1, ids.indexOf(tokenizer.end)).map((id) => tokenizer.token(id))
      expect(tokens).toEqual([' a', ` ${one}`, ` ${other}`])
    }
  })

  it('writes specials first, then the bytes, then merges, each id once', () => {
    const { model, added_tokens } = trainBpe(captions(), { vocabularySize: 400 })
    expect(Object.values(model.vocab).sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, id) => id))
    expect(['<s>', '<pad>', '</s>', '<unk>'].map((token) => model.vocab[token])).toEqual([0, 1, 2, 3])
    expect(added_tokens.map(({ id }) => id)).toEqual([0, 1, 2, 3])
    expect(model.merges).toHaveLength(400 - 260)
    expect(model.merges.map((merge) => model.vocab[merge.replace(' ', '')])).toEqual(
      model.merges.map((_, at) => 260 + at),
    )
  })

  it('stops when nothing is frequent enough', () => {
    expect(trainBpe(['ab', 'cd'], { vocabularySize: 1000 }).model.merges).toEqual([])
    expect(trainBpe(['ab', 'ab'], { vocabularySize: 1000 }).model.merges).toEqual(['a b', 'Ġ ab'])
    expect(trainBpe([], { vocabularySize: 260 }).model.merges).toEqual([])
  })

  it.each<BpeSettings>([
    { vocabularySize: 259 },
    { vocabularySize: Number.NaN },
    { vocabularySize: 300, specialTokens: ['<s>', '</s>'] },
  ])('refuses %j', (settings) => {
    expect(() => trainBpe(captions(), settings)).toThrow(RangeError)
  })
})
