import { describe, expect, test } from 'vitest'
import { colours, styles } from '../scene.ts'
import { parseEnglish, parseFrench } from '../words.ts'
import { type Entry, kinds, lexicon, type Trait, traits } from './index.ts'

type Named = { readonly concept: string; readonly text: string; readonly plain: boolean }

/** Every noun as it is written, with those for women and men. */
function nouns(language: 'en' | 'fr'): Named[] {
  return lexicon.flatMap(({ concept, gendered, ...entry }) =>
    [entry[language], gendered?.woman[language] ?? [], gendered?.man[language] ?? []].flatMap((list) =>
      list.map((text, i) => ({ concept, text, plain: i === 0 })),
    ),
  )
}

/** The words that belong to more than one concept. */
function shared(pairs: readonly (readonly [word: string, concept: string])[]): string[] {
  const owners = new Map<string, Set<string>>()
  for (const [word, concept] of pairs) {
    const known = owners.get(word.toLowerCase()) ?? new Set()
    owners.set(word.toLowerCase(), known.add(concept))
  }
  return [...owners].filter(([, concepts]) => concepts.size > 1).map(([word, of]) => `${word}: ${[...of].join(', ')}`)
}

const named = (concept: string): Entry => lexicon.find((entry) => entry.concept === concept)!
const has = (trait: Trait): string[] => lexicon.filter((e) => e.traits.includes(trait)).map(({ concept }) => concept)

describe('names', () => {
  test('are all there: the 1,111 concepts of the art and thirteen own drawings', () => {
    expect(lexicon).toHaveLength(1124)
    expect(new Set(lexicon.map(({ concept }) => concept)).size).toBe(1124)
    for (const { concept, en, fr } of lexicon)
      expect([concept, en.length > 0, fr.length > 0]).toEqual([concept, true, true])
  })

  test.each(['en', 'fr'] as const)('no two concepts share a plain name (%s)', (language) => {
    const parse = language === 'en' ? parseEnglish : parseFrench
    const plain = nouns(language).filter((noun) => noun.plain)
    expect(shared(plain.map(({ text, concept }) => [parse(text).one, concept]))).toEqual([])
  })

  test.each(['en', 'fr'] as const)('no word, in singular or plural, belongs to two concepts (%s)', (language) => {
    const parse = language === 'en' ? parseEnglish : parseFrench
    const pairs = nouns(language).flatMap(({ text, concept }): [string, string][] => {
      const { one, many } = parse(text)
      return [
        [one, concept],
        [many, concept],
      ]
    })
    expect(shared(pairs)).toEqual([])
  })

  test('no concept has a word twice', () => {
    for (const { concept, en, fr } of lexicon) {
      expect([concept, new Set(en).size]).toEqual([concept, en.length])
      expect([concept, new Set(fr).size]).toEqual([concept, fr.length])
    }
  })

  test('are written in the notation, in small letters and without stray spaces', () => {
    for (const { concept, text } of nouns('en')) {
      expect([concept, text]).toEqual([
        concept,
        expect.stringMatching(/^[=~]?[^\s/=~|,]+( [^\s/=~|,]+)*(\/[^/=~|,]+)?$/),
      ])
      expect(text).toBe(text.toLowerCase())
    }
    for (const { concept, text } of nouns('fr')) {
      expect([concept, text]).toEqual([
        concept,
        expect.stringMatching(/^[mf][pm]? [^\s/|,]+( [^\s/|,]+)*(\/[^/|,]+)?$/),
      ])
    }
  })

  test('of several French words give their plural, which the rule would put on the last word', () => {
    for (const { concept, text } of nouns('fr')) {
      if (/^[mf] \S+ /.test(text)) expect([concept, text]).toEqual([concept, expect.stringContaining('/')])
    }
  })

  test('of several English words give their plural where it is not the last that takes it', () => {
    for (const { concept, text } of nouns('en')) {
      const inner = / (of|with|in|on|at|by|and|over|behind|being|showing|from|holding|kissing) /
      if (!/^[=~]/.test(text) && inner.test(text))
        expect([concept, text]).toEqual([concept, expect.stringContaining('/')])
    }
  })
})

describe('French', () => {
  /** Endings that give the gender away, with the nouns that do otherwise. */
  const endings: readonly (readonly [RegExp, 'm' | 'f', readonly string[]])[] = [
    [/(tion|sion|aison)$/, 'f', []],
    [/ette$/, 'f', ['squelette']],
    [/elle$/, 'f', []],
    [/(ance|ence)$/, 'f', []],
    [/euse$/, 'f', []],
    [/trice$/, 'f', []],
    [/(?<!sa)ure$/, 'f', []],
    [/ade$/, 'f', ['stade']],
    [/ine$/, 'f', ['magazine']],
    [/ière$/, 'f', ['cimetière']],
    [/ment$/, 'm', []],
    [/age$/, 'm', ['page', 'image', 'plage', 'cage', 'nage']],
    [/eau$/, 'm', ['eau', 'peau']],
    [/scope$/, 'm', []],
    [/phone$/, 'm', []],
    [/mètre$/, 'm', []],
    [/oir$/, 'm', []],
    [/ier$/, 'm', ['cuillier']],
    [/isme$/, 'm', []],
    [/ail$/, 'm', []],
    [/et$/, 'm', ['basket']],
  ]

  test('genders agree with what the endings of the nouns say', () => {
    const wrong = nouns('fr').flatMap(({ text }) => {
      const { one, gender } = parseFrench(text)
      const head = one.split(' ')[0]!
      // Of a compound it is not the end that decides: "un porte-monnaie".
      const rule = head.includes('-')
        ? undefined
        : endings.find(([end, , but]) => end.test(head) && !but.includes(head))
      return rule && rule[1] !== gender ? [text] : []
    })
    expect(wrong).toEqual([])
  })

  test('adjectives and participles after the noun agree with it', () => {
    const pairs =
      'ouvert fermé vert bleu noir blanc gris violet mort nu vide plein brisé cassé enneigé électrique déguisé blond roux barbu sourd âgé rond plat levé croisé pointé tendu décoré roulé enroulé mécanique royal triste urbain japonais chinois volant brillant souriant filant désert public'
    const feminine: Record<string, string> = {
      blanc: 'blanche',
      violet: 'violette',
      roux: 'rousse',
      public: 'publique',
      gris: 'grise',
    }
    const changing = pairs.split(' ').filter((word) => !word.endsWith('e'))
    const women = new Set(changing.map((word) => feminine[word] ?? `${word}e`))
    const men = new Set(changing)
    const wrong = nouns('fr').filter(({ text }) => {
      const { one, gender } = parseFrench(text)
      const second = one.split(' ')[1]
      return second !== undefined && (gender === 'f' ? men : women).has(second) && !/orange$/.test(one)
    })
    expect(wrong.map(({ text }) => text)).toEqual([])
  })

  test('women have feminine names first, men masculine ones', () => {
    for (const { concept, gendered } of lexicon) {
      if (!gendered) continue
      expect([concept, parseFrench(gendered.woman.fr[0]!).gender]).toEqual([concept, 'f'])
      expect([concept, parseFrench(gendered.man.fr[0]!).gender]).toEqual([concept, 'm'])
    }
  })
})

