/** The word a person probably meant. */
import { slipsBetween } from '../text/words.ts'

/** The candidate with the fewest slips of the finger, or undefined when all are too far. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  // Up to a third of the word may be wrong, and two letters of any word: more is another word, not a slip.
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const slips = slipsBetween(word, candidate, least)
    // A short word turned wholly into another is no suggestion.
    if (slips < least && slips < candidate.length) {
      best = candidate
      least = slips
    }
  }
  return best
}
