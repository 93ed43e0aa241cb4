import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { levelsOf, readArt } from './art.ts'
import { drawBackground } from './background.ts'
import { render } from './compose.ts'
import { fill } from './material.ts'
import { random } from './random.ts'
import { recolour } from './recolour.ts'
import { backgrounds, type Colour, colours, materials, type Relation, type Scene, type Thing } from './scene.ts'
import { type Art, type Level, spans, trim } from './sprite.ts'
import { drawSmallArt, smallConcepts, smallStyles } from './testing/small-art.ts'

const side = 64
let folder: string
let art: Art
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
  art = await readArt({ folder, concepts: smallConcepts, styles: smallStyles, side })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const thing = (concept: string, over: Partial<Thing> = {}): Thing => ({
  concept,
  colour: null,
  material: null,
  size: 'normal',
  count: 1,
  ...over,
})
const scene = (things: Thing[], over: Partial<Scene> = {}): Scene => ({
  things,
  background: 'white',
  style: 'flat',
  ...over,
})
const level = (concept: string): Level => art.sprites.get(`flat/${concept}`)!.levels[0]!

/** Mean colour of what covers fully. */
function mean(rgba: Uint8Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  let count = 0
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3]! < 250) continue
    count++
    for (const c of [0, 1, 2] as const) sum[c] += rgba[i + c]!
  }
  return sum.map((value) => value / count) as [number, number, number]
}

/** Pieces of a picture on white, by 4-neighbours: how many things stand apart. */
function pieces(data: Uint8Array): { x: number; y: number; area: number }[] {
  const shown = (i: number): boolean => data[i * 3]! + data[i * 3 + 1]! + data[i * 3 + 2]! < 3 * 245
  const seen = new Uint8Array(side * side)
  const out: { x: number; y: number; area: number }[] = []
  for (let start = 0; start < side * side; start++) {
    if (seen[start] || !shown(start)) continue
    const piece = { x: 0, y: 0, area: 0 }
    const stack = [start]
    seen[start] = 1
    while (stack.length > 0) {
      const i = stack.pop()!
      piece.area++
      piece.x += i % side
      piece.y += Math.floor(i / side)
      const x = i % side
      for (const j of [x > 0 ? i - 1 : -1, x < side - 1 ? i + 1 : -1, i - side, i + side]) {
        if (j >= 0 && j < side * side && !seen[j] && shown(j)) {
          seen[j] = 1
          stack.push(j)
        }
      }
    }
    out.push({ x: piece.x / piece.area, y: piece.y / piece.area, area: piece.area })
  }
  return out.filter((piece) => piece.area > 12)
}

describe('scaling', () => {
  it('weighs every sample once', () => {
    for (const [from, to] of [
      [96, 41],
      [7, 7],
      [5, 13],
      [192, 3],
    ] as const) {
      const { start, length, weights, stride } = spans(from, to)
      const total = new Float64Array(from)
      for (let i = 0; i < to; i++) {
        let sum = 0
        for (let k = 0; k < length[i]!; k++) {
          sum += weights[i * stride + k]!
          total[start[i]! + k]! += weights[i * stride + k]!
        }
        expect(sum).toBeCloseTo(1, 5)
      }
      if (to <= from) for (const value of total) expect(value).toBeCloseTo(to / from, 5)
    }
  })

  it('cuts away what is clear, and knows an empty picture', () => {
    const rgba = new Uint8Array(5 * 4 * 4)
    rgba.set([1, 2, 3, 255], (2 * 5 + 3) * 4)
    rgba.set([4, 5, 6, 255], (3 * 5 + 1) * 4)
    expect(trim(rgba, 5, 4)).toMatchObject({ width: 3, height: 2 })
    expect(trim(new Uint8Array(16), 2, 2)).toBeNull()
  })

  it('keeps colours when it shrinks: clear pixels do not darken the edge', () => {
    const rgba = new Uint8Array(16 * 16 * 4)
    for (let i = 0; i < 256; i++) if (i % 16 > 4) rgba.set([250, 10, 10, 255], i * 4)
    for (const { rgba: small } of levelsOf(rgba, 16, 16, 11)) {
      for (let i = 0; i < small.length; i += 4) if (small[i + 3]! > 8) expect(small[i]).toBeGreaterThan(245)
    }
  })
})

describe('recolour', () => {
  it('turns a grey elephant pink', () => {
    const [r, g, b] = mean(level('elephant').rgba)
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(25)
    const [pr, pg, pb] = mean(recolour(level('elephant'), 'pink'))
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
    expect(darkest(recolour(level('elephant'), 'yellow'))).toBeLessThan(150)
    const blue = recolour(level('red-apple'), 'blue')
    let green = 0
    for (let i = 0; i < blue.length; i += 4) if (blue[i + 3]! > 250 && blue[i + 1]! > blue[i + 2]! + 40) green++
    expect(green).toBeGreaterThan(30)
  })

  it('makes eleven looks that differ, each in its place', () => {
    const looks = new Map<Colour, [number, number, number]>(
      colours.map((c) => [c, mean(recolour(level('kangaroo'), c))]),
    )
    const list = [...looks.values()]
    for (let a = 0; a < list.length; a++) {
      for (let b = 0; b < a; b++) expect(Math.hypot(...list[a]!.map((v, c) => v - list[b]![c]!))).toBeGreaterThan(40)
    }
    expect(mean(recolour(level('kangaroo'), 'black')).every((value) => value < 70)).toBe(true)
    expect(mean(recolour(level('kangaroo'), 'white')).every((value) => value > 200)).toBe(true)
  })

  it('leaves the outline of the picture as it is', () => {
    for (const material of materials) {
      const out = fill(level('kangaroo'), material, 0.3, 0.7)
      for (let i = 3; i < out.length; i += 4) expect(out[i]).toBe(level('kangaroo').rgba[i])
    }
  })

  it('gives the eight materials looks of their own', () => {
    const looks = materials.map((material) => {
      const out = fill(level('elephant'), material, 0.3, 0.7)
      const middle = mean(out)
      let spread = 0
      let count = 0
      for (let i = 0; i < out.length; i += 4) {
        if (out[i + 3]! < 250) continue
        spread += Math.abs(out[i + 1]! - middle[1])
        count++
      }
      return [...middle, spread / count]
    })
    for (let a = 0; a < looks.length; a++) {
      for (let b = 0; b < a; b++)
        expect(
          Math.hypot(...looks[a]!.map((v, c) => v - looks[b]![c]!)),
          `${materials[a]} ${materials[b]}`,
        ).toBeGreaterThan(25)
    }
    for (const look of looks) expect(look[3]).toBeGreaterThan(7) // a texture, not a colour
  })
})

