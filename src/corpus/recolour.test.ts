import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { boxSum } from './box-sum.ts'
import { measure, rimOf } from './measure.ts'
import { random } from './random.ts'
import { recolour } from './recolour.ts'
import { type Colour, colours } from './scene.ts'
import type { Art, Sprite } from './sprite.ts'
import { drawSmallArt, smallConcepts } from './testing/small-art.ts'
import { distance, meanColour } from './testing/small-scene.ts'

let folder: string
let art: Art
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
  art = await readArt({ folder, concepts: smallConcepts, styles: ['flat'], side: 64 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const sprite = (concept: string): Sprite => art.sprites.get(`flat/${concept}`)!
const coloured = (concept: string, colour: Colour): Uint8Array =>
  recolour(sprite(concept), measure(sprite(concept)), colour)

describe('boxSum', () => {
  it('sums squares, with nothing outside', () => {
    const [width, height] = [13, 9]
    const source = random(1, 'box')
    const values = Uint8Array.from({ length: width * height }, () => source.below(256))
    for (const reach of [1, 2, 5, 20]) {
      const out = new Int32Array(values.length)
      boxSum(values, width, height, reach, out)
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0
          for (let j = Math.max(0, y - reach); j <= Math.min(height - 1, y + reach); j++) {
            for (let i = Math.max(0, x - reach); i <= Math.min(width - 1, x + reach); i++) sum += values[j * width + i]!
          }
          expect(out[y * width + x], `${reach} at ${x}, ${y}`).toBe(sum)
        }
      }
    }
  })
})

describe('measure', () => {
  it('keeps eyes and leaves, not the body; the rim lies at the edge', () => {
    const { keep, tone } = measure(sprite('elephant'))
    const { width, height } = sprite('elephant')
    const eye = Math.round(height * 0.28) * width + Math.round(width * 0.28)
    const body = Math.round(height * 0.45) * width + Math.round(width * 0.6)
    expect(keep[eye]).toBe(255)
    expect(keep[body]).toBe(0)
    expect(Math.abs(tone[body]! - 128)).toBeLessThan(4)
    const rim = rimOf(sprite('elephant'))
    expect(rim[body]).toBe(0)
    expect(Math.max(...rim.subarray((height - 1) * width))).toBeGreaterThan(180)
  })
})

describe('recolour', () => {
  it('turns a grey elephant pink', () => {
    const [r, g, b] = meanColour(sprite('elephant').rgba)
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(25)
    const [pr, pg, pb] = meanColour(coloured('elephant', 'pink'))
    expect(pr).toBeGreaterThan(220)
    expect(pr - pg).toBeGreaterThan(60)
    expect(pb - pg).toBeGreaterThan(20)
  })

  it('keeps the eye of the elephant and the leaf of the apple', () => {
    const darkest = (rgba: Uint8Array): number => {
      let low = 765
      for (let i = 0; i < rgba.length; i += 4)
        if (rgba[i + 3]! > 250) low = Math.min(low, rgba[i]! + rgba[i + 1]! + rgba[i + 2]!)
      return low
    }
    expect(darkest(coloured('elephant', 'yellow'))).toBeLessThan(150)
    const blue = coloured('red-apple', 'blue')
    let green = 0
    for (let i = 0; i < blue.length; i += 4) if (blue[i + 3]! > 250 && blue[i + 1]! > blue[i + 2]! + 40) green++
    expect(green).toBeGreaterThan(30)
  })

  it('makes eleven looks that differ, each in its place', () => {
    const looks = colours.map((colour) => meanColour(coloured('kangaroo', colour)))
    for (const [a, look] of looks.entries()) {
      for (let b = 0; b < a; b++) expect(distance(look, looks[b]!), `${colours[a]} ${colours[b]}`).toBeGreaterThan(40)
    }
    expect(looks[colours.indexOf('black')]!.every((value) => value < 70)).toBe(true)
    expect(looks[colours.indexOf('white')]!.every((value) => value > 200)).toBe(true)
  })

  it('leaves the outline of the picture as it is', () => {
    for (const colour of colours) {
      const out = coloured('kangaroo', colour)
      expect(out.filter((_, i) => i % 4 === 3)).toEqual(
        Uint8Array.from(sprite('kangaroo').rgba.filter((_, i) => i % 4 === 3)),
      )
    }
  })
})
