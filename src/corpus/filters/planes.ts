/** What filters work on: a picture's bytes, its lightness, its edges, means over squares, and grain. */
import { random } from '../random.ts'

/** `side` x `side` RGB that a filter changes in place. */
export type Picture = {
  readonly side: number
  readonly rgb: Uint8Array
  /** How much of each pixel things cover, where that was asked for. */
  readonly cover: Uint8Array | null
  /** Longer side of the smallest thing, as a share of the picture's. */
  readonly least: number
}

/** Luma, 0..255. */
export function lumaOf({ side, rgb }: Picture): Uint8Array {
  const out = new Uint8Array(side * side)
  for (let i = 0, at = 0; i < out.length; i++, at += 3) {
    out[i] = (77 * rgb[at]! + 150 * rgb[at + 1]! + 29 * rgb[at + 2]! + 128) >> 8
  }
  return out
}

/** The mean over squares of side 2 * reach + 1, the border's values going on outside. `channels` lie interleaved. */
export function blurred(values: Uint8Array, side: number, channels: number, reach: number): Uint8Array {
  const across = new Uint8Array(values.length)
  const out = new Uint8Array(values.length)
  const size = 2 * reach + 1
  const row = side * channels
  for (let y = 0; y < side; y++) {
    for (let c = 0; c < channels; c++) {
      const first = y * row + c
      const last = first + row - channels
      let sum = (reach + 1) * values[first]!
      for (let k = 1; k <= reach; k++) sum += values[Math.min(last, first + k * channels)]!
      for (let x = 0; x < side; x++) {
        const at = first + x * channels
        across[at] = sum / size + 0.5
        const enters = at + (reach + 1) * channels
        const leaves = at - reach * channels
        sum += values[enters > last ? last : enters]! - values[leaves < first ? first : leaves]!
      }
    }
  }
  const sums = new Int32Array(row)
  for (let i = 0; i < row; i++) {
    sums[i] = (reach + 1) * across[i]!
    for (let k = 1; k <= reach; k++) sums[i]! += across[Math.min(side - 1, k) * row + i]!
  }
  for (let y = 0; y < side; y++) {
    const enters = Math.min(side - 1, y + reach + 1) * row
    const leaves = Math.max(0, y - reach) * row
    for (let i = 0; i < row; i++) {
      out[y * row + i] = sums[i]! / size + 0.5
      sums[i]! += across[enters + i]! - across[leaves + i]!
    }
  }
  return out
}

/** How much neighbours differ, the most of the three channels (Sobel): 0 even, 255 a hard edge or more. */
export function edgesOf(rgb: Uint8Array, side: number): Uint8Array {
  const out = new Uint8Array(side * side)
  const row = side * 3
  for (let y = 0; y < side; y++) {
    const middle = y * row
    const up = y > 0 ? middle - row : middle
    const down = y < side - 1 ? middle + row : middle
    for (let x = 0; x < side; x++) {
      const left = x > 0 ? x * 3 - 3 : 0
      const here = x * 3
      const right = x < side - 1 ? here + 3 : here
      let most = 0
      for (let c = 0; c < 3; c++) {
        const a = rgb[up + left + c]!
        const b = rgb[up + right + c]!
        const d = rgb[down + left + c]!
        const e = rgb[down + right + c]!
        const dx = b + e - a - d + 2 * (rgb[middle + right + c]! - rgb[middle + left + c]!)
        const dy = d + e - a - b + 2 * (rgb[down + here + c]! - rgb[up + here + c]!)
        const strength = dx * dx + dy * dy
        if (strength > most) most = strength
      }
      const value = Math.sqrt(most) / 2
      out[y * side + x] = value > 255 ? 255 : value
    }
  }
  return out
}

/** A square of noise that repeats after `grainSide` pixels, 0..255 around 128. */
export const grainSide = 256
const grains = new Map<number, Uint8Array>()

/** Noise whose grains are `size` pixels across (a power of two up to 64), smooth between them. */
export function grain(size: number): Uint8Array {
  const known = grains.get(size)
  if (known) return known
  const source = random(11, `grain/${size}`)
  const cells = grainSide / size
  const values = Float32Array.from({ length: cells * cells }, () => source.next() * 255)
  const out = new Uint8Array(grainSide * grainSide)
  for (let y = 0; y < grainSide; y++) {
    const v = y / size
    const j = Math.floor(v)
    const fy = (v - j) ** 2 * (3 - 2 * (v - j))
    for (let x = 0; x < grainSide; x++) {
      const u = x / size
      const i = Math.floor(u)
      const fx = (u - i) ** 2 * (3 - 2 * (u - i))
      const upper = j * cells
      const lower = ((j + 1) % cells) * cells
      const right = (i + 1) % cells
      const high = values[upper + i]! * (1 - fx) + values[upper + right]! * fx
      const low = values[lower + i]! * (1 - fx) + values[lower + right]! * fx
      out[y * grainSide + x] = high * (1 - fy) + low * fy
    }
  }
  grains.set(size, out)
  return out
}

/** Grain that is as coarse as it should be on a picture of that side, which `size` gives for 256. */
export const grainFor = (side: number, size: number): Uint8Array =>
  grain(2 ** Math.max(0, Math.min(6, Math.round(Math.log2((size * side) / 256)))))
