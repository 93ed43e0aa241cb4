import { describe, expect, it } from 'vitest'
import { createPixels, type Pixels, wrapPixels } from './pixels.ts'
import { type Kernel, resize, upscale } from './resize.ts'

const kernels: Kernel[] = ['nearest', 'area', 'bilinear', 'catmull-rom', 'lanczos3']

/** One grey row. */
const row = (...greys: number[]): Pixels =>
  wrapPixels(greys.length, 1, 3, Uint8Array.from(greys.flatMap((grey) => [grey, grey, grey])))
const greys = ({ data }: Pixels) => Array.from(data).filter((_, at) => at % 3 === 0)
const noise = (width: number, height: number, channels: 3 | 4 = 3) =>
  wrapPixels(
    width,
    height,
    channels,
    Uint8Array.from({ length: width * height * channels }, (_, at) => (at * at * 31 + at * 7) & 255),
  )

describe('resize', () => {
  it.each(kernels)('%s keeps one colour at any size', (kernel) => {
    for (const [width, height] of [
      [1, 1],
      [7, 3],
      [3, 40],
      [64, 64],
      [5, 5],
    ] as const) {
      const out = resize(createPixels(5, 6, [3, 200, 255]), width, height, kernel)
      expect(out).toEqual(createPixels(width, height, [3, 200, 255]))
    }
  })

  it.each(kernels)('%s commutes with turning a picture round and with swapping its sides', (kernel) => {
    const turned = (picture: Pixels): Pixels => {
      const pixels = Array.from({ length: picture.width * picture.height }, (_, at) =>
        picture.data.slice(at * 3, at * 3 + 3),
      )
      return { ...picture, data: Uint8Array.from(pixels.reverse().flatMap((pixel) => [...pixel])) }
    }
    if (kernel === 'nearest') return
    for (const [width, height] of [
      [4, 13],
      [18, 5],
      [9, 7],
    ] as const) {
      const ways = [
        resize(turned(noise(9, 7)), width, height, kernel),
        turned(resize(noise(9, 7), width, height, kernel)),
      ] as const
      // Weights are added in the other order: a tie may fall to the other side.
      const apart = Array.from(ways[0].data, (value, at) => Math.abs(value - ways[1].data[at]!))
      expect(Math.max(...apart)).toBeLessThanOrEqual(1)
    }
  })

  it('knows the values of textbooks', () => {
    expect(greys(resize(row(0, 100), 4, 1, 'nearest'))).toEqual([0, 0, 100, 100])
    expect(greys(resize(row(0, 100), 4, 1, 'bilinear'))).toEqual([0, 25, 75, 100])
    expect(greys(resize(row(0, 100, 50, 150), 2, 1, 'area'))).toEqual([50, 100])
    // A pixel of 1.5: all of one, half of the next.
    expect(greys(resize(row(0, 90, 240), 2, 1, 'area'))).toEqual([30, 190])
    // Twice as large, a pixel covers half of one.
    expect(greys(resize(row(0, 90), 4, 1, 'area'))).toEqual([0, 0, 90, 90])
    // Keys at a quarter between 0 and 100, with 0 and 100 beyond: -0.0234 0.2266 0.8672 -0.0703.
    expect(greys(resize(row(0, 0, 0, 100, 100, 100), 12, 1, 'catmull-rom')).slice(5, 7)).toEqual([20, 80])
    expect(greys(resize(row(0, 0, 0, 0, 200, 0, 0, 0, 0), 27, 1, 'lanczos3'))[13]).toBe(200)
  })

  it('gives exactly the means when area makes a picture smaller by a whole factor', () => {
    const source = noise(12, 8)
    const out = resize(source, 3, 2, 'area')
    for (let y = 0; y < 2; y++)
      for (let x = 0; x < 3; x++)
        for (let c = 0; c < 3; c++) {
          let sum = 0
          for (let i = 0; i < 16; i++) sum += source.data[((y * 4 + (i >> 2)) * 12 + x * 4 + (i & 3)) * 3 + c]!
          expect(Math.abs(out.data[(y * 3 + x) * 3 + c]! - sum / 16)).toBeLessThanOrEqual(0.5001)
        }
  })

  it('gives transparent pixels no say in colours', () => {
    const picture = wrapPixels(2, 1, 4, Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 0))
    for (const kernel of ['area', 'bilinear', 'lanczos3'] as const) {
      const { data } = resize(picture, 1, 1, kernel)
      expect(Array.from(data)).toEqual([255, 0, 0, 128])
    }
  })

  it('gives back a picture of the same size, and refuses none at all', () => {
    const picture = noise(4, 4)
    expect(resize(picture, 4, 4)).toBe(picture)
    for (const side of [0, -1, 1.5, Number.NaN]) expect(() => resize(picture, side, 4)).toThrow(RangeError)
  })
})

describe('upscale', () => {
  it('stays between the four pixels around each point', () => {
    for (const channels of [3, 4] as const) {
      const source = noise(6, 5, channels)
      const factor = 4
      const out = upscale(source, factor)
      expect([out.width, out.height]).toEqual([24, 20])
      for (let y = 0; y < 20; y++)
        for (let x = 0; x < 24; x++)
          for (let c = 0; c < channels; c++) {
            const near = [0, 1, 2, 3].map((corner) => {
              const sx = Math.min(5, Math.max(0, Math.floor((x + 0.5) / factor - 0.5) + (corner & 1)))
              const sy = Math.min(4, Math.max(0, Math.floor((y + 0.5) / factor - 0.5) + (corner >> 1)))
              return source.data[(sy * 6 + sx) * channels + c]!
            })
            const value = out.data[(y * 24 + x) * channels + c]!
            expect(value).toBeGreaterThanOrEqual(Math.min(...near))
            expect(value).toBeLessThanOrEqual(Math.max(...near))
          }
    }
  })

  it('has no halo at an edge, and a sharper slope than a straight line', () => {
    const out = greys(upscale(row(20, 20, 20, 200, 200, 200), 4)).slice(0, 24)
    expect(Math.min(...out)).toBe(20)
    expect(Math.max(...out)).toBe(200)
    expect(out).toEqual(out.toSorted((a, b) => a - b))
    expect(out[11]).toBeLessThan(20 + 180 * 0.4)
    expect(out[10]).toBeLessThan(20 + 180 * 0.125)
  })

  it('takes whole factors from 1', () => {
    const picture = noise(3, 3)
    expect(upscale(picture, 1)).toEqual(picture)
    for (const factor of [0, 1.5, -2, Number.NaN]) expect(() => upscale(picture, factor)).toThrow(RangeError)
  })
})
