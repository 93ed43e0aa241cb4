/** Choosing the candidates that are shown. */

/** The `count` best by score, best first; of equal scores, the lower index first. */
export function chooseBest<C extends { readonly index: number; readonly score: { readonly score: number } }>(
  candidates: readonly C[],
  count: number,
): C[] {
  return candidates.toSorted((a, b) => b.score.score - a.score.score || a.index - b.index).slice(0, count)
}

/** A picture matches rather than not. */
const likelyMatch = 0.5

/** How many of these likely match their prompt; null when the scorer is not calibrated. */
export function countLikelyMatches(
  candidates: readonly { readonly score: { readonly matchProbability: number | null } }[],
): number | null {
  const probabilities = candidates.map(({ score }) => score.matchProbability)
  if (probabilities.includes(null)) return null
  return probabilities.filter((probability) => probability! >= likelyMatch).length
}
