import { describe, expect, it } from 'vitest'
import { random } from './random.ts'
import { fullRow, halve, type Level, rescaleInto, rescaleRows, spans, wholeLevel } from './scale.ts'
import { fitInside, trim } from './sprite.ts'

/** Colours and alphas of every kind, a third of it clear. */
function noisy(width: number, height: number, seed = 1): Level {
  const source = random(seed, 'noisy')
  const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 && source.chance(0.33) ? 0 : source.below(256),
  )
  return wholeLevel({ width, height, rgba })
}

describe('spans', () => {
  it.each([
    [96, 41],
    [7, 7],
    [5, 13],
    [192, 3],
    [95.5, 60],
    [2.5, 9],
    [1, 1],
  ])('weighs every sample of %d in %d cells once', (from, to) => {
    const { start, length, weights, stride } = spans(from, to)
    const total = new Float64Array(Math.ceil(from))
    for (let i = 0; i < to; i++) {
      let sum = 0
      for (let k = 0; k < length[i]!; k++) {
        sum += weights[i * stride + k]!
        total[start[i]! + k]! += weights[i * stride + k]!
      }
      expect(sum).toBeCloseTo(1, 5)
    }
    if (to <= from) for (let i = 0; i < Math.floor(from); i++) expect(total[i]).toBeCloseTo(to / from, 4)
  })
})

describe('rescaleRows', () => {
  it.each([
    [40, 30, 23, 17],
    [40, 30, 40, 30],
    [13, 9, 31, 22],
    [64, 1, 5, 1],
  ])('agrees with plain sums over areas from %d x %d to %d x %d', (fromWidth, fromHeight, width, height) => {
    const level = noisy(fromWidth, fromHeight)
    const across = spans(fromWidth, width)
    const down = spans(fromHeight, height)
    for (const mirror of [false, true]) {
      rescaleRows(level, { width, height, mirror }, (y, row) => {
        for (let x = 0; x < width; x++) {
          const sum = [0, 0, 0, 0]
          for (let j = 0; j < down.length[y]!; j++) {
            for (let i = 0; i < across.length[x]!; i++) {
              const at = ((down.start[y]! + j) * fromWidth + across.start[x]! + i) * 4
              const weight = down.weights[y * down.stride + j]! * across.weights[x * across.stride + i]!
              const alpha = level.rgba[at + 3]!
              for (let c = 0; c < 3; c++) sum[c]! += (weight * level.rgba[at + c]! * alpha) / fullRow
              sum[3]! += (weight * alpha) / 255
            }
          }
          const to = (mirror ? width - 1 - x : x) * 4
          for (let c = 0; c < 4; c++) expect(Math.abs(row[to + c]! / fullRow - sum[c]!) * 255).toBeLessThan(0.4)
        }
      })
    }
  })

  it('gives only the rows that are wanted', () => {
    const seen: number[] = []
    rescaleRows(noisy(20, 20), { width: 10, height: 10, first: 4, end: 7 }, (y) => seen.push(y))
    expect(seen).toEqual([4, 5, 6])
  })

  it('draws what is opaque fully opaque, at any size', () => {
    const level = wholeLevel({ width: 37, height: 29, rgba: new Uint8Array(37 * 29 * 4).fill(255) })
    for (const [width, height] of [
      [11, 7],
      [37, 29],
      [50, 90],
    ] as const) {
      rescaleRows(level, { width, height }, (_, row) => {
        for (const value of row) expect(value).toBe(fullRow)
      })
    }
  })
})

describe('halve', () => {
  it('is the mean of four, weighed by alpha', () => {
    const level = noisy(12, 8)
    const half = halve(level)
    expect([half.width, half.height, half.spanX, half.spanY]).toEqual([6, 4, 6, 4])
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 6; x++) {
        const at = [0, 1, 12, 13].map((k) => ((2 * y + Math.floor(k / 12)) * 12 + 2 * x + (k % 12)) * 4)
        const alpha = at.reduce((sum, k) => sum + level.rgba[k + 3]!, 0)
        const to = (y * 6 + x) * 4
        expect(Math.abs(half.rgba[to + 3]! - alpha / 4)).toBeLessThanOrEqual(0.5)
        if (alpha === 0) continue
        const red = at.reduce((sum, k) => sum + level.rgba[k]! * level.rgba[k + 3]!, 0) / alpha
        expect(Math.abs(half.rgba[to]! - red)).toBeLessThanOrEqual(0.51)
      }
    }
  })

  it('keeps the true size of odd pictures', () => {
    expect(halve(noisy(5, 3))).toMatchObject({ width: 3, height: 2, spanX: 2.5, spanY: 1.5 })
    const bar = wholeLevel({ width: 5, height: 1, rgba: new Uint8Array(20).fill(255) })
    // All of it is opaque, its last pixel too.
    for (const value of halve(bar).rgba) expect(value).toBe(255)
  })
})

describe('rescaleInto', () => {
  it('keeps colours when it shrinks: clear pixels do not darken the edge', () => {
    const rgba = new Uint8Array(16 * 16 * 4)
    for (let i = 0; i < 256; i++) if (i % 16 > 4) rgba.set([250, 10, 10, 255], i * 4)
    const out = new Uint8Array(11 * 11 * 4)
    rescaleInto(out, wholeLevel({ width: 16, height: 16, rgba }), 11, 11)
    let edge = 0
    for (let i = 0; i < out.length; i += 4) {
      if (out[i + 3]! > 8) expect(out[i]).toBeGreaterThan(245)
      if (out[i + 3]! > 8 && out[i + 3]! < 250) edge++
    }
    expect(edge).toBeGreaterThan(0)
  })
})

describe('sprites', () => {
  it('cuts away what is clear, and knows an empty picture', () => {
    const rgba = new Uint8Array(5 * 4 * 4)
    rgba.set([1, 2, 3, 255], (2 * 5 + 3) * 4)
    rgba.set([4, 5, 6, 255], (3 * 5 + 1) * 4)
    expect(trim(rgba, 5, 4)).toMatchObject({ width: 3, height: 2 })
    expect(trim(new Uint8Array(16), 2, 2)).toBeNull()
  })

  it('fits inside a square and keeps the shape', () => {
    expect(fitInside(200, 100, 50)).toEqual({ width: 50, height: 25 })
    expect(fitInside(1, 1000, 10)).toEqual({ width: 1, height: 10 })
  })
})
