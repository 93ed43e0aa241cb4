import { describe, expect, it } from 'vitest'
import { captions } from './captions.ts'
import { concepts, entryOf, isDrawn } from './concepts.ts'
import { englishBackgrounds, englishMaterials } from './english.ts'
import { frenchBackgrounds, frenchColours, frenchMaterials } from './french.ts'
import { sceneSeed } from './random.ts'
import { defaultSample, sampleScene } from './sample.ts'
import {
  type Colour,
  colours,
  type Language,
  type Material,
  materials,
  relations,
  type Scene,
  styles,
} from './scene.ts'
import {
  heldOutPairs,
  isColourHeldOut,
  isCountHeldOut,
  isHeldOut,
  isMaterialHeldOut,
  isRelationHeldOut,
  isStyleHeldOut,
  splitsHash,
} from './splits.ts'
import { wordsFor } from './words.ts'

describe('splits', () => {
  it('are fixed: a change here makes every trained model and every figure void', () => {
    expect(splitsHash()).toMatchInlineSnapshot(`"b2fecc466e74a450"`)
  })

  it('hold out a fifth of colour, material and relation pairs, a tenth of counts and styles', () => {
    const pairs = heldOutPairs()
    const share = (list: readonly unknown[], of: number): number => list.length / of
    expect(share(pairs.material, concepts.length * materials.length)).toBeCloseTo(0.2, 1)
    expect(share(pairs.colour, concepts.length * colours.length)).toBeGreaterThan(0.14)
    expect(share(pairs.colour, concepts.length * colours.length)).toBeLessThan(0.22)
    expect(share(pairs.count, concepts.length * 2)).toBeCloseTo(0.1, 1)
    expect(share(pairs.style, concepts.length * styles.length)).toBeCloseTo(0.1, 1)
    let held = 0
    for (let k = 0; k < 5000; k++) {
      const pick = (step: number): string => concepts[(k * step) % concepts.length]!
      if (isRelationHeldOut(pick(7), relations[k % relations.length]!, pick(13))) held++
    }
    expect(held / 5000).toBeCloseTo(0.2, 1)
  })

  it('show every primitive in at least eight pairs', () => {
    for (const concept of concepts) {
      const looks = [
        ...colours.filter((colour) => !isColourHeldOut(concept, colour)),
        ...materials.filter((material) => !isMaterialHeldOut(concept, material)),
      ]
      expect(looks.length, concept).toBeGreaterThanOrEqual(8)
      const drawn = styles.filter((style) => isDrawn(concept, style) && !isStyleHeldOut(concept, style))
      expect(drawn.length, concept).toBeGreaterThanOrEqual(2)
      // The shipped model learned from few styles: each thing in one of them at least.
      expect(drawn.filter((style) => defaultSample.styles.includes(style)).length, concept).toBeGreaterThanOrEqual(1)
    }
    for (const colour of colours) {
      expect(concepts.filter((concept) => !isColourHeldOut(concept, colour)).length).toBeGreaterThanOrEqual(8)
    }
    for (const material of materials) {
      expect(concepts.filter((concept) => !isMaterialHeldOut(concept, material)).length).toBeGreaterThanOrEqual(8)
    }
    for (const count of [2, 3] as const) {
      expect(concepts.filter((concept) => !isCountHeldOut(concept, count)).length).toBeGreaterThanOrEqual(8)
    }
  })

  it('hold out the demonstrations in every form', () => {
    expect(isMaterialHeldOut('kangaroo', 'cheese')).toBe(true)
    for (const relation of relations) {
      expect(isRelationHeldOut('giraffe', relation, 'ship')).toBe(true)
      expect(isRelationHeldOut('ship', relation, 'giraffe')).toBe(true)
      expect(isRelationHeldOut('automobile', relation, 'red-apple')).toBe(true)
    }
  })

  it('treat a relation and its converse as one', () => {
    for (let k = 0; k < 500; k++) {
      const a = concepts[(k * 7) % concepts.length]!
      const b = concepts[(k * 11 + 5) % concepts.length]!
      expect(isRelationHeldOut(a, 'left-of', b)).toBe(isRelationHeldOut(b, 'right-of', a))
      expect(isRelationHeldOut(a, 'on', b)).toBe(isRelationHeldOut(b, 'under', a))
      expect(isRelationHeldOut(a, 'next-to', b)).toBe(isRelationHeldOut(b, 'next-to', a))
    }
  })

  it('never hold out a colour that a thing has by nature', () => {
    for (const concept of concepts) {
      for (const colour of entryOf(concept).natural) expect(isColourHeldOut(concept, colour)).toBe(false)
    }
  })
})

