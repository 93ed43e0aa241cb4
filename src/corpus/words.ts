/** Nouns of the lexicon parsed: number, gender, plural, elision. The notation is explained in `lexicon/entry.ts`. */
import { concepts, entryOf } from './concepts.ts'
import { allEmojiFor } from './emoji-wording.ts'
import type { Language, Thing } from './scene.ts'

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

/** Words with an h that elision does not pass: "le hibou", but "l'hippopotame", "l'haltère". */
const aspirated =
  /^h(?:ibou|érisson|éron|éros\b|amburger|ot-dog|aut|ache|amac|amster|andball|anneton|areng|aricot|arpe|arpon|ockey|omard|ublot|utte|alte\b|angar|anche|ochet|oux|ors|ollandais|uit\b|usky|ippie|obbit|ula|ijab|aie|alo\b)/i

/** True where le, la and de become l' and d' before the word. A y is a consonant ("le yaourt"), but in "yeux". */
export const elides = (word: string): boolean =>
  (/^[aeiouhâàäéèêëîïôöùûüœæ]/i.test(word) && !aspirated.test(word) && !/^(?:ouistiti|onze|ululement)/i.test(word)) ||
  /^yeux/i.test(word)

/** "de" before a word: "de chat", "d'éléphant". */
export const de = (word: string): string => (elides(word) ? `d'${word}` : `de ${word}`)

type Nouns = { readonly en: readonly EnglishNoun[]; readonly fr: readonly FrenchNoun[] }
/** For anyone; then for women and for men, where the art shows both. */
type NounsOf = Nouns & { readonly woman?: Nouns; readonly man?: Nouns }

const parse = (words: { readonly en: readonly string[]; readonly fr: readonly string[] }): Nouns => ({
  en: words.en.map(parseEnglish),
  fr: words.fr.map(parseFrench),
})

const nouns = new Map<string, NounsOf>()

function parsed(concept: string): NounsOf {
  let known = nouns.get(concept)
  if (!known) {
    const entry = entryOf(concept)
    const { gendered } = entry
    known = {
      ...parse(entry),
      ...(gendered && { woman: parse(gendered.woman), man: parse(gendered.man) }),
    }
    nouns.set(concept, known)
  }
  return known
}

/** A concept's nouns in a language, the plain name first; of a person, those that fit anyone. */
export function nounsOf(concept: string, language: 'en'): readonly EnglishNoun[]
export function nounsOf(concept: string, language: 'fr'): readonly FrenchNoun[]
export function nounsOf(concept: string, language: Language): readonly (EnglishNoun | FrenchNoun)[] {
  return parsed(concept)[language]
}

/**
 * The nouns that say whether a thing is a woman or a man: "policewoman", "policière". Null where nothing is to be said, and unless
 * `told` also where there is a word for anyone: the French for Santa is a man's.
 */
export function genderedNounsOf(thing: Thing, language: 'en', told: boolean): readonly EnglishNoun[] | null
export function genderedNounsOf(thing: Thing, language: 'fr', told: boolean): readonly FrenchNoun[] | null
export function genderedNounsOf(
  { concept, presentation }: Thing,
  language: Language,
  told: boolean,
): readonly (EnglishNoun | FrenchNoun)[] | null {
  if (presentation !== 'woman' && presentation !== 'man') return null
  const { woman, man, ...anyone } = parsed(concept)
  const [shown, other] = presentation === 'woman' ? [woman, man] : [man, woman]
  const list = shown?.[language]
  if (!list || list.length === 0) return null
  const open = told ? undefined : anyone[language][0]!.one
  return told || other?.[language].some(({ one }) => one === open) ? list : null
}

/** What wears its number: counted in pairs. */
const paired =
  /\b(?:glasses|eyeglasses|spectacles|sunglasses|shades|goggles|jeans|pants|trousers|shorts|swim trunks|trunks|swimming trunks|scissors|socks|gloves|mittens|boots|shoes|sneakers|sandals|slippers|skates|skis|chopsticks|maracas|headphones|earphones|binoculars|pliers|tongs|flip-flops|slippers|underpants|briefs|eyes|lungs|lunettes|ciseaux|chaussettes|gants|bottes|chaussures|skis|patins|baguettes|maracas|jumelles|tongs|chaussons|moufles|écouteurs|pantalons|yeux|poumons)\b/

/** What a noun without a number of its own is counted by: "pairs of scissors", "portions of popcorn", "pieces of luggage". */
export function measureEnglish(noun: EnglishNoun, edible: boolean): string {
  if (edible) return 'portions of '
  if (noun.number === 'mass') return 'pieces of '
  return paired.test(noun.one) ? 'pairs of ' : 'sets of '
}

/** The same in French, before "de". */
export function measureFrench(noun: FrenchNoun, edible: boolean): string {
  if (edible) return 'portions'
  if (noun.number === 'mass') return 'morceaux'
  return paired.test(noun.one) ? 'paires' : 'lots'
}

/**
 * All words a person may use for a concept in a language: names and synonyms, those for women and men, singular and plural, and
 * its emoji in every presentation and tone that it has, with and without a closing variation selector.
 */
export function wordsFor(concept: string, language: Language): readonly string[] {
  const { woman, man, ...anyone } = parsed(concept)
  const lists: readonly (EnglishNoun | FrenchNoun)[] = [anyone, woman, man].flatMap((list) => list?.[language] ?? [])
  const emoji = allEmojiFor(entryOf(concept)).flatMap((sign) => [sign, sign.replace(/\ufe0f$/, '')])
  return [...new Set([...lists.flatMap((noun) => [noun.one, noun.many]), ...emoji])]
}

/** Concepts by their names in a language, without emoji. */
const owners = new Map<Language, ReadonlyMap<string, string>>()

/**
 * True where words that are meant as a thing and its look are the name of another concept: "paper" and "lantern", "ours" and "blanc".
 * Then the look is said in another way.
 */
export function namesAnother(words: string, concept: string, language: Language): boolean {
  let names = owners.get(language)
  if (!names) {
    names = new Map(concepts.flatMap((name) => wordsFor(name, language).map((word): [string, string] => [word, name])))
    owners.set(language, names)
  }
  const owner = names.get(words)
  return owner !== undefined && owner !== concept
}
