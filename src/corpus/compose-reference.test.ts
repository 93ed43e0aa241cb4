import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { drawBackground } from './background.ts'
import { render } from './compose.ts'
import { layOut } from './layout.ts'
import { still } from './random.ts'
import type { Scene } from './scene.ts'
import type { Art, Raster } from './sprite.ts'
import { drawSmallArt, smallConcepts, smallStyles } from './testing/small-art.ts'
import { scene, thing } from './testing/small-scene.ts'

let folder: string
let art: Art
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
  art = await readArt({ folder, concepts: smallConcepts, styles: smallStyles, side: 256 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/**
 * The same by the plainest means: numbers with fractions, one pixel at a time, each the mean over the area that it covers of the
 * sprite, halved as long as that is large enough.
 */
function composed(of: Scene, size: number): Float64Array {
  const sprites = of.things.map(({ concept }) => art.sprites.get(`${of.style}/${concept}`)!)
  const shapes = sprites.map(({ width, height }) => {
    const longer = Math.max(width, height)
    return { width: width / longer, height: height / longer }
  })
  const canvas = Float64Array.from(drawBackground(of.background, size, still))
  for (const { thing: which, x, y, extent: share, front = 0 } of layOut(of, shapes, still)) {
    const sprite = sprites[which]!
    const longer = Math.max(sprite.width, sprite.height)
    const extent = Math.max(3, Math.round(share * size))
    let level = { spanX: sprite.width, spanY: sprite.height, ...premultiplied(sprite) }
    for (let half = longer / 2; half >= extent; half /= 2) level = halved(level)
    const width = Math.max(1, Math.round((sprite.width * extent) / longer))
    const height = Math.max(1, Math.round((sprite.height * extent) / longer))
    const left = Math.round(x * size - width / 2)
    const top = Math.round(y * size - height / 2)
    for (let j = Math.floor(front * height); j < height; j++) {
      for (let i = 0; i < width; i++) {
        const [px, py] = [left + i, top + j]
        if (px < 0 || py < 0 || px >= size || py >= size) continue
        const colour = areaMean(level, span(i, width, level.spanX), span(j, height, level.spanY))
        for (let c = 0; c < 3; c++) {
          const at = (py * size + px) * 3 + c
          canvas[at] = canvas[at]! * (1 - colour[3]!) + colour[c]!
        }
      }
    }
  }
  return canvas
}

type Plain = { spanX: number; spanY: number; width: number; height: number; values: Float64Array }

function premultiplied({ width, height, rgba }: Raster): Omit<Plain, 'spanX' | 'spanY'> {
  const values = Float64Array.from(rgba, (value, i) => (i % 4 === 3 ? 1 : value) * (rgba[i - (i % 4) + 3]! / 255))
  return { width, height, values }
}

function halved({ spanX, spanY, width, height, values }: Plain): Plain {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const out = new Float64Array(w * h * 4)
  for (let k = 0; k < out.length; k++) {
    const [x, y] = [Math.floor(k / 4) % w, Math.floor(k / 4 / w)]
    const at = (i: number, j: number): number =>
      values[(Math.min(height - 1, j) * width + Math.min(width - 1, i)) * 4 + (k % 4)]!
    out[k] = (at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1)) / 4
  }
  return { spanX: spanX / 2, spanY: spanY / 2, width: w, height: h, values: out }
}

/** What of the source a pixel covers: at least one sample, so that enlarging is a straight line between samples. */
function span(i: number, to: number, from: number): [number, number] {
  const scale = from / to
  const half = Math.max(1, scale) / 2
  return [Math.max(0, (i + 0.5) * scale - half), Math.min(from, (i + 0.5) * scale + half)]
}

function areaMean(
  { width, values }: Plain,
  [left, right]: [number, number],
  [top, bottom]: [number, number],
): number[] {
  const sum = [0, 0, 0, 0]
  for (let y = Math.floor(top); y < bottom; y++) {
    for (let x = Math.floor(left); x < right; x++) {
      const part = (Math.min(right, x + 1) - Math.max(left, x)) * (Math.min(bottom, y + 1) - Math.max(top, y))
      for (let c = 0; c < 4; c++) sum[c]! += values[(y * width + x) * 4 + c]! * part
    }
  }
  return sum.map((value) => value / ((right - left) * (bottom - top)))
}

describe('composing', () => {
  const cases: [string, Scene][] = [
    ['one thing', scene([thing('cat')], { background: 'field' })],
    ['three on the sea', scene([thing('fish', { count: 3 })], { background: 'sea' })],
    ['many', scene([thing('star', { count: 'many' })], { background: 'plain-pink', style: 'cartoon' })],
    ['one on another', scene([thing('cat'), thing('ship')], { relations: ['on'], background: 'sunset' })],
    ['one inside another', scene([thing('red-apple'), thing('ship')], { relations: ['inside'], style: 'cartoon' })],
    ['a chain', scene([thing('cat'), thing('ship'), thing('fish')], { relations: ['left-of', 'above'] })],
  ]
  it.each(cases)('of %s agrees with plain arithmetic to within two levels', (_, of) => {
    for (const size of [64, 120]) {
      const fast = render(of, 1, art, size, { wander: false }).data
      const slow = composed(of, size)
      let worst = 0
      let drawn = 0
      for (let i = 0; i < fast.length; i++) {
        worst = Math.max(worst, Math.abs(fast[i]! - slow[i]!))
        if (fast[i] !== fast[0]) drawn++
      }
      expect(worst, `at ${size}`).toBeLessThan(2.01)
      expect(drawn).toBeGreaterThan(size * size * 0.2)
    }
  })
})
