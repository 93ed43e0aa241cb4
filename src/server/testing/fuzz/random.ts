/** Choices that are the same each time for the same seed and case. */
import { philoxUniform } from '../../../random/philox.ts'

export type Random = {
  /** A whole number from 0, below the one given. */
  below(limit: number): number
  pick<T>(choices: readonly T[]): T
  /** True once in so many times. */
  once(times: number): boolean
}

export function createRandom(seed: number, number: number): Random {
  let draws = 0
  const below = (limit: number) => Math.floor(philoxUniform(seed, number, draws++) * limit)
  return { below, pick: (choices) => choices[below(choices.length)]!, once: (times) => below(times) === 0 }
}
