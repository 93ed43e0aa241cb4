import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { fill } from './material.ts'
import { boldMaterials } from './materials/bold.ts'
import { measure } from './measure.ts'
import { type Material, materials } from './scene.ts'
import type { Raster } from './sprite.ts'
import { drawSmallArt } from './testing/small-art.ts'
import { distance, meanColour } from './testing/small-scene.ts'

let folder: string
let small: Raster
/** Twice as large: there the fine textures are used. */
let large: Raster
/** Round and whole, so that much of a texture shows: in both sizes. */
let apples: Raster[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
  const { sprites } = await readArt({ folder, concepts: ['kangaroo', 'red-apple'], styles: ['flat'], side: 64 })
  small = sprites.get('flat/kangaroo')!
  large = await doubled(small)
  const apple = sprites.get('flat/red-apple')!
  apples = [apple, await doubled(apple)]
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function doubled({ width, height, rgba }: Raster): Promise<Raster> {
  const picture = sharp(Uint8Array.from(rgba), { raw: { width, height, channels: 4 } })
  const larger = await picture
    .resize(width * 2, height * 2)
    .raw()
    .toBuffer()
  return { width: width * 2, height: height * 2, rgba: larger }
}

const made = (of: Raster, material: Material, x = 0.5, y = 0.5): Uint8Array => fill(of, measure(of), material, x, y)

/** Mean colour, spread of each channel, how strongly neighbours differ across and down, and how much is seen through. */
function look({ width, rgba }: Raster, out: Uint8Array): number[] {
  let across = 0
  let down = 0
  let cover = 0
  let whole = 0
  const channels: [number[], number[], number[]] = [[], [], []]
  for (let i = width * 4 + 4; i < out.length; i += 4) {
    whole += rgba[i + 3]!
    cover += out[i + 3]!
    if (rgba[i + 3]! < 250 || rgba[i - 1]! < 250 || rgba[i - width * 4 + 3]! < 250) continue
    for (const [c, values] of channels.entries()) values.push(out[i + c]!)
    across += Math.abs(out[i + 1]! - out[i - 3]!)
    down += Math.abs(out[i + 1]! - out[i + 1 - width * 4]!)
  }
  const count = channels[0].length
  const spread = channels.flatMap((values) => {
    values.sort((a, b) => a - b)
    return [0.1, 0.35, 0.65, 0.9].map((q) => values[Math.floor(q * count)]! / 2)
  })
  return [...meanColour(out, 60), ...spread, (3 * across) / count, (3 * down) / count, 150 * (cover / whole)]
}

describe('fill', () => {
  it('gives all materials looks of their own, coarse and fine, wherever the texture begins', () => {
    for (const raster of apples) {
      const looks = materials.map((material) =>
        [0.1, 0.35, 0.6, 0.85].map((offset) => look(raster, made(raster, material, offset, 1 - offset))),
      )
      const means = looks.map((of) => of[0]!.map((_, k) => of.reduce((sum, one) => sum + one[k]!, 0) / of.length))
      for (const [a, of] of looks.entries()) {
        for (const one of of) {
          const apart = means.map((mean) => distance(one, mean))
          const nearest = apart.indexOf(Math.min(...apart))
          expect(materials[nearest], `${materials[a]}, ${raster.width} pixels`).toBe(materials[a])
        }
        for (let b = 0; b < a; b++) {
          expect(distance(means[a]!, means[b]!), `${materials[a]} ${materials[b]}`).toBeGreaterThan(25)
        }
      }
    }
  })

  it('changes the thing and keeps its eye', () => {
    const { width, height, rgba } = large
    for (const material of materials) {
      const out = made(large, material)
      expect(distance(look(large, out), look(large, rgba)), material).toBeGreaterThan(20)
      let darkest = 765
      for (let y = Math.round(height * 0.1); y < height * 0.25; y++) {
        for (let x = Math.round(width * 0.75); x < width * 0.95; x++) {
          const at = (y * width + x) * 4
          if (out[at + 3]! > 250) darkest = Math.min(darkest, out[at]! + out[at + 1]! + out[at + 2]!)
        }
      }
      expect(darkest, material).toBeLessThan(130)
    }
  })

  it('leaves the outline, but for what is seen through and what is ragged', () => {
    for (const material of materials) {
      const out = made(large, material)
      let less = 0
      let more = 0
      let whole = 0
      for (let i = 3; i < out.length; i += 4) {
        more += Math.max(0, out[i]! - large.rgba[i]!)
        less += large.rgba[i]! - out[i]!
        whole += large.rgba[i]!
      }
      expect(more).toBe(0)
      if (material === 'glass' || material === 'water') expect(less / whole, material).toBeGreaterThan(0.1)
      else if (material === 'fur') expect(less / whole).toBeGreaterThan(0.01)
      else expect(less, material).toBe(0)
    }
  })

  it('lights what is shaded from the upper left', () => {
    // A ball: what of it is light, measured from its middle.
    const side = 160
    const rgba = new Uint8Array(side * side * 4)
    for (let i = 0; i < side * side; i++) {
      const far = Math.hypot((i % side) - 79.5, Math.floor(i / side) - 79.5)
      if (far < 78) rgba.set([180, 120, 90, 255], i * 4)
    }
    const ball = { width: side, height: side, rgba }
    for (const material of ['plastic', 'leather', 'rubber', 'fabric', 'fur', 'paper'] as const) {
      const out = made(ball, material)
      const half = { lit: 0, shade: 0 }
      for (let i = 0; i < side * side; i++) {
        const where = (i % side) + Math.floor(i / side) < side - 1 ? 'lit' : 'shade'
        half[where] += out[i * 4]! + out[i * 4 + 1]! + out[i * 4 + 2]!
      }
      expect(half.lit / half.shade, material).toBeGreaterThan(1.03)
    }
  })

  it('shows finer detail where there is room for it', () => {
    // How far a pixel is from the mean of its two neighbours: a texture that was merely enlarged has hardly any of that.
    for (const material of ['stone', 'brick', 'wood', 'leather', 'fabric', 'fur'] as const) {
      const out = made(large, material)
      const row = large.width * 4
      const fine = [4, row].map((step) => {
        let sum = 0
        let count = 0
        for (let i = row; i < out.length - row; i += 4) {
          if (large.rgba[i + 3 - step]! < 250 || large.rgba[i + 3]! < 250 || large.rgba[i + 3 + step]! < 250) continue
          sum += Math.abs(2 * out[i + 1]! - out[i + 1 - step]! - out[i + 1 + step]!)
          count++
        }
        return sum / count
      })
      expect(Math.max(...fine), material).toBeGreaterThan(5)
    }
  })

  it('looks as it did when the first model was trained', () => {
    /** Mean red, green and blue, and how far green strays from its mean: measured then. */
    const then: Record<(typeof boldMaterials)[number], readonly number[]> = {
      cheese: [222, 175, 54, 49],
      chocolate: [90, 53, 32, 22],
      ice: [174, 215, 236, 24],
      stone: [120, 120, 117, 35],
      brick: [188, 119, 101, 70],
      wood: [162, 109, 58, 29],
      gold: [223, 183, 69, 34],
      grass: [59, 134, 36, 39],
    }
    for (const material of boldMaterials) {
      const out = made(small, material)
      const mean = meanColour(out, 251)
      let stray = 0
      let count = 0
      for (let i = 0; i < out.length; i += 4) {
        if (out[i + 3]! <= 250) continue
        stray += Math.abs(out[i + 1]! - mean[1])
        count++
      }
      for (const [k, value] of [...mean, stray / count].entries()) {
        expect(Math.abs(value - then[material][k]!), `${material} ${k}`).toBeLessThan(2.5)
      }
    }
  })
})