/** Lower case, without accents: what training may show must not depend on either. */
const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('œ', 'oe')

const grounds: Record<Language, string[]> = {
  en: Object.values(englishBackgrounds)
    .flat()
    .flatMap((text) => [text, text.replace(/ (the|an|a) /, ' ')]),
  fr: Object.values(frenchBackgrounds).flat(),
}
const colourWords: Record<Language, [string, Colour][]> = {
  en: [...colours.map((colour): [string, Colour] => [colour, colour]), ['gray', 'grey']],
  fr: colours.flatMap((colour) => frenchColours[colour].map((word): [string, Colour] => [fold(word), colour])),
}
const materialWords: Record<Language, [string, Material][]> = {
  en: materials.flatMap((m) =>
    [...englishMaterials[m].before, englishMaterials[m].of].map((word): [string, Material] => [word, m]),
  ),
  fr: materials.map((m): [string, Material] => [fold(frenchMaterials[m]), m]),
}
const names: Record<Language, [string, string][]> = { en: [], fr: [] }
for (const language of ['en', 'fr'] as const) {
  for (const concept of concepts)
    for (const word of wordsFor(concept, language)) names[language].push([fold(word), concept])
  names[language].sort((a, b) => b[0].length - a[0].length) // "hot dog" before "dog"
  grounds[language] = grounds[language].map(fold).sort((a, b) => b.length - a.length)
}
/** Words for a thing that are also words for a look: "orange", "rose", "cheese", "glace". */
const isLook = (word: string, language: Language): boolean =>
  [...colourWords[language], ...materialWords[language]].some(([look]) => look === word || `${look}s` === word)

const thingNames: Record<Language, [string, string][]> = {
  en: names.en.filter(([word]) => !isLook(word, 'en')),
  fr: names.fr.filter(([word]) => !isLook(word, 'fr')),
}

const madeOf: Record<Language, RegExp> = {
  en: /^(?:made out of|made of|made from|of) (\S+)/,
  fr: /^(?:en|faite?s? en|faite?s? de|faite?s? d) (\S+)/,
}

type Said = {
  concepts: Set<string>
  colours: Set<Colour>
  materials: Set<Material>
  /** Looks that stand right beside a name: whose they are is plain even with two things. */
  pairs: [string, Colour | Material][]
}

/** What the words of a caption say, found without the grammar that wrote them. */
function understand(caption: string, language: Language): Said {
  let text = ` ${fold(caption).replace(/[^\p{L}\p{N}' -]/gu, ' ')} `.replace(/ +/g, ' ')
  for (const ground of grounds[language]) text = text.replace(` ${ground} `, ' ')
  const found: string[] = []
  for (const [word, concept] of thingNames[language]) {
    for (let at = text.indexOf(`${word} `); at > 0; at = text.indexOf(`${word} `, at + 1)) {
      if (!" '".includes(text[at - 1]!)) continue
      text = `${text.slice(0, at)}#${found.length}${text.slice(at + word.length)}`
      found.push(concept)
    }
  }
  const tokens = text.replaceAll("'", ' ').trim().split(/ +/)
  const colour = new Map(colourWords[language])
  const material = new Map(materialWords[language])
  const said: Said = { concepts: new Set(found), colours: new Set(), materials: new Set(), pairs: [] }
  for (const [at, token] of tokens.entries()) {
    if (colour.has(token)) said.colours.add(colour.get(token)!)
    if (material.has(token)) said.materials.add(material.get(token)!)
    if (!token.startsWith('#')) continue
    const concept = found[Number(token.slice(1))]!
    const step = language === 'en' ? -1 : 1
    let beside = at + step
    for (; ; beside += step) {
      const look =
        colour.get(tokens[beside] ?? '') ?? (language === 'en' ? material.get(tokens[beside] ?? '') : undefined)
      if (!look) break
      said.pairs.push([concept, look])
    }
    const after = tokens.slice(language === 'en' ? at + 1 : beside).join(' ')
    const made = material.get(madeOf[language].exec(after)?.[1] ?? '')
    if (made) said.pairs.push([concept, made])
  }
  return said
}

