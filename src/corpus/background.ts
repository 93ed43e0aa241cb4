/** Opaque backgrounds, drawn by formula: plain pale colours and a few simple places. */
import type { Random } from './random.ts'
import type { Background } from './scene.ts'

type Rgb = readonly [red: number, green: number, blue: number]
type Shader = (x: number, y: number) => Rgb

const mix = (a: Rgb, b: Rgb, t: number): Rgb => {
  const k = Math.max(0, Math.min(1, t))
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k]
}

/** Pale enough that nothing drawn on them is lost. */
const plain: Partial<Record<Background, Rgb>> = {
  white: [255, 255, 255],
  'plain-pink': [255, 208, 224],
  'plain-blue': [190, 220, 255],
  'plain-green': [200, 238, 196],
  'plain-yellow': [255, 242, 178],
  'plain-grey': [208, 210, 214],
  'plain-purple': [224, 206, 248],
  'plain-orange': [255, 220, 178],
}

/** Where the ground begins, from the top; things stand on it. Null where there is no ground. */
export const horizons: Partial<Record<Background, number>> = {
  field: 0.58,
  beach: 0.62,
  snow: 0.6,
  desert: 0.6,
  forest: 0.68,
  room: 0.7,
}

/** How far inside a soft edge of one pixel a point lies: 0 outside, 1 inside. */
const soft = (distance: number, pixel: number): number => Math.max(0, Math.min(1, 0.5 - distance / pixel))

