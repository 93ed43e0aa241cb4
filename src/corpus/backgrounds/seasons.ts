/** A garden in summer, rain, and autumn. */
import type { Random } from '../random.ts'
import { horizons } from './horizons.ts'
import { below, type Canvas, curve, mix, type Rgb, rows } from './paint.ts'
import { disc, polygon, rectangle, stroke } from './shapes.ts'
import { varied } from './varied.ts'

const white: Rgb = [255, 255, 255]

export function garden(canvas: Canvas, source: Random): void {
  const next = varied(source)
  const ground = horizons.garden!
  rows(canvas, (y) => mix([140, 206, 250], [226, 244, 255], y / ground))
  for (let k = 0; k < 12; k++) {
    const green = mix([52, 128, 62], [98, 172, 84], next())
    disc(canvas, (k + next()) / 12, 0.42 + 0.08 * next(), 0.11, green)
  }
  for (const y of [0.44, 0.55]) rectangle(canvas, 0, y - 0.014, 1, y + 0.014, [236, 238, 240])
  for (let k = 0; k < 13; k++) {
    const x = (k + 0.5) / 13
    polygon(canvas, [x - 0.022, 0.4, x, 0.37, x + 0.022, 0.4, x + 0.022, 0.61, x - 0.022, 0.61], white)
    rectangle(canvas, x + 0.012, 0.4, x + 0.022, 0.61, [206, 214, 222])
  }
  const edge = curve(canvas, () => ground)
  below(canvas, edge, [150, 214, 100], [98, 176, 74], 2.4)
  const petals: Rgb[] = [
    [244, 84, 98],
    [255, 206, 66],
    [246, 140, 202],
    [250, 250, 252],
    [150, 112, 226],
  ]
  for (let k = 0; k < 26; k++) {
    const depth = k / 26
    const x = next()
    const y = 0.64 + 0.35 * depth
    const size = 0.011 + 0.013 * depth
    stroke(canvas, x, y, x, y + size * 2.4, size * 0.2, [52, 132, 52])
    const colour = petals[Math.floor(next() * petals.length)]!
    for (let petal = 0; petal < 5; petal++) {
      const angle = petal * 1.2566
      disc(canvas, x + Math.cos(angle) * size * 0.72, y + Math.sin(angle) * size * 0.72, size * 0.55, colour)
    }
    disc(canvas, x, y, size * 0.42, [255, 226, 90])
  }
}

export function rain(canvas: Canvas, source: Random): void {
  const next = varied(source)
  rows(canvas, (y) => mix([84, 96, 114], [158, 172, 186], y / 0.7))
  for (let k = 0; k < 9; k++) {
    const grey = 62 + 34 * next()
    disc(canvas, (k + next()) / 9, 0.02 + 0.08 * next(), 0.13, [grey, grey + 8, grey + 20], 1, 0.085)
  }
  const ground = horizons.rain!
  const edge = curve(canvas, () => ground)
  below(canvas, edge, [122, 134, 146], [80, 92, 106], 3)
  for (let k = 0; k < 6; k++) {
    const y = ground + 0.05 + (k * 0.25) / 6
    const x = next()
    disc(canvas, x, y, 0.13, [168, 186, 204], 0.6, 0.022)
    disc(canvas, x, y, 0.08, [124, 140, 158], 0.7, 0.012)
  }
  for (let k = 0; k < 90; k++) {
    const x = next() * 1.2 - 0.1
    const y = ((k * 0.37) % 1) * 1.05 - 0.05
    const length = 0.06 + 0.05 * next()
    stroke(canvas, x, y, x - length * 0.28, y + length, 0.0028, [224, 236, 250], 0.72)
  }
}

export function autumn(canvas: Canvas, source: Random): void {
  const next = varied(source)
  const ground = horizons.autumn!
  rows(canvas, (y) => mix([186, 212, 232], [250, 236, 210], y / ground))
  const leaves: Rgb[] = [
    [226, 92, 34],
    [244, 162, 40],
    [196, 52, 38],
    [250, 198, 70],
    [176, 104, 40],
  ]
  let turn = Math.floor(next() * leaves.length)
  const leaf = (): Rgb => {
    turn = (turn + 1 + Math.floor(next() * 3)) % leaves.length
    return leaves[turn]!
  }
  const edge = curve(canvas, (x) => ground + 0.015 * Math.sin(x * 6))
  for (let k = 0; k < 6; k++) {
    const x = (k + 0.2 + 0.6 * next()) / 6
    const crown = 0.2 + 0.12 * next()
    polygon(
      canvas,
      [x - 0.016, crown, x + 0.016, crown, x + 0.024, ground + 0.03, x - 0.024, ground + 0.03],
      [92, 60, 42],
    )
    const colour = leaf()
    for (let puff = 0; puff < 7; puff++) {
      const angle = puff * 0.9
      const far = puff === 0 ? 0 : 0.075
      const lit = mix(colour, puff % 2 === 0 ? [255, 226, 140] : [110, 40, 20], 0.16)
      disc(canvas, x + Math.cos(angle) * far, crown + Math.sin(angle) * far * 0.8, 0.075, lit)
    }
  }
  below(canvas, edge, [206, 164, 86], [164, 112, 56], 2.6)
  for (let k = 0; k < 90; k++) {
    const depth = k / 90
    const size = 0.008 + 0.012 * depth
    const x = next()
    const y = ground + 0.02 + (1 - ground) * depth
    const angle = next() * 3
    const dx = Math.cos(angle) * size
    const dy = Math.sin(angle) * size * 0.6
    polygon(canvas, [x - dx, y - dy, x + dy * 0.9, y - dx * 0.4, x + dx, y + dy, x - dy * 0.9, y + dx * 0.4], leaf())
  }
  for (let k = 0; k < 9; k++) {
    const x = next()
    const y = 0.05 + 0.5 * next()
    polygon(canvas, [x - 0.016, y, x, y - 0.01, x + 0.016, y + 0.003, x, y + 0.01], leaf())
  }
}
