/**
 * Randomness as a pure function of a seed: xoshiro128** (Blackman and Vigna 2018), keyed by a hash of its labels.
 * A scene, its picture and its captions each draw from a stream of their own, so that none disturbs another.
 */
export type Random = {
  /** Uniform in [0, 1), 24 bits. */
  next(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Uniform whole number in [0, below). */
  below(below: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the values, each as likely. */
  pick<T>(values: readonly T[]): T
  /** One of the values with the given weights (not negative, not all zero). */
  weighted<T>(choices: readonly (readonly [T, number])[]): T
}

/** 32-bit FNV-1a over UTF-16 units, then the finaliser of MurmurHash3: short labels spread over all bits. */
export function hash32(label: string, start = 0x811c9dc5): number {
  let h = start
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A stream of its own for every (seed, label). `seed` is any number, label any text. */
export function random(seed: number, label: string): Random {
  const key = `${seed}/${label}`
  let a = hash32(key, 0x811c9dc5)
  let b = hash32(key, 0x9e3779b9)
  let c = hash32(key, 0x243f6a88)
  let d = hash32(key, 0xb7e15162) | 1 // never all zero
  const bits = (): number => {
    const m = Math.imul(b, 5)
    const result = Math.imul((m << 7) | (m >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }
  return drawing(() => (bits() >>> 8) / 0x1000000)
}

/** Everything drawn is the middle of what it could be: for pictures in which nothing wanders. */
export const still: Random = drawing(() => 0.5)

function drawing(next: () => number): Random {
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    below: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)]!,
    weighted(choices) {
      let left = next() * choices.reduce((sum, choice) => sum + choice[1], 0)
      for (const [value, weight] of choices) {
        left -= weight
        if (left < 0) return value
      }
      return choices.findLast((choice) => choice[1] > 0)![0]
    },
  }
}

/** The seed of scene `index` of a corpus: 52 bits, so that a million scenes hardly ever meet. */
export function sceneSeed(corpusSeed: number, index: number): number {
  const key = `${corpusSeed}:${index}`
  return hash32(key, 0x811c9dc5) * 0x100000 + (hash32(key, 0x9e3779b9) >>> 12)
}
