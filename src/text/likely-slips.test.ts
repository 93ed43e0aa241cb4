import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { slip } from '../corpus/captions.ts'
import { random } from '../corpus/random.ts'
import { functionWords } from './function-words.ts'
import { likelySlips, slippedFrom } from './likely-slips.ts'
import { readWordList } from './word-list.ts'

const known = new Map([
  ['cheese', 16_000],
  ['black', 15_000],
  ['pink', 19_000],
  ['style', 50_000],
  ['planet', 3000],
  ['planets', 3000],
  ['plane', 500],
  ['three', 12_000],
  ['grapes', 3600],
  ['door', 3500],
  ['teddy', 4000],
  ['bear', 6000],
  ['cat', 9000],
  ['chese', 68],
  ['cheees', 42],
  ['back', 32],
  ['pnk', 73],
  ['pine', 100],
  ['there', 46],
  ['grappes', 143],
  ['doors', 20],
  ['planes', 22],
  ['baer', 20],
  ['cta', 20],
])

describe('likelySlips', () => {
  it.each([
    ['a chese cat, Chese', [['chese', 'cheese']]],
    [
      'a cheees with a back',
      [
        ['cheees', 'cheese'],
        ['back', 'black'],
      ],
    ],
    [
      'a pnk teddy-baer',
      [
        ['pnk', 'pink'],
        ['baer', 'bear'],
      ],
    ],
    // Known because its singular is, which is none.
    ['two backs', [['backs', 'black']]],
    // Words of their own: too many of them, another letter, one more at the end, a plural, a function word, too short.
    ['grappes', []],
    ['a pine', []],
    ['doors', []],
    ['planes', []],
    ['there', []],
    ['cta', []],
    ['a capybara', []],
    ['', []],
  ])('%j: %j', (prompt, expected) => {
    expect(likelySlips(prompt, known).map(({ word, suggestion }) => [word, suggestion])).toEqual(expected)
  })

  it('finds every slip that a caption can hold', () => {
    const source = random(1, 'slips')
    for (let i = 0; i < 500; i++) {
      const word = source.pick(['style', 'cheese', 'planet', 'three', 'black'])
      const slipped = slip(word, source)
      if (slipped === word || functionWords.has(slipped)) continue
      expect(slippedFrom(slipped, new Map([...known, [slipped, 20]])), slipped).toBe(word)
    }
  })

  it('tells the words of pictogram-tiny from its mistakes', () => {
    const file = new URL('../../models/pictogram-tiny/words.json', import.meta.url)
    const words = readWordList(JSON.parse(readFileSync(file, 'utf8')))
    const slips = [...words].filter(([word]) => slippedFrom(word, words) !== null)
    expect(slips.length).toBeGreaterThan(100)
    const own = 'cheese cab pine pins grappes grapes fires firs planes doors cafe cle lievre feux pieces presents'
    expect(likelySlips(own, words)).toEqual([])
  })
})