describe('people', () => {
  test('who come as women and men have words for both in both languages, and nobody else', () => {
    for (const { concept, presentations, gendered } of lexicon) {
      expect([concept, gendered !== undefined]).toEqual([concept, presentations])
      for (const { en, fr } of gendered ? [gendered.woman, gendered.man] : []) {
        expect([concept, en.length > 0, fr.length > 0]).toEqual([concept, true, true])
      }
    }
  })

  test('a word for a woman is never one for a man', () => {
    for (const { concept, gendered } of lexicon) {
      if (!gendered) continue
      const men = new Set([...gendered.man.en, ...gendered.man.fr])
      expect([concept, [...gendered.woman.en, ...gendered.woman.fr].filter((word) => men.has(word))]).toEqual([
        concept,
        [],
      ])
    }
  })

  test('are counted as the art has them', () => {
    expect(lexicon.filter(({ presentations }) => presentations)).toHaveLength(77)
    expect(lexicon.filter(({ tones }) => tones)).toHaveLength(45)
    expect(named('astronaut')).toMatchObject({ presentations: true, tones: true, kind: 'person' })
    expect(named('zombie')).toMatchObject({ presentations: true, tones: false, kind: 'fantasy' })
    expect(named('ninja')).toMatchObject({ presentations: false, tones: true })
  })
})

describe('looks', () => {
  test('kinds, traits, colours and styles are known ones, each said once', () => {
    const once = (list: readonly string[], known: readonly string[]): boolean =>
      new Set(list).size === list.length && list.every((word) => known.includes(word))
    for (const { concept, kind, natural, without, traits: own } of lexicon) {
      const right = kinds.includes(kind) && once(natural, colours) && once(without, styles) && once(own, traits)
      expect([concept, right]).toEqual([concept, true])
      expect([concept, without.length < styles.length]).toEqual([concept, true])
    }
  })

  test('every emoji of the art is one that people can type, and stands for one concept', () => {
    const emoji = lexicon.map((entry) => entry.emoji).filter((sign) => sign !== '')
    expect(emoji.filter((sign) => !/^\p{RGI_Emoji}$/v.test(sign))).toEqual([])
    expect(new Set(emoji).size).toBe(1111)
    expect([named('kangaroo').emoji, named('red-heart').emoji, named('judge').emoji]).toEqual(['🦘', '❤️', '🧑‍⚖️'])
  })

  test('own drawings come in one style and have no emoji', () => {
    const own = lexicon.filter(({ emoji }) => emoji === '')
    expect(own).toHaveLength(13)
    for (const { without } of own) expect(styles.filter((style) => !without.includes(style))).toEqual(['flat'])
  })
})

describe('traits', () => {
  test('living beings ride, hold and eat; things do not', () => {
    const living = new Set(['animal', 'bird', 'fish', 'insect', 'person', 'fantasy', 'face'])
    for (const trait of ['rider', 'holder', 'eater'] as const) {
      const others = has(trait).filter((concept) => !living.has(named(concept).kind) && concept !== 'teddy-bear')
      expect(others).toEqual([])
    }
    expect(has('mount')).toEqual(expect.arrayContaining(['horse', 'bicycle', 'giraffe', 'dolphin']))
    expect(has('rider')).toEqual(expect.arrayContaining(['astronaut', 'kangaroo', 'cat', 'person-standing']))
    expect(has('eater')).toEqual(expect.arrayContaining(['kangaroo', 'panda', 'horse', 'person-standing']))
    // Heads alone cannot sit on anything.
    for (const head of ['cat-face', 'bear', 'woman', 'grinning-face']) expect(has('rider')).not.toContain(head)
  })

  test('scenery is nothing else; what is put into things and what holds them can be held or entered', () => {
    for (const { concept, traits: own } of lexicon) {
      if (own.includes('scenery')) expect([concept, own]).toEqual([concept, ['scenery']])
    }
    for (const concept of has('edible'))
      expect(['food', 'fish', 'plant', 'animal', 'body']).toContain(named(concept).kind)
    expect(has('hat').every((concept) => named(concept).kind === 'clothing')).toBe(true)
    expect(has('container')).toEqual(expect.arrayContaining(['bucket', 'basket', 'package', 'ship', 'automobile']))
  })
})
