import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { drawScene } from './compose.ts'
import { applyFilter } from './filter.ts'
import { blurred, edgesOf } from './filters/planes.ts'
import { random } from './random.ts'
import { type Filter, filters, type Scene } from './scene.ts'
import type { Art } from './sprite.ts'
import { drawSmallArt, smallConcepts } from './testing/small-art.ts'
import { difference, distance, scene, thing } from './testing/small-scene.ts'

let folder: string
let art: Art
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
  art = await readArt({ folder, concepts: smallConcepts, styles: ['flat'], side: 128 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const side = 128
const scenes: readonly Scene[] = [
  scene([thing('cat')]),
  scene([thing('fish')], { background: 'sea' }),
  scene([thing('automobile', { colour: 'green' })], { background: 'city' }),
  scene([thing('star', { material: 'wood' })], { background: 'plain-pink' }),
  scene([thing('elephant', { count: 3 })], { background: 'sunset' }),
]
const draw = (of: Scene, filter: Filter | null, seed = 5): Uint8Array =>
  drawScene({ ...of, filter }, seed, art, side).pixels.data

/** Plain numbers that tell filters apart: how coloured, how dark, how busy and how flat, near by and farther off. */
function look(rgb: Uint8Array): number[] {
  let colourful = 0
  let light = 0
  let blue = 0
  let busy = 0
  let flat = 0
  let black = 0
  for (let y = 0; y < side - 1; y++) {
    for (let x = 0; x < side - 1; x++) {
      const at = (y * side + x) * 3
      const [r, g, b] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!]
      const below = at + side * 3
      const step = Math.abs(g - rgb[at + 4]!) + Math.abs(g - rgb[below + 1]!)
      const same =
        r === rgb[at + 3] && g === rgb[at + 4] && b === rgb[at + 5] && r === rgb[below] && g === rgb[below + 1]
      colourful += Math.max(r, g, b) - Math.min(r, g, b)
      light += (r + g + b) / 3
      blue += b - (r + g) / 2
      busy += step
      if (same) flat += 255
      if (r < 26 && g < 26 && b < 40) black += 255
    }
  }
  return [colourful, light, blue, 2 * busy, flat, black].map((sum) => sum / (side - 1) ** 2)
}

describe('applyFilter', () => {
  it('changes every picture, each filter in its own way', () => {
    for (const of of scenes) {
      const looks = [null, ...filters].map((filter) => ({ filter, look: look(draw(of, filter)) }))
      for (const [a, one] of looks.entries()) {
        for (const other of looks.slice(0, a)) {
          const what = `${one.filter} ${other.filter} ${of.background}`
          // A picture of few colours is nearly grey to begin with.
          expect(distance(one.look, other.look), what).toBeGreaterThan(8)
        }
      }
    }
  })

  it('is a function of the seed', () => {
    for (const filter of filters) {
      expect(draw(scenes[1]!, filter)).toEqual(draw(scenes[1]!, filter))
    }
    for (const filter of ['watercolour', 'oil', 'mosaic'] as const) {
      const start = draw(scenes[0]!, null)
      const made = [1, 2, 3, 4, 5].map((seed) => {
        const rgb = Uint8Array.from(start)
        applyFilter(filter, { side, rgb, cover: null, least: 0.6 }, random(seed, 'filter'))
        return rgb.join()
      })
      expect(new Set(made).size, filter).toBeGreaterThan(1)
    }
  })

  it('copes with any side', () => {
    for (const filter of filters) {
      for (const small of [8, 9, 31, 64]) {
        const { pixels } = drawScene({ ...scenes[1]!, filter }, 1, art, small)
        expect(pixels.data.length).toBe(small * small * 3)
      }
    }
  })

  it('makes greys of everything in black and white, and lighter stays lighter', () => {
    const before = draw(scenes[2]!, null)
    const after = draw(scenes[2]!, 'black-and-white')
    const pairs: [number, number][] = []
    for (let i = 0; i < after.length; i += 3) {
      if (after[i] !== after[i + 1] || after[i] !== after[i + 2]) expect.fail(`pixel ${i / 3} is no grey`)
      pairs.push([0.299 * before[i]! + 0.587 * before[i + 1]! + 0.114 * before[i + 2]!, after[i]!])
    }
    pairs.sort((a, b) => a[0] - b[0])
    for (let k = 1; k < pairs.length; k++) if (pairs[k]![1] < pairs[k - 1]![1] - 1) expect.fail('order was lost')
  })

  it('makes a silhouette black exactly where the thing is', () => {
    const drawing = drawScene(scene([thing('cat')], { background: 'transparent' }), 4, art, side)
    const shape = drawScene(scene([thing('cat')], { background: 'transparent', filter: 'silhouette' }), 4, art, side)
    expect(shape.alpha).toEqual(drawing.alpha)
    for (let i = 0; i < side * side; i++) {
      const alpha = drawing.alpha![i]!
      const value = shape.pixels.data[i * 3]!
      if (alpha === 255) expect(value).toBeLessThan(20)
      if (alpha === 0) expect(value).toBe(255)
    }
  })

  it('makes squares of one colour each in pixel art, smaller ones where the smallest thing is small', () => {
    const start = draw(scenes[2]!, null)
    for (const [least, squares] of [
      [0.9, 32],
      [0.45, 32],
      [0.25, 64],
      [0.01, 64],
    ] as const) {
      const rgb = Uint8Array.from(start)
      applyFilter('pixel-art', { side, rgb, cover: null, least }, random(1, 'filter'))
      const cell = side / squares
      const seen = new Set<number>()
      let changes = 0
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const at = (y * side + x) * 3
          const corner = (Math.floor(y / cell) * cell * side + Math.floor(x / cell) * cell) * 3
          if (x % cell === 0 && x > 0 && rgb[at] !== rgb[at - 3]) changes |= 1 << ((x / cell) % 2)
          for (let c = 0; c < 3; c++) {
            seen.add(rgb[at + c]!)
            if (rgb[at + c] !== rgb[corner + c]) expect.fail(`${least}: ${x}, ${y}`)
          }
        }
      }
      expect(seen.size).toBeLessThanOrEqual(7)
      // Colours change at even and at odd squares: these are no larger ones.
      expect(changes, String(least)).toBe(3)
    }
  })

  it('leaves what is clear white, whatever the filter', () => {
    for (const filter of filters) {
      const { pixels, alpha } = drawScene(scene([thing('star')], { background: 'transparent', filter }), 2, art, side)
      for (let i = 0; i < side * side; i++) {
        if (alpha![i] === 0 && pixels.data[i * 3]! + pixels.data[i * 3 + 1]! + pixels.data[i * 3 + 2]! !== 765) {
          expect.fail(`${filter} at ${i % side}, ${Math.floor(i / side)}`)
        }
      }
    }
  })

  it('keeps the thing where it is', () => {
    // The middle of all that differs from the same picture without the thing.
    const middle = (rgb: Uint8Array, empty: Uint8Array): { x: number; y: number } => {
      let [x, y, n] = [0, 0, 0]
      for (let i = 0; i < side * side; i++) {
        const d = Math.abs(rgb[i * 3]! - empty[i * 3]!) + Math.abs(rgb[i * 3 + 1]! - empty[i * 3 + 1]!)
        if (d < 60) continue
        x += i % side
        y += Math.floor(i / side)
        n++
      }
      expect(n).toBeGreaterThan(50)
      return { x: x / n, y: y / n }
    }
    const of = scene([thing('fish', { size: 'small', colour: 'red' })])
    const plain = draw(of, null, 9)
    const blank = new Uint8Array(plain.length).fill(255)
    const there = middle(plain, blank)
    for (const filter of filters) {
      const empty = { side, rgb: Uint8Array.from(blank), cover: new Uint8Array(side * side), least: 0.3 }
      applyFilter(filter, empty, random(9, 'filter'))
      const { x, y } = middle(draw(of, filter, 9), empty.rgb)
      expect(Math.hypot(x - there.x, y - there.y), filter).toBeLessThan(side * 0.05)
    }
  })
})

