import { describe, expect, it } from 'vitest'
import { wrapPixels } from './pixels.ts'
import { fromOnWhite, onWhite } from './transparency.ts'

const half = 128

describe('transparency', () => {
  it('shows clear pixels white, opaque ones as they are, and others between', () => {
    const picture = wrapPixels(3, 1, 4, Uint8Array.of(10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 0, half))
    expect([...onWhite(picture, 3)]).toEqual([255, 255, 255, 10, 20, 30, 127, 127, 127])
    expect([...onWhite(picture, 4)]).toEqual([255, 255, 255, 0, 10, 20, 30, 255, 127, 127, 127, half])
  })

  it('leaves an opaque picture as it is, and gives it full alpha where that is wanted', () => {
    const picture = wrapPixels(2, 1, 3, Uint8Array.of(1, 2, 3, 4, 5, 6))
    expect(onWhite(picture, 3)).toBe(picture.data)
    expect([...onWhite(picture, 4)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255])
    expect(fromOnWhite(onWhite(picture, 4), 2, 1)).toEqual(picture)
  })

  it('comes back to within what rounding of a half-clear colour costs', () => {
    const data = new Uint8Array(256 * 4)
    for (let i = 0; i < 256; i++) data.set([i, (i * 7) % 256, 255 - i, i < 20 ? 0 : i > 235 ? 255 : i], i * 4)
    const picture = wrapPixels(256, 1, 4, data)
    const back = fromOnWhite(onWhite(picture, 4), 256, 1)
    expect(back.channels).toBe(4)
    for (let i = 0; i < 256; i++) {
      const alpha = data[i * 4 + 3]!
      expect(back.data[i * 4 + 3]).toBe(alpha)
      if (alpha === 0) continue
      for (let c = 0; c < 3; c++) {
        expect(Math.abs(back.data[i * 4 + c]! - data[i * 4 + c]!)).toBeLessThanOrEqual(Math.ceil(255 / alpha / 2) + 1)
      }
    }
  })

  it('takes a picture for opaque where only a speck of it is clear', () => {
    const seen = new Uint8Array(100 * 4).fill(255)
    seen[3] = 0
    expect(fromOnWhite(seen, 10, 10).channels).toBe(3)
    for (let i = 0; i < 5; i++) seen[i * 4 + 3] = 0
    expect(fromOnWhite(seen, 10, 10).channels).toBe(4)
  })
})
