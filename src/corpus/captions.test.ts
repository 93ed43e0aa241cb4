import { describe, expect, it } from 'vitest'
import { captions, plainCaption, slip } from './captions.ts'
import { concepts, entryOf } from './concepts.ts'
import { random, sceneSeed } from './random.ts'
import {
  backgrounds,
  colours,
  counts,
  filters,
  materials,
  type Presentation,
  relations,
  type Scene,
  sizes,
  type Thing,
  tones,
} from './scene.ts'
import { anyScene } from './testing/any-scene.ts'
import { all, inWords, languages, scene, thing } from './testing/in-words.ts'
import { plainWording } from './wording.ts'

const both = (of: Scene): [string, string] => [plainCaption(of, 'en'), plainCaption(of, 'fr')]
describe('plain captions', () => {
  it.each<[Scene, string, string]>([
    [scene([thing('kangaroo', { material: 'cheese' })]), 'a kangaroo made of cheese', 'un kangourou en fromage'],
    [scene([thing('elephant', { colour: 'pink' })]), 'a pink elephant', 'un éléphant rose'],
    [scene([thing('turtle', { colour: 'white' })]), 'a white turtle', 'une tortue blanche'],
    [scene([thing('automobile', { colour: 'purple', count: 2 })]), 'two purple cars', 'deux voitures violettes'],
    [scene([thing('mouse', { colour: 'green', count: 3 })]), 'three green mice', 'trois souris vertes'],
    [scene([thing('horse', { colour: 'brown', count: 2 })]), 'two brown horses', 'deux chevaux marron'],
    [scene([thing('owl', { colour: 'orange', count: 4 })]), 'four orange owls', 'quatre hiboux orange'],
    [scene([thing('owl', { colour: 'grey', count: 6 })]), 'six grey owls', 'six hiboux gris'],
    [scene([thing('house', { size: 'large' })]), 'a large house', 'une grande maison'],
    [scene([thing('scissors', { colour: 'blue' })]), 'blue scissors', 'des ciseaux bleus'],
    [scene([thing('scissors', { count: 2 })]), 'two pairs of scissors', 'deux paires de ciseaux'],
    [scene([thing('glasses', { size: 'small' })]), 'small glasses', 'de petites lunettes'],
    [scene([thing('bread', { colour: 'black' })]), 'black bread', 'du pain noir'],
    [scene([thing('bread', { count: 3 })]), 'three loaves of bread', 'trois tranches de pain'],
    [scene([thing('cheese-wedge', { size: 'large' })]), 'a large piece of cheese', 'un grand morceau de fromage'],
    [scene([thing('popcorn', { count: 2 })]), 'two portions of popcorn', 'deux portions de pop-corn'],
    [scene([thing('giraffe', { count: 'many' })]), 'many giraffes', 'beaucoup de girafes'],
    [
      scene([thing('elephant', { count: 'many', size: 'small' })]),
      'many small elephants',
      'beaucoup de petits éléphants',
    ],
    [scene([thing('popcorn', { count: 'many' })]), 'lots of popcorn', 'beaucoup de pop-corn'],
    [scene([thing('unicorn')]), 'a unicorn', 'une licorne'],
    [scene([thing('umbrella', { material: 'ice' })]), 'an umbrella made of ice', 'un parapluie en glace'],
    [scene([thing('cat', { material: 'fur' })]), 'a cat made of fur', 'un chat en fourrure'],
    [scene([thing('cat', { material: 'water' })]), 'a cat made of water', 'un chat en eau'],
    [scene([thing('cat', { colour: 'red', material: 'gold' })]), 'a red cat made of gold', 'un chat rouge en or'],
    [scene([thing('giraffe'), thing('ship')], 'on'), 'a giraffe on a ship', 'une girafe sur un bateau'],
    [
      scene([thing('red-apple', { colour: 'red', count: 3 }), thing('automobile', { colour: 'blue' })], 'next-to'),
      'three red apples next to a blue car',
      "trois pommes rouges à côté d'une voiture bleue",
    ],
    [
      scene([thing('cat'), thing('scissors')], 'left-of'),
      'a cat to the left of scissors',
      'un chat à gauche de ciseaux',
    ],
    [scene([thing('cat'), thing('popcorn')], 'above'), 'a cat above popcorn', 'un chat au-dessus de pop-corn'],
    [scene([thing('honeybee'), thing('egg')], 'behind'), 'a bee behind an egg', 'une abeille derrière un œuf'],
    [scene([thing('mouse'), thing('house')], 'inside'), 'a mouse inside a house', 'une souris dans une maison'],
    [scene([thing('monkey'), thing('horse')], 'riding'), 'a monkey riding a horse', 'un singe qui chevauche un cheval'],
    [
      scene([thing('monkey', { count: 2 }), thing('elephant')], 'riding'),
      'two monkeys riding an elephant',
      'deux singes qui chevauchent un éléphant',
    ],
    [
      scene([thing('kangaroo'), thing('umbrella')], 'holding'),
      'a kangaroo holding an umbrella',
      'un kangourou qui tient un parapluie',
    ],
    [scene([thing('koala'), thing('grapes')], 'eating'), 'a koala eating grapes', 'un koala qui mange des raisins'],
    [scene([thing('mouse'), thing('bread')], 'eating'), 'a mouse eating bread', 'une souris qui mange du pain'],
    [
      scene([thing('mouse', { count: 'many' }), thing('bread')], 'eating'),
      'many mice eating bread',
      'beaucoup de souris qui mangent du pain',
    ],
    [
      scene([thing('panda'), thing('hot-beverage')], 'eating'),
      'a panda drinking a cup of coffee',
      'un panda qui boit une tasse de café',
    ],
    [scene([thing('cat'), thing('crown')], 'wearing'), 'a cat wearing a crown', 'un chat qui porte une couronne'],
    [
      scene([thing('cat'), thing('chair'), thing('bed')], ['on', 'next-to']),
      'a cat on a chair next to a bed',
      "un chat sur une chaise à côté d'un lit",
    ],
    [
      scene([thing('cat'), thing('horse', { count: 2 }), thing('red-apple')], ['left-of', 'eating']),
      'a cat to the left of two horses that are eating an apple',
      'un chat à gauche de deux chevaux qui mangent une pomme',
    ],
    [
      scene([thing('elephant')], [], { filter: 'watercolour', background: 'beach' }),
      'an elephant, watercolour',
      'un éléphant, aquarelle',
    ],
    [
      scene([thing('elephant')], [], { background: 'transparent' }),
      'an elephant on a transparent background',
      'un éléphant sur fond transparent',
    ],
  ])('%#', (of, en, fr) => {
    expect(both(of)).toEqual([en, fr])
  })

  it('names style and place when told to', () => {
    const of = scene([thing('elephant')], [], { background: 'beach' })
    expect(inWords(of, 'en', plainWording, all)).toBe('an elephant on the beach, flat drawing')
    expect(inWords(of, 'fr', plainWording, all)).toBe('un éléphant sur la plage, dessin plat')
  })

  it('differ for any two scenes of which one thing is changed', () => {
    const change = <T>(values: readonly T[], seed: number, not: T): T => {
      const others = values.filter((value) => value !== not)
      return others[seed % others.length]!
    }
    const alike: string[] = []
    for (let seed = 0; seed < 3000; seed++) {
      const of = anyScene(seed)
      const [first, ...rest] = of.things as [Thing, ...Thing[]]
      const entry = entryOf(first.concept)
      const withFirst = (over: Partial<Thing>): Scene => ({ ...of, things: [{ ...first, ...over }, ...rest] })
      const variants: Record<string, Scene> = {
        colour: withFirst({ colour: change([null, ...colours], seed, first.colour) }),
        material: withFirst({ material: change([null, ...materials], seed, first.material) }),
        size: withFirst({ size: change(sizes, seed, first.size) }),
        count: withFirst({ count: change(counts, seed, first.count) }),
        filter: { ...of, filter: change([null, ...filters], seed, of.filter) },
        background: { ...of, background: of.background === 'transparent' ? 'white' : 'transparent' },
      }
      if (!entry.presentations && !entry.tones) {
        const other = concepts[(seed * 7) % concepts.length]!
        if (other !== first.concept) variants.concept = withFirst({ concept: other, presentation: null, tone: null })
      }
      if (entry.tones) variants.tone = withFirst({ tone: change([null, ...tones], seed, first.tone) })
      if (entry.presentations) {
        const other: Presentation = first.presentation === 'woman' ? 'man' : 'woman'
        variants.presentation = withFirst({ presentation: other })
      }
      if (of.relations.length > 0) {
        const relation = change(relations, seed, of.relations[0]!)
        variants.relation = { ...of, relations: [relation, ...of.relations.slice(1)] }
      }
      for (const [what, other] of Object.entries(variants)) {
        for (const language of languages) {
          const texts = [plainCaption(of, language), plainCaption(other, language)]
          if (texts[0] === texts[1]) alike.push(`${what}: ${texts[0]}`)
        }
      }
    }
    expect(alike).toEqual([])
  })
})