function clouds(source: Random, count: number): { x: number; y: number; r: number }[] {
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

function discs(of: readonly { x: number; y: number; r: number }[], x: number, y: number, pixel: number): number {
  let most = 0
  for (const d of of) most = Math.max(most, soft(Math.hypot(x - d.x, y - d.y) - d.r, pixel))
  return most
}

const stars = (source: Random, count: number, largest: number) =>
  Array.from({ length: count }, () => ({ x: source.next(), y: source.next(), r: source.between(0.006, largest) }))

const places: Partial<Record<Background, (source: Random, pixel: number) => Shader>> = {
  sky(source, pixel) {
    const white = clouds(source, 3)
    return (x, y) => mix(mix([106, 178, 246], [190, 226, 254], y), [255, 255, 255], discs(white, x, y * 0.8, pixel))
  },
  field(source, pixel) {
    const white = clouds(source, 1)
    const roll = source.between(0, 6)
    const horizon = horizons.field!
    return (x, y) => {
      const hill = horizon + 0.025 * Math.sin(x * 5 + roll)
      const sky = mix(mix([140, 200, 250], [214, 238, 255], y / horizon), [255, 255, 255], discs(white, x, y, pixel))
      return mix(sky, mix([132, 204, 92], [76, 158, 60], (y - hill) * 2), soft(hill - y, pixel))
    }
  },
  sea(source, pixel) {
    const phase = source.between(0, 6)
    const horizon = 0.4
    return (x, y) => {
      const wave = Math.sin(x * 16 + phase) * 0.012
      const crest = soft(Math.abs((((y + wave) * 7) % 1) - 0.5) / 7 - 0.008, pixel)
      const water = mix(
        mix([60, 150, 220], [18, 84, 168], (y - horizon) * 1.6),
        [190, 226, 250],
        y > horizon + 0.05 ? crest * 0.6 : 0,
      )
      return mix(mix([168, 214, 250], [226, 242, 255], y / horizon), water, soft(horizon - y, pixel))
    }
  },
  beach(source, pixel) {
    const phase = source.between(0, 6)
    const shore = horizons.beach!
    const grain = stars(source, 10, 0.01)
    return (x, y) => {
      const sky = mix([140, 204, 250], [220, 242, 255], y / 0.4)
      const behind = mix(sky, [48, 150, 206], soft(0.4 - y, pixel))
      const edge = shore + 0.02 * Math.sin(x * 7 + phase)
      const foam = soft(Math.abs(y - edge) - 0.014, pixel)
      const sand = mix([244, 218, 160], [214, 178, 112], discs(grain, x, y, pixel) * 0.8)
      return mix(mix(behind, sand, soft(edge - y, pixel)), [255, 255, 255], foam)
    }
  },
  snow(source, pixel) {
    const flakes = stars(source, 14, 0.016)
    const roll = source.between(0, 6)
    return (x, y) => {
      const hill = horizons.snow! + 0.03 * Math.sin(x * 4 + roll)
      const sky = mix([134, 168, 204], [196, 216, 236], y / hill)
      const ground = mix([246, 250, 255], [214, 228, 244], (y - hill) * 2)
      return mix(mix(sky, ground, soft(hill - y, pixel)), [255, 255, 255], discs(flakes, x, y, pixel))
    }
  },
  night(source, pixel) {
    const bright = stars(source, 14, 0.014)
    const moon = { x: source.chance(0.5) ? 0.14 : 0.86, y: 0.14, r: 0.07 }
    return (x, y) => {
      const sky = mix([14, 20, 58], [44, 52, 108], y)
      const lit = mix(sky, [255, 252, 220], discs(bright, x, y, pixel) * 0.9)
      return mix(lit, [255, 240, 170], soft(Math.hypot(x - moon.x, y - moon.y) - moon.r, pixel))
    }
  },
  space(source, pixel) {
    const bright = stars(source, 18, 0.014)
    const cloud = { x: source.next(), y: source.next() }
    return (x, y) => {
      const near = Math.max(0, 1 - Math.hypot(x - cloud.x, y - cloud.y) / 0.6)
      return mix(mix([4, 4, 14], [84, 28, 110], near * near * 0.9), [255, 255, 255], discs(bright, x, y, pixel))
    }
  },
  desert(source, pixel) {
    const roll = source.between(0, 6)
    return (x, y) => {
      const dune = horizons.desert! + 0.05 * Math.sin(x * 4.5 + roll)
      const nearer = 0.78 + 0.04 * Math.sin(x * 5 + roll + 2)
      const far = mix(mix([150, 206, 242], [252, 234, 198], y / dune), [232, 178, 100], soft(dune - y, pixel))
      return mix(far, [216, 152, 72], soft(nearer - y, pixel))
    }
  },
  forest(source, pixel) {
    const trees = Array.from({ length: 7 }, (_, k) => ({
      x: (k + source.between(0.2, 0.8)) / 7,
      top: source.between(0.02, 0.22),
      shade: source.next(),
    }))
    return (x, y) => {
      let rgb: Rgb = mix([176, 222, 200], [222, 242, 214], y)
      for (const tree of trees) {
        const half = 0.16 * Math.max(0, (y - tree.top) / 0.6)
        rgb = mix(
          rgb,
          mix([34, 98, 56], [62, 132, 70], tree.shade),
          soft(Math.abs(x - tree.x) - half, pixel) * (y > tree.top ? 1 : 0),
        )
      }
      return mix(rgb, [112, 146, 74], soft(horizons.forest! - y, pixel))
    }
  },
  room(source, pixel) {
    const wall = source.pick<Rgb>([
      [238, 226, 204],
      [214, 228, 234],
      [232, 214, 218],
    ])
    const floor = horizons.room!
    return (x, y) => {
      const board = soft(Math.abs(((((x - 0.5) / (0.4 + y)) * 6 + 60) % 1) - 0.5) / 10 - 0.004, pixel)
      const boards = mix([186, 134, 88], [150, 100, 60], board)
      return mix(mix(wall, boards, soft(floor - y, pixel)), [255, 252, 246], soft(Math.abs(y - floor) - 0.014, pixel))
    }
  },
  sunset(source, pixel) {
    const sun = { x: source.between(0.25, 0.75), r: 0.2 }
    const horizon = 0.72
    return (x, y) => {
      const glow = mix(mix([104, 58, 138], [244, 112, 84], y / 0.45), [255, 206, 112], (y - 0.4) / 0.35)
      const sky = mix(glow, [255, 238, 168], soft(Math.hypot(x - sun.x, y - horizon) - sun.r, pixel))
      return mix(sky, mix([150, 66, 96], [66, 34, 84], (y - horizon) * 3), soft(horizon - y, pixel))
    }
  },
}

/** Fills `side` x `side` RGB floats (0..255). */
export function drawBackground(background: Background, side: number, source: Random): Float32Array {
  const canvas = new Float32Array(side * side * 3)
  const flat = plain[background]
  if (flat) {
    // A plain ground varies a little, white does not.
    const shift = background === 'white' ? 0 : source.between(-8, 4)
    for (let i = 0; i < canvas.length; i++) canvas[i] = flat[i % 3]! + shift
    return canvas
  }
  const shade = places[background]!(source, 1 / side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) canvas.set(shade((x + 0.5) / side, (y + 0.5) / side), (y * side + x) * 3)
  }
  return canvas
}
