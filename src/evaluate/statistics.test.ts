import { describe, expect, it } from 'vitest'
import { philoxUniform } from '../random/philox.ts'
import { bootstrap, clusteredShare, mean, median, studentQuantile, wilson } from './statistics.ts'

it('gives the intervals of Wilson', () => {
  // Reference values: R, prop.test(right, count, correct = FALSE).
  const half = wilson(5, 10)
  expect(half.low).toBeCloseTo(0.236593, 5)
  expect(half.high).toBeCloseTo(0.763407, 5)
  const all = wilson(10, 10)
  expect(all).toMatchObject({ value: 1, high: 1, count: 10 })
  expect(all.low).toBeCloseTo(0.722467, 5)
  expect(wilson(0, 10).high).toBeCloseTo(0.277533, 5)
  expect(wilson(0, 0)).toEqual({ value: 0, low: 0, high: 1, count: 0 })
})

it("gives Student's quantiles", () => {
  // Reference values: R, qt(0.975, degrees).
  const expected = { 1: 12.7062, 2: 4.30265, 4: 2.77645, 9: 2.26216, 30: 2.04227, 1000: 1.96234 }
  for (const [degrees, value] of Object.entries(expected)) {
    expect(Math.abs(studentQuantile(Number(degrees)) / value - 1), degrees).toBeLessThan(0.003)
  }
})

describe('a share over prompts', () => {
  /** Prompts of four pictures that are right together: all with the same chance, drawn once a prompt. */
  const drawn = (trial: number, prompts: number, chance: (prompt: number) => number) =>
    Array.from({ length: prompts }, (_, prompt) => {
      const own = chance(prompt)
      return mean([0, 1, 2, 3].map((k) => (philoxUniform(trial, prompt, k) < own ? 1 : 0)))
    })
  const covered = (prompts: number, chance: (trial: number, prompt: number) => number, truth: number): number => {
    let count = 0
    for (let trial = 0; trial < 400; trial++) {
      const { low, high } = clusteredShare(
        drawn(trial, prompts, (prompt) => chance(trial, prompt)),
        4,
      )!
      if (low <= truth && truth <= high) count++
    }
    return count / 400
  }

  it.each([5, 12, 40])('covers the truth about 95 times in 100, with %i prompts', (prompts) => {
    // Some prompts are always drawn right and some never, as with real models.
    const together = covered(prompts, (trial, prompt) => (philoxUniform(trial, prompt, 9) < 0.6 ? 0.98 : 0.05), 0.608)
    expect(together).toBeGreaterThan(0.92)
    const apart = covered(prompts, () => 0.3, 0.3)
    expect(apart).toBeGreaterThan(0.92)
    const rare = covered(prompts, (trial, prompt) => (philoxUniform(trial, prompt, 9) < 0.9 ? 1 : 0), 0.9)
    expect(rare).toBeGreaterThan(0.9)
  })

  it('is no narrower than one of independent pictures, and no wider than one trial a prompt allows', () => {
    const values = drawn(1, 50, () => 0.5)
    const { low, high } = clusteredShare(values, 4)!
    const pictures = wilson(Math.round(mean(values) * 200), 200)
    expect(high - low).toBeGreaterThan((pictures.high - pictures.low) * 0.99)
    const same = clusteredShare(Array(10).fill(1), 4)!
    expect(same).toMatchObject({ value: 1, high: 1, count: 10 })
    expect(same.low).toBeLessThan(wilson(10, 10).low + 1e-9)
  })

  it('does not invent an interval from one prompt, nor a share from none', () => {
    expect(clusteredShare([1], 4)).toEqual({ value: 1, low: 0, high: 1, count: 1 })
    expect(clusteredShare([], 4)).toBeNull()
  })
})

it('resamples items as wholes', () => {
  const pairs = [
    [1, 2],
    [2, 4],
    [3, 6],
    [5, 10],
  ] as const
  const ratio = (items: readonly (readonly [number, number])[]) =>
    items.reduce((sum, [a]) => sum + a, 0) / items.reduce((sum, [, b]) => sum + b, 0)
  expect(bootstrap(pairs, ratio, 3)).toEqual({ value: 0.5, low: 0.5, high: 0.5, count: 4 })
})

it('does not invent an interval from one item', () => {
  expect(bootstrap([1], mean, 1).low).toBe(Number.NEGATIVE_INFINITY)
})

it('finds the median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBe(0)
})
