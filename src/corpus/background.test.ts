import { describe, expect, it } from 'vitest'
import { drawBackground, horizons } from './background.ts'
import { type Canvas, curve, type Rgb } from './backgrounds/paint.ts'
import { disc, polygon, rectangle } from './backgrounds/shapes.ts'
import { random, still } from './random.ts'
import { type Background, backgrounds } from './scene.ts'
import { difference, shrunk } from './testing/small-scene.ts'

describe('drawBackground', () => {
  it('paints every pixel of every background, at any side', () => {
    for (const background of backgrounds) {
      for (const side of [8, 64, 256]) {
        for (const source of [still, random(3, background)]) {
          const rgb = drawBackground(background, side, source)
          expect(rgb.length).toBe(side * side * 3)
          // No background has pure black: it would be a pixel left out.
          for (let i = 0; i < rgb.length; i += 3) {
            if (rgb[i] === 0 && rgb[i + 1] === 0 && rgb[i + 2] === 0)
              expect.fail(`${background} ${side}: pixel ${i / 3}`)
          }
        }
      }
    }
  })

  it('gives each one a look of its own', () => {
    const looks = backgrounds.map((background) => drawBackground(background, 64, still))
    for (const [a, look] of looks.entries()) {
      for (let b = 0; b < a; b++) {
        const pair = `${backgrounds[a]} ${backgrounds[b]}`
        if (pair === 'transparent white') expect(look).toEqual(looks[b])
        else expect(difference(look, looks[b]!), pair).toBeGreaterThan(6)
      }
    }
  })

  it('looks the same at any side', () => {
    for (const background of backgrounds) {
      const large = shrunk(drawBackground(background, 256, still), 256, 4)
      expect(difference(large, drawBackground(background, 64, still)), background).toBeLessThan(4)
    }
  })

  it('is a function of its source, and varies with it', () => {
    for (const background of backgrounds) {
      const draw = (seed: number): Uint8Array => drawBackground(background, 32, random(seed, 'b'))
      expect(draw(1)).toEqual(draw(1))
      if (background === 'white' || background === 'transparent') expect(draw(1)).toEqual(draw(2))
      else
        expect(
          [2, 3, 4, 5].some((seed) => difference(draw(1), draw(seed)) > 0.2),
          background,
        ).toBe(true)
    }
  })

  it('begins its ground where the horizon says', () => {
    const side = 128
    for (const [background, horizon] of Object.entries(horizons)) {
      const rgb = drawBackground(background as Background, side, still)
      const row = (y: number): number[] => [
        ...rgb.subarray(Math.round(y * side) * side * 3, Math.round(y * side + 1) * side * 3),
      ]
      const meanOf = (values: number[], c: number): number =>
        values.filter((_, i) => i % 3 === c).reduce((a, b) => a + b, 0) / side
      const jump = (y: number): number =>
        Math.max(...[0, 1, 2].map((c) => Math.abs(meanOf(row(y - 0.1), c) - meanOf(row(y + 0.1), c))))
      expect(jump(horizon), background).toBeGreaterThan(8)
    }
  })

  it('looks as it did when the first model was trained', () => {
    /** Mean red, green and blue of the upper and of the lower half: measured then. */
    const then: Partial<Record<Background, readonly number[]>> = {
      white: [255, 255, 255, 255, 255, 255],
      'plain-pink': [253, 206, 222, 253, 206, 222],
      'plain-blue': [188, 218, 253, 188, 218, 253],
      'plain-green': [198, 236, 194, 198, 236, 194],
      'plain-yellow': [253, 240, 176, 253, 240, 176],
      'plain-grey': [206, 208, 212, 206, 208, 212],
      'plain-purple': [222, 204, 246, 222, 204, 246],
      'plain-orange': [253, 218, 176, 253, 218, 176],
      sky: [135, 194, 248, 169, 214, 252],
      field: [177, 219, 252, 123, 192, 105],
      sea: [170, 212, 245, 47, 121, 195],
      beach: [154, 208, 243, 203, 206, 175],
      snow: [160, 188, 218, 226, 236, 248],
      night: [29, 35, 74, 37, 44, 96],
      space: [18, 8, 30, 18, 8, 30],
      desert: [194, 218, 223, 227, 176, 105],
      forest: [116, 171, 134, 89, 135, 70],
      room: [214, 228, 234, 199, 174, 150],
      sunset: [181, 90, 109, 175, 111, 103],
    }
    for (const [background, means] of Object.entries(then)) {
      const rgb = drawBackground(background as Background, 64, still)
      const half = rgb.length / 2
      for (const [k, expected] of means.entries()) {
        const part = rgb.subarray(k < 3 ? 0 : half, k < 3 ? half : rgb.length)
        const mean = part.filter((_, i) => i % 3 === k % 3).reduce((sum, value) => sum + value, 0) / (64 * 32)
        expect(Math.abs(mean - expected), `${background} ${k}`).toBeLessThan(2)
      }
    }
  })
})

describe('shapes', () => {
  const ink: Rgb = [200, 100, 50]
  const canvas = (side: number): Canvas => ({ side, rgb: new Uint8Array(side * side * 3) })
  /** How much of the canvas is covered, in pixels. */
  const area = ({ rgb }: Canvas): number => rgb.reduce((sum, value, i) => sum + (i % 3 === 0 ? value / 200 : 0), 0)

  it('cover the area that geometry says', () => {
    const side = 50
    const draw = (paint: (on: Canvas) => void): number => {
      const on = canvas(side)
      paint(on)
      return area(on) / side ** 2
    }
    expect(draw((on) => disc(on, 0.5, 0.45, 0.3, ink))).toBeCloseTo(Math.PI * 0.09, 2)
    expect(draw((on) => disc(on, 0.5, 0.5, 0.4, ink, 1, 0.2))).toBeCloseTo(Math.PI * 0.08, 2)
    expect(draw((on) => disc(on, 0.5, 0.5, 0.4, ink, 0.5, 0.2))).toBeCloseTo(Math.PI * 0.04, 2)
    expect(draw((on) => rectangle(on, 0.113, 0.207, 0.731, 0.555, ink))).toBeCloseTo(0.618 * 0.348, 2)
    expect(draw((on) => rectangle(on, -3, -3, 3, 3, ink))).toBeCloseTo(1, 5)
    expect(draw((on) => polygon(on, [0.1, 0.1, 0.9, 0.2, 0.4, 0.8], ink))).toBeCloseTo(0.265, 2)
    // Even-odd: a hole inside.
    const ring = [0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9, 0.1, 0.1, 0.3, 0.3, 0.7, 0.3, 0.7, 0.7, 0.3, 0.7, 0.3, 0.3]
    expect(draw((on) => polygon(on, ring, ink))).toBeCloseTo(0.64 - 0.16, 2)
  })

  it('are cut off at the border', () => {
    const on = canvas(20)
    for (const [x, y] of [
      [-0.2, 0.5],
      [1.2, 1.2],
      [0.5, -5],
    ] as const) {
      disc(on, x, y, 0.3, ink)
      polygon(on, [x, y, x + 0.4, y, x, y + 0.4], ink)
      rectangle(on, x, y, x + 0.2, y + 0.2, ink)
    }
    expect(on.rgb.length).toBe(20 * 20 * 3)
    expect(curve(on, (x) => x)[19]).toBeCloseTo(0.975)
  })
})
