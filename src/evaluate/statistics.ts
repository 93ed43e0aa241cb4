/** Shares with their uncertainty. Randomness is keyed by a seed, so a report can be made again to the last digit. */
import { keyOf, philox } from '../random/philox.ts'

/** An estimate with its 95 % interval, and what it was counted on. */
export type Share = { readonly value: number; readonly low: number; readonly high: number; readonly count: number }

/** Quantile of the normal distribution at 97.5 %. */
const z = 1.959963984540054

/** Resamples of a bootstrap: the ends of the interval are then good to about a hundredth of its width. */
const rounds = 1000

/** A share of independent trials with Wilson's interval (Wilson 1927). Without trials, 0 with the interval 0 to 1. */
export function wilson(right: number, count: number): Share {
  if (count === 0) return { value: 0, low: 0, high: 1, count }
  return { value: right / count, ...wilsonOf(right / count, count, z), count }
}

function wilsonOf(share: number, trials: number, quantile: number): { readonly low: number; readonly high: number } {
  const q = (quantile * quantile) / trials
  const middle = (share + q / 2) / (1 + q)
  const half = (quantile / (1 + q)) * Math.sqrt((share * (1 - share)) / trials + q / (4 * trials))
  // At the ends the bound is 0 or 1 exactly; rounding must not move it beyond the share itself.
  return { low: share === 0 ? 0 : Math.max(0, middle - half), high: share === 1 ? 1 : Math.min(1, middle + half) }
}

/**
 * The mean of shares, one a prompt, with its interval. The pictures of one prompt are right or wrong together, so what counts
 * is how prompts differ: Wilson's interval with as many trials as would vary so (the effective sample size of Korn and
 * Graubard 1998), and Student's quantile, since few prompts tell little about how they differ. Where they do not differ at
 * all, each prompt counts as one trial. null without prompts.
 * @param pictures of each prompt, at most: no more trials than these are ever counted
 */
export function clusteredShare(shares: readonly number[], pictures: number): Share | null {
  const count = shares.length
  if (count === 0) return null
  const value = mean(shares)
  if (count === 1) return { value, low: 0, high: 1, count }
  const variance = shares.reduce((sum, share) => sum + (share - value) ** 2, 0) / (count - 1) / count
  const trials = variance < 1e-12 ? count : Math.min((value * (1 - value)) / variance, count * pictures)
  const { low, high } = wilsonOf(value, trials, studentQuantile(count - 1))
  return { value, low, high, count }
}

/** Student's 97.5 % quantile (Cornish and Fisher's expansion; exact for one and two degrees of freedom). */
export function studentQuantile(degrees: number): number {
  if (degrees <= 1) return 12.706204736
  if (degrees === 2) return 4.30265273
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ]
  return terms.reduce((sum, term, k) => sum + term / degrees ** k, 0)
}

/**
 * The interval of any statistic of independent items, from resamples with replacement (Efron 1979; percentiles).
 * Use it where the items are prompts: the candidates of one prompt are right or wrong together.
 */
export function bootstrap<T>(items: readonly T[], statistic: (items: readonly T[]) => number, seed: number): Share {
  const count = items.length
  const value = statistic(items)
  if (count < 2) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, count }
  const key = keyOf(seed)
  const drawn: T[] = new Array(count)
  const values = new Float64Array(rounds)
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < count; at += 4) {
      const numbers = philox([round, at, 0, 0], key)
      for (let k = 0; k < 4 && at + k < count; k++) {
        drawn[at + k] = items[Math.floor((numbers[k]! / 2 ** 32) * count)]!
      }
    }
    values[round] = statistic(drawn)
  }
  values.sort()
  return { value, low: values[Math.floor(rounds * 0.025)]!, high: values[Math.ceil(rounds * 0.975) - 1]!, count }
}

/** 0 for no values. */
export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** The middle value; 0 for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length === 0
    ? 0
    : sorted.length % 2 === 1
      ? sorted[middle]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2
}
