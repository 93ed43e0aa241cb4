/** The word a person probably meant. */

/** The candidate fewest single-letter changes away (Levenshtein 1966), or undefined when all are too far. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  // Up to a third of the word may be wrong, and two letters of any word: more is another word, not a slip.
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const changes = distance(word, candidate)
    // A short word turned wholly into another is no suggestion.
    if (changes < least && changes < candidate.length) {
      best = candidate
      least = changes
    }
  }
  return best
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
