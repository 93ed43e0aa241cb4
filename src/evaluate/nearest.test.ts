import { describe, expect, it } from 'vitest'
import { random } from '../corpus/random.ts'
import type { Caption } from '../corpus/scene.ts'
import { indexTraining } from './nearest.ts'
import type { TrainingPictures } from './training-pictures.ts'

const side = 16
const texts: [en: string, fr: string][] = [
  ['a red cat', 'un chat rouge'],
  ['a blue dog', 'un chien bleu'],
  ['a cat made of cheese', 'un chat en fromage'],
  ['a red cat next to a blue dog', "un chat rouge à côté d'un chien bleu"],
  ['an elephant', 'un éléphant'],
]
const pictures = texts.map((_, i) => {
  const source = random(i, 'picture')
  return Uint8Array.from({ length: side * side * 3 }, () => source.below(256))
})
const training: TrainingPictures = {
  side,
  count: texts.length,
  record: (i) => {
    const [en, fr] = texts[i]!
    const captions: Caption[] = [
      { language: 'en', text: en },
      { language: 'fr', text: fr },
    ]
    const scene = { things: [], relations: [], background: 'white', style: 'flat', filter: null } as const
    return { seed: i, scene, captions }
  },
  pixels: (i) => pictures[i]!,
}
const index = indexTraining(training)

describe('by caption', () => {
  it('finds the same words, in the language asked for', () => {
    for (const [i, [en, fr]] of texts.entries()) {
      expect(index.nearestByCaption(en, 'en')).toBe(i)
      expect(index.nearestByCaption(fr, 'fr')).toBe(i)
    }
  })

  it('finds what shares most of what tells', () => {
    expect(index.nearestByCaption('a blue elephant', 'en')).toBe(4)
    expect(index.nearestByCaption('cheese', 'en')).toBe(2)
    expect(index.nearestByCaption('the dog', 'en')).toBe(1)
    expect(index.nearestByCaption('zzz', 'en')).toBe(0)
  })
})

describe('by picture', () => {
  it('is 0 for a copy, and the mean difference for one that was changed', () => {
    expect(index.nearestDistance(pictures[3]!)).toBe(0)
    const changed = pictures[3]!.map((value) => (value < 128 ? value + 2 : value - 2))
    expect(index.nearestDistance(changed)).toBe(2)
  })

  it('is far for a picture that none is like', () => {
    expect(index.nearestDistance(new Uint8Array(side * side * 3))).toBeGreaterThan(100)
  })
})