const isPairHeldOut = (concept: string, look: Colour | Material): boolean =>
  (colours as readonly string[]).includes(look)
    ? isColourHeldOut(concept, look as Colour)
    : isMaterialHeldOut(concept, look as Material)

describe('training scenes', () => {
  const scenes: [number, Scene][] = Array.from({ length: 6000 }, (_, k) => {
    const seed = sceneSeed(k % 3, k)
    return [seed, sampleScene(seed)]
  })

  it('contain no held-out pair', () => {
    for (const [, scene] of scenes) expect(isHeldOut(scene)).toBe(false)
    // The check has teeth: without it a good part of the scenes would be held out.
    const recoloured = scenes.filter(([, { things }]) => {
      return colours.some((colour) =>
        isHeldOut({ things: [{ ...things[0]!, colour }], background: 'white', style: 'flat' }),
      )
    })
    expect(recoloured.length).toBeGreaterThan(1000)
  })

  it('have captions whose words name no held-out pair, in either language', () => {
    const leaks: string[] = []
    let alone = 0
    let paired = 0
    for (const [seed, scene] of scenes) {
      const shown = scene.things.map((thing) => thing.concept)
      const ground = scene.background.replace('plain-', '')
      for (const { language, text } of captions(scene, seed)) {
        const said = understand(text, language)
        const both = (a: string, b: string): boolean => said.concepts.has(a) && said.concepts.has(b)
        if (both('giraffe', 'ship') || both('red-apple', 'automobile')) leaks.push(text)
        // A slip can hide half a name ("poolice car") or half a ground ("on a green bacground"): no thing has the colour of its ground.
        const pairs = said.pairs.filter(([concept, look]) => shown.includes(concept) && look !== ground)
        paired += scene.things.length === 2 ? pairs.length : 0
        if (shown.length === 1 && said.concepts.has(shown[0]!)) {
          for (const look of [...said.colours, ...said.materials]) if (look !== ground) pairs.push([shown[0]!, look])
          alone += pairs.length
        }
        if (pairs.some(([concept, look]) => isPairHeldOut(concept, look)))
          leaks.push(`${text} (${JSON.stringify(scene)})`)
      }
    }
    expect(leaks).toEqual([])
    expect(alone).toBeGreaterThan(5000)
    expect(paired).toBeGreaterThan(1000)
  })

  it('would be caught: the words of a held-out caption are understood', () => {
    const cheese = understand('a kangaroo made of cheese', 'en')
    expect([[...cheese.concepts], [...cheese.materials], cheese.pairs]).toEqual([
      ['kangaroo'],
      ['cheese'],
      [['kangaroo', 'cheese']],
    ])
    expect(understand("Un kangourou fait d'herbe sur un fond bleu", 'fr').pairs).toEqual([['kangaroo', 'grass']])
    expect(understand('an orange hot dog on a blue background', 'en').pairs).toEqual([['hot-dog', 'orange']])
    expect(understand("une pomme rouge à côté d'une voiture bleue", 'fr').pairs).toEqual([
      ['red-apple', 'red'],
      ['automobile', 'blue'],
    ])
    expect(understand('a gold wooden cat to the left of a pink dog made out of ice', 'en').pairs).toEqual([
      ['cat', 'wood'],
      ['cat', 'gold'],
      ['dog', 'pink'],
      ['dog', 'ice'],
    ])
  })
})
