import { expect, it } from 'vitest'
import { philoxUniform } from '../random/philox.ts'
import { bootstrap, bootstrapMean, mean, median, wilson } from './statistics.ts'

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

it('gives a bootstrap interval as wide as theory says, the same every time', () => {
  const values = Array.from({ length: 200 }, (_, i) => (philoxUniform(5, i) < 0.3 ? 1 : 0))
  const share = bootstrapMean(values, 1)
  const width = 2 * 1.96 * Math.sqrt((share.value * (1 - share.value)) / 200)
  expect(share.value).toBe(mean(values))
  expect(share.low).toBeLessThan(share.value)
  expect((share.high - share.low) / width).toBeGreaterThan(0.88)
  expect((share.high - share.low) / width).toBeLessThan(1.12)
  expect(bootstrapMean(values, 1)).toEqual(share)
  expect(bootstrapMean(values, 2)).not.toEqual(share)
})

it('covers the truth about 95 times in 100', () => {
  let covered = 0
  for (let trial = 0; trial < 100; trial++) {
    const values = Array.from({ length: 60 }, (_, i) => philoxUniform(trial, i, 7))
    const { low, high } = bootstrapMean(values, trial)
    if (low <= 0.5 && high >= 0.5) covered++
  }
  expect(covered).toBeGreaterThan(87)
  expect(covered).toBeLessThan(100)
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
  expect(bootstrapMean([1], 1)).toEqual({ value: 1, low: 0, high: 1, count: 1 })
  expect(bootstrapMean([], 1).count).toBe(0)
})

it('finds the median', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBe(0)
})
