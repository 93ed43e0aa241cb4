import { describe, expect, it } from 'vitest'
import { functionWords } from './function-words.ts'
import { randomNumbers } from './testing/random-texts.ts'
import { readWordList, writeWordList } from './word-list.ts'
import { collectWords, hasWord, slipsBetween, splitWords } from './words.ts'

describe('splitWords', () => {
  it.each([
    ["L'étoile d’or", ['étoile', 'or']],
    ["qu'est-ce que c'est", ['est-ce', 'que', "c'est"]],
    ["aujourd'hui", ["aujourd'hui"]],
    ["the cat's don't", ['the', 'cat', 'don']],
    ['arc‑en-ciel, 3 chats!', ['arc-en-ciel', '3', 'chats']],
    ['a 🦘 👩‍🚀.', ['a', '🦘', '👩‍🚀']],
    ['🦘🧀 🐈🐈', ['🦘', '🧀', '🐈', '🐈']],
    ['❤️ ❤ ☀️', ['❤️', '❤', '☀️']],
    ['👩🏿‍🚀👋🏽 🧑‍⚕ 🏌🏾‍♀️', ['👩🏿‍🚀', '👋🏽', '🧑‍⚕', '🏌🏾‍♀️']],
    ['🇫🇷 1️⃣ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🏴‍☠️', ['🇫🇷', '1️⃣', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🏴‍☠️']],
    ['3 × 4 © ™', ['3', '4']],
    ['e\u0301te\u0301', ['été']],
    ["'quoted' -dash- --", ['quoted', 'dash']],
    ['', []],
  ])('%j', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })
})

describe('collectWords', () => {
  it('counts words, and the parts of compounds too', () => {
    const words = collectWords(["un arc-en-ciel, l'arc", 'un t-shirt'])
    expect(Object.fromEntries(words)).toEqual({
      un: 2,
      'arc-en-ciel': 1,
      arc: 2,
      en: 1,
      ciel: 1,
      't-shirt': 1,
      shirt: 1,
    })
  })

  it('counts an emoji as it stands, and without its skin tone and variation selector', () => {
    const words = collectWords(['👩🏿‍🚀 and ❤️', '🦘'])
    expect(Object.fromEntries(words)).toEqual({ '👩🏿‍🚀': 1, '👩‍🚀': 1, and: 1, '❤️': 1, '❤': 1, '🦘': 1 })
  })
})

describe('hasWord', () => {
  it.each([
    ['a', true],
    ['12 é', true],
    ['猫', true],
    ['🦘', true],
    ['!!! 🦘', true],
    ['❤', true],
    ['☀️', true],
    ['!!!', false],
    ['123', false],
    ['?! 3.5 %', false],
  ])('%j: %j', (text, has) => {
    expect(hasWord(text)).toBe(has)
  })
})

describe('slipsBetween', () => {
  it('counts a swap of neighbours as one slip', () => {
    expect(slipsBetween('kagnaroo', 'kangaroo', 5)).toBe(1)
    expect(slipsBetween('kitten', 'sitting', 5)).toBe(3)
    expect(slipsBetween('ca', 'abc', 5)).toBe(3)
    expect(slipsBetween('', 'abc', 5)).toBe(3)
    expect(slipsBetween('abc', 'abc', 0)).toBe(0)
  })

  it('gives the limit and one more for anything beyond it, exactly where the full table says so', () => {
    const random = randomNumbers(8)
    const word = () => Array.from({ length: Math.floor(random() * 8) }, () => 'abc'[Math.floor(random() * 3)]).join('')
    for (let i = 0; i < 3000; i++) {
      const [a, b] = [word(), word()]
      const full = slipsBetween(a, b, 100)
      expect(slipsBetween(b, a, 100)).toBe(full)
      for (const limit of [0, 1, 2]) expect(slipsBetween(a, b, limit), `${a} ${b}`).toBe(Math.min(full, limit + 1))
    }
  })
})

describe('the function words', () => {
  it('name nothing to draw', () => {
    const toDraw = ['red', 'rouge', 'cheese', 'two', 'deux', 'moon', 'glace', '']
    expect(toDraw.filter((word) => functionWords.has(word))).toEqual([])
  })
})

describe('a word list in a file', () => {
  it('comes back as it was, whatever its words', () => {
    const words = new Map([...collectWords(['un arc-en-ciel']), ['__proto__', 3], ['constructor', 2], ['7', 1]])
    expect(readWordList(JSON.parse(JSON.stringify(writeWordList(words))))).toEqual(words)
  })

  it.each([null, [['x']], 'x', { a: 0 }, { a: 1.5 }, { a: '1' }, { '': 1 }, { ['x'.repeat(300)]: 1 }])(
    'is refused: %j',
    (value) => {
      expect(() => readWordList(value)).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    },
  )
})
