import { describe, expect, it } from 'vitest'
import { mostRowInputs } from '../graph/onnx/row-weight.ts'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { dequantiseRows, fitsRows, quantiseRows } from './quantise-rows.ts'

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

describe.each([[[33, 70]], [[16, 5]], [[3, 129]]])('weights of %j with a scale an output', (shape) => {
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

  it('stand with outputs last', () => {
    const [outputs, inputs] = shape as [number, number]
    for (const [o, i] of [
      [0, 0],
      [1, 2],
      [outputs - 1, inputs - 1],
    ] as const) {
      const only = quantiseRows(
        weights.map((_, j) => (j === o * inputs + i ? 1 : 0)),
        shape,
      ).codes
      expect([...only.keys()].filter((j) => only[j] !== 0)).toEqual([i * outputs + o])
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

it('are for two axes', () => {
  expect([[16, 2]].every(fitsRows)).toBe(true)
  expect([[16], [16, 2, 3], [16, 2, 3, 3], [16, mostRowInputs + 1]].some(fitsRows)).toBe(false)
  expect(fitsRows([16, mostRowInputs])).toBe(true)
  expect(() => quantiseRows(new Float32Array(64), [4, 4, 4])).toThrow(/two axes/)
})