describe('captions', () => {
  const seeds = Array.from({ length: 600 }, (_, k) => sceneSeed(11, k))

  it('are four English and two French, and pure', () => {
    for (const seed of seeds.slice(0, 50)) {
      const of = anyScene(seed)
      const list = captions(of, seed)
      expect(list.map((caption) => caption.language)).toEqual(['en', 'en', 'en', 'en', 'fr', 'fr'])
      expect(captions(of, seed)).toEqual(list)
    }
  })

  it('are seldom alike', () => {
    const alike = seeds.filter((seed) => new Set(captions(anyScene(seed), seed).map(({ text }) => text)).size < 6)
    expect(alike.length / seeds.length).toBeLessThan(0.02)
  })

  it('mention a filter and the lack of a background nearly always, a style in a quarter', () => {
    const share = (over: Partial<Scene>, pattern: RegExp): number => {
      const texts = seeds.flatMap((seed) => captions(scene([thing('cat')], [], over), seed)).map(({ text }) => text)
      return texts.filter((text) => pattern.test(text.toLowerCase())).length / texts.length
    }
    expect(share({ filter: 'mosaic' }, /mo?o?s?s?[ai]|mosa/)).toBeGreaterThan(0.9)
    expect(share({ background: 'transparent' }, /ba|fo|pl|dé|de/)).toBeGreaterThan(0.8)
    expect(share({ style: 'icon' }, /ic/)).toBeGreaterThan(0.18)
    expect(share({ style: 'icon' }, /ic/)).toBeLessThan(0.35)
  })

  it('are worded in more ways than one, and a few hold emoji', () => {
    const texts = seeds.flatMap((seed) => captions(anyScene(seed), seed)).map(({ text }) => text)
    const share = (pattern: RegExp): number => texts.filter((text) => pattern.test(text)).length / texts.length
    expect(share(/\b(a|an|the|un|une)\b/i)).toBeGreaterThan(0.35)
    expect(share(/\b(a|an|the|un|une)\b/i)).toBeLessThan(0.8)
    expect(share(/\p{RGI_Emoji}/v)).toBeGreaterThan(0.02)
    expect(share(/\p{RGI_Emoji}/v)).toBeLessThan(0.08)
  })

  it('keep the signs of an emoji when accents go', () => {
    const hearts = seeds.flatMap((seed) => captions(scene([thing('red-heart', { count: 4 })]), seed))
    const signs = hearts.filter(({ text }) => text.includes('❤'))
    expect(signs.length).toBeGreaterThan(20)
    expect(signs.filter(({ text }) => text.includes('❤\ufe0f')).length / signs.length).toBeGreaterThan(0.6)
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

  it('makes no other word that means something', () => {
    const slipped = new Set(Array.from({ length: 300 }, (_, seed) => slip('four', random(seed, 'slip'))))
    expect([...slipped].sort()).toEqual(['foour', 'for', 'foru', 'four', 'fouur', 'fuor'])
  })

  it('makes no word of a harmless one that no caption should have', () => {
    for (const [word, never] of [
      ['clock', 'cock'],
      ['shirt', 'shit'],
      ['flag', 'fag'],
      ['bouche', 'boche'],
    ] as const) {
      const slipped = new Set(Array.from({ length: 300 }, (_, seed) => slip(word, random(seed, 'slip'))))
      expect(slipped.size, word).toBeGreaterThan(4)
      expect(slipped, word).not.toContain(never)
    }
  })
})

describe('what there is to say', () => {
  it('has a word for everything in both languages', () => {
    for (const background of backgrounds) {
      for (const language of languages) {
        const of = scene([thing('cat')], [], { background })
        const text = inWords(of, language, plainWording, all)
        expect(text, background).toMatch(/ (?:on|in|at|un|près|with|under|sur|dans|en|à|au|la|sous|devant)/)
      }
    }
  })
})
