import { describe, expect, it } from 'vitest'
import { averageShareAt, rateAt } from './schedule.ts'

const settings = { steps: 110, peakRate: 0.01, warmupSteps: 10, finalShare: 0.1, averageDecay: 0.99 }

describe('rateAt', () => {
  it('rises in a straight line, then falls along half a cosine to the final share', () => {
    expect(rateAt(1, settings)).toBeCloseTo(0.001, 12)
    expect(rateAt(10, settings)).toBeCloseTo(0.01, 12)
    expect(rateAt(60, settings)).toBeCloseTo(0.01 * (0.1 + 0.9 / 2), 12)
    expect(rateAt(110, settings)).toBeCloseTo(0.001, 12)
    expect(rateAt(500, settings)).toBeCloseTo(0.001, 12)
    const rates = Array.from({ length: 110 }, (_, i) => rateAt(i + 1, settings))
    expect(rates.indexOf(Math.max(...rates))).toBe(9)
    expect(rates.slice(9).every((rate, i, all) => i === 0 || rate < all[i - 1]!)).toBe(true)
  })

  it('needs no warm-up, and survives one as long as the run', () => {
    expect(rateAt(1, { ...settings, warmupSteps: 0 })).toBeLessThanOrEqual(0.01)
    expect(rateAt(110, { ...settings, warmupSteps: 110 })).toBeCloseTo(0.01, 12)
    expect(rateAt(111, { ...settings, warmupSteps: 110 })).toBeCloseTo(0.001, 12)
  })
})

describe('averageShareAt', () => {
  it('is large at first and settles at what the decay leaves', () => {
    expect(averageShareAt(1, settings)).toBeCloseTo(1 - 1 / 11, 12)
    expect(averageShareAt(90, settings)).toBeCloseTo(0.1, 12)
    expect(averageShareAt(1e6, settings)).toBeCloseTo(0.01, 12)
  })
})
