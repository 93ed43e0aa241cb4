import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { drawBackground } from './background.ts'
import { type Box, drawScene, render } from './compose.ts'
import { random } from './random.ts'
import { backgrounds, filters, materials, type Relation, type Scene, type Thing } from './scene.ts'
import type { Art } from './sprite.ts'
import { drawSmallArt, smallConcepts, smallStyles } from './testing/small-art.ts'
import { scene, thing } from './testing/small-scene.ts'

const side = 64
let folder: string
let art: Art
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
  art = await readArt({ folder, concepts: smallConcepts, styles: smallStyles, side: 256 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Piece = { x: number; y: number; area: number; left: number; right: number; top: number; bottom: number }

/** Pieces of a picture on white, by 4-neighbours: how many things stand apart. */
function pieces(data: Uint8Array): Piece[] {
  const shown = (i: number): boolean => data[i * 3]! + data[i * 3 + 1]! + data[i * 3 + 2]! < 3 * 245
  const seen = new Uint8Array(side * side)
  const out: Piece[] = []
  for (let start = 0; start < side * side; start++) {
    if (seen[start] || !shown(start)) continue
    const piece = { x: 0, y: 0, area: 0, left: side, right: -1, top: side, bottom: -1 }
    const stack = [start]
    seen[start] = 1
    while (stack.length > 0) {
      const i = stack.pop()!
      const x = i % side
      const y = Math.floor(i / side)
      piece.area++
      piece.x += x
      piece.y += y
      piece.left = Math.min(piece.left, x)
      piece.right = Math.max(piece.right, x)
      piece.top = Math.min(piece.top, y)
      piece.bottom = Math.max(piece.bottom, y)
      for (const j of [x > 0 ? i - 1 : -1, x < side - 1 ? i + 1 : -1, i - side, i + side]) {
        if (j >= 0 && j < side * side && !seen[j] && shown(j)) {
          seen[j] = 1
          stack.push(j)
        }
      }
    }
    out.push({ ...piece, x: piece.x / piece.area, y: piece.y / piece.area })
  }
  return out.filter((piece) => piece.area > 12)
}

/** The box of all that differs from the background alone. */
function changed(of: Scene, seed: number, size: number, least = 12): Omit<Box, 'thing'> {
  const picture = render(of, seed, art, size).data
  const empty = drawBackground(of.background, size, random(seed, 'background'))
  let [left, right, top, bottom] = [size, -1, size, -1]
  for (let i = 0; i < size * size; i++) {
    const d = [0, 1, 2].reduce((sum, c) => sum + Math.abs(picture[i * 3 + c]! - empty[i * 3 + c]!), 0)
    if (d < least) continue
    left = Math.min(left, i % size)
    right = Math.max(right, i % size)
    top = Math.min(top, Math.floor(i / size))
    bottom = Math.max(bottom, Math.floor(i / size))
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

describe('drawScene', () => {
  it('is a function of the seed, and another seed is another picture', () => {
    const of = scene([thing('cat', { material: 'fur' }), thing('ship', { colour: 'red', count: 2 })], {
      relations: ['on'],
      background: 'field',
      filter: 'oil',
    })
    expect(drawScene(of, 5, art, side)).toEqual(drawScene(of, 5, art, side))
    expect(render(of, 5, art, side).data).toEqual(drawScene(of, 5, art, side).pixels.data)
    expect(render(of, 5, art, side).data).not.toEqual(render(of, 6, art, side).data)
  })

  it('looks the same whatever the seed where nothing wanders', () => {
    for (const background of backgrounds) {
      const of = scene([thing('cat', { material: 'wood' })], { background })
      const draw = (seed: number): Uint8Array => render(of, seed, art, 32, { wander: false }).data
      expect(draw(1)).toEqual(draw(2))
    }
  })

  it('draws everything at every side', () => {
    for (const material of materials) {
      for (const size of [8, 40, 64, 256]) {
        const of = scene([thing('cat', { material }), thing('ship', { colour: 'blue', material })], {
          relations: ['next-to'],
        })
        expect(new Set(render(of, 1, art, size).data).size, `${material} ${size}`).toBeGreaterThan(5)
      }
    }
  })

  it('has alpha where there is no background, and only there', () => {
    for (const background of backgrounds) {
      const { alpha, pixels } = drawScene(scene([thing('star')], { background }), 3, art, side)
      if (background !== 'transparent') {
        expect(alpha).toBeNull()
        continue
      }
      const shares = [0, 0, 0]
      for (let i = 0; i < side * side; i++) {
        shares[alpha![i] === 0 ? 0 : alpha![i] === 255 ? 1 : 2]!++
        if (alpha![i] === 0) expect(pixels.data.subarray(i * 3, i * 3 + 3)).toEqual(new Uint8Array(3).fill(255))
      }
      expect(shares.every((count) => count > 40)).toBe(true)
    }
  })

  it('gives colours that, on white with that alpha, are the picture on white', () => {
    const of = scene([thing('star', { material: 'glass' })])
    const clear = drawScene({ ...of, background: 'transparent' }, 3, art, side)
    expect(clear.pixels.data).toEqual(drawScene(of, 3, art, side).pixels.data)
    // Glass is seen through.
    const middle = clear.alpha![32 * side + 32]!
    expect(middle).toBeGreaterThan(40)
    expect(middle).toBeLessThan(200)
  })

  it('tells where single things are', () => {
    for (const background of ['plain-blue', 'sea', 'city', 'night'] as const) {
      for (const size of ['small', 'normal', 'large'] as const) {
        for (const pixels of [64, 256]) {
          for (let seed = 0; seed < 6; seed++) {
            const of = scene([thing('kangaroo', { size, colour: 'red' })], { background })
            const [box, ...rest] = drawScene(of, seed, art, pixels).boxes
            expect(rest).toEqual([])
            const seen = changed(of, seed, pixels)
            for (const [a, b] of [
              [box!.left, seen.left],
              [box!.top, seen.top],
              [box!.left + box!.width, seen.left + seen.width],
              [box!.top + box!.height, seen.top + seen.height],
            ] as const) {
              expect(Math.abs(a - b), `${background} ${size} ${pixels} ${seed}`).toBeLessThanOrEqual(
                pixels === 64 ? 1 : 2,
              )
            }
          }
        }
      }
    }
  })

  it('has a box for each that is counted, where it is', () => {
    for (const count of [2, 3, 4, 5, 6] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const of = scene([thing('red-apple', { count, colour: 'purple' })])
        const { boxes, pixels } = drawScene(of, seed, art, side)
        expect(boxes.length).toBe(count)
        const apart = pieces(pixels.data)
        expect(apart.length, `${count} at ${seed}`).toBe(count)
        for (const { left, top, width, height } of boxes) {
          const fits = apart.filter(
            (piece) =>
              Math.abs(piece.left - left) <= 1 &&
              Math.abs(piece.top - top) <= 1 &&
              Math.abs(piece.right + 1 - left - width) <= 1 &&
              Math.abs(piece.bottom + 1 - top - height) <= 1,
          )
          expect(fits.length).toBe(1)
        }
      }
    }
  })

  it('counts each thing once, also one whose front is drawn again', () => {
    for (const relation of ['inside', 'riding', 'holding', 'eating', 'wearing', 'on'] as const) {
      for (let seed = 0; seed < 4; seed++) {
        const { boxes } = drawScene(scene([thing('cat'), thing('ship')], { relations: [relation] }), seed, art, side)
        expect(boxes.map((box) => box.thing).sort(), relation).toEqual([0, 1])
        for (const { left, top, width, height } of boxes) {
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0)
          expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(side)
        }
      }
    }
  })

  it('says where things are whatever the filter', () => {
    const of = scene([thing('fish'), thing('star')], { relations: ['above'] })
    const plain = drawScene(of, 2, art, side).boxes
    for (const filter of filters) expect(drawScene({ ...of, filter }, 2, art, side).boxes).toEqual(plain)
  })

  it('draws single things large and inside the picture', () => {
    for (const concept of smallConcepts) {
      for (let seed = 0; seed < 10; seed++) {
        const { left, top, width, height } = changed(scene([thing(concept)]), seed, side, 25)
        expect(Math.max(width, height) / side).toBeGreaterThan(0.55)
        expect(Math.min(left, top)).toBeGreaterThan(0)
        expect(Math.max(left + width, top + height)).toBeLessThan(side)
      }
    }
  })

  it('orders sizes', () => {
    const area = (size: Thing['size'], pixels: number): number => {
      const { alpha } = drawScene(scene([thing('cat', { size })], { background: 'transparent' }), 3, art, pixels)
      return alpha!.reduce((sum, value) => sum + value, 0)
    }
    for (const pixels of [64, 128, 256]) {
      expect(area('small', pixels)).toBeLessThan(area('normal', pixels) * 0.5)
      expect(area('large', pixels)).toBeGreaterThan(area('normal', pixels))
    }
  })

  it.each<[Relation, (a: { x: number; y: number }, b: { x: number; y: number }) => boolean]>([
    ['left-of', (a, b) => a.x < b.x - 15],
    ['right-of', (a, b) => a.x > b.x + 15],
    ['above', (a, b) => a.y < b.y - 15],
    ['below', (a, b) => a.y > b.y + 15],
    ['next-to', (a, b) => Math.abs(a.x - b.x) > 15],
    ['on', (a, b) => a.y < b.y - 12],
    ['under', (a, b) => a.y > b.y + 12],
    ['in-front-of', (a, b) => a.y > b.y],
    ['behind', (a, b) => a.y < b.y],
  ])('puts a red cat %s a blue ship where it belongs', (relation, holds) => {
    for (let seed = 0; seed < 12; seed++) {
      const things = [thing('cat', { colour: 'red' }), thing('ship', { colour: 'blue' })]
      const { data } = render(scene(things, { relations: [relation] }), seed, art, side)
      const middle = (channel: number, other: number): { x: number; y: number } => {
        let [x, y, n] = [0, 0, 0]
        for (let i = 0; i < side * side; i++) {
          if (data[i * 3 + channel]! < data[i * 3 + other]! + 80) continue
          x += i % side
          y += Math.floor(i / side)
          n++
        }
        expect(n).toBeGreaterThan(40)
        return { x: x / n, y: y / n }
      }
      expect(holds(middle(0, 2), middle(2, 0)), `seed ${seed}`).toBe(true)
    }
  })

  it('names what the art lacks', () => {
    expect(() => render(scene([thing('lion')]), 1, art, side)).toThrow(/no "lion" in the style "flat"/)
    const farmer = thing('cat', { presentation: 'woman', tone: 'dark' })
    expect(() => render(scene([farmer]), 1, art, side)).toThrow(/"cat" \(dark\) \(woman\)/)
  })
})
