import { NeufError } from '../errors/errors.ts'
import type { WordList } from './words.ts'

/** More words than any language has in use. */
const maxWords = 1_000_000
const maxWordLength = 200

/** A word list as JSON holds it: word to count, the most frequent first, equal counts by the alphabet. */
export function writeWordList(words: WordList): Record<string, number> {
  const sorted = [...words].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return Object.fromEntries(sorted)
}

/** A word list from parsed JSON. Throws `file-unreadable` for anything but words with counts of at least 1. */
export function readWordList(value: unknown, path = 'model.json'): WordList {
  const refuse = (why: string) =>
    new NeufError('file-unreadable', { path, why, todo: 'Get the model again, or check it with: neuf models verify' })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('its words are not an object')
  const entries = Object.entries(value as Record<string, unknown>)
  if (entries.length > maxWords) throw refuse(`it holds more than ${maxWords} words`)
  for (const [word, count] of entries) {
    const sound =
      word.length > 0 && word.length <= maxWordLength && Number.isSafeInteger(count) && (count as number) >= 1
    if (!sound) throw refuse(`its word ${JSON.stringify(word.slice(0, 40))} has no sound count`)
  }
  return new Map(entries as [string, number][])
}
