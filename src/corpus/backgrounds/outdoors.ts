/** Ten places under the sky, and a room. */
import type { Random } from '../random.ts'
import { horizons } from './horizons.ts'
import { above, band, below, type Canvas, curve, glow, mix, type Rgb, rows } from './paint.ts'
import { disc, polygon } from './shapes.ts'

/** Draws a place over the whole canvas; `source` decides where its parts are. */
export type Place = (canvas: Canvas, source: Random) => void

const white: Rgb = [255, 255, 255]

type Disc = { readonly x: number; readonly y: number; readonly r: number }

export function clouds(source: Random, count: number): Disc[] {
  return Array.from({ length: count }, () => ({
    x: source.next(),
    y: source.between(0.06, 0.3),
    r: source.between(0.05, 0.09),
  })).flatMap((c) => [
    c,
    { x: c.x + c.r, y: c.y + c.r * 0.25, r: c.r * 0.75 },
    { x: c.x - c.r, y: c.y + c.r * 0.3, r: c.r * 0.7 },
  ])
}

const stars = (source: Random, count: number, largest: number): Disc[] =>
  Array.from({ length: count }, () => ({ x: source.next(), y: source.next(), r: source.between(0.006, largest) }))

export function sky(canvas: Canvas, source: Random): void {
  const white3 = clouds(source, 3)
  rows(canvas, (y) => mix([106, 178, 246], [190, 226, 254], y))
  for (const { x, y, r } of white3) disc(canvas, x, y / 0.8, r, white, 1, r / 0.8)
}

export function field(canvas: Canvas, source: Random): void {
  const cloud = clouds(source, 1)
  const roll = source.between(0, 6)
  const horizon = horizons.field!
  rows(canvas, (y) => mix([140, 200, 250], [214, 238, 255], y / horizon))
  for (const { x, y, r } of cloud) disc(canvas, x, y, r, white)
  below(
    canvas,
    curve(canvas, (x) => horizon + 0.025 * Math.sin(x * 5 + roll)),
    [132, 204, 92],
    [76, 158, 60],
    2,
  )
}

export function sea(canvas: Canvas, source: Random): void {
  const phase = source.between(0, 6)
  const horizon = 0.4
  rows(canvas, (y) => mix([168, 214, 250], [226, 242, 255], y / horizon))
  const flat = curve(canvas, () => horizon)
  below(canvas, flat, [60, 150, 220], [18, 84, 168], 1.6)
  for (let k = 0; k < 8; k++) {
    const height = (k + 0.5) / 7
    if (height < horizon + 0.05) continue
    const crest = curve(canvas, (x) => height - 0.012 * Math.sin(x * 16 + phase))
    band(canvas, crest, 0.008, [190, 226, 250], 0.6)
  }
}

export function beach(canvas: Canvas, source: Random): void {
  const phase = source.between(0, 6)
  const grain = stars(source, 10, 0.01)
  rows(canvas, (y) => mix([140, 204, 250], [220, 242, 255], y / 0.4), 0, 0.42)
  const water: Rgb = [48, 150, 206]
  const horizon = curve(canvas, () => 0.4)
  below(canvas, horizon, water, water, 1)
  const shore = (x: number): number => horizons.beach! + 0.02 * Math.sin(x * 7 + phase)
  const edge = curve(canvas, shore)
  below(canvas, edge, [244, 218, 160], [244, 218, 160], 1)
  for (const { x, y, r } of grain) if (y - r > shore(x)) disc(canvas, x, y, r, [214, 178, 112], 0.8)
  band(canvas, edge, 0.014, white)
}

export function snow(canvas: Canvas, source: Random): void {
  const flakes = stars(source, 14, 0.016)
  const roll = source.between(0, 6)
  const hill = curve(canvas, (x) => horizons.snow! + 0.03 * Math.sin(x * 4 + roll))
  above(canvas, hill, [134, 168, 204], [196, 216, 236])
  below(canvas, hill, [246, 250, 255], [214, 228, 244], 2)
  for (const { x, y, r } of flakes) disc(canvas, x, y, r, white)
}

export function night(canvas: Canvas, source: Random): void {
  const bright = stars(source, 14, 0.014)
  const x = source.chance(0.5) ? 0.14 : 0.86
  rows(canvas, (y) => mix([14, 20, 58], [44, 52, 108], y))
  for (const star of bright) disc(canvas, star.x, star.y, star.r, [255, 252, 220], 0.9)
  disc(canvas, x, 0.14, 0.07, [255, 240, 170])
}

export function space(canvas: Canvas, source: Random): void {
  const bright = stars(source, 18, 0.014)
  const cloud = { x: source.next(), y: source.next() }
  rows(canvas, () => [4, 4, 14])
  glow(canvas, cloud.x, cloud.y, 0.6, [84, 28, 110], 0.9)
  for (const { x, y, r } of bright) disc(canvas, x, y, r, white)
}

export function desert(canvas: Canvas, source: Random): void {
  const roll = source.between(0, 6)
  const dune = curve(canvas, (x) => horizons.desert! + 0.05 * Math.sin(x * 4.5 + roll))
  above(canvas, dune, [150, 206, 242], [252, 234, 198])
  below(canvas, dune, [232, 178, 100], [232, 178, 100], 1)
  const nearer = curve(canvas, (x) => 0.78 + 0.04 * Math.sin(x * 5 + roll + 2))
  below(canvas, nearer, [216, 152, 72], [216, 152, 72], 1)
}

export function forest(canvas: Canvas, source: Random): void {
  const trees = Array.from({ length: 7 }, (_, k) => ({
    x: (k + source.between(0.2, 0.8)) / 7,
    top: source.between(0.02, 0.22),
    shade: source.next(),
  }))
  rows(canvas, (y) => mix([176, 222, 200], [222, 242, 214], y))
  const ground = horizons.forest!
  for (const { x, top, shade } of trees) {
    const half = (0.16 * (ground - top)) / 0.6
    polygon(canvas, [x, top, x + half, ground, x - half, ground], mix([34, 98, 56], [62, 132, 70], shade))
  }
  below(
    canvas,
    curve(canvas, () => ground),
    [112, 146, 74],
    [112, 146, 74],
    1,
  )
}

export function room(canvas: Canvas, source: Random): void {
  const wall = source.pick<Rgb>([
    [238, 226, 204],
    [214, 228, 234],
    [232, 214, 218],
  ])
  const floor = horizons.room!
  rows(canvas, () => wall, 0, floor)
  rows(canvas, () => [186, 134, 88], floor)
  // Boards run towards a point above the picture.
  for (let k = -7; k <= 7; k++) {
    const at = (y: number, side: number): number => 0.5 + ((k + 0.5 + side * 0.04) / 6) * (0.4 + y)
    polygon(canvas, [at(floor, -1), floor, at(floor, 1), floor, at(1, 1), 1, at(1, -1), 1], [150, 100, 60])
  }
  const edge = curve(canvas, () => floor)
  band(canvas, edge, 0.014, [255, 252, 246])
}

export function sunset(canvas: Canvas, source: Random): void {
  const sun = source.between(0.25, 0.75)
  const horizon = 0.72
  rows(canvas, (y) => mix(mix([104, 58, 138], [244, 112, 84], y / 0.45), [255, 206, 112], (y - 0.4) / 0.35))
  disc(canvas, sun, horizon, 0.2, [255, 238, 168])
  const edge = curve(canvas, () => horizon)
  below(canvas, edge, [150, 66, 96], [66, 34, 84], 3)
}
