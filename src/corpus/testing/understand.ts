/**
 * What the words of a caption say, found without the grammar that wrote them: by the longest phrases of the vocabulary. Not a
 * parser of language: it knows that a look stands in the same part of a caption as its thing, and that relations part them.
 */
import { concepts } from '../concepts.ts'
import type { Caption, Colour, Count, Filter, Language, Material, Relation, Style } from '../scene.ts'
import {
  backgroundWords,
  colourWords,
  countWords,
  filterWords,
  materialWords,
  relationWords,
  sizeWords,
  styleWords,
} from '../vocabulary.ts'
import { wordsFor } from '../words.ts'

/** What one phrase can mean: often one thing, sometimes more ("orange", "rose", "verre"). */
type Meaning = {
  readonly concepts: Set<string>
  readonly colours: Set<Colour>
  readonly materials: Set<Material>
  readonly counts: Set<Count>
  readonly relations: Set<Relation>
  readonly styles: Set<Style>
  readonly filters: Set<Filter>
  readonly ground: boolean
}

export type Understood = {
  /** False where some word is in no list: a slip, mostly. */
  readonly known: boolean
  /** Between the relations: what is named, and what is said beside it. */
  readonly parts: readonly Part[]
  /** What stands between part k and part k + 1. */
  readonly links: readonly ReadonlySet<Relation>[]
  readonly styles: ReadonlySet<Style>
  readonly filters: ReadonlySet<Filter>
}
export type Part = {
  readonly concepts: ReadonlySet<string>
  readonly colours: ReadonlySet<Colour>
  readonly materials: ReadonlySet<Material>
  readonly counts: ReadonlySet<Count>
}

