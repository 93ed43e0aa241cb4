/** Choosing the candidates that are shown. */

/** The `count` best by score, best first; of equal scores, the lower index first. */
export function chooseBest<C extends { readonly index: number; readonly score: { readonly score: number } }>(
  candidates: readonly C[],
  count: number,
): C[] {
  return candidates.toSorted((a, b) => b.score.score - a.score.score || a.index - b.index).slice(0, count)
}

/**
 * How many of these match their prompt, to be expected: the sum of their match probabilities. Null when the scorer is not
 * calibrated.
 */
export function expectedMatches(
  candidates: readonly { readonly score: { readonly matchProbability: number | null } }[],
): number | null {
  let sum = 0
  for (const { score } of candidates) {
    if (score.matchProbability === null) return null
    sum += score.matchProbability
  }
  return sum
}

/** Whether probably none of so many matches: fewer than one is to be expected to, and of one alone less than half. */
export const probablyNone = (expected: number, count: number): boolean => expected < Math.min(1, count / 2)
