/** Five wild places. */
import type { Random } from '../random.ts'
import { horizons } from './horizons.ts'
import { band, below, type Canvas, curve, glow, mix, type Rgb, rows } from './paint.ts'
import { disc, polygon, stroke } from './shapes.ts'
import { varied } from './varied.ts'

const white: Rgb = [255, 255, 255]

export function mountains(canvas: Canvas, source: Random): void {
  const next = varied(source)
  rows(canvas, (y) => mix([96, 164, 232], [222, 238, 252], y / 0.65))
  const peaks = [-0.02, 0.2, 0.44, 0.7, 0.97].map((x, k) => {
    const far = k % 2 === 1
    return { x: x + (next() - 0.5) * 0.1, top: (far ? 0.26 : 0.12) + next() * 0.12, far }
  })
  for (const far of [true, false]) {
    for (const peak of peaks.filter((peak) => peak.far === far)) {
      const { x, top } = peak
      const half = 0.3 + next() * 0.08
      const foot = 0.74
      const rock: Rgb = far ? [134, 156, 190] : [100, 118, 148]
      polygon(canvas, [x, top, x + half, foot, x - half, foot], rock)
      // The side away from the sun, then snow with a ragged lower edge.
      const shade = mix(rock, [40, 52, 84], 0.34)
      polygon(canvas, [x, top, x + half, foot, x + half * 0.1, foot, x + half * 0.08, top + 0.3], shade)
      const cap = 0.36 * (foot - top)
      const side = (t: number): number => (half * t) / (foot - top)
      polygon(
        canvas,
        [
          x,
          top,
          x + side(cap),
          top + cap,
          x + side(cap * 0.5),
          top + cap * 0.72,
          x + side(cap * 0.12),
          top + cap * 1.12,
          x - side(cap * 0.32),
          top + cap * 0.74,
          x - side(cap),
          top + cap,
        ],
        white,
      )
      polygon(
        canvas,
        [x, top, x + side(cap), top + cap, x + side(cap * 0.5), top + cap * 0.72, x + side(cap * 0.1), top + cap * 0.9],
        [206, 220, 240],
      )
    }
  }
  const roll = next() * 6
  const wood = curve(canvas, (x) => 0.66 + 0.02 * Math.sin(x * 6 + roll) + 0.008 * Math.abs(Math.sin(x * 60)))
  below(canvas, wood, [58, 112, 82], [58, 112, 82], 1)
  const meadow = curve(canvas, (x) => horizons.mountains! + 0.02 * Math.sin(x * 4 + roll + 1))
  below(canvas, meadow, [140, 192, 92], [92, 150, 62], 3)
}

export function underwater(canvas: Canvas, source: Random): void {
  const next = varied(source)
  rows(canvas, (y) => mix(mix([120, 224, 236], [30, 146, 196], y / 0.4), [8, 58, 118], (y - 0.35) / 0.6))
  for (let k = 0; k < 5; k++) {
    const x = (k + next()) / 5
    const wide = 0.03 + 0.05 * next()
    const lean = 0.12 + 0.1 * x
    for (const [reach, alpha] of [
      [0.9, 0.07],
      [0.7, 0.08],
      [0.5, 0.09],
    ] as const) {
      polygon(
        canvas,
        [x, 0, x + wide, 0, x + wide * 2 + lean * reach, reach, x + lean * reach - wide, reach],
        [224, 255, 250],
        alpha,
      )
    }
  }
  const roll = next() * 6
  const floor = curve(canvas, (x) => 0.87 + 0.025 * Math.sin(x * 5 + roll))
  below(canvas, floor, [206, 196, 150], [150, 140, 116], 8)
  for (let k = 0; k < 9; k++) {
    const x = k % 2 === 0 ? 0.02 + 0.24 * next() : 0.74 + 0.24 * next()
    const height = 0.16 + 0.24 * next()
    const green = mix([20, 110, 70], [70, 168, 78], next())
    const left: number[] = []
    const right: number[] = []
    for (let s = 0; s <= 12; s++) {
      const t = s / 12
      const sway = 0.022 * Math.sin(t * 8 + k) * t
      const half = 0.014 * (1 - t * 0.85)
      left.push(x + sway - half, 0.93 - height * t)
      right.unshift(x + sway + half, 0.93 - height * t)
    }
    // `unshift` of two numbers keeps x before y, so the right side comes back from the tip down.
    polygon(canvas, [...left, ...right], green)
  }
  for (let k = 0; k < 14; k++) {
    const x = next()
    const y = 0.05 + 0.75 * next()
    const r = 0.008 + 0.014 * next()
    disc(canvas, x, y, r, [214, 248, 255], 0.55)
    disc(canvas, x, y, r * 0.68, [64, 170, 210], 0.7)
    disc(canvas, x - r * 0.3, y - r * 0.3, r * 0.28, white, 0.9)
  }
}