describe('render', () => {
  it('is pure, and another seed is another picture', () => {
    const cat = scene([thing('cat', { material: 'wood' })], { background: 'field' })
    expect(render(cat, 5, art, side).data).toEqual(render(cat, 5, art, side).data)
    expect(render(cat, 5, art, side).data).not.toEqual(render(cat, 6, art, side).data)
  })

  it('draws single things large and inside the picture', () => {
    for (const concept of smallConcepts) {
      for (let seed = 0; seed < 10; seed++) {
        const { data } = render(scene([thing(concept)]), seed, art, side)
        let left = side
        let right = -1
        let top = side
        let bottom = -1
        for (let i = 0; i < side * side; i++) {
          if (data[i * 3]! + data[i * 3 + 1]! + data[i * 3 + 2]! > 740) continue
          left = Math.min(left, i % side)
          right = Math.max(right, i % side)
          top = Math.min(top, Math.floor(i / side))
          bottom = Math.max(bottom, Math.floor(i / side))
        }
        const extent = Math.max(right - left, bottom - top) + 1
        expect(extent / side).toBeGreaterThan(0.55)
        expect(Math.min(left, top)).toBeGreaterThan(0)
        expect(Math.max(right, bottom)).toBeLessThan(side - 1)
      }
    }
  })

  it('orders sizes', () => {
    const area = (size: Thing['size']): number =>
      pieces(render(scene([thing('cat', { size })]), 3, art, side).data).reduce((sum, piece) => sum + piece.area, 0)
    expect(area('small')).toBeLessThan(area('normal') * 0.5)
    expect(area('large')).toBeGreaterThan(area('normal'))
  })

  it('draws as many as it was asked for, apart', () => {
    for (const concept of ['cat', 'fish', 'elephant', 'kangaroo']) {
      for (const count of [1, 2, 3] as const) {
        for (let seed = 0; seed < 8; seed++) {
          const { data } = render(scene([thing(concept, { count, colour: 'purple' })]), seed, art, side)
          expect(pieces(data).length, `${concept} ${count}`).toBe(count)
        }
      }
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
      const { data } = render(scene(things, { relation }), seed, art, side)
      const middle = (channel: number, other: number): { x: number; y: number } => {
        let x = 0
        let y = 0
        let n = 0
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

  it('has a ground of its own for each background', () => {
    const seen = new Set<string>()
    for (const background of backgrounds) {
      const canvas = drawBackground(background, 16, random(1, 'b'))
      for (const value of canvas) expect(Number.isFinite(value)).toBe(true)
      seen.add(canvas.slice(0, 300).join())
    }
    expect(seen.size).toBe(backgrounds.length)
  })

  it('names what the art lacks', () => {
    expect(() => render(scene([thing('lion')]), 1, art, side)).toThrow(/lion/)
  })
})

describe('readArt', () => {
  const read = (concept: string) => readArt({ folder, concepts: [concept], styles: ['flat'], side: 32 })

  it('adds alpha to an opaque picture', async () => {
    const opaque = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#f00' } })
      .webp()
      .toBuffer()
    await writeFile(join(folder, 'fluentflat', 'cat.webp'), opaque)
    const { sprites } = await read('cat')
    const { width, height, rgba } = sprites.get('flat/cat')!.levels[0]!
    expect([width, height, rgba[3]]).toEqual([20, 10, 255])
  })

  it('names an unreadable picture, an empty one and a missing one', async () => {
    const path = join(folder, 'fluentflat', 'star.webp')
    await writeFile(path, 'not a picture')
    await expect(read('star')).rejects.toMatchObject({ code: 'file-unreadable', details: { path } })
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#0000' } })
      .webp()
      .toBuffer()
    await writeFile(path, clear)
    await expect(read('star')).rejects.toThrow(/star\.webp.*nothing in the picture is visible/)
    await rm(path)
    await expect(read('star')).rejects.toMatchObject({ details: { path } })
    await expect(read('lion')).rejects.toThrow(/no picture of "lion"/)
  })

  it('refuses an index that is no index, or that points outside its folder', async () => {
    await writeFile(join(folder, 'index.jsonl'), '{"set":"fluentflat","concept":"cat","file":"../../secret.webp"}\n')
    await expect(read('cat')).rejects.toThrow(/line 1 is not/)
    await writeFile(join(folder, 'index.jsonl'), 'nonsense')
    await expect(read('cat')).rejects.toMatchObject({ code: 'file-unreadable' })
    await rm(join(folder, 'index.jsonl'))
    await expect(read('cat')).rejects.toMatchObject({ code: 'file-missing' })
  })
})
