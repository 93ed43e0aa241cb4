/** What is a picture's ground and what stands out from it: by alpha, or by the colours that its border is made of. */
import type { Pixels } from './pixels.ts'

/** Coverage from which a pixel shows. */
export const visible = 96
/** How far a ground's colour may lie from one of the border's: three readings, strict to lenient, levels of 0..255. */
const tolerances = [9, 22, 44] as const
/** Colours this near are one colour of the border; one with less of the border than this share is not of the ground. */
const oneColour = 16
const leastShare = 0.025

/** One way to tell a picture's things from its ground, pixel by pixel. */
export type Reading = {
  /** How much lies within an outline, 0..255; holes do. */
  readonly coverage: Uint8Array
  /** How much of the colour is a thing's own, 0..255: less than `coverage` in the holes of a picture with alpha. */
  readonly own: Uint8Array
}

/** From strict to lenient, then the same without thin lines; a single one for a picture with alpha. `rgb` is flattened. */
export function* readings(picture: Pixels, rgb: Uint8Array): Generator<Reading> {
  const { width, height, channels, data } = picture
  if (channels === 4) {
    const own = Uint8Array.from({ length: width * height }, (_, pixel) => data[pixel * 4 + 3]!)
    if (own.some((value) => value < 250)) {
      const inside = notReached(width, height, (pixel) => own[pixel]! < visible)
      yield { own, coverage: inside.map((value, pixel) => value || own[pixel]!) }
      return
    }
  }
  const ground = borderColours(rgb, width, height)
  const beside = besideColours(rgb, width, height)
  const plain: Uint8Array[] = []
  for (const tolerance of tolerances) {
    const coverage = notReached(width, height, (pixel) => {
      const near = (colour: readonly number[]) => distance(rgb, pixel * 3, colour) <= tolerance
      return ground.some(near) || beside[Math.floor(pixel / width)]!.some(near)
    })
    plain.push(coverage)
    yield { coverage, own: coverage }
  }
  for (const lines of plain) {
    const coverage = opened(lines, width, height)
    yield { coverage, own: coverage }
  }
}

/** For each row what the border shows beside it, a little above and below too: skies and fields change from row to row. */
function besideColours(rgb: Uint8Array, width: number, height: number): number[][][] {
  const reach = Math.max(1, Math.round(height / 40))
  return Array.from({ length: height }, (_, y) => {
    const colours: number[][] = []
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (const x of [0, width - 1]) colours.push([...rgb.subarray((v * width + x) * 3, (v * width + x) * 3 + 3)])
    }
    return colours
  })
}

/** Without what is thinner than two pixels of 64 or so: lines of boards and waves that tie a thing to the border. */
function opened(coverage: Uint8Array, width: number, height: number): Uint8Array {
  const reach = Math.max(1, Math.round(Math.max(width, height) / 96))
  const most = (values: Uint8Array, sign: 1 | -1): Uint8Array => {
    const pass = (from: Uint8Array, step: number, place: (pixel: number) => number, length: number) =>
      from.map((_, pixel) => {
        let found = from[pixel]!
        const at = place(pixel)
        for (let k = -reach; k <= reach; k++) {
          const inside = at + k >= 0 && at + k < length
          const value = inside ? from[pixel + k * step]! : 0
          if (sign * value > sign * found) found = value
        }
        return found
      })
    const across = pass(values, 1, (pixel) => pixel % width, width)
    return pass(across, width, (pixel) => Math.floor(pixel / width), height)
  }
  return most(most(coverage, -1), 1)
}

/** The colours that the border is made of, rare ones left out: a thing may touch it. */
function borderColours(rgb: Uint8Array, width: number, height: number): number[][] {
  const found: { sum: number[]; count: number }[] = []
  let border = 0
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1)
    for (let x = 0; x < width; x += step, border++) {
      const at = (y * width + x) * 3
      const near = found.find(({ sum, count }) => distance(rgb, at, sum, count) <= oneColour)
      if (near === undefined) found.push({ sum: [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!], count: 1 })
      else {
        for (let c = 0; c < 3; c++) near.sum[c]! += rgb[at + c]!
        near.count++
      }
    }
  }
  return found
    .filter(({ count }) => count >= leastShare * border)
    .map(({ sum, count }) => sum.map((value) => value / count))
}

/** The largest difference of a channel. */
function distance(rgb: Uint8Array, at: number, colour: readonly number[], scale = 1): number {
  let most = 0
  for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(rgb[at + c]! - colour[c]! / scale))
  return most
}

/** 255 for every pixel that cannot be reached from the border through ground. */
function notReached(width: number, height: number, isGround: (pixel: number) => boolean): Uint8Array {
  const inside = new Uint8Array(width * height).fill(255)
  const queue: number[] = []
  const reach = (pixel: number) => {
    if (inside[pixel] === 0 || !isGround(pixel)) return
    inside[pixel] = 0
    queue.push(pixel)
  }
  for (let x = 0; x < width; x++) {
    reach(x)
    reach((height - 1) * width + x)
  }
  for (let y = 0; y < height; y++) {
    reach(y * width)
    reach(y * width + width - 1)
  }
  for (let pixel = queue.pop(); pixel !== undefined; pixel = queue.pop()) {
    const x = pixel % width
    if (x > 0) reach(pixel - 1)
    if (x < width - 1) reach(pixel + 1)
    if (pixel >= width) reach(pixel - width)
    if (pixel < width * (height - 1)) reach(pixel + width)
  }
  return inside
}
