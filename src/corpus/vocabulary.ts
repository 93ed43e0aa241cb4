/**
 * Every way that captions have of saying a colour, a material, a background and so on, in each language: for whoever reads captions
 * without the grammar that wrote them. Longest first, since "medium-dark" holds "dark". Slips and missing accents are not in it.
 */
import { concepts } from './concepts.ts'
import { materialEmoji } from './emoji-wording.ts'
import { englishBackgrounds, englishFilters, englishStyles } from './english-scenery.ts'
import {
  englishColours,
  englishDrinking,
  englishMany,
  englishMaterials,
  englishNumerals,
  englishRelations,
  englishSizes,
} from './english-words.ts'
import { frenchBackgrounds, frenchCutOut, frenchFilters, frenchStyles } from './french-scenery.ts'
import {
  type Agreeing,
  frenchAboard,
  frenchAstride,
  frenchCapped,
  frenchColours,
  frenchDrinking,
  frenchMany,
  frenchMaterials,
  frenchNumerals,
  frenchRelations,
  frenchSizes,
} from './french-words.ts'
import { allGroups } from './group-words.ts'
import type { Background, Colour, Count, Filter, Language, Material, Relation, Size, Style } from './scene.ts'
import { wordsFor } from './words.ts'

/** What is written, and what it says. */
export type Said<V> = readonly (readonly [words: string, value: V])[]
type InBoth<V> = Readonly<Record<Language, Said<V>>>

function said<V>(lists: Iterable<readonly [V, readonly (string | Agreeing)[]]>): Said<V> {
  const all = new Map<string, readonly [string, V]>()
  for (const [value, list] of lists) {
    for (const words of list.flat()) all.set(`${words}/${String(value)}`, [words, value])
  }
  return [...all.values()].sort(([a], [b]) => b.length - a.length)
}

const entries = <K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] => Object.entries(record) as [K, V][]

export const colourWords: InBoth<Colour> = { en: said(entries(englishColours)), fr: said(entries(frenchColours)) }

/** Emoji too. */
export const materialWords: InBoth<Material> = {
  en: said([
    ...entries(englishMaterials).map(([material, { before, of }]) => [material, [...before, ...of]] as const),
    ...entries(materialEmoji as Record<Material, string>).map(([material, sign]) => [material, [sign]] as const),
  ]),
  fr: said([
    ...entries(frenchMaterials).map(
      ([material, { en, of, adjectives = [] }]) => [material, [...en, ...of, ...adjectives]] as const,
    ),
    ...entries(materialEmoji as Record<Material, string>).map(([material, sign]) => [material, [sign]] as const),
  ]),
}

export const sizeWords: InBoth<Size> = { en: said(entries(englishSizes)), fr: said(entries(frenchSizes)) }

/** Captions in a hurry leave the article of a place out: "on beach". */
export const withoutArticle: Record<Language, (place: string) => string> = {
  en: (place) => place.replace(/ (?:the|an|a) /, ' '),
  fr: (place) => place.replace(/ (?:les|le|la|une|un) /, ' '),
}

const places = (language: Language, record: Readonly<Record<Background, readonly string[]>>): Said<Background> =>
  said(entries(record).map(([ground, list]) => [ground, [...list, ...list.map(withoutArticle[language])]]))

export const backgroundWords: InBoth<Background> = {
  en: places('en', englishBackgrounds),
  fr: places('fr', { ...frenchBackgrounds, transparent: [...frenchBackgrounds.transparent, ...frenchCutOut] }),
}

type Manner = {
  readonly pre: readonly string[]
  readonly post: readonly string[]
  readonly tail?: readonly string[]
  readonly front?: readonly string[]
}
/** With and without an article. */
const manners = <V extends string>(record: Readonly<Record<V, Manner>>): Said<V> =>
  said(
    entries(record).map(([value, { pre, post, tail = [], front = [] }]) => [
      value,
      [...pre, ...pre.map((words) => words.replace(/^(?:an?|the|une?|la) /, '')), ...post, ...tail, ...front],
    ]),
  )

export const filterWords: InBoth<Filter> = { en: manners(englishFilters), fr: manners(frenchFilters) }
export const styleWords: InBoth<Style> = { en: manners(englishStyles), fr: manners(frenchStyles) }

/** Between two things. The French ones that end in "de" may stand as "d'", "du" or "des"; verbs follow "that is", "who are" and "qui". */
export const relationWords: InBoth<Relation> = {
  en: said([
    ...entries(englishRelations).map(
      ([relation, { any, living = [], loose = [] }]) => [relation, [...any, ...living, ...loose]] as const,
    ),
    ['next-to', ['and', 'with']],
    ['eating', englishDrinking],
  ]),
  fr: said<Relation>([
    ...entries(frenchRelations).map(
      ([relation, { any, living = [], loose = [], bare = [], participle = [] }]) =>
        [relation, [...any, ...living, ...loose, ...bare, participle].flat()] as const,
    ),
    ['next-to', ['et', 'avec']],
    ['eating', [...frenchDrinking.any, ...(frenchDrinking.loose ?? []), ...(frenchDrinking.bare ?? [])]],
    ['riding', [frenchAstride, ...frenchAboard]],
    ['wearing', [frenchCapped]],
  ]),
}

/** "Herd of" and its like have no article here. Repeated emoji count, too. */
export const countWords: InBoth<Count> = {
  en: said<Count>([
    ...entries(englishNumerals as Record<string, readonly string[]>).map(
      ([count, list]) => [Number(count) as Count, list] as const,
    ),
    ['many', englishMany],
    ['many', allGroups('en').map((group) => `${group} of`)],
  ]),
  fr: said<Count>([
    ...entries(frenchNumerals as Record<string, readonly string[]>).map(
      ([count, list]) => [Number(count) as Count, list] as const,
    ),
    ['many', frenchMany.map((words) => `${words.replace(/^un /, '')} de`)],
    ['many', allGroups('fr').map((group) => `${group.replace(/^une? /, '')} de`)],
  ]),
}

const lists: readonly InBoth<unknown>[] = [
  colourWords,
  materialWords,
  sizeWords,
  backgroundWords,
  filterWords,
  styleWords,
  relationWords,
  countWords,
]

let tokens: ReadonlySet<string> | undefined

/** True for a single word that captions use in either language: a slip that makes one of these would say something else. */
export function isMeant(word: string): boolean {
  tokens ??= new Set(
    (['en', 'fr'] as const)
      .flatMap((language) => [
        ...concepts.flatMap((concept) => wordsFor(concept, language)),
        ...lists.flatMap((list) => list[language].map(([words]) => words)),
      ])
      .flatMap((words) => words.split(/[ '-]/)),
  )
  return tokens.has(word.toLowerCase())
}
