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
  const share = right / count
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count)
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  // At the ends the bound is 0 or 1 exactly; rounding must not move it beyond the share itself.
  const low = right === 0 ? 0 : Math.max(0, middle - half)
  return { value: share, low, high: right === count ? 1 : Math.min(1, middle + half), count }
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

/** The bootstrap of a mean of values from 0 to 1; the interval stays in 0..1. */
export function bootstrapMean(values: readonly number[], seed: number): Share {
  if (values.length === 0) return { value: 0, low: 0, high: 1, count: 0 }
  const { value, low, high, count } = bootstrap(values, mean, seed)
  return { value, low: Math.max(0, low), high: Math.min(1, high), count }
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
