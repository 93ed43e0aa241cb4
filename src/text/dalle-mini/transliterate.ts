/** Any text in the lower-case letters and signs of ASCII, as Unidecode and then `lower()` have it. */
import { NeufError } from '../../errors/errors.ts'
import { transliterations } from './transliterations.ts'

/** Readings that a model brings along for scripts that are not known here, or to read them otherwise. */
export type Readings = ReadonlyMap<string, string>

/**
 * Characters without a reading go: without a model's own readings, those are the scripts of Asia but for kana and Hangul
 * (Chinese characters above all), and some rare ones.
 */
export function transliterate(text: string, own?: Readings): string {
  return text
    .replace(/\P{ASCII}/gu, (character) => (own?.get(character) ?? readingOf(character)).toLowerCase())
    .toLowerCase()
}

function readingOf(character: string): string {
  const listed = transliterations.get(character) ?? transliterations.get(character.toLowerCase())
  if (listed !== undefined) return listed
  if (character <= '\x7f') return character
  if (/\p{Nd}/u.test(character)) return digitOf(character)
  // First what it is made of, then what it is a form of.
  for (const form of ['NFD', 'NFKD'] as const) {
    const parts = character.normalize(form)
    if (parts !== character) return Array.from(parts, readingOf).join('')
  }
  return ''
}

/** Decimal digits of every script stand in rows of ten, from zero on. */
function digitOf(digit: string): string {
  let code = digit.codePointAt(0)!
  let before = 0
  while (/\p{Nd}/u.test(String.fromCodePoint(--code))) before++
  return String(before % 10)
}

/**
 * Readings from a parsed file: character to ASCII. `tools/parity/transliteration.py` writes one from an installed Unidecode.
 * @throws NeufError `file-unreadable`
 */
export function readReadings(value: unknown, path: string): Readings {
  const refuse = (why: string) =>
    new NeufError('file-unreadable', { path, why, todo: 'Get the model again, or check it with: neuf models verify' })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('it is not a JSON object')
  const entries = Object.entries(value as Record<string, unknown>)
  for (const [character, reading] of entries) {
    const shown = JSON.stringify(character.slice(0, 20))
    if (Array.from(character).length !== 1) throw refuse(`${shown} is not one character`)
    const isAscii = typeof reading === 'string' && reading.length <= 100 && /^\p{ASCII}*$/u.test(reading)
    if (!isAscii) throw refuse(`the reading of ${shown} is not ASCII`)
  }
  return new Map(entries as [string, string][])
}
