import { emojiPattern, holdsEmoji, plainEmoji } from './emoji.ts'
import { functionWords } from './function-words.ts'

/** Words that the training captions held, and how often. */
export type WordList = ReadonlyMap<string, number>

/** Letters and digits, with marks, apostrophes and hyphens between them; or one emoji. */
const wordPattern = new RegExp(
  `${emojiPattern}|[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}]*(?:['’\\-‐‑][\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}]*)*`,
  'gv',
)

/** What French writes in front of a vowel, without the apostrophe. */
const elisions = new Set([
  'l',
  'd',
  'j',
  'm',
  't',
  's',
  'n',
  'c',
  'qu',
  'jusqu',
  'lorsqu',
  'puisqu',
  'quoiqu',
  'presqu',
])

/** What English writes behind a word, without the apostrophe. */
const contractions = new Set(['s', 't', 're', 've', 'll', 'd', 'm'])

/** The words of captions and how often each occurs. Give captions as normalised as the prompts will be. */
export function collectWords(captions: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const caption of captions) {
    for (const word of splitWords(caption)) {
      count(word)
      for (const part of splitParts(word)) if (part !== word) count(part)
    }
  }
  return counts
}

/** Words of a text in lower case: elided articles and English endings are taken off, hyphens are kept. */
export function splitWords(text: string): string[] {
  return (text.normalize('NFC').toLowerCase().match(wordPattern) ?? []).flatMap((found) => {
    const word = found.replace(/’/g, "'").replace(/[‐‑]/g, '-')
    if (!word.includes("'") || functionWords.has(word)) return [word]
    const parts = word.split("'")
    while (parts.length > 1 && elisions.has(parts[0]!)) parts.shift()
    while (parts.length > 1 && contractions.has(parts.at(-1)!)) parts.pop()
    return parts
  })
}

/** Whether there is a letter or an emoji in it. A prompt of signs and figures alone names nothing to draw. */
export function hasWord(text: string): boolean {
  return /\p{L}/u.test(text) || holdsEmoji(text)
}

/**
 * Parts of a compound worth knowing on their own: the t of a t-shirt is not. An emoji has one part: itself without skin tones and
 * variation selectors.
 */
export function splitParts(word: string): string[] {
  if (/\p{Extended_Pictographic}/u.test(word)) return [plainEmoji(word)]
  const parts = word.split('-').filter((part) => part.length > 1)
  return parts.length === 0 ? [word] : parts
}

/** The plurals or singulars of a word that were met, without the word itself. */
export function knownForms(word: string, known: WordList): string[] {
  return otherNumbers(word).filter((form) => known.has(form))
}

/** Plural of a singular and singular of a plural, as English and French build them; too many rather than too few. */
function otherNumbers(word: string): string[] {
  if (word.length < 3) return []
  const forms = [`${word}s`, `${word}es`, `${word}x`]
  const swap = (ending: string, by: string) => {
    if (word.endsWith(ending) && word.length - ending.length >= 2) forms.push(word.slice(0, -ending.length) + by)
  }
  if (word.length > 3 && !word.endsWith('ss')) swap('s', '')
  if (word.length > 4) {
    swap('es', '')
    swap('x', '')
    swap('aux', 'al')
    swap('al', 'aux')
    swap('ies', 'y')
    swap('y', 'ies')
    swap('ves', 'f')
    swap('ves', 'fe')
    swap('f', 'ves')
    swap('fe', 'ves')
    swap('man', 'men')
    swap('men', 'man')
  }
  return forms
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): letters put in, left out, changed, or two neighbours swapped.
 * Anything over `limit` is `limit` + 1.
 */
export function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      let slips = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, beforeLast[j - 2]! + 1)
      row.push(slips)
      least = Math.min(least, slips)
    }
    // Not even a swap can mend it from here: it would build on this row or the one before.
    if (least > limit && Math.min(...last) > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return Math.min(last[b.length]!, limit + 1)
}
