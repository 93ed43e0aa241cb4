import { describe, expect, it } from 'vitest'
import {
  createPixels,
  crop,
  cropSquare,
  flatten,
  flipHorizontally,
  fromPlanar,
  type Pixels,
  paste,
  toByte,
  toPlanar,
  wrapPixels,
} from './pixels.ts'

/** 3 x 2, each pixel [10 * y + x, 100, 200]. */
const numbered = (): Pixels => {
  const picture = createPixels(3, 2, [0, 100, 200])
  for (let y = 0; y < 2; y++) for (let x = 0; x < 3; x++) picture.data[(y * 3 + x) * 3] = 10 * y + x
  return picture
}
const reds = ({ data, channels }: Pixels) => Array.from(data).filter((_, at) => at % channels === 0)

describe('pictures', () => {
  it('are made of one colour, opaque', () => {
    expect(createPixels(2, 1, [1, 2, 3])).toEqual({
      width: 2,
      height: 1,
      channels: 3,
      data: Uint8Array.of(1, 2, 3, 1, 2, 3),
    })
    expect(Array.from(createPixels(1, 1, [1, 2, 3], 4).data)).toEqual([1, 2, 3, 255])
    expect(reds(createPixels(1, 1))).toEqual([255])
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('have no side of %s', (side) => {
    expect(() => createPixels(side, 1)).toThrow(RangeError)
    expect(() => createPixels(1, side)).toThrow(RangeError)
    expect(() => wrapPixels(side, 1, 3, new Uint8Array(3))).toThrow(RangeError)
  })

  it('wrap bytes of the right length alone', () => {
    const data = new Uint8Array(12)
    expect(wrapPixels(2, 2, 3, data).data).toBe(data)
    expect(() => wrapPixels(2, 2, 4, data)).toThrow(RangeError)
  })

  it('are cropped', () => {
    expect(reds(crop(numbered(), 1, 0, 2, 2))).toEqual([1, 2, 11, 12])
    expect(reds(crop(numbered(), 2, 1, 1, 1))).toEqual([12])
    expect(reds(cropSquare(numbered()))).toEqual([0, 1, 10, 11])
    for (const [left, top, width, height] of [
      [2, 0, 2, 1],
      [-1, 0, 1, 1],
      [0, 1, 1, 2],
      [0.5, 0, 1, 1],
    ] as const) {
      expect(() => crop(numbered(), left, top, width, height)).toThrow(RangeError)
    }
  })

  it('are mirrored, twice into what they were', () => {
    expect(reds(flipHorizontally(numbered()))).toEqual([2, 1, 0, 12, 11, 10])
    expect(flipHorizontally(flipHorizontally(numbered()))).toEqual(numbered())
  })

  it('are pasted where they fit', () => {
    const onto = createPixels(4, 3, [9, 9, 9])
    paste(onto, numbered(), 1, 1)
    expect(reds(onto)).toEqual([9, 9, 9, 9, 9, 0, 1, 2, 9, 10, 11, 12])
    expect(() => paste(onto, numbered(), 2, 0)).toThrow(RangeError)
    expect(() => paste(onto, createPixels(1, 1, [0, 0, 0], 4), 0, 0)).toThrow(RangeError)
  })

  it('are laid on a colour by their alpha', () => {
    const picture = wrapPixels(3, 1, 4, Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 51))
    expect(Array.from(flatten(picture, [200, 100, 0]).data)).toEqual([10, 20, 30, 200, 100, 0, 160, 100, 51])
    const opaque = numbered()
    expect(flatten(opaque)).toBe(opaque)
  })
})

describe('planes', () => {
  it('hold each channel on its own', () => {
    const planes = toPlanar(numbered())
    expect(Array.from(planes.subarray(0, 6), (value) => Math.round(value * 255))).toEqual([0, 1, 2, 10, 11, 12])
    expect(planes[6]).toBeCloseTo(100 / 255, 7)
    expect(planes[17]).toBeCloseTo(200 / 255, 7)
  })

  it('give back every byte', () => {
    const data = Uint8Array.from({ length: 16 * 16 * 3 }, (_, at) => (at * 37) & 255)
    const picture = wrapPixels(16, 16, 3, data)
    expect(fromPlanar(toPlanar(picture), 16, 16)).toEqual(picture)
  })

  it('are clamped', () => {
    const values = Float32Array.of(-1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5)
    expect(Array.from(fromPlanar(values, 2, 1).data)).toEqual([0, 0, 0, 255, 255, 128])
    expect(() => fromPlanar(values, 2, 2)).toThrow(RangeError)
  })

  it('round ties up', () => {
    expect([0.49, 0.5, 1.5, 254.5, 255.5, 1e9].map(toByte)).toEqual([0, 1, 2, 255, 255, 255])
  })
})
