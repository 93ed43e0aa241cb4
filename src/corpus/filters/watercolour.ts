/** Washes of thin colour on paper: even areas, darker where they dried at their edges, pale towards the edge of the sheet. */
import type { Random } from '../random.ts'
import { blurred, edgesOf, grainFor, grainSide, type Picture } from './planes.ts'

export function watercolour({ side, rgb }: Picture, source: Random): void {
  const startX = source.below(grainSide)
  const startY = source.below(grainSide)
  const large = grainFor(side, 32)
  const middle = grainFor(side, 8)
  const tooth = grainFor(side, 2)
  const even = wobbled(simplified(rgb, side), side, middle, startX, startY)
  const edges = blurred(edgesOf(even, side), side, 1, Math.max(1, Math.round(side / 256)))
  const reach = side * 0.07
  for (let y = 0; y < side; y++) {
    const row = ((y + startY) % grainSide) * grainSide
    const borderY = Math.min(y, side - 1 - y)
    for (let x = 0; x < side; x++) {
      const i = y * side + x
      const at = i * 3
      const noise = row + ((x + startX) % grainSide)
      const pooled = large[noise]! / 255 - 0.5
      const grainy = tooth[noise]! / 255 - 0.5
      const mottled = middle[noise]! / 255 - 0.5
      // The brush left a ragged edge short of the sheet's.
      const border = Math.min(borderY, x, side - 1 - x) / reach + 0.9 * pooled + 0.5 * mottled
      const sheet = border < 0.25 ? 0 : border > 0.6 ? 1 : (border - 0.25) / 0.35
      const rim = Math.min(1, edges[i]! / 120)
      const density = (0.8 + 0.5 * pooled + 0.22 * mottled + 0.2 * grainy) * sheet + 0.5 * rim * sheet
      for (let c = 0; c < 3; c++) {
        const pigment = (255 - even[at + c]!) * density
        const value = 253 - (c === 2 ? 5 : 0) + 7 * grainy - pigment
        rgb[at + c] = value < 0 ? 0 : value > 255 ? 255 : value
      }
    }
  }
}

/** Moves every pixel a little, as a wet edge wanders. */
function wobbled(rgb: Uint8Array, side: number, noise: Uint8Array, startX: number, startY: number): Uint8Array {
  const out = new Uint8Array(rgb.length)
  const far = side / 66 / 255
  for (let y = 0; y < side; y++) {
    const row = ((y + startY) % grainSide) * grainSide
    const other = ((y + startY + 97) % grainSide) * grainSide
    for (let x = 0; x < side; x++) {
      const dx = (noise[row + ((x + startX) % grainSide)]! - 128) * far
      const dy = (noise[other + ((x + startX + 61) % grainSide)]! - 128) * far
      const fromX = Math.max(0, Math.min(side - 1, Math.round(x + dx)))
      const fromY = Math.max(0, Math.min(side - 1, Math.round(y + dy)))
      const from = (fromY * side + fromX) * 3
      const at = (y * side + x) * 3
      out[at] = rgb[from]!
      out[at + 1] = rgb[from + 1]!
      out[at + 2] = rgb[from + 2]!
    }
  }
  return out
}

/**
 * Even areas with sharp edges: each pixel takes the mean of whichever of the four squares at it varies least (Kuwahara 1976).
 * Worked out at half size.
 */
function simplified(rgb: Uint8Array, side: number): Uint8Array {
  const half = Math.max(1, side >> 1)
  const reach = Math.max(1, Math.round(side / 90))
  const stride = half + 1
  // Summed areas of red, green, blue and the square of their sum.
  const sums = new Float64Array(stride * stride * 4)
  for (let y = 0; y < half; y++) {
    const line = [0, 0, 0, 0]
    for (let x = 0; x < half; x++) {
      const at = (2 * y * side + 2 * x) * 3
      const right = 2 * x + 1 < side ? 3 : 0
      const down = 2 * y + 1 < side ? side * 3 : 0
      const to = ((y + 1) * stride + x + 1) * 4
      let whole = 0
      for (let c = 0; c < 3; c++) {
        const value = (rgb[at + c]! + rgb[at + right + c]! + rgb[at + down + c]! + rgb[at + down + right + c]!) / 4
        whole += value
        line[c]! += value
        sums[to + c] = sums[to - stride * 4 + c]! + line[c]!
      }
      line[3]! += whole * whole
      sums[to + 3] = sums[to - stride * 4 + 3]! + line[3]!
    }
  }
  const small = new Uint8Array(half * half * 3)
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      let least = Number.POSITIVE_INFINITY
      const to = (y * half + x) * 3
      for (let quarter = 0; quarter < 4; quarter++) {
        const left = Math.max(0, (quarter & 1) === 0 ? x - reach : x)
        const top = Math.max(0, (quarter & 2) === 0 ? y - reach : y)
        const right = Math.min(half, ((quarter & 1) === 0 ? x : x + reach) + 1)
        const bottom = Math.min(half, ((quarter & 2) === 0 ? y : y + reach) + 1)
        const a = (top * stride + left) * 4
        const b = (top * stride + right) * 4
        const c = (bottom * stride + left) * 4
        const d = (bottom * stride + right) * 4
        const share = 1 / ((right - left) * (bottom - top))
        const red = (sums[d]! - sums[b]! - sums[c]! + sums[a]!) * share
        const green = (sums[d + 1]! - sums[b + 1]! - sums[c + 1]! + sums[a + 1]!) * share
        const blue = (sums[d + 2]! - sums[b + 2]! - sums[c + 2]! + sums[a + 2]!) * share
        const squares = (sums[d + 3]! - sums[b + 3]! - sums[c + 3]! + sums[a + 3]!) * share
        const variance = squares - (red + green + blue) ** 2
        if (variance >= least) continue
        least = variance
        small[to] = red + 0.5
        small[to + 1] = green + 0.5
        small[to + 2] = blue + 0.5
      }
    }
  }
  return enlarged(small, half, side)
}

/** Twice the size, straight lines between the values. */
function enlarged(small: Uint8Array, half: number, side: number): Uint8Array {
  const out = new Uint8Array(side * side * 3)
  const last = half - 1
  for (let y = 0; y < side; y++) {
    const j = Math.min(last, y >> 1)
    const other = Math.max(0, Math.min(last, (y & 1) === 1 ? j + 1 : j - 1))
    for (let x = 0; x < side; x++) {
      const i = Math.min(last, x >> 1)
      const beside = Math.max(0, Math.min(last, (x & 1) === 1 ? i + 1 : i - 1))
      const a = (j * half + i) * 3
      const b = (j * half + beside) * 3
      const c = (other * half + i) * 3
      const d = (other * half + beside) * 3
      const at = (y * side + x) * 3
      for (let k = 0; k < 3; k++)
        out[at + k] = (9 * small[a + k]! + 3 * (small[b + k]! + small[c + k]!) + small[d + k]! + 8) >> 4
    }
  }
  return out
}
