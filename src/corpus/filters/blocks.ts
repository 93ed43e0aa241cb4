/** Filters that make a picture of pieces of one colour each. */
import { type Random, random } from '../random.ts'
import type { Picture } from './planes.ts'

/** Squares across a picture, as old games had; colours in steps. */
const squares = [32, 48, 64] as const
const colourSteps = 7

/** Pieces that the smallest thing needs across, to be told. */
const leastAcross = 14

/** The fewest pieces across a picture with which a thing of the share `least` of its side can be told; the most there are, else. */
const piecesFor = (least: number, choices: readonly number[]): number =>
  choices.find((count) => count * least >= leastAcross) ?? choices.at(-1)!

export function pixelArt({ side, rgb, cover, least }: Picture): void {
  const cell = Math.max(1, Math.round(side / piecesFor(least, squares)))
  for (let top = 0; top < side; top += cell) {
    const bottom = Math.min(side, top + cell)
    for (let left = 0; left < side; left += cell) {
      const right = Math.min(side, left + cell)
      const area = (bottom - top) * (right - left)
      const sum = [0, 0, 0, 0]
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const at = (y * side + x) * 3
          sum[0]! += rgb[at]!
          sum[1]! += rgb[at + 1]!
          sum[2]! += rgb[at + 2]!
          if (cover) sum[3]! += cover[y * side + x]!
        }
      }
      const covered = sum[3]! > 127 * area ? 255 : 0
      const [r, g, b] = stepped(sum[0]! / area, sum[1]! / area, sum[2]! / area)
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const at = (y * side + x) * 3
          rgb[at] = r
          rgb[at + 1] = g
          rgb[at + 2] = b
          if (cover) cover[y * side + x] = covered
        }
      }
    }
  }
}

/** Somewhat stronger colours, each part in one of a few steps. */
function stepped(r: number, g: number, b: number): readonly [number, number, number] {
  const grey = (r + g + b) / 3
  const step = (value: number): number => {
    const strong = Math.max(0, Math.min(255, grey + 1.25 * (value - grey)))
    return Math.round((strong / 255) * (colourSteps - 1)) * (255 / (colourSteps - 1))
  }
  return [step(r), step(g), step(b)]
}

/** Stones across a picture. */
const stones = [26, 40] as const
/** Ways to lay them. */
const layings = 4

/** Which stone each pixel belongs to, how light it is there, and where the joints are: made once for a side, a number and a way. */
type Laying = {
  readonly stone: Uint16Array
  readonly light: Int8Array
  readonly joint: Uint8Array
  readonly count: number
}
const laid = new Map<string, Laying>()

function layingFor(side: number, count: number, way: number): Laying {
  const key = `${side}/${count}/${way}`
  const known = laid.get(key)
  if (known) return known
  const source = random(way, 'mosaic')
  const across = Math.max(2, Math.min(count, side >> 1)) + 2
  const step = side / (across - 2)
  const xs = Array.from(
    { length: across * across },
    (_, k) => ((k % across) - 0.5 + 0.5 * (source.next() - 0.5)) * step,
  )
  const ys = xs.map((_, k) => (Math.floor(k / across) - 0.5 + 0.5 * (source.next() - 0.5)) * step)
  const shade = xs.map(() => source.between(-13, 13))
  const stone = new Uint16Array(side * side)
  const light = new Int8Array(side * side)
  const joint = new Uint8Array(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const column = Math.floor((x + 0.5) / step) + 1
      const row = Math.floor((y + 0.5) / step) + 1
      let near = Number.POSITIVE_INFINITY
      let second = Number.POSITIVE_INFINITY
      let nearest = 0
      for (let j = Math.max(0, row - 2); j <= Math.min(across - 1, row + 2); j++) {
        for (let i = Math.max(0, column - 2); i <= Math.min(across - 1, column + 2); i++) {
          const k = j * across + i
          // Between a circle and a square: stones have corners.
          const dx = Math.abs(x + 0.5 - xs[k]!)
          const dy = Math.abs(y + 0.5 - ys[k]!)
          const d = 0.5 * Math.sqrt(dx * dx + dy * dy) + 0.5 * Math.max(dx, dy)
          if (d < near) {
            second = near
            near = d
            nearest = k
          } else if (d < second) second = d
        }
      }
      const i = y * side + x
      stone[i] = nearest
      joint[i] = 255 * Math.max(0, Math.min(1, 1.15 - (second - near) / (0.16 * step)))
      // Lit from the upper left.
      const slant = (xs[nearest]! - x + ys[nearest]! - y) / step
      light[i] = Math.max(-127, Math.min(127, shade[nearest]! + 16 * slant))
    }
  }
  const made = { stone, light, joint, count: across * across }
  laid.set(key, made)
  return made
}

/** Stones of one colour each, joints between. */
export function mosaic({ side, rgb, least }: Picture, source: Random): void {
  const { stone, light, joint, count } = layingFor(side, piecesFor(least, stones), source.below(layings))
  const sums = new Int32Array(count * 4)
  for (let i = 0, at = 0; i < stone.length; i++, at += 3) {
    const k = stone[i]! * 4
    sums[k]! += rgb[at]!
    sums[k + 1]! += rgb[at + 1]!
    sums[k + 2]! += rgb[at + 2]!
    sums[k + 3]!++
  }
  const grout = [128, 122, 116] as const
  for (let i = 0, at = 0; i < stone.length; i++, at += 3) {
    const k = stone[i]! * 4
    const share = 1 / sums[k + 3]!
    const between = joint[i]! / 255
    for (let c = 0; c < 3; c++) {
      // White stones, too, show that they are stones.
      const value = sums[k + c]! * share * 0.95 + light[i]!
      rgb[at + c] = (value < 0 ? 0 : value > 255 ? 255 : value) * (1 - between) + grout[c]! * between
    }
  }
}
