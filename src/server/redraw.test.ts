import { describe, expect, it } from 'vitest'
import { createPixels } from '../image/pixels.ts'
import { clear, keptByMask, keptByStrength, white } from './redraw.ts'

const grid = { grid: [4, 2] as const, tokensOfPlace: 1 }

describe('a mask', () => {
  /** Opaque and black but for one pixel. */
  const spot = (x: number, y: number, colour: readonly number[], side = 16) => {
    const mask = createPixels(side, side, [0, 0, 0], 4)
    mask.data.set(colour, 4 * (y * side + x))
    return mask
  }

  it('has the places drawn anew that any pixel of it lies in, whatever the grid', () => {
    // 4 rows and 2 columns: places of 8 x 4 pixels.
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) {
        const place = Math.floor(y / 4) * 2 + Math.floor(x / 8)
        const expected = Array.from({ length: 8 }, (_, at) => (at === place ? 0 : 1))
        expect([...keptByMask(grid, spot(x, y, [0, 0, 0, 0]), clear)]).toEqual(expected)
        expect([...keptByMask(grid, spot(x, y, [255, 255, 255, 255]), white)]).toEqual(expected)
      }
    }
    const two = keptByMask({ ...grid, tokensOfPlace: 2 }, spot(15, 4, [0, 0, 0, 0]), clear)
    expect([...two]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
  })

  it('is clear or white from the middle on', () => {
    const drawn = (colour: readonly number[], masked: typeof clear) =>
      keptByMask(grid, spot(0, 0, colour), masked)[0] === 0
    expect([drawn([0, 0, 0, 127], clear), drawn([0, 0, 0, 128], clear)]).toEqual([true, false])
    expect([drawn([128, 128, 128, 255], white), drawn([127, 127, 127, 255], white)]).toEqual([true, false])
    // What is clear is nothing that anybody painted white.
    expect([drawn([255, 255, 255, 0], white), drawn([255, 255, 255, 255], clear)]).toEqual([false, false])
    expect(drawn([0, 255, 0, 255], white)).toBe(true)
    expect(drawn([0, 0, 255, 255], white)).toBe(false)
  })
})

describe('a strength', () => {
  const places = (strength: number, seed: number, tokensOfPlace = 1) =>
    [...keptByStrength({ grid: [16, 8], tokensOfPlace }, strength, seed)].flatMap((kept, at) =>
      kept === 0 ? [at] : [],
    )

  it('has that share of all places drawn anew, at least one, and more of the same seed among others', () => {
    expect([0, 0.001, 0.25, 0.5, 1].map((strength) => places(strength, 7).length)).toEqual([1, 1, 32, 64, 128])
    expect(places(0.5, 7)).toEqual(places(0.5, 7))
    expect(places(0.5, 7)).not.toEqual(places(0.5, 8))
    const few = new Set(places(0.5, 7))
    expect(places(0.25, 7).every((place) => few.has(place))).toBe(true)
    expect(places(0.25, 7, 2)).toEqual(places(0.25, 7).flatMap((place) => [2 * place, 2 * place + 1]))
  })

  it('scatters them evenly', () => {
    const counts = new Array<number>(128).fill(0)
    for (let seed = 0; seed < 400; seed++) for (const place of places(0.5, seed)) counts[place]!++
    // Of 400 fair draws, fewer than 140 or more than 260 come once in a billion.
    expect(Math.min(...counts)).toBeGreaterThan(140)
    expect(Math.max(...counts)).toBeLessThan(260)
  })
})