/** Lower case, without variation selectors. Emoji and commas are words of their own. */
const wordsIn = (text: string): string[] =>
  (/\p{Extended_Pictographic}/u.test(text) ? text.replace(/\p{RGI_Emoji}|\p{Extended_Pictographic}/gv, ' $& ') : text)
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('\ufe0f', '')
    .replaceAll('œ', 'oe')
    .replaceAll(',', ' , ')
    .replaceAll(/[’'.!?]/g, ' ')
    .split(/\s+/)
    .filter(Boolean)

/** Many people leave accents out. */
const fold = (word: string): string => word.normalize('NFD').replace(/\p{Mn}/gu, '')
const tokensOf = (text: string): string[] => wordsIn(text).map(fold)

type Phrase = { readonly tokens: readonly string[]; readonly meaning: Meaning }
type Dictionary = {
  /** By the first word, longest first. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>
  /** All that occur in phrases, and those that tell nothing by themselves. */
  readonly words: ReadonlySet<string>
  readonly fillers: ReadonlySet<string>
  readonly comma: Meaning
}

/** Words that tell nothing by themselves. */
const fillers: Readonly<Record<Language, string>> = {
  en:
    'a an the of some one that is are who which made out from it its in with and on to picture image drawing illustration draw me show ' +
    'i want please can you make generate create photo skinned skin light medium dark medium-light medium-dark pair pairs tone all by group',
  fr:
    'un une des du de la le les l d en qui est sont fait faite faits faites et a au aux avec sur image dessin illustration dessine moi ' +
    'je veux montre s il te plait vous cree genere peux tu fais peau claire clair mate moyenne foncee noire paire paires sa son ses par ' +
    'intermediaire legerement tres dans groupe',
}

function dictionaryOf(language: Language): Dictionary {
  const all = new Map<string, Phrase>()
  const add = (text: string, tell: (meaning: Meaning) => void, ground = false): void => {
    const tokens = tokensOf(text)
    const key = tokens.join(' ')
    let phrase = all.get(key)
    if (!phrase) {
      const meaning: Meaning = {
        concepts: new Set(),
        colours: new Set(),
        materials: new Set(),
        counts: new Set(),
        relations: new Set(),
        styles: new Set(),
        filters: new Set(),
        ground,
      }
      phrase = { tokens, meaning }
      all.set(key, phrase)
    }
    tell(phrase.meaning)
  }
  for (const concept of concepts) {
    for (const word of wordsFor(concept, language)) add(word, ({ concepts }) => concepts.add(concept))
  }
  for (const [text, colour] of colourWords[language]) add(text, ({ colours }) => colours.add(colour))
  for (const [text, material] of materialWords[language]) add(text, ({ materials }) => materials.add(material))
  for (const [text, count] of countWords[language]) add(text, ({ counts }) => counts.add(count))
  for (const [text, style] of styleWords[language]) add(text, ({ styles }) => styles.add(style))
  for (const [text, filter] of filterWords[language]) add(text, ({ filters }) => filters.add(filter))
  for (const [text, relation] of relationWords[language]) {
    add(text, ({ relations }) => relations.add(relation))
    // "De" melts into the article that follows it.
    if (text.endsWith(' de')) add(text.slice(0, -3), ({ relations }) => relations.add(relation))
  }
  // "A cat, a dog and a bird".
  add(',', ({ relations }) => relations.add('next-to'))
  // Maté is drunk; skin is "mate".
  if (language === 'fr') add('peau mate', () => {})
  for (const [text] of sizeWords[language]) add(text, () => {})
  for (const [text] of backgroundWords[language]) add(text, () => {}, true)
  const phrases = new Map<string, Phrase[]>()
  for (const phrase of all.values()) {
    const first = phrase.tokens[0]!
    phrases.set(
      first,
      [...(phrases.get(first) ?? []), phrase].sort((a, b) => b.tokens.length - a.tokens.length),
    )
  }
  const filling = new Set([...fillers[language].split(' '), ','])
  return {
    phrases,
    words: new Set([...[...all.values()].flatMap(({ tokens }) => tokens), ...filling]),
    fillers: filling,
    comma: all.get(',')!.meaning,
  }
}

const dictionaries = new Map<Language, Dictionary>()

/** Reads a caption. */
export function understand({ text, language }: Caption): Understood {
  let dictionary = dictionaries.get(language)
  if (!dictionary) {
    dictionary = dictionaryOf(language)
    dictionaries.set(language, dictionary)
  }
  const found = phrasesIn(wordsIn(text), dictionary)
  const parts: Meaning[][] = [[]]
  const links: ReadonlySet<Relation>[] = []
  for (const [at, meaning] of found.entries()) {
    const here = parts.at(-1)!
    // "Porte" is a door, or it says who wears what: then there is something on both sides.
    const door = meaning.concepts.size > 0 && !(named(here) && named(found.slice(at + 1)))
    const comma = meaning === dictionary.comma && !listed(found.slice(at + 1))
    if (meaning.relations.size === 0 || door || comma) here.push(meaning)
    else if (named(here)) {
      links.push(meaning.relations)
      parts.push([])
    } else if (links.length > 0) {
      // "A student with light skin inside a train": what follows "with" was no thing.
      parts.splice(-2, 2, [...parts.at(-2)!, ...here], [])
      links.splice(-1, 1, meaning.relations)
    }
  }
  if (links.length > 0 && !named(parts.at(-1)!)) {
    parts.splice(-2, 2, parts.slice(-2).flat())
    links.pop()
  }
  return {
    known: tokensOf(text).every((token) => dictionary.words.has(token)),
    parts: parts.map((part) => partOf(part, language)),
    links,
    styles: new Set(found.flatMap(({ styles }) => [...styles])),
    filters: new Set(found.flatMap(({ filters }) => [...filters])),
  }
}

type Match = { readonly meanings: readonly Meaning[]; readonly tokens: number; readonly end: number }

/** Between words of a name, around a look: "visage FAIT DE bois AVEC un monocle". */
const connecting = new Set('en fait faite faits faites de d et a la peau that is are made out of from'.split(' '))

/**
 * The longest phrases from left to right; but "pink hearts on fire" are hearts on fire, not pink hearts. A look may stand within a
 * name: "un visage rose avec un monocle".
 */
function phrasesIn(words: readonly string[], { phrases, fillers }: Dictionary): Meaning[] {
  const tokens = words.map(fold)
  const at = (place: number, sought: readonly string[]): boolean =>
    sought.every((word, k) => tokens[place + k] === word)

  /** Looks from a place on, and each place where they may end. */
  function looksFrom(place: number): readonly { readonly end: number; readonly looks: readonly Meaning[] }[] {
    const ends: { end: number; looks: readonly Meaning[] }[] = []
    let looks: readonly Meaning[] = []
    for (let k = place; k < tokens.length; ) {
      const look = phrases.get(tokens[k]!)?.find(({ tokens, meaning }) => isLook(meaning) && at(k, tokens))
      if (look) {
        looks = [...looks, look.meaning]
        k += look.tokens.length
        ends.push({ end: k, looks })
      } else if (connecting.has(tokens[k]!)) k++
      else break
    }
    return ends
  }

  /** The phrase at a place, whole or with a look in it. */
  function match({ tokens: sought, meaning }: Phrase, place: number): Match | null {
    if (at(place, sought)) return { meanings: [meaning], tokens: sought.length, end: place + sought.length }
    if (meaning.concepts.size === 0) return null
    for (let k = 1; k < sought.length && tokens[place + k - 1] === sought[k - 1]; k++) {
      const split = looksFrom(place + k).find(({ end }) => at(end, sought.slice(k)))
      if (split)
        return { meanings: [meaning, ...split.looks], tokens: sought.length, end: split.end + sought.length - k }
    }
    return null
  }

  const startsName = (place: number): boolean =>
    phrases.get(tokens[place] ?? '')?.some((phrase) => phrase.meaning.concepts.size > 0 && at(place, phrase.tokens)) ??
    false

  const startsLink = (place: number): boolean =>
    phrases
      .get(tokens[place] ?? '')
      ?.some(({ tokens, meaning }) => meaning.relations.size > 0 && meaning.concepts.size === 0 && at(place, tokens)) ??
    false

  function longest(place: number, before: number): Match | undefined {
    for (const phrase of phrases.get(tokens[place]!) ?? []) {
      const found = match(phrase, place)
      if (!found || found.end > before) continue
      // "On green baby" names no ground, and "de" without its accent no die.
      if (phrase.meaning.ground && startsName(found.end)) continue
      const plain = phrase.tokens.length === 1 && phrase.meaning.concepts.size > 0 && words[place] === tokens[place]
      if (!(plain && fillers.has(tokens[place]!)) || startsLink(found.end)) return found
    }
    return undefined
  }

  const found: Meaning[] = []
  for (let place = 0; place < tokens.length; ) {
    let best = longest(place, Infinity)
    for (let later = place + 1; best && later < best.end; later++) {
      const name = longest(later, Infinity)
      const look = longest(place, later)
      const longer = name?.meanings.some(({ concepts }) => concepts.size > 0) && name.end > best.end
      if (longer && look?.meanings.every(isLook)) best = look
    }
    found.push(...(best?.meanings ?? []))
    place = best?.end ?? place + 1
  }
  return found
}

const isLook = ({ colours, materials, counts }: Meaning): boolean => colours.size + materials.size + counts.size > 0

/** True where what follows a comma is a thing: before the next link there is a name that is no look, as "orange" may be. */
function listed(rest: readonly Meaning[]): boolean {
  const link = rest.findIndex(({ relations, concepts }) => relations.size > 0 && concepts.size === 0)
  return rest.slice(0, link < 0 ? undefined : link).some((one) => one.concepts.size > 0 && !isLook(one))
}

const named = (part: readonly Meaning[]): boolean => part.some(({ concepts }) => concepts.size > 0)

/**
 * Of words with two meanings one is the name where no other word is: the last in "an orange orange", the first in "une glace
 * orange". Of "rock cheese" nobody can tell.
 */
function partOf(part: readonly Meaning[], language: Language): Part {
  const all = part.filter(({ concepts }) => concepts.size > 0)
  const sure = all.filter(({ colours, materials }) => colours.size === 0 && materials.size === 0)
  const unclear = all.length > 1 && all.every(({ materials }) => materials.size > 0)
  const names = sure.length > 0 ? sure : unclear ? [] : language === 'en' ? all.slice(-1) : all.slice(0, 1)
  const looks = part.filter((one) => !names.includes(one))
  const repeated = names.length > 1 && names.every((one) => one === names[0]) ? [names.length as Count] : []
  return {
    concepts: new Set(names.flatMap(({ concepts }) => [...concepts])),
    colours: new Set(looks.flatMap(({ colours }) => [...colours])),
    materials: new Set(looks.flatMap(({ materials }) => [...materials])),
    counts: new Set([...looks.flatMap(({ counts }) => [...counts]), ...repeated]),
  }
}
