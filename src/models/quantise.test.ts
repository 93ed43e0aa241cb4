import { describe, expect, it } from 'vitest'
import { blockSize, dequantise, quantise, scalesShape } from './quantise.ts'

/** Normal deviates from a small generator of their own (Box and Muller 1958 over an LCG), the same in every run. */
function normals(count: number, seed: number, spread: number): Float32Array {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return Float32Array.from(
    { length: count },
    () => spread * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  )
}

describe('quantise', () => {
  it('stays within half a scale and half precision of each weight, for any shape and spread', () => {
    const cases: [number[], number][] = [
      [[7, 33], 1],
      [[3, 5, 64], 0.02],
      [[1, 1], 5],
      [[4, 31], 1000],
      [[100], 0.5],
      [[2, 96], 2],
    ]
    for (const [shape, spread] of cases) {
      const weights = normals(
        shape.reduce((a, b) => a * b, 1),
        shape[0]!,
        spread,
      )
      const columns = shape.at(-1)!
      const read = dequantise(quantise(weights, shape))
      for (let row = 0; row < weights.length; row += columns) {
        for (let start = row; start < row + columns; start += blockSize) {
          const block = weights.subarray(start, Math.min(start + blockSize, row + columns))
          const largest = Math.max(...Array.from(block, Math.abs))
          const worst = Math.max(...Array.from(block, (weight, i) => Math.abs(weight - read[start + i]!)))
          expect(worst).toBeLessThanOrEqual(0.0044 * largest)
        }
      }
    }
  })

  it('lets no block see another: an outlier costs its own 32 neighbours only', () => {
    const weights = normals(96, 3, 0.01)
    const calm = dequantise(quantise(weights, [1, 96]))
    weights[40] = 100
    const read = dequantise(quantise(weights, [1, 96]))
    expect(read.subarray(0, 32)).toEqual(calm.subarray(0, 32))
    expect(read.subarray(64)).toEqual(calm.subarray(64))
    expect(read[41]).toBe(0)
  })

  it('is exact for weights that are whole scales, and a fixed point after the first time', () => {
    const weights = Float32Array.from({ length: 64 }, (_, i) => ((i % 32) * 4 - 127 + (i % 32 === 31 ? 3 : 0)) / 128)
    weights[0] = -127 / 128
    weights[32] = 127 / 128
    expect(dequantise(quantise(weights, [2, 32]))).toEqual(weights)
    const once = dequantise(quantise(normals(640, 9, 1), [10, 64]))
    expect(dequantise(quantise(once, [10, 64]))).toEqual(once)
  })

  it('keeps zeros zero, and sets to zero what is below half precision', () => {
    expect([...dequantise(quantise(new Float32Array(40), [40]))].every((weight) => weight === 0)).toBe(true)
    expect([...dequantise(quantise(new Float32Array(40).fill(1e-7), [40]))].every(Number.isFinite)).toBe(true)
  })

  it('reads a known block: codes and scale', () => {
    const { codes, scales } = quantise(Float32Array.of(-1.27, 0.635, 0, 0.005, -0.0051), [5])
    expect([...codes]).toEqual([-127, 63, 0, 0, -1])
    // 0.01 in half precision: 0x211f = 1.2802734375 x 2^-7.
    expect([...scales]).toEqual([0x211f])
  })

  it('refuses weights that are not finite, and shapes that do not fit', () => {
    expect(() => quantise(Float32Array.of(1, Number.NaN), [2])).toThrow(/weight 1 is NaN/)
    expect(() => quantise(Float32Array.of(Number.POSITIVE_INFINITY), [1])).toThrow(RangeError)
    expect(() => quantise(Float32Array.of(1e7), [1])).toThrow(RangeError)
    expect(() => quantise(new Float32Array(6), [4])).toThrow(RangeError)
    expect(() => quantise(new Float32Array(1), [])).toThrow(RangeError)
  })

  it('counts the scales of a short last block', () => {
    expect(scalesShape([10, 33])).toEqual([10, 2])
    expect(scalesShape([64])).toEqual([2])
    expect(quantise(new Float32Array(330), [10, 33]).scales).toHaveLength(20)
    expect(quantise(new Float32Array(0), [3, 0]).codes).toHaveLength(0)
  })
})
