/** One image token from its logits: guidance, temperature, top-k, and a draw that depends on nothing else. */
import { NeufError } from '../../errors/errors.ts'
import type { SamplingSettings } from '../../generate/contracts.ts'
import { philoxUniform } from '../../random/philox.ts'

/** Which draw: the same three numbers always give the same random number. */
export type Draw = { readonly seed: number; readonly index: number; readonly position: number }

export type TokenSampler = {
  /**
   * @param logits of the prompt, one a token
   * @param unguided of the empty prompt; undefined without guidance
   * @throws NeufError `engine` when a logit is not a finite number
   */
  sample(logits: Float32Array, unguided: Float32Array | undefined, draw: Draw): number
}

/** Keeps its working arrays: sampling allocates nothing but the draw's few numbers. */
export function createTokenSampler(
  vocabulary: number,
  { temperature, topK, guidance }: SamplingSettings,
): TokenSampler {
  const mixed = new Float32Array(vocabulary)
  const ordered = new Float32Array(vocabulary)
  const kept = new Int32Array(vocabulary)
  const cumulative = new Float64Array(vocabulary)

  /** Fills `mixed` and returns the largest. Super conditioning (Crowson 2022): away from the empty prompt's logits. */
  function mix(logits: Float32Array, unguided: Float32Array | undefined): number {
    let largest = Number.NEGATIVE_INFINITY
    let check = 0
    for (let i = 0; i < vocabulary; i++) {
      const logit = logits[i]!
      const plain = unguided === undefined ? 0 : unguided[i]!
      const value = unguided === undefined ? logit : plain + guidance * (logit - plain)
      mixed[i] = value
      check += mixed[i]! * 0
      if (mixed[i]! > largest) largest = mixed[i]!
    }
    // Infinity times 0 and NaN times 0 are NaN, which no sum loses.
    if (check !== 0) throw new NeufError('engine', { what: 'sampling a token', why: 'a logit is not a finite number' })
    return largest
  }

  return {
    sample(logits, unguided, { seed, index, position }) {
      const largest = mix(logits, unguided)
      if (temperature === 0) return mixed.indexOf(largest)
      let least = Number.NEGATIVE_INFINITY
      if (topK > 0 && topK < vocabulary) {
        ordered.set(mixed)
        least = kthLargest(ordered, topK)
      }
      let count = 0
      let total = 0
      for (let i = 0; i < vocabulary; i++) {
        const logit = mixed[i]!
        if (logit < least) continue
        total += Math.exp((logit - largest) / temperature)
        kept[count] = i
        cumulative[count++] = total
      }
      return kept[firstAbove(cumulative, count, philoxUniform(seed, index, position) * total)]!
    },
  }
}

/** The first place of an ascending row that is above the value: the last one when rounding leaves none. */
function firstAbove(row: Float64Array, count: number, value: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (row[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

/** The k-th largest value, k from 1. Reorders `values` (quickselect, Hoare 1961, with the median of three). */
export function kthLargest(values: Float32Array, k: number): number {
  let low = 0
  let high = values.length - 1
  const place = k - 1
  while (low < high) {
    const a = values[low]!
    const b = values[(low + high) >> 1]!
    const c = values[high]!
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (values[i]! > pivot) i++
      while (values[j]! < pivot) j--
      if (i > j) break
      const swap = values[i]!
      values[i++] = values[j]!
      values[j--] = swap
    }
    if (place <= j) high = j
    else if (place >= i) low = i
    else return pivot
  }
  return values[place]!
}
