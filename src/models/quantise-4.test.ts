import { describe, expect, it } from 'vitest'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { philoxNormals } from '../random/philox.ts'
import { choosePrecisions, precisionsOf, relativeLoss } from './choose-precision.ts'
import { dequantise4, quantise4 } from './quantise-4.ts'
import type { Weight } from './weights.ts'

const normals = (rows: number, columns: number, seed = 1): Weight => ({
  shape: [rows, columns],
  data: Float32Array.from({ length: rows * columns }, (_, i) => philoxNormals(seed, 0, i)[0]),
})

describe('weights in 4 bit', () => {
  it('give back exactly what whole codes stand for, two in a byte, the first in the lower half', () => {
    // Each block has the code -8, as its largest weight always does.
    const codes = [-8, 7, 0, 3, -1, 1, ...Array.from({ length: 26 }, (_, i) => (i % 16) - 8), 5, -8]
    const data = Float32Array.from(codes, (code, i) => code * (i < 32 ? 0.5 : -0.25))
    const found = quantise4(data, [1, 34])
    expect([...found.codes.slice(0, 3)]).toEqual([0 | (15 << 4), 8 | (11 << 4), 7 | (9 << 4)])
    expect(found.codes.length).toBe(17)
    expect([...new Float16Array(found.scales.buffer)][0]).toBe(0.5)
    expect(dequantise4(found)).toEqual(data)
    expect(quantise4(dequantise4(found), [1, 34])).toEqual(found)
  })

  it('lose as much of noise as their comment says, and never more than the first scale alone', () => {
    const { shape, data } = normals(64, 320)
    const found = dequantise4(quantise4(data, shape))
    const loss = relativeLoss({ shape, data }, 'int4')
    expect(loss).toBeGreaterThan(0.07)
    expect(loss).toBeLessThan(0.09)
    for (let start = 0; start < data.length; start += 32) {
      const block = data.subarray(start, start + 32)
      const largest = block.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
      const scale = new Float16Array([largest / -8])[0]!
      const plain = block.reduce(
        (sum, w) => sum + (w - scale * Math.max(-8, Math.min(7, Math.round(w / scale)))) ** 2,
        0,
      )
      const own = block.reduce((sum, w, i) => sum + (w - found[start + i]!) ** 2, 0)
      expect(own).toBeLessThanOrEqual(plain * 1.000001)
    }
  })

  it('keep a block of zeros, and refuse what has no code', () => {
    expect(quantise4(new Float32Array(32), [32]).codes).toEqual(new Uint8Array(16).fill(0x88))
    expect(dequantise4(quantise4(new Float32Array(32), [32])).every((weight) => weight === 0)).toBe(true)
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e9]) {
      expect(() => quantise4(Float32Array.of(0, value), [1, 2])).toThrow(/weight 1 is/)
    }
    expect(() => quantise4(new Float32Array(9), [3, 3])).toThrow(/no 4-bit codes/)
    expect(() => quantise4(new Float32Array(8), [2, 2])).toThrow(/no 4-bit codes/)
  })
})

describe('choosing precisions', () => {
  // One weight in each block is a thousand times the others, which 4 and 8 bits then lose.
  const outliers = normals(64, 64, 2)
  for (let i = 0; i < outliers.data.length; i += 32) outliers.data[i] = 1000
  const small = normals(64, 64, 3)
  for (let i = 0; i < small.data.length; i++) small.data[i]! *= 1e-9
  const weights: [string, Weight][] = [
    ['noise', normals(64, 64)],
    ['table', normals(64, 64, 4)],
    ['odd', { shape: [64, 33], data: pseudoRandom('odd', 64 * 33) }],
    ['vector', { shape: [4096], data: pseudoRandom('vector', 4096) }],
    ['small', small],
  ]
  const choose = async (relativeError: number) =>
    Object.fromEntries(await choosePrecisions(weights, { relativeError, eightBits: (name) => name === 'table' }))

  it('takes the fewest bits that keep within the budget', async () => {
    const rest = { vector: 'fp32', small: 'fp32' }
    expect(await choose(0.1)).toEqual({ noise: 'int4', table: 'int8', odd: 'int8', ...rest })
    expect(await choose(0.02)).toEqual({ noise: 'int8', table: 'int8', odd: 'int8', ...rest })
    expect(await choose(0.001)).toEqual({ noise: 'fp16', table: 'fp16', odd: 'fp16', ...rest })
    expect(await choose(1e-6)).toEqual({ noise: 'fp32', table: 'fp32', odd: 'fp32', ...rest })
    const loss = (['int4', 'int8', 'fp16', 'fp32'] as const).map((one) => relativeLoss(weights[0]![1], one))
    expect(loss).toEqual([...loss].sort((a, b) => b - a))
    const of = precisionsOf(new Map([['a', 'int4']]))
    expect(typeof of === 'function' && [of('a'), of('b')]).toEqual(['int4', 'fp32'])
  })

  it('measures each tensor by itself, and names one that is not finite', async () => {
    const chosen = await choosePrecisions([['w', outliers]], { relativeError: 0.1 })
    // Of its root mean square the outliers are all, so little is lost.
    expect(chosen.get('w')).toBe('int4')
    const spoilt = normals(64, 64)
    spoilt.data[5] = Number.NaN
    await expect(choosePrecisions([['w', spoilt]], { relativeError: 1 })).rejects.toThrow(
      /"w" holds a number that is not/,
    )
    const large = normals(64, 64)
    large.data[5] = 1e20
    expect((await choosePrecisions([['w', large]], { relativeError: 1 })).get('w')).toBe('fp32')
  })
})
