/**
 * The steps that DALL·E mini's captions went through once they were ASCII in lower case, by what they do. Each is odd in its
 * own way and is kept so, since the model learnt from what came out (dalle-mini 0.1.5, `TextNormalizer`).
 */

/** White space to Python, as the inside of a character class: four of the separators of ASCII, too. */
const white = '\\s\\x1c-\\x1f'
const spaces = new RegExp(`[${white}]+`, 'g')
const spacesAtEnds = new RegExp(`^[${white}]+|(?<![${white}])[${white}]+$`, 'g')

const trim = (text: string): string => text.replace(spacesAtEnds, '')

/**
 * A caption of CC12M had `<person>` for each name. Several with commas, `and` or nothing between are people; of a single one
 * the original says "a person" (two times of three), "someone" or "somebody" by chance, here always the first.
 */
const people = new RegExp(`<person>(?:[,${white}]*(?:(?:and)+[,${white}]*)?<person>)+`, 'g')

export const replacePersons = (text: string): string =>
  text.replace(people, ' people ').replaceAll('<person>', ' a person ')

/** `[3]` at the beginning and at the end points to a source on Wikipedia. */
export const removeReferences = (text: string): string =>
  text.replace(new RegExp(`^[${white}]*\\[\\d+\\]`), '').replace(new RegExp(`\\[\\d+\\][${white}]*$`), '')

export const removeTags = (text: string): string => text.replace(/<[^<]+?>/g, ' ')

const address = new RegExp(`http[^${white}]+`, 'g')

/** Up to the next white space; what begins with `http` is taken for an address. */
export const removeAddresses = (text: string): string => text.replace(address, '')

/** `1,000,000` is `1000000`. The first time misses every other comma, whose digit it has just read. */
export function removeCommasInNumbers(text: string): string {
  const once = (from: string) => from.replace(/(\d),(\d{3})/g, '$1$2')
  return once(once(text))
}

/** Stands around what later steps have to leave alone. It is made of letters, and meets some of the steps as such. */
const guard = 'xtokx'
const guards = [
  [`${guard}dot${guard}`, '.'],
  [`${guard}quote${guard}`, "'"],
  [`${guard}slash${guard}`, '/'],
] as const
const [dot, quote, slash] = guards.map(([name]) => name)

/** Dots within words and numbers, apostrophes of English endings, slashes within dates. Of `1/2/3` the second is missed. */
export const guardPunctuation = (text: string): string =>
  text
    .replace(/(\w)\.(\w)/g, `$1${dot}$2`)
    .replace(/'(?=(?:[stdm]|ll|re|ve)\b)/g, quote!)
    .replace(/(\d)\/(\d)/g, `$1${slash}$2`)

export const unguardPunctuation = (text: string): string =>
  guards.reduce((out, [name, sign]) => out.replaceAll(name, sign), text)

/** A hyphen between words becomes a space (of `a-b-c` only the first does); some signs stand by themselves. */
export const separateSigns = (text: string): string => text.replace(/(\w)-(\w)/g, '$1 $2').replace(/[%&/$*]/g, ' $& ')

export const expandHashtags = (text: string, split: (words: string) => string): string =>
  text.replace(/#(\w+)/g, (_, words: string) => split(words))

export const dropIgnored = (text: string): string => text.replace(/[_#\\]/g, ' ')

export const sameQuotes = (text: string): string => text.replace(/['"`]/g, ' " ')

export const punctuationToCommas = (text: string): string => text.replace(/[()[\].,|:;?!=+~\-/{}]/g, ',')

/** Four or more of a character, but for digits, become one; three may be Roman. */
export const collapseRepeats = (text: string): string => text.replace(/(\D)\1{3,}/g, '$1')

/** Runs of white space and a sign in which the sign is, as one of it with the spaces given. */
const merge = (sign: string, by: string) => {
  const run = new RegExp(`[${sign}${white}]+`, 'g')
  return (text: string): string => text.replace(run, (found) => (found.includes(sign) ? by : found))
}

export const mergeQuotes = merge('"', ' " ')

export const mergeCommas = merge(',', ', ')

export const singleSpaces = (text: string): string => text.replace(spaces, ' ')

export const trimCommas = (text: string): string => trim(trim(text).replace(/,$/, '').replace(/^,/, ''))
