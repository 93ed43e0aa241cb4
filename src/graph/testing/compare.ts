/** How far results lie from what they should be. */

/** The largest difference, as a share of the largest expected value (or of 1e-3, where all are smaller). */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  let difference = 0
  let scale = 1e-3
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(found[i]! - expected[i]!)
    difference = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(difference, off)
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return difference / scale
}
