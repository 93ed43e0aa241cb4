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

/** Shelves that logits are sorted onto before the right one is searched: a handful of tokens on each. */
const shelves = 1024

/** Keeps its working arrays: sampling allocates nothing but the draw's few numbers. */
export function createTokenSampler(
  vocabulary: number,
  { temperature, topK, guidance }: SamplingSettings,
): TokenSampler {
  const limited = topK > 0 && topK < vocabulary
  const mixed = new Float32Array(vocabulary)
  const shelfOf = new Uint16Array(vocabulary)
  const onShelf = new Uint32Array(shelves)
  const candidates = new Float32Array(vocabulary)
  const kept = new Int32Array(vocabulary)
  const cumulative = new Float64Array(vocabulary)

  /** Fills `mixed`. Super conditioning (Crowson 2022): away from the empty prompt's logits, and beyond. */
  function mix(logits: Float32Array, unguided: Float32Array | undefined): void {
    if (unguided === undefined) {
      mixed.set(logits.subarray(0, vocabulary))
      return
    }
    for (let i = 0; i < vocabulary; i++) {
      const plain = unguided[i]!
      mixed[i] = plain + guidance * (logits[i]! - plain)
    }
  }

  /** The `topK`-th largest of `mixed`: found on its shelf, which costs a third of ordering them all. */
  function leastKept(largest: number, smallest: number): number {
    const shelvesPerLogit = largest > smallest ? (shelves - 1) / (largest - smallest) : 0
    onShelf.fill(0)
    for (let i = 0; i < vocabulary; i++) {
      const shelf = ((largest - mixed[i]!) * shelvesPerLogit) | 0
      shelfOf[i] = shelf
      onShelf[shelf]!++
    }
    let shelf = 0
    let above = 0
    while (above + onShelf[shelf]! < topK) above += onShelf[shelf++]!
    let count = 0
    for (let i = 0; i < vocabulary; i++) if (shelfOf[i] === shelf) candidates[count++] = mixed[i]!
    return kthLargest(candidates, count, topK - above)
  }

  return {
    sample(logits, unguided, { seed, index, position }) {
      mix(logits, unguided)
      let largest = mixed[0]!
      let smallest = largest
      let sum = 0
      for (let i = 0; i < vocabulary; i++) {
        const logit = mixed[i]!
        sum += logit
        // Not "else": for the processor two independent comparisons are less work than one that hangs on another.
        if (logit > largest) largest = logit
        if (logit < smallest) smallest = logit
      }
      // Doubles hold the sum of any finite floats; what is infinite or no number at all stays in it.
      if (!Number.isFinite(sum)) {
        throw new NeufError('engine', { what: 'sampling a token', why: 'a logit is not a finite number' })
      }
      if (temperature === 0) return mixed.indexOf(largest)
      const least = limited ? leastKept(largest, smallest) : smallest
      let count = 0
      for (let i = 0; i < vocabulary; i++) {
        // Written in any case, and only counted when it is kept.
        kept[count] = i
        if (mixed[i]! >= least) count++
      }
      let total = 0
      for (let i = 0; i < count; i++) {
        total += Math.exp((mixed[kept[i]!]! - largest) / temperature)
        cumulative[i] = total
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

/** The k-th largest of the first `length` values, k from 1. Reorders them (quickselect, Hoare 1961, median of three). */
export function kthLargest(values: Float32Array, length: number, k: number): number {
  let low = 0
  let high = length - 1
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
