/** Nouns of the lexicon parsed: number, gender, plural, elision. The notation is explained in `lexicon.ts`. */
import { entryOf } from './concepts.ts'
import type { Language } from './scene.ts'

export type NounNumber = 'count' | 'plural' | 'mass'
export type EnglishNoun = { readonly one: string; readonly many: string; readonly number: NounNumber }
export type FrenchNoun = EnglishNoun & { readonly gender: 'm' | 'f' }

/** English plural by rule: -y after a consonant, hissing ends, else -s. */
function englishPlural(one: string): string {
  if (/[^aeiou]y$/.test(one)) return `${one.slice(0, -1)}ies`
  return /(s|x|z|ch|sh)$/.test(one) ? `${one}es` : `${one}s`
}

/** French plural by rule: -s, -x, -z stay, -eau, -au and -eu take -x, -al becomes -aux, else -s. */
function frenchPlural(one: string): string {
  if (/[sxz]$/.test(one)) return one
  if (/(eau|au|eu)$/.test(one)) return `${one}x`
  return one.endsWith('al') ? `${one.slice(0, -2)}aux` : `${one}s`
}

export function parseEnglish(text: string): EnglishNoun {
  if (text.startsWith('=')) return { one: text.slice(1), many: text.slice(1), number: 'plural' }
  if (text.startsWith('~')) return { one: text.slice(1), many: text.slice(1), number: 'mass' }
  const [one, many] = text.split('/') as [string, string?]
  return { one, many: many ?? englishPlural(one), number: 'count' }
}

export function parseFrench(text: string): FrenchNoun {
  const [head, ...rest] = text.split(' ') as [string, ...string[]]
  const gender = head[0] as 'm' | 'f'
  const [one, many] = rest.join(' ').split('/') as [string, string?]
  if (head[1] === 'p') return { one, many: one, number: 'plural', gender }
  if (head[1] === 'm') return { one, many: one, number: 'mass', gender }
  return { one, many: many ?? frenchPlural(one), number: 'count', gender }
}

/** Words with an h that elision does not pass: "le hibou", but "l'hippopotame". */
const aspirated = /^(hibou|hérisson|hamburger|hot-dog|haut-de-forme|hauts-de-forme)/

/** True where le, la and de become l' and d' before the word. */
export const elides = (word: string): boolean => /^[aeiouhâàäéèêëîïôöùûüœæ]/i.test(word) && !aspirated.test(word)

/** "de" before a word: "de chat", "d'éléphant". */
export const de = (word: string): string => (elides(word) ? `d'${word}` : `de ${word}`)

const nouns = new Map<string, readonly (EnglishNoun | FrenchNoun)[]>()

/** A concept's nouns in a language, the plain name first. */
export function nounsOf(concept: string, language: 'en'): readonly EnglishNoun[]
export function nounsOf(concept: string, language: 'fr'): readonly FrenchNoun[]
export function nounsOf(concept: string, language: Language): readonly (EnglishNoun | FrenchNoun)[] {
  const key = `${language}/${concept}`
  let known = nouns.get(key)
  if (!known) {
    known = language === 'en' ? entryOf(concept).en.map(parseEnglish) : entryOf(concept).fr.map(parseFrench)
    nouns.set(key, known)
  }
  return known
}

/** All words a person may use for a concept in a language: names and synonyms, singular and plural. */
export function wordsFor(concept: string, language: Language): readonly string[] {
  const list = language === 'en' ? nounsOf(concept, 'en') : nounsOf(concept, 'fr')
  return [...new Set(list.flatMap((noun) => [noun.one, noun.many]))]
}
