import { describe, expect, it } from 'vitest'
import { cutOut } from './cut-out.ts'
import { createPixels, type Pixels, type Rgb, wrapPixels } from './pixels.ts'

/** A disc, its edge as soft as a pixel is wide, on a ground. */
function disc(side: number, radius: number, colour: Rgb, ground: Rgb, noise = 0): Pixels {
  const data = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(x - side / 2 + 0.5, y - side / 2 + 0.5)))
      for (let c = 0; c < 3; c++) {
        const jitter = noise * (((x * 7 + y * 13 + c * 5) % 5) - 2)
        data[(y * side + x) * 3 + c] = Math.max(
          0,
          Math.min(255, colour[c]! * inside + ground[c]! * (1 - inside) + jitter),
        )
      }
    }
  }
  return wrapPixels(side, side, 3, data)
}

const alphaAt = ({ width, data }: Pixels, x: number, y: number) => data[(y * width + x) * 4 + 3]!

describe('cutting out', () => {
  it.each([0, 2])('leaves a disc of its own colour and size, and nothing of the ground (noise %i)', (noise) => {
    const cut = cutOut(disc(64, 20, [200, 40, 40], [240, 250, 255], noise))!
    expect(cut.channels).toBe(4)
    expect(cut.width).toBe(cut.height)
    expect(Math.abs(cut.width - 40)).toBeLessThanOrEqual(2)
    expect([alphaAt(cut, 0, 0), alphaAt(cut, cut.width >> 1, cut.height >> 1)]).toEqual([0, 255])
    let area = 0
    for (let pixel = 0; pixel < cut.width * cut.height; pixel++) {
      const [r = 0, g = 0, b = 0, alpha = 0] = cut.data.subarray(pixel * 4, pixel * 4 + 4)
      area += alpha / 255
      // No rim: also where it is soft it has the disc's colour, not the ground's.
      if (alpha > 40) expect([Math.abs(r - 200), Math.abs(g - 40), Math.abs(b - 40)].every((d) => d < 30)).toBe(true)
    }
    // The soft edge weighs what it covers.
    expect(Math.abs(area / (Math.PI * 20 * 20) - 1)).toBeLessThan(0.04)
  })

  it('keeps the alpha that a picture has', () => {
    const data = new Uint8Array(16 * 16 * 4)
    for (let y = 4; y < 10; y++) for (let x = 5; x < 13; x++) data.set([1, 2, 3, 200], (y * 16 + x) * 4)
    const cut = cutOut(wrapPixels(16, 16, 4, data))!
    expect([cut.width, cut.height, ...cut.data.subarray(0, 4)]).toEqual([8, 6, 1, 2, 3, 200])
  })

  it('finds nothing on a bare ground', () => {
    expect(cutOut(createPixels(32, 32, [10, 200, 30]))).toBe(undefined)
    expect(cutOut(createPixels(1, 1))).toBe(undefined)
    expect(cutOut(wrapPixels(8, 8, 4, new Uint8Array(256)))).toBe(undefined)
  })

  it('leaves out crumbs of the ground', () => {
    const picture = disc(64, 20, [200, 40, 40], [255, 255, 255])
    picture.data.set([0, 0, 0], (3 * 64 + 3) * 3)
    expect(cutOut(picture)!.width).toBeLessThan(45)
  })
})
