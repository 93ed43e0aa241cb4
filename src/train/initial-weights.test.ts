import { describe, expect, it } from 'vitest'
import { createParameters } from '../graph/index.ts'
import { initialWeights } from './initial-weights.ts'

function parameters() {
  const p = createParameters()
  p.get('a', [50, 41], { normal: 0.5 })
  p.get('b', [50, 41], { normal: 0.5 })
  p.get('scale', [3], 'ones')
  p.get('bias', [3], 'zeros')
  return p
}

describe('initialWeights', () => {
  it('are a function of the seed', () => {
    expect(initialWeights(parameters(), 7)).toEqual(initialWeights(parameters(), 7))
    expect(initialWeights(parameters(), 7).get('a')!.data).not.toEqual(initialWeights(parameters(), 8).get('a')!.data)
  })

  it('have the shape, mean and deviation that were declared, each parameter its own', () => {
    const weights = initialWeights(parameters(), 1)
    expect([...weights.keys()]).toEqual(['a', 'b', 'scale', 'bias'])
    const [a, b] = [weights.get('a')!, weights.get('b')!]
    expect(a.shape).toEqual([50, 41])
    expect(a.data).not.toEqual(b.data)
    for (const { data } of [a, b]) {
      const mean = data.reduce((sum, v) => sum + v, 0) / data.length
      const deviation = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length)
      // Five standard errors of 2050 draws.
      expect(Math.abs(mean)).toBeLessThan(0.055)
      expect(Math.abs(deviation - 0.5)).toBeLessThan(0.04)
      expect(new Set(data).size).toBe(data.length)
    }
    expect([...weights.get('scale')!.data]).toEqual([1, 1, 1])
    expect([...weights.get('bias')!.data]).toEqual([0, 0, 0])
  })
})
