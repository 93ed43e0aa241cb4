import { describe, expect, it } from 'vitest'
import { concepts, entryOf } from './concepts.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { frenchClause } from './french-words.ts'
import { random } from './random.ts'
import { counts, type Language, type Scene } from './scene.ts'
import { anyScene } from './testing/any-scene.ts'
import { nothing, said, scene, thing } from './testing/in-words.ts'
import { drawWording } from './wording.ts'
import { genderedNounsOf, nounsOf } from './words.ts'

describe('ways of saying it', () => {
  it.each<[string, Scene, Language, readonly string[], Partial<typeof nothing>?]>([
    [
      'herds',
      scene([thing('giraffe', { count: 'many' })]),
      'en',
      ['a herd of giraffes', 'many giraffes', 'lots of giraffes', 'herd of giraffes', 'a lot of giraffes'],
    ],
    [
      'troupeaux',
      scene([thing('giraffe', { count: 'many' }), thing('ship')], 'next-to'),
      'fr',
      [
        "un troupeau de girafes à côté d'un bateau",
        'beaucoup de girafes et un bateau',
        "plein de girafes près d'un navire",
      ],
    ],
    ['flocks', scene([thing('duck', { count: 'many' })]), 'en', ['a flock of ducks', 'flock of ducks']],
    ['bancs', scene([thing('fish', { count: 'many' })]), 'fr', ['un banc de poissons', 'plein de poissons']],
    ['essaims', scene([thing('honeybee', { count: 'many' })]), 'fr', ["un essaim d'abeilles", "beaucoup d'abeilles"]],
    ['piles', scene([thing('pizza', { count: 'many' })]), 'en', ['a pile of pizzas', 'a heap of pizzas']],
    ['fleets', scene([thing('ship', { count: 'many' })]), 'en', ['a fleet of ships', 'a fleet of boats']],
    [
      'hats',
      scene([thing('cat', { count: 2 }), thing('top-hat', { colour: 'red' })], 'wearing'),
      'fr',
      [
        'deux chats qui portent un chapeau rouge',
        'deux chats avec un chapeau rouge',
        "deux chats coiffés d'un chapeau rouge",
        'deux chats portent chapeau rouge',
      ],
    ],
    ['in hats', scene([thing('cat'), thing('crown')], 'wearing'), 'en', ['a cat with a crown', 'a cat in a crown']],
    [
      'mounts',
      scene([thing('cat'), thing('camel')], 'riding'),
      'fr',
      ['un chat à dos de chameau', 'un chat monté sur un chameau', 'chat chevauche chameau'],
    ],
    [
      'drivers',
      scene([thing('cat'), thing('automobile')], 'riding'),
      'fr',
      ["un chat à bord d'une voiture", 'un chat qui conduit une auto'],
    ],
    [
      'materials',
      scene([thing('turtle', { material: 'water' })]),
      'fr',
      ["une tortue faite d'eau", 'une tortue en eau', 'tortue, eau'],
    ],
    ['fur', scene([thing('turtle', { material: 'fur' })]), 'fr', ['une tortue poilue', 'une tortue faite de fourrure']],
    ['fur', scene([thing('turtle', { material: 'fur' })]), 'en', ['a furry turtle', 'a fluffy turtle', 'fur turtle']],
    [
      'lists',
      scene([thing('cat'), thing('dog'), thing('owl')], ['next-to', 'next-to']),
      'en',
      ['a cat, a dog and an owl', 'a cat, a dog, and an owl', 'a cat next to a dog next to an owl'],
    ],
    [
      'lists after de',
      scene([thing('cat'), thing('dog'), thing('owl')], ['next-to', 'next-to'], { filter: 'watercolour' }),
      'fr',
      ["une aquarelle d'un chat, d'un chien et d'un hibou"],
      { filter: true },
    ],
    [
      'filters',
      scene([thing('cat')], [], { filter: 'silhouette' }),
      'en',
      ['a silhouette of a cat', 'the silhouette of a cat', 'a cat, silhouette', 'a cat in silhouette'],
      { filter: true },
    ],
    [
      'filters',
      scene([thing('automobile')], [], { filter: 'oil' }),
      'fr',
      ["une peinture à l'huile d'une voiture", "voiture, peinture à l'huile"],
      { filter: true },
    ],
    [
      'no background',
      scene([thing('turtle', { count: 2 })], [], { background: 'transparent' }),
      'fr',
      [
        'deux tortues sur fond transparent',
        'deux tortues sans fond',
        'deux tortues détourées',
        'deux tortues, fond transparent',
      ],
      { background: true },
    ],
    [
      'emoji',
      scene([thing('kangaroo', { material: 'cheese' })]),
      'en',
      ['🦘🧀', '🦘 🧀', 'a 🦘 made of 🧀', 'a 🦘 made of cheese', 'a kangaroo made of 🧀', 'a 🧀 🦘'],
    ],
    [
      'emoji',
      scene([thing('kangaroo', { material: 'cheese' })]),
      'fr',
      ['🦘🧀', 'un 🦘 en 🧀', 'un 🦘 fait de fromage'],
    ],
    ['counted emoji', scene([thing('cat', { count: 3 })]), 'en', ['🐈🐈🐈', 'three 🐈']],
    ['emoji together', scene([thing('cat'), thing('dog')], 'next-to'), 'en', ['🐈🐕', '🐈 🐕', 'a 🐈 and a 🐕']],
  ])('%s', (_, of, language, sentences, mention = {}) => {
    const texts = said(of, language, { ...nothing, ...mention })
    expect(sentences.filter((sentence) => !texts.has(sentence))).toEqual([])
  })

  it('never says side by side in emoji what reads as made of', () => {
    for (const second of ['cheese-wedge', 'droplet']) {
      const texts = [...said(scene([thing('kangaroo'), thing(second)], 'next-to'), 'en')]
      expect(texts.filter((text) => /^\P{L}+$/u.test(text))).toEqual([])
      expect(texts.some((text) => text.includes(entryOf(second).emoji))).toBe(true)
    }
  })

  it('never says "on" of what is ridden, nor "with" of what stands beside and could be held', () => {
    const ridden = [...said(scene([thing('cat'), thing('horse')], 'riding'), 'en')]
    expect(ridden.filter((text) => / on /.test(text.replaceAll('riding on', '')))).toEqual([])
    const beside = [...said(scene([thing('monkey'), thing('banana')], 'next-to'), 'en')]
    expect(beside.filter((text) => / with /.test(text))).toEqual([])
  })
})

