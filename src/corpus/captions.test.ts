import { describe, expect, it } from 'vitest'
import { captions, plainCaption, slip } from './captions.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { random, sceneSeed } from './random.ts'
import { sampleScene } from './sample.ts'
import type { Relation, Scene, Thing } from './scene.ts'
import { plainWording } from './wording.ts'

const thing = (concept: string, over: Partial<Thing> = {}): Thing => ({
  concept,
  colour: null,
  material: null,
  size: 'normal',
  count: 1,
  ...over,
})
const scene = (things: Thing[], relation?: Relation, over: Partial<Scene> = {}): Scene => ({
  things,
  ...(relation ? { relation } : {}),
  background: 'white',
  style: 'flat',
  ...over,
})
const both = (of: Scene): [string, string] => [plainCaption(of, 'en'), plainCaption(of, 'fr')]

describe('plain captions', () => {
  it.each<[Scene, string, string]>([
    [scene([thing('kangaroo', { material: 'cheese' })]), 'a kangaroo made of cheese', 'un kangourou en fromage'],
    [scene([thing('elephant', { colour: 'pink' })]), 'a pink elephant', 'un éléphant rose'],
    [scene([thing('turtle', { colour: 'white' })]), 'a white turtle', 'une tortue blanche'],
    [scene([thing('automobile', { colour: 'purple', count: 2 })]), 'two purple cars', 'deux voitures violettes'],
    [scene([thing('mouse', { colour: 'green', count: 3 })]), 'three green mice', 'trois souris vertes'],
    [scene([thing('horse', { colour: 'brown', count: 2 })]), 'two brown horses', 'deux chevaux marron'],
    [scene([thing('owl', { colour: 'orange', count: 2 })]), 'two orange owls', 'deux hiboux orange'],
    [scene([thing('house', { size: 'large' })]), 'a large house', 'une grande maison'],
    [scene([thing('scissors', { colour: 'blue' })]), 'blue scissors', 'des ciseaux bleus'],
    [scene([thing('glasses', { size: 'small' })]), 'small glasses', 'de petites lunettes'],
    [scene([thing('bread', { colour: 'black' })]), 'black bread', 'du pain noir'],
    [scene([thing('unicorn')]), 'a unicorn', 'une licorne'],
    [scene([thing('umbrella', { material: 'ice' })]), 'an umbrella made of ice', 'un parapluie en glace'],
    [scene([thing('giraffe'), thing('ship')], 'on'), 'a giraffe on a ship', 'une girafe sur un bateau'],
    [
      scene([thing('red-apple', { colour: 'red' }), thing('automobile', { colour: 'blue' })], 'next-to'),
      'a red apple next to a blue car',
      "une pomme rouge à côté d'une voiture bleue",
    ],
    [
      scene([thing('cat'), thing('scissors')], 'left-of'),
      'a cat to the left of scissors',
      'un chat à gauche de ciseaux',
    ],
    [scene([thing('cat'), thing('popcorn')], 'above'), 'a cat above popcorn', 'un chat au-dessus de pop-corn'],
    [scene([thing('honeybee'), thing('egg')], 'behind'), 'a bee behind an egg', 'une abeille derrière un œuf'],
  ])('%#', (of, en, fr) => {
    expect(both(of)).toEqual([en, fr])
  })

  it('names style and place when told to', () => {
    const of = scene([thing('elephant')], undefined, { background: 'beach' })
    const mention = { style: true, background: true }
    expect(english(of, plainWording, mention)).toBe('an elephant on the beach, flat drawing')
    expect(french(of, plainWording, mention)).toBe('un éléphant sur la plage, dessin plat')
  })
})

describe('captions', () => {
  const seeds = Array.from({ length: 400 }, (_, k) => sceneSeed(11, k))

  it('are four English and two French, and pure', () => {
    for (const seed of seeds.slice(0, 50)) {
      const of = sampleScene(seed)
      const list = captions(of, seed)
      expect(list.map((caption) => caption.language)).toEqual(['en', 'en', 'en', 'en', 'fr', 'fr'])
      expect(captions(of, seed)).toEqual(list)
    }
  })

  it('are well spaced, never empty, and short', () => {
    for (const seed of seeds) {
      for (const { text } of captions(sampleScene(seed), seed)) {
        expect(text).not.toMatch(/^\s|\s$|\s\s|undefined|null| ,/)
        expect(text.length).toBeGreaterThan(1)
        expect(text.length).toBeLessThan(140)
      }
    }
  })

  it('are worded in more ways than one, and some have slips', () => {
    const all = seeds.flatMap((seed) => captions(sampleScene(seed), seed))
    const english = all.filter((caption) => caption.language === 'en').map((caption) => caption.text)
    const share = (pattern: RegExp): number => english.filter((text) => pattern.test(text)).length / english.length
    expect(share(/\b(a|an|the)\b/i)).toBeGreaterThan(0.35)
    expect(share(/\b(a|an|the)\b/i)).toBeLessThan(0.8)
    expect(new Set(english).size / english.length).toBeGreaterThan(0.6)
  })

  it('never elides wrongly or doubles an article in French', () => {
    for (const seed of seeds) {
      for (const { language, text } of captions(sampleScene(seed), seed)) {
        if (language === 'en') continue
        expect(text, text).not.toMatch(/\b(de|le|la) (un|une|des|du|de)\b/i)
        expect(text, text).not.toMatch(/\bd'(?![aeiouhâàéèêîôœ])/i)
      }
    }
  })
})

describe('slip', () => {
  it('changes one word by a letter and keeps its first', () => {
    for (let seed = 0; seed < 200; seed++) {
      const out = slip('a kangaroo', random(seed, 'slip'))
      expect(out).toMatch(/^a k/)
      expect(Math.abs(out.length - 10)).toBeLessThanOrEqual(1)
    }
    expect(slip('a cat', random(1, 'slip'))).toBe('a cat')
  })
})
