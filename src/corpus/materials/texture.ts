/** What textures are made of: noise and cells on a square that repeats, and how a formula becomes a table. */
import type { Random } from '../random.ts'

/** Textures repeat after this many units; a thing is 128 of them on its longer side. */
export const tileSide = 192

export type Rgb = readonly [red: number, green: number, blue: number]

/**
 * The colour at a point, in units; a fourth number, 0..1, is how much the surface shines there (1 where left out).
 * Must repeat after `tileSide`.
 */
export type Shader = (x: number, y: number) => Rgb | readonly [number, number, number, number]

/** `fine` is asked for where a pixel is smaller than a unit: then there is room for pores, scratches and grain. */
export type Surface = (source: Random, fine: boolean) => Shader

export const mix = (a: Rgb, b: Rgb, t: number): Rgb => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
]
export const scale = (a: Rgb, by: number): Rgb => [a[0] * by, a[1] * by, a[2] * by]
export const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value)
export const wrap = (value: number): number => value - tileSide * Math.floor(value / tileSide)
/** Signed distance from b to a on the repeating tile. */
export const offset = (a: number, b: number): number => wrap(a - b + tileSide / 2) - tileSide / 2

/** Smooth noise that repeats with the tile: `cells` random values across, 0..1. */
export function noise(source: Random, cellsX: number, cellsY: number): (x: number, y: number) => number {
  const grid = Float32Array.from({ length: cellsX * cellsY }, () => source.next())
  return (x, y) => {
    const u = (wrap(x) / tileSide) * cellsX
    const v = (wrap(y) / tileSide) * cellsY
    const i = Math.floor(u)
    const j = Math.floor(v)
    const fx = (u - i) ** 2 * (3 - 2 * (u - i))
    const fy = (v - j) ** 2 * (3 - 2 * (v - j))
    const left = i % cellsX
    const right = (i + 1) % cellsX
    const upper = (j % cellsY) * cellsX
    const lower = ((j + 1) % cellsY) * cellsX
    const high = grid[upper + left]! * (1 - fx) + grid[upper + right]! * fx
    const low = grid[lower + left]! * (1 - fx) + grid[lower + right]! * fx
    return high * (1 - fy) + low * fy
  }
}

export type Cell = { near: number; edge: number; value: number; dx: number; dy: number }

/**
 * Scattered points, `across` squared of them: the distance to the nearest, how much farther the second is, the nearest's own
 * value 0..1 and where the place lies from it (Worley 1996). The answer is one object, used again for the next.
 */
export function cells(source: Random, across: number): (x: number, y: number) => Cell {
  const step = tileSide / across
  // Neither the nearest nor the second can lie farther off than two cells. Points beyond the border are those of the other side.
  const reach = Math.min(2, (across - 1) >> 1)
  const wide = across + 2 * reach
  const xs = new Float64Array(wide * wide)
  const ys = new Float64Array(wide * wide)
  const values = new Float64Array(wide * wide)
  const points = Array.from({ length: across * across }, () => [source.next(), source.next(), source.next()] as const)
  for (let k = 0; k < xs.length; k++) {
    const i = (k % wide) - reach
    const j = Math.floor(k / wide) - reach
    const [x, y, value] = points[((j + across) % across) * across + ((i + across) % across)]!
    xs[k] = (i + 0.15 + 0.7 * x) * step
    ys[k] = (j + 0.15 + 0.7 * y) * step
    values[k] = value
  }
  const answer: Cell = { near: 0, edge: 0, value: 0, dx: 0, dy: 0 }
  return (x, y) => {
    const px = wrap(x)
    const py = wrap(y)
    const column = Math.floor(px / step)
    const row = Math.floor(py / step)
    let near = Number.POSITIVE_INFINITY
    let second = Number.POSITIVE_INFINITY
    let nearest = 0
    for (let j = row; j <= row + 2 * reach; j++) {
      for (let k = j * wide + column; k <= j * wide + column + 2 * reach; k++) {
        const dx = px - xs[k]!
        const dy = py - ys[k]!
        const d = dx * dx + dy * dy
        if (d < near) {
          second = near
          near = d
          nearest = k
        } else if (d < second) second = d
      }
    }
    answer.near = Math.sqrt(near)
    answer.edge = Math.sqrt(second) - answer.near
    answer.value = values[nearest]!
    answer.dx = px - xs[nearest]!
    answer.dy = py - ys[nearest]!
    return answer
  }
}

/** A texture as a table: `side` squared, red, green, blue and shine, 0..255. */
export type Tile = { readonly side: number; readonly data: Uint8Array }

/** Each texel the mean of `samples` squared points, so that thin lines stay even. */
export function bake(shade: Shader, side: number, samples: number): Tile {
  const data = new Uint8Array(side * side * 4)
  const step = tileSide / (side * samples)
  // One point of a texel is its corner: so the tables were when the first model was trained.
  const first = samples === 1 ? 0 : step / 2
  const share = 1 / (samples * samples)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let r = 0
      let g = 0
      let b = 0
      let shine = 0
      for (let k = 0; k < samples * samples; k++) {
        const across = (x * samples + (k % samples)) * step + first
        const down = (y * samples + Math.floor(k / samples)) * step + first
        const colour = shade(across, down)
        r += colour[0]
        g += colour[1]
        b += colour[2]
        shine += colour[3] ?? 1
      }
      const at = (y * side + x) * 4
      data[at] = Math.max(0, Math.min(255, Math.round(r * share)))
      data[at + 1] = Math.max(0, Math.min(255, Math.round(g * share)))
      data[at + 2] = Math.max(0, Math.min(255, Math.round(b * share)))
      data[at + 3] = Math.max(0, Math.min(255, Math.round(shine * share * 255)))
    }
  }
  return { side, data }
}
