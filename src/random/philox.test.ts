import { describe, expect, it } from 'vitest'
import { philox, philoxNormals, philoxUniform } from './philox.ts'

const hex = (numbers: readonly number[]) => numbers.map((n) => n.toString(16).padStart(8, '0'))

describe('philox', () => {
  // Known answers of the Random123 distribution (kat_vectors, philox4x32 10 rounds).
  it('gives the known answers', () => {
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'])
    const ones = 0xffffffff
    expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toEqual([
      '408f276d',
      '41c83b0e',
      'a20bc7c6',
      '6d5451fd',
    ])
    expect(hex(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ])
  })

  it('is uniform and independent of order', () => {
    const draws = Array.from({ length: 20_000 }, (_, i) => philoxUniform(7, i))
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    expect(draws.reduce((a, b) => a + b) / draws.length).toBeCloseTo(0.5, 2)
    expect(philoxUniform(7, 123)).toBe(draws[123])
    expect(philoxUniform(2 ** 40 + 7, 123)).not.toBe(draws[123])
  })

  it('draws normal numbers', () => {
    const draws = Array.from({ length: 10_000 }, (_, i) => philoxNormals(3, i)).flat()
    const mean = draws.reduce((a, b) => a + b) / draws.length
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
    expect(mean).toBeCloseTo(0, 1)
    expect(variance).toBeCloseTo(1, 1)
  })
})