/** Sentences of any scenes, worded in any way, without slips and missing accents. */
function* sentences(count: number): Generator<[text: string, language: Language, of: Scene]> {
  for (let seed = 0; seed < count; seed++) {
    const of = anyScene(seed)
    const source = random(seed, 'sentences')
    const mention = { style: source.chance(0.5), filter: source.chance(0.9), background: source.chance(0.6) }
    yield [english(of, drawWording(source), mention), 'en', of]
    yield [french(of, drawWording(source), mention), 'fr', of]
  }
}

/** By sound, from a list of its own and not from the rule of the grammar. */
const soundsLikeConsonant =
  /^(?:uni(?:c|f|v)\S*|ufo|ukulele|usb|utensil\S*|euro\S*|european|ewe|one|one-\S*|used|u-turn|uranus|ewer)\b/
const soundsLikeVowel = /^(?:suv|hour|honest|heir|x-ray|8-ball|8|11|18|mp3|sos|s\.o\.s)/

describe('any scene, in any wording', () => {
  const many = [...sentences(20_000)]

  const faulty = (language: Language | null, fault: (text: string) => boolean): string[] =>
    many.filter((one) => (language === null || one[1] === language) && fault(one[0])).map(([text]) => text)

  it('is well spaced, whole, and short enough', () => {
    const odd = /^\s|\s$|\s\s|^$|undefined|null|\[object|NaN| ,|,,|, ,| '/
    expect(faulty(null, (text) => odd.test(text) || text.length > 230)).toEqual([])
  })

  it('has the right English articles', () => {
    const wrong = faulty('en', (text) => {
      if (/\b(?:an?|the|some) (?:an?|the|some)\b/.test(text)) return true
      return [...text.matchAll(/\b(an?) ([\p{L}\p{N}]\S*)/gu)].some(([, article, next]) => {
        const vowel = (/^[aeiou]/.test(next!) && !soundsLikeConsonant.test(next!)) || soundsLikeVowel.test(next!)
        return (article === 'an') !== vowel
      })
    })
    expect(wrong).toEqual([])
    expect(many.filter(([text]) => /\ban? [aeiou]/.test(text)).length).toBeGreaterThan(1000)
  })

  it('elides and contracts in French, and never doubles an article', () => {
    const wrong = [
      /\bd[e'] ?(?:des|du|de|de la|le|les)\b|\bà (?:le|les)\b|\b(?:un|une|des|du) (?:un|une|des|du|de)\b/i,
      /\b(?:de|le|la) (?:un|une|[aàâeéèêiîoôuœ](?!uistiti|nze))/i,
      /\b[dl]'(?![aeiouhyâàéèêîôœ])/i,
      /\b[dl]'(?:hibou|hérisson|hamburger|hot-dog|haut|hors-bord|haricot|hutte|homard|hamster|harpe|héron|héros|hache|handball|hockey|yaourt|yacht|yo-yo)/i,
    ]
    expect(faulty('fr', (text) => wrong.some((pattern) => pattern.test(text)))).toEqual([])
    expect(many.filter(([text]) => /d'[aàâeéèêhiîoôuœ]/.test(text)).length).toBeGreaterThan(1000)
  })

  it('agrees in gender and number in French', () => {
    const wrong: string[] = []
    let checked = 0
    for (let seed = 0; seed < 20_000; seed++) {
      const source = random(seed, 'agreement')
      const concept = source.pick(concepts)
      const count = source.pick(counts)
      const colour = source.pick(['green', 'blue', 'black', 'white', 'purple'] as const)
      const wording = { ...drawWording(source), bare: false, articles: true, emoji: 'none' as const }
      // "Peinte en noir": that colour agrees with nothing.
      if (entryOf(concept).kind === 'person') continue
      const presentation = entryOf(concept).presentations ? source.pick(['person', 'woman', 'man'] as const) : null
      const of = thing(concept, { count, colour, presentation })
      const text = french(scene([of]), wording, nothing)
      const nouns = [...nounsOf(concept, 'fr'), ...(genderedNounsOf(of, 'fr', true) ?? [])].filter(
        ({ one, many, number }) => {
          const [name, clause] = [count === 1 ? one : many, frenchClause.exec(count === 1 ? one : many)?.[0] ?? '']
          const said = text.includes(name.replace(frenchClause, '')) && text.includes(clause)
          return number === 'count' && said
        },
      )
      const noun = nouns.sort((a, b) => b.many.length - a.many.length)[0]
      // "Des euros" are a plural of their own.
      if (!noun || /^(?:des?|d') ?/.test(text) || nouns.some((other) => other.gender !== noun.gender)) continue
      checked++
      const ends = {
        green: ['vert', 'verte', 'verts', 'vertes'],
        blue: ['bleu', 'bleue', 'bleus', 'bleues'],
        black: ['noir', 'noire', 'noirs', 'noires'],
        white: ['blanc', 'blanche', 'blancs', 'blanches'],
        purple: ['violet', 'violette', 'violets', 'violettes'],
      }[colour]
      const form = ends[(count === 1 ? 0 : 2) + (noun.gender === 'f' ? 1 : 0)]!
      if (!` ${text} `.includes(` ${form} `)) wrong.push(text)
      const opener = text.slice(0, text.indexOf(noun.one.replace(frenchClause, ''))).match(/(\S+) $/)?.[1]
      const right =
        noun.gender === 'm' ? /^(?:d')?un$|^1$|^seul$|^le$|^du$|^l'énorme$/ : /^(?:d')?une$|^1$|^seule$|^la$|^l'énorme$/
      if (count === 1 && !right.test(opener ?? '')) wrong.push(text)
    }
    expect(wrong).toEqual([])
    expect(checked).toBeGreaterThan(15_000)
  })
})