export function moon(canvas: Canvas, source: Random): void {
  const next = varied(source)
  rows(canvas, (y) => mix([6, 6, 16], [22, 22, 40], y / 0.6))
  for (let k = 0; k < 34; k++) disc(canvas, next(), (k % 17) / 28, 0.003 + 0.005 * next(), white, 0.9)
  const x = source.chance(0.5) ? 0.17 : 0.83
  const y = 0.18
  const r = 0.12
  glow(canvas, x, y, r * 1.9, [90, 150, 255], 0.5)
  disc(canvas, x, y, r, [44, 110, 214])
  for (const [dx, dy, rx, ry] of [
    [-0.3, -0.25, 0.4, 0.28],
    [0.3, 0.3, 0.42, 0.3],
    [-0.35, 0.5, 0.2, 0.22],
  ] as const) {
    disc(canvas, x + dx * r, y + dy * r, rx * r, [66, 160, 84], 1, ry * r)
  }
  disc(canvas, x, y - r * 0.1, r * 0.72, white, 0.75, r * 0.08)
  disc(canvas, x + r * 0.15, y + r * 0.62, r * 0.5, white, 0.75, r * 0.08)
  const roll = next() * 6
  const ground = curve(canvas, (t) => horizons.moon! + 0.025 * Math.sin(t * 4 + roll))
  below(canvas, ground, [198, 198, 202], [126, 126, 134], 2.6)
  for (let k = 0; k < 11; k++) {
    const depth = (k + next()) / 11
    const across = next()
    const size = 0.02 + 0.07 * depth * (0.4 + next())
    const down = 0.67 + 0.32 * depth
    disc(canvas, across, down + size * 0.07, size, [222, 222, 226], 1, size * 0.36)
    disc(canvas, across, down, size * 0.94, [96, 96, 106], 1, size * 0.31)
    disc(canvas, across + size * 0.08, down + size * 0.08, size * 0.78, [146, 146, 154], 1, size * 0.22)
  }
}