describe('planes', () => {
  it('blurs as a plain mean does, the border going on outside', () => {
    const [size, reach] = [11, 3]
    const source = random(1, 'blur')
    const values = Uint8Array.from({ length: size * size * 3 }, () => source.below(256))
    const out = blurred(values, size, 3, reach)
    const inside = (v: number): number => Math.max(0, Math.min(size - 1, v))
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < 3; c++) {
          let sum = 0
          for (let j = -reach; j <= reach; j++) {
            for (let i = -reach; i <= reach; i++) sum += values[(inside(y + j) * size + inside(x + i)) * 3 + c]!
          }
          expect(Math.abs(out[(y * size + x) * 3 + c]! - sum / (2 * reach + 1) ** 2)).toBeLessThan(1.1)
        }
      }
    }
  })

  it('finds an edge where there is one, and none where there is not', () => {
    const rgb = new Uint8Array(16 * 16 * 3)
    for (let i = 0; i < 256; i++) if (i % 16 > 7) rgb[i * 3 + 2] = 200
    const edges = edgesOf(rgb, 16)
    for (let i = 0; i < 256; i++) expect(edges[i]! > 100, `${i % 16}`).toBe(i % 16 === 7 || i % 16 === 8)
    expect(difference(edgesOf(new Uint8Array(48).fill(90), 4), new Uint8Array(16))).toBe(0)
  })
})
