/** Four places that people made. */
import type { Random } from '../random.ts'
import { horizons } from './horizons.ts'
import { clouds } from './outdoors.ts'
import { below, type Canvas, curve, mix, type Rgb, rows } from './paint.ts'
import { disc, polygon, rectangle } from './shapes.ts'
import { varied } from './varied.ts'

const white: Rgb = [255, 255, 255]

export function city(canvas: Canvas, source: Random): void {
  const next = varied(source)
  const ground = horizons.city!
  rows(canvas, (y) => mix([132, 188, 240], [250, 226, 206], y / ground))
  for (let k = 0; k < 12; k++) {
    const left = k / 12 + (next() - 0.5) * 0.02
    rectangle(canvas, left, 0.16 + 0.3 * next(), left + 0.1, ground, mix([150, 172, 204], [172, 190, 216], next()))
  }
  const fronts: Rgb[] = [
    [176, 98, 80],
    [206, 182, 146],
    [94, 112, 140],
    [120, 150, 146],
    [158, 132, 150],
    [190, 140, 96],
  ]
  const shift = next()
  for (let k = -1; k < 6; k++) {
    const left = (k + shift) / 5.5
    const wide = 0.15 + 0.025 * next()
    const top = 0.2 + 0.36 * next()
    const front = fronts[(k + 1) % fronts.length]!
    rectangle(canvas, left, top, left + wide, ground, front)
    rectangle(canvas, left + wide * 0.82, top, left + wide, ground, mix(front, [20, 24, 40], 0.3))
    rectangle(canvas, left - 0.006, top - 0.014, left + wide + 0.006, top, mix(front, [20, 24, 40], 0.45))
    for (let y = top + 0.03; y < ground - 0.07; y += 0.058) {
      for (let column = 0; column < 3; column++) {
        const x = left + wide * (0.1 + column * 0.24)
        rectangle(canvas, x, y, x + wide * 0.15, y + 0.034, next() < 0.4 ? [255, 236, 152] : [58, 74, 104])
      }
    }
    const door = left + wide * 0.34
    rectangle(canvas, door, ground - 0.055, door + wide * 0.16, ground, [60, 46, 48])
  }
  rows(canvas, () => [196, 194, 192], ground, 0.83)
  rows(canvas, (y) => mix([98, 100, 108], [74, 76, 84], (y - 0.83) / 0.17), 0.83)
  rectangle(canvas, 0, 0.825, 1, 0.835, [150, 148, 148])
  for (let k = -1; k < 4; k++) {
    const x = (k + shift) / 3.4
    rectangle(canvas, x, 0.908, x + 0.15, 0.924, [240, 232, 200])
  }
}

export function road(canvas: Canvas, source: Random): void {
  const next = varied(source)
  const ground = horizons.road!
  const cloud = clouds(source, 2)
  rows(canvas, (y) => mix([118, 186, 246], [222, 240, 254], y / ground))
  for (const { x, y, r } of cloud) disc(canvas, x, y, r, white)
  const roll = next() * 6
  const hills = curve(canvas, (x) => ground - 0.05 - 0.03 * Math.sin(x * 6 + roll))
  below(canvas, hills, [120, 168, 128], [120, 168, 128], 1)
  const edge = curve(canvas, () => ground)
  below(canvas, edge, [146, 192, 96], [98, 154, 66], 2.4)
  const away = 0.5 + (source.next() - 0.5) * 0.16
  const at = (y: number, side: number): number => {
    const t = (y - ground) / (1 - ground)
    return away + (0.5 - away) * t + side * (0.02 + 0.5 * t)
  }
  const lane = (left: number, right: number, top: number, bottom: number, colour: Rgb): void =>
    polygon(
      canvas,
      [at(top, left), top, at(top, right), top, at(bottom, right), bottom, at(bottom, left), bottom],
      colour,
    )
  lane(-1.08, 1.08, ground, 1, [206, 190, 150])
  lane(-1, 1, ground, 1, [92, 94, 102])
  lane(-0.94, -0.89, ground, 1, [244, 244, 240])
  lane(0.89, 0.94, ground, 1, [244, 244, 240])
  for (let k = 0; k < 6; k++) {
    // Dashes shorten with distance.
    const top = ground + (1 - ground) * (k / 6) ** 1.9
    const bottom = ground + (1 - ground) * ((k + 0.55) / 6) ** 1.9
    lane(-0.035, 0.035, top, bottom, [250, 224, 110])
  }
}