export function volcano(canvas: Canvas, source: Random): void {
  const next = varied(source)
  rows(canvas, (y) => mix(mix([44, 20, 40], [150, 46, 40], y / 0.45), [246, 136, 60], (y - 0.4) / 0.35))
  const x = 0.5 + (source.next() - 0.5) * 0.3
  const top = 0.26
  glow(canvas, x, top, 0.34, [255, 190, 70], 0.9)
  for (let k = 0; k < 9; k++) {
    const grey = 52 + 36 * next()
    const rise = k / 9
    const across = x + (next() - 0.5) * 0.16 + rise * 0.14
    disc(canvas, across, top - 0.03 - 0.24 * rise, 0.045 + 0.06 * rise, [grey, grey - 6, grey])
  }
  for (let k = 0; k < 10; k++) {
    const angle = -2.6 + (k * 2.1) / 10
    const far = 0.08 + 0.12 * next()
    disc(canvas, x + Math.cos(angle) * far, top + Math.sin(angle) * far, 0.008 + 0.006 * next(), [255, 178, 40])
  }
  const foot = 0.78
  polygon(canvas, [x - 0.09, top, x + 0.09, top, x + 0.46, foot, x - 0.46, foot], [82, 58, 58])
  polygon(canvas, [x + 0.03, top, x + 0.09, top, x + 0.46, foot, x + 0.16, foot], [58, 38, 44])
  disc(canvas, x, top, 0.09, [255, 206, 70], 1, 0.022)
  for (const [at, lean, wide] of [
    [-0.055, -0.16, 0.022],
    [0.005, 0.05, 0.03],
    [0.06, 0.2, 0.02],
  ] as const) {
    const points: number[] = []
    for (let s = 0; s <= 8; s++) points.push(x + at + lean * (s / 8) + 0.014 * Math.sin(s * 1.7), top + (0.5 * s) / 8)
    for (let s = 8; s >= 0; s--) {
      points.push(x + at + lean * (s / 8) + wide * (1 + s / 14) + 0.014 * Math.sin(s * 1.7 + 0.6), top + (0.5 * s) / 8)
    }
    polygon(canvas, points, [255, 108, 20])
  }
  const roll = next() * 6
  const ground = curve(canvas, (t) => horizons.volcano! + 0.02 * Math.sin(t * 7 + roll))
  below(canvas, ground, [66, 48, 52], [34, 26, 32], 3)
  for (let k = 0; k < 4; k++) {
    const y = 0.79 + 0.055 * k
    const start = next() * 0.7
    const crack = [0, 1, 2, 3].map((s) => [start + s * 0.1, y + (s % 2) * 0.022] as const)
    for (let s = 0; s < 3; s++) stroke(canvas, ...crack[s]!, ...crack[s + 1]!, 0.007, [255, 116, 24], 0.9)
  }
}

export function cave(canvas: Canvas, source: Random): void {
  const next = varied(source)
  rows(canvas, (y) => mix([44, 34, 34], [72, 56, 50], y))
  const x = 0.5 + (source.next() - 0.5) * 0.2
  glow(canvas, x, 0.42, 0.66, [206, 168, 124], 0.95)
  // The way out: ragged rock around daylight and a far hill.
  const mouth = (size: number): number[] => {
    const points: number[] = []
    for (let k = 0; k < 15; k++) {
      const angle = (k / 15) * 2 * Math.PI
      const far = size * (1 + 0.22 * ragged[k]!)
      points.push(x + Math.cos(angle) * far * 0.9, 0.45 + Math.sin(angle) * far * 1.05)
    }
    return points
  }
  const ragged = Array.from({ length: 15 }, () => next() - 0.5)
  polygon(canvas, mouth(0.25), [112, 86, 68])
  polygon(canvas, mouth(0.215), [206, 232, 250])
  disc(canvas, x + 0.04, 0.63, 0.11, [134, 186, 110], 1, 0.08)
  disc(canvas, x - 0.06, 0.65, 0.08, [104, 160, 92], 1, 0.08)
  const roll = next() * 6
  const ground = curve(canvas, (t) => horizons.cave! - 0.08 + 0.07 * Math.abs(t - x) + 0.014 * Math.sin(t * 13 + roll))
  below(canvas, ground, [140, 110, 86], [74, 56, 48], 3.2)
  const spike = (at: number, half: number, from: number, tip: number, shade: number): void => {
    const rock = mix([54, 42, 40], [104, 82, 68], shade)
    polygon(canvas, [at - half, from, at + half, from, at + half * 0.1, tip], rock)
    polygon(canvas, [at + half * 0.2, from, at + half, from, at + half * 0.1, tip], mix(rock, [20, 14, 16], 0.4))
  }
  for (let k = 0; k < 11; k++) {
    const at = (k + next()) / 11
    spike(at, 0.045 + 0.025 * next(), -0.01, 0.08 + 0.2 * next() * (0.5 + 1.4 * Math.abs(at - 0.5)), next())
  }
  for (const at of [0.03, 0.12, 0.2, 0.82, 0.9, 0.98]) {
    const away = Math.abs(at - 0.5)
    spike(at, 0.05 + 0.02 * next(), 0.84 + 0.1 * next(), 0.8 - away * (0.4 + 0.5 * next()), next())
  }
  band(canvas, ground, 0.004, [170, 138, 108], 0.5)
}
