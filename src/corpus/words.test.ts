import { describe, expect, it } from 'vitest'
import { concepts } from './concepts.ts'
import { lexicon } from './lexicon/index.ts'
import { colours, styles } from './scene.ts'
import { de, elides, nounsOf, parseEnglish, parseFrench, wordsFor } from './words.ts'

describe('words', () => {
  it('makes plurals by rule unless one is given', () => {
    const english = ['cat', 'butterfly', 'monkey', 'fox', 'mouse/mice', 'bus'].map((text) => parseEnglish(text).many)
    expect(english).toEqual(['cats', 'butterflies', 'monkeys', 'foxes', 'mice', 'buses'])
    const french = ['m chat', 'm bateau', 'm cheval/chevaux', 'f souris', 'f noix', 'm feu'].map(
      (text) => parseFrench(text).many,
    )
    expect(french).toEqual(['chats', 'bateaux', 'chevaux', 'souris', 'noix', 'feux'])
  })

  it('reads number and gender', () => {
    expect(parseEnglish('=scissors')).toMatchObject({ one: 'scissors', number: 'plural' })
    expect(parseEnglish('~bread').number).toBe('mass')
    expect(parseFrench('mp ciseaux')).toMatchObject({ gender: 'm', number: 'plural' })
    expect(parseFrench('mm pain')).toMatchObject({ gender: 'm', number: 'mass', one: 'pain' })
  })

  it('elides before vowels and mute h only', () => {
    expect(['éléphant', 'hippopotame', 'hélicoptère', 'œuf', 'ours'].every(elides)).toBe(true)
    expect(['hibou', 'hérisson', 'hamburger', 'chat', 'hot-dog'].some(elides)).toBe(false)
    expect([de('éléphant'), de('hibou')]).toEqual(["d'éléphant", 'de hibou'])
  })
})

describe('lexicon', () => {
  it('is well formed', () => {
    expect(new Set(concepts).size).toBe(concepts.length)
    for (const { concept, fr, natural, without } of lexicon) {
      for (const text of fr) expect(text).toMatch(/^[mf][pm]? \S/)
      for (const colour of natural) expect(colours).toContain(colour)
      for (const style of without) expect(styles).toContain(style)
      expect(styles.length - without.length, concept).toBeGreaterThanOrEqual(1)
    }
  })

  it('uses no word for two concepts', () => {
    for (const language of ['en', 'fr'] as const) {
      const owner = new Map<string, string>()
      for (const concept of concepts) {
        for (const word of wordsFor(concept, language)) {
          expect(owner.get(word) ?? concept, word).toBe(concept)
          owner.set(word, concept)
        }
      }
    }
  })

  it('can count every concept in both languages or has no count for it', () => {
    expect(nounsOf('bread', 'en').some((noun) => noun.number === 'count')).toBe(true)
    expect(nounsOf('kangaroo', 'fr')[0]).toEqual({ one: 'kangourou', many: 'kangourous', number: 'count', gender: 'm' })
  })
})
