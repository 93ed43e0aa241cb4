import { describe, expect, it } from 'vitest'
import { createPixels, type Pixels, type Rgb, wrapPixels } from '../image/pixels.ts'
import { findThings } from './foreground.ts'

const side = 48

/** A picture whose ground and things are given by formulas. */
function picture(ground: (x: number, y: number) => Rgb, thing: (x: number, y: number) => Rgb | null): Pixels {
  const pixels = createPixels(side, side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) pixels.data.set(thing(x, y) ?? ground(x, y), (y * side + x) * 3)
  }
  return pixels
}

const white = (): Rgb => [255, 255, 255]
const disc = (cx: number, cy: number, r: number) => (x: number, y: number) => Math.hypot(x - cx, y - cy) <= r
const red: Rgb = [210, 30, 30]
const sizes = (pixels: Pixels) => findThings(pixels).map(({ width, height }) => `${width}x${height}`)

describe('things in a picture', () => {
  it('are none on a bare ground, of one colour or two', () => {
    expect(findThings(picture(white, () => null))).toEqual([])
    expect(
      findThings(
        picture(
          (_, y) => (y < 20 ? [120, 180, 250] : [90, 170, 70]),
          () => null,
        ),
      ),
    ).toEqual([])
    expect(findThings(wrapPixels(8, 8, 4, new Uint8Array(8 * 8 * 4)))).toEqual([])
    expect(findThings(createPixels(1, 1))).toEqual([])
  })

  it('are cut to what shows, on any ground', () => {
    const inside = disc(20, 26, 10)
    const grounds: ((x: number, y: number) => Rgb)[] = [
      white,
      () => [255, 208, 224],
      (_, y) => [100 + y, 170 + y, 250],
      (_, y) => (y < 24 ? [140, 200, 250] : [110, 180, 80]),
    ]
    for (const ground of grounds) {
      expect(sizes(picture(ground, (x, y) => (inside(x, y) ? red : null)))).toContain('21x21')
    }
  })

  it('have their holes, and white eyes on white, within their outline', () => {
    const [body, eye] = [disc(24, 24, 14), disc(20, 20, 4)]
    const [thing] = findThings(picture(white, (x, y) => (eye(x, y) ? [255, 255, 255] : body(x, y) ? red : null)))
    const at = (20 - 10) * thing!.width + (20 - 10)
    expect([thing!.coverage[at], thing!.rgb[at * 3]]).toEqual([255, 255])
    expect(thing!.coverage[0]).toBe(0)
  })

  it('are taken together and one by one', () => {
    const [one, other] = [disc(12, 12, 8), disc(34, 30, 10)]
    const found = sizes(picture(white, (x, y) => (one(x, y) ? red : other(x, y) ? [20, 60, 200] : null)))
    expect(found[0]).toBe('41x37')
    expect(found).toEqual(expect.arrayContaining(['17x17', '21x21']))
  })

  it('are told from specks and from crumbs', () => {
    const body = disc(24, 24, 14)
    const found = sizes(picture(white, (x, y) => (body(x, y) || (x === 2 && y === 2) ? red : null)))
    expect(found).toContain('29x29')
    expect(found.every((size) => size === '29x29' || size === '27x27')).toBe(true)
  })

  it('are what alpha says, a hole being inside the outline and not the own', () => {
    const data = new Uint8Array(side * side * 4)
    const [outer, inner] = [disc(24, 24, 16), disc(24, 24, 8)]
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        if (outer(x, y) && !inner(x, y)) data.set([40, 40, 40, 255], (y * side + x) * 4)
      }
    }
    const [thing, ...others] = findThings(wrapPixels(side, side, 4, data))
    expect(others).toEqual([])
    const middle = 16 * thing!.width + 16
    expect([thing!.width, thing!.coverage[middle], thing!.own[middle]]).toEqual([33, 255, 0])
  })

  it('are found in a large picture as in a small one', () => {
    const large = createPixels(700, 500)
    for (let y = 100; y < 300; y++) {
      for (let x = 200; x < 600; x++) large.data.set(red, (y * 700 + x) * 3)
    }
    const [thing] = findThings(large)
    expect(thing!.width / thing!.height).toBeCloseTo(2, 1)
    expect(thing!.width).toBeLessThan(160)
  })
})
