/** How round a thing is: a flat drawing swells from its silhouette, as a balloon of that outline would. */
import { boxSum } from '../box-sum.ts'
import { bytes, floats, whole } from '../scratch.ts'
import type { Raster } from '../sprite.ts'

/** Fields at half the thing's size, row-major: they are smooth, and a quarter of the work. */
export type Relief = {
  readonly width: number
  readonly height: number
  /** How steeply the surface rises to the right and downwards: 0 flat, 1 at 45 degrees. */
  readonly slopeX: Float32Array
  readonly slopeY: Float32Array
  /** 0.5 at the edge, 1 well inside; about a twentieth of the thing's size lies between. */
  readonly depth: Float32Array
}

/** Parts of the longer side over which the edge and the whole body are rounded. */
const edgeReach = 0.04
const bodyReach = 0.12
/** How thick the thing is, in parts of its longer side. */
const thickness = 0.3

const room = {
  alpha: bytes(),
  once: whole(),
  near: whole(),
  wide: whole(),
  high: floats(),
  depth: floats(),
  slopeX: floats(),
  slopeY: floats(),
}

/** The answer is overwritten by the next one. */
export function reliefOf({ width: fullWidth, height: fullHeight, rgba }: Raster): Relief {
  const width = (fullWidth + 1) >> 1
  const height = (fullHeight + 1) >> 1
  const count = width * height
  const alpha = room.alpha(count)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) alpha[y * width + x] = rgba[(2 * y * fullWidth + 2 * x) * 4 + 3]!
  }
  const longer = Math.max(width, height)
  const small = Math.max(1, Math.round(longer * edgeReach))
  const large = Math.max(2, Math.round(longer * bodyReach))
  // Twice over each: once leaves a crease where the square's edge leaves the thing.
  const near = smooth(alpha, width, height, small, room.near(count))
  const wide = smooth(alpha, width, height, large, room.wide(count))
  const high = room.high(count)
  const depth = room.depth(count)
  for (let i = 0; i < count; i++) {
    depth[i] = near[i]! / 4096
    high[i] = (0.35 * near[i]! + 0.65 * wide[i]!) / 4096
  }
  const slopeX = room.slopeX(count)
  const slopeY = room.slopeY(count)
  const steep = (thickness * longer) / 2
  for (let y = 0; y < height; y++) {
    const up = y > 0 ? width : 0
    const down = y < height - 1 ? width : 0
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      slopeX[i] = (high[i + (x < width - 1 ? 1 : 0)]! - high[i - (x > 0 ? 1 : 0)]!) * steep
      slopeY[i] = (high[i + down]! - high[i - up]!) * steep
    }
  }
  return { width, height, slopeX, slopeY, depth }
}

/** Coverage averaged over a square of side 2 * reach + 1 and again over one half as wide: 0..4096. */
function smooth(alpha: Uint8Array, width: number, height: number, reach: number, twice: Int32Array): Int32Array {
  const once = room.once(alpha.length)
  boxSum(alpha, width, height, reach, once)
  const unit = 4096 / (255 * (2 * reach + 1) ** 2)
  for (let i = 0; i < once.length; i++) once[i]! *= unit
  const again = Math.max(1, reach >> 1)
  boxSum(once, width, height, again, twice)
  const share = 1 / (2 * again + 1) ** 2
  for (let i = 0; i < twice.length; i++) twice[i]! *= share
  return twice
}