export function kitchen(canvas: Canvas, source: Random): void {
  const ground = horizons.kitchen!
  const cabinets = source.pick<Rgb>([
    [122, 178, 176],
    [236, 226, 206],
    [176, 196, 150],
  ])
  const dark = mix(cabinets, [40, 40, 46], 0.28)
  rows(canvas, () => [250, 244, 228], 0, ground)
  const cupboard = (left: number, top: number, right: number, bottom: number, handle: number): void => {
    rectangle(canvas, left, top, right, bottom, dark)
    rectangle(canvas, left + 0.006, top + 0.006, right - 0.006, bottom - 0.006, cabinets)
    const inset = mix(cabinets, dark, 0.5)
    rectangle(canvas, left + 0.028, top + 0.028, right - 0.028, bottom - 0.028, inset)
    rectangle(canvas, left + 0.034, top + 0.034, right - 0.034, bottom - 0.034, cabinets)
    disc(canvas, handle, (top + bottom) / 2, 0.012, [92, 84, 78])
  }
  for (let y = 0.24; y < 0.45; y += 0.07) {
    for (let k = -1; k < 11; k++) {
      const x = k / 10 + (Math.round((y - 0.24) / 0.07) % 2) * 0.05
      rectangle(canvas, x + 0.004, y + 0.004, x + 0.096, y + 0.066, [226, 238, 240])
    }
  }
  rectangle(canvas, 0.36, 0.05, 0.64, 0.34, white)
  rectangle(canvas, 0.385, 0.075, 0.615, 0.315, [164, 214, 250])
  rectangle(canvas, 0.385, 0.235, 0.615, 0.315, [150, 204, 124])
  rectangle(canvas, 0.493, 0.075, 0.507, 0.315, white)
  for (const left of [0, 0.17, 0.66, 0.83]) cupboard(left, -0.02, left + 0.17, 0.22, left + (left < 0.5 ? 0.14 : 0.03))
  for (const left of [0, 0.2, 0.4, 0.8]) cupboard(left, 0.49, left + 0.2, ground, left + 0.1)
  rectangle(canvas, 0.6, 0.47, 0.8, ground, [214, 216, 220])
  rectangle(canvas, 0.625, 0.545, 0.775, 0.675, [54, 58, 66])
  rectangle(canvas, 0.64, 0.56, 0.76, 0.6, [96, 102, 114])
  for (let k = 0; k < 4; k++) disc(canvas, 0.635 + k * 0.043, 0.516, 0.01, [70, 72, 80])
  rectangle(canvas, 0, 0.455, 1, 0.488, [150, 104, 70])
  rectangle(canvas, 0, 0.455, 1, 0.464, [184, 136, 98])
  // A pot on the stove.
  rectangle(canvas, 0.645, 0.385, 0.755, 0.455, [206, 76, 66])
  rectangle(canvas, 0.635, 0.375, 0.765, 0.391, [164, 52, 50])
  disc(canvas, 0.7, 0.367, 0.013, [70, 46, 46])
  // Floor tiles run towards a point above the picture.
  rows(canvas, () => [238, 230, 214], ground)
  const lines = [0, 0.2, 0.46, 0.78, 1.2].map((t) => ground + (1 - ground) * t)
  for (let row = 0; row < 4; row++) {
    const top = lines[row]!
    const bottom = Math.min(1, lines[row + 1]!)
    for (let k = -9 + (row % 2); k < 9; k += 2) {
      const at = (y: number, column: number): number => 0.5 + (column / 7) * (0.35 + y * 0.75)
      polygon(
        canvas,
        [at(top, k), top, at(top, k + 1), top, at(bottom, k + 1), bottom, at(bottom, k), bottom],
        [190, 160, 132],
      )
    }
  }
  rectangle(canvas, 0, ground - 0.018, 1, ground, [110, 96, 88])
}

export function stage(canvas: Canvas, source: Random): void {
  const ground = horizons.stage!
  const x = 0.5 + (source.next() - 0.5) * 0.12
  rows(canvas, (y) => mix([24, 18, 38], [52, 34, 62], y / ground), 0, ground)
  rows(canvas, (y) => mix([150, 98, 58], [196, 136, 84], (y - ground) / (1 - ground)), ground)
  for (let y = ground + 0.05; y < 1; y += 0.07) rectangle(canvas, 0, y, 1, y + 0.005, [112, 70, 40])
  for (const [from, wide] of [
    [x - 0.3, 0.3],
    [x + 0.3, 0.3],
  ] as const) {
    polygon(canvas, [from - 0.02, 0, from + 0.02, 0, x + wide, 0.88, x - wide, 0.88], [255, 244, 196], 0.17)
  }
  disc(canvas, x, 0.88, 0.38, [255, 238, 180], 0.5, 0.085)
  const fold = (left: number, wide: number, top: number, bottom: number): void => {
    // Light in the middle of each fold, dark between two.
    for (let k = 0; k < 5; k++) {
      const colour = mix([96, 8, 22], [216, 36, 48], Math.sin(((k + 0.5) / 5) * Math.PI))
      rectangle(canvas, left + (wide * k) / 5, top, left + (wide * (k + 1)) / 5, bottom, colour)
    }
  }
  for (let k = 0; k < 4; k++) {
    fold(k * 0.05, 0.05, 0, 0.86 - k * 0.012)
    fold(0.95 - k * 0.05, 0.05, 0, 0.86 - k * 0.012)
  }
  for (let k = 0; k < 10; k++) fold(k * 0.1, 0.1, 0, 0.13)
  for (let k = 0; k < 10; k++) {
    disc(canvas, k * 0.1 + 0.05, 0.13, 0.05, [190, 28, 42], 1, 0.045)
    disc(canvas, k * 0.1 + 0.05, 0.17, 0.014, [250, 206, 92])
  }
}
