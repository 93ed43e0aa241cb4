import { describe, expect, it } from 'vitest'
import { fitScaling, forecastLoss } from './scaling.ts'

const law = (compute: number): number => 1.3 + 40 * compute ** -0.28
const at = (...compute: number[]) => compute.map((each) => ({ compute: each, loss: law(each) }))

describe('fitScaling', () => {
  it('finds a law again and foretells what lies far beyond it', () => {
    const fit = fitScaling(at(1e3, 4e3, 16e3, 64e3))
    expect(fit.floor).toBeCloseTo(1.3, 1)
    expect(fit.exponent).toBeCloseTo(0.28, 1)
    expect(fit.error).toBeLessThan(1e-3)
    expect(forecastLoss(fit, 1e7)).toBeCloseTo(law(1e7), 1)
  })

  it('is not thrown off by a little noise', () => {
    const noisy = at(1e3, 4e3, 16e3, 64e3).map(({ compute, loss }, i) => ({
      compute,
      loss: loss * (i % 2 ? 1.004 : 0.996),
    }))
    expect(forecastLoss(fitScaling(noisy), 1e6)).toBeCloseTo(law(1e6), 0)
  })

  it('depends on the unit of compute in nothing but the coefficient', () => {
    const [one, other] = [
      fitScaling(at(1, 5, 25, 125)),
      fitScaling(at(1, 5, 25, 125).map((t) => ({ ...t, compute: t.compute * 1e12 }))),
    ]
    expect(other.floor).toBeCloseTo(one.floor, 6)
    expect(other.exponent).toBeCloseTo(one.exponent, 6)
    expect(forecastLoss(other, 1e15)).toBeCloseTo(forecastLoss(one, 1e3), 6)
  })

  it('refuses what it cannot fit', () => {
    expect(() => fitScaling(at(1, 2))).toThrow(RangeError)
    expect(() => fitScaling([...at(5), ...at(5), ...at(5)])).toThrow(/three sizes/)
    expect(() => fitScaling([1, 2, 3].map((compute) => ({ compute, loss: compute })))).toThrow(/fall/)
  })
})
