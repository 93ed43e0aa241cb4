/** Words that a model never met, with what was probably meant. */
import { functionWords } from './function-words.ts'
import { slippedFrom } from './likely-slips.ts'
import { knownForms, slipsBetween, splitParts, splitWords, type WordList } from './words.ts'

export type UnknownWord = {
  /** As it stands in the prompt, in lower case. */
  readonly word: string
  /** The known word that was probably meant, or null. */
  readonly suggestion: string | null
}

/**
 * The words of a prompt that no training caption held, in order, each once. Function words are never among them; a word counts
 * as known when its plural or singular is, or when all parts of a compound are.
 */
export function unknownWords(prompt: string, known: WordList): UnknownWord[] {
  const unknown = new Map<string, string | null>()
  for (const word of splitWords(prompt)) {
    const parts = splitParts(word)
    if (isKnown(word, known) || parts.every((part) => isKnown(part, known))) continue
    const suggestion = suggest(word, known)
    if (suggestion !== null || parts.length === 1) unknown.set(word, suggestion)
    else for (const part of parts) if (!isKnown(part, known)) unknown.set(part, suggest(part, known))
  }
  return Array.from(unknown, ([word, suggestion]) => ({ word, suggestion }))
}

function isKnown(word: string, known: WordList): boolean {
  return functionWords.has(word) || known.has(word) || knownForms(word, known).length > 0
}

/** The nearest known word: fewest slips, then the one met more often, then the alphabet. Null when none is near enough. */
function suggest(word: string, known: WordList): string | null {
  if (!/^\p{L}/u.test(word)) return null
  const letters = withoutAccents(word)
  const slips = letters.length < 4 ? 0 : letters.length < 7 ? 1 : 2
  let best: { word: string; distance: number; count: number } | undefined
  for (const [candidate, count] of known) {
    // Taking accents off can make a word longer by a letter or two (œ), so this is no more than a quick look.
    if (Math.abs(candidate.length - letters.length) > slips + 2 || !/^\p{L}/u.test(candidate)) continue
    const distance = slipsBetween(letters, withoutAccents(candidate), slips)
    if (distance > slips) continue
    const nearer =
      best === undefined ||
      distance < best.distance ||
      (distance === best.distance && (count > best.count || (count === best.count && candidate < best.word)))
    if (nearer) best = { word: candidate, distance, count }
  }
  // Training captions hold mistakes, too: the nearest of those is no better spelling.
  return best === undefined ? null : (slippedFrom(best.word, known) ?? best.word)
}

function withoutAccents(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').replace(/œ/g, 'oe').replace(/æ/g, 'ae')
}
