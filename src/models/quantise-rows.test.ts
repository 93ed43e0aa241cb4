import { describe, expect, it } from 'vitest'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { codesShape, dequantiseRows, fitsRows, quantiseRows, shapeOfCodes } from './quantise-rows.ts'

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

describe.each([[[33, 70]], [[16, 5, 3, 3]], [[20, 4, 1, 2]]])('weights of %j with a scale an output', (shape) => {
  const each = count(shape.slice(1))
  const weights = pseudoRandom('rows', count(shape)).map((value, i) => value * 2 ** ((Math.floor(i / each) % 9) - 4))

  it('stay within half a scale and half precision of themselves', () => {
    const read = dequantiseRows(quantiseRows(weights, shape))
    for (let row = 0; row < weights.length; row += each) {
      const own = weights.subarray(row, row + each)
      const largest = Math.max(...Array.from(own, Math.abs))
      const worst = Math.max(...Array.from(own, (weight, i) => Math.abs(weight - read[row + i]!)))
      expect(worst).toBeLessThanOrEqual(0.0044 * largest)
      expect(worst).toBeGreaterThan(0)
    }
  })

  it('stand with outputs last, as their shapes say', () => {
    const { codes } = quantiseRows(weights, shape)
    const [outputs, inputs, high = 1, wide = 1] = shape as [number, number, number?, number?]
    expect(codesShape(shape)).toEqual(shape.length === 2 ? [inputs, outputs] : [high, wide, inputs, outputs])
    expect(shapeOfCodes(codesShape(shape))).toEqual(shape)
    for (const [o, i, y, x] of [
      [0, 0, 0, 0],
      [1, 2, 0, 0],
      [outputs - 1, inputs - 1, high - 1, wide - 1],
      [7, 3, high - 1, 0],
    ] as const) {
      const at = ((o * inputs + i) * high + y) * wide + x
      expect(Math.sign(codes[((y * wide + x) * inputs + i) * outputs + o]!)).toBe(
        Math.sign(Math.round(weights[at]! * 1e9)),
      )
      const alone = weights.map((_, j) => (j === at ? 1 : 0))
      const only = quantiseRows(alone, shape).codes
      expect([...only.keys()].filter((j) => only[j] !== 0)).toEqual([((y * wide + x) * inputs + i) * outputs + o])
    }
  })

  it('let no output see another, and are a fixed point after the first time', () => {
    const loud = weights.slice()
    loud[each] = 1000
    const [before, after] = [dequantiseRows(quantiseRows(weights, shape)), dequantiseRows(quantiseRows(loud, shape))]
    expect(after.subarray(0, each)).toEqual(before.subarray(0, each))
    expect(after.subarray(2 * each)).toEqual(before.subarray(2 * each))
    expect(dequantiseRows(quantiseRows(before, shape))).toEqual(before)
  })
})

it('are zeros where all are, and refused where they are no numbers or too few', () => {
  expect(dequantiseRows(quantiseRows(new Float32Array(64), [16, 4]))).toEqual(new Float32Array(64))
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
    expect(() => quantiseRows(new Float32Array(64).fill(value, 9, 10), [16, 4])).toThrow(/weight 9 is/)
  }
  expect(() => quantiseRows(new Float32Array(63), [16, 4])).toThrow(/63 weights do not fill/)
})

it('are for two and four axes and 16 outputs', () => {
  expect(
    [
      [16, 1],
      [16, 2, 3, 3],
    ].every(fitsRows),
  ).toBe(true)
  expect([[15, 64], [16], [16, 2, 3], [3, 64, 3, 3]].some(fitsRows)).toBe(false)
})
