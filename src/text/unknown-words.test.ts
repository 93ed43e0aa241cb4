import { describe, expect, it } from 'vitest'
import { normalise } from './normalise.ts'
import { randomTexts } from './testing/random-texts.ts'
import { unknownWords } from './unknown-words.ts'
import { collectWords } from './words.ts'

const known = collectWords([
  'a red kangaroo made of cheese',
  'three cats and a t-shirt',
  "une étoile rose à côté de l'éléphant",
  'deux chevaux en chocolat',
  'un arc-en-ciel',
  'a cat on a wolf',
  'a cut',
])

const report = (prompt: string) => unknownWords(prompt, known).map(({ word, suggestion }) => [word, suggestion])

describe('unknownWords', () => {
  it.each([
    ['a red kangaroo made of cheese', []],
    ['the Kangaroos and a cheval', []],
    ["L'ÉTOILE, les éléphants roses", []],
    ['un arc en ciel', []],
    ['two wolves', [['two', null]]],
    ['a capybara', [['capybara', null]]],
    [
      'a kangaro, a kagnaroo and a chesse',
      [
        ['kangaro', 'kangaroo'],
        ['kagnaroo', 'kangaroo'],
        ['chesse', 'cheese'],
      ],
    ],
    ['une etoile', [['etoile', 'étoile']]],
    ['un elefant', [['elefant', 'éléphant']]],
    ['a kanga-roo', [['kanga-roo', 'kangaroo']]],
    ['a cheese-capybara', [['capybara', null]]],
    ['capybara Capybara', [['capybara', null]]],
    [
      'a 🦘 in 2024',
      [
        ['🦘', null],
        ['2024', null],
      ],
    ],
    ['un œuf', [['œuf', null]]],
    ['猫', [['猫', null]]],
    ['', []],
    [
      'not a kangaroo without cheese',
      [
        ['not', null],
        ['without', null],
      ],
    ],
    ["it's what we'd do, isn't it? c'est qu'il n'y a plus", []],
  ])('%j: %j', (prompt, expected) => {
    expect(report(prompt)).toEqual(expected)
  })

  it('suggests, of two as near, the one met more often', () => {
    expect(unknownWords('a cxt', known)).toEqual([{ word: 'cxt', suggestion: null }])
    const words = new Map([
      ['casta', 1],
      ['pasta', 5],
      ['basta', 5],
    ])
    expect(unknownWords('wasta', words)).toEqual([{ word: 'wasta', suggestion: 'basta' }])
  })

  it('knows an emoji in any skin tone, with and without its variation selector', () => {
    const emoji = collectWords(['a 👩‍🚀 and a ❤️', 'un 🕵🏽'])
    for (const prompt of ['👩🏿‍🚀', '👩‍🚀❤', '❤️👩🏻‍🚀', '🕵️', '🕵🏾'])
      expect(unknownWords(prompt, emoji), prompt).toEqual([])
    expect(unknownWords('🧑‍🚀', emoji)).toEqual([{ word: '🧑‍🚀', suggestion: null }])
  })

  it('suggests no word that was itself met only as a slip', () => {
    const words = new Map([
      ['yellow', 4000],
      ['yelow', 20],
    ])
    expect(unknownWords('yelo', words)).toEqual([{ word: 'yelo', suggestion: 'yellow' }])
  })

  it('takes any text, and finds nothing new in a text that was learnt', () => {
    for (const text of randomTexts(3000, 4)) {
      const normal = normalise(text)
      expect(unknownWords(normal, collectWords([normal]))).toEqual([])
      unknownWords(text, known)
    }
  })
})
