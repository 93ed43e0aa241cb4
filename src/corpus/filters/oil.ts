/** Strokes of a brush, broad ones first and fine ones where they miss something (after Hertzmann 1998), with ridges of paint. */
import type { Random } from '../random.ts'
import { blurred, grainFor, grainSide, lumaOf, type Picture } from './planes.ts'

/** Lengths in parts of the side; `near` is how different a place must still be to be painted over, 0..255. */
const brushes = [
  { length: 0.12, width: 0.042, spacing: 0.036, near: -1 },
  { length: 0.064, width: 0.022, spacing: 0.021, near: 14 },
  { length: 0.036, width: 0.011, spacing: 0.013, near: 32 },
] as const

export function oil(picture: Picture, source: Random): void {
  const { side, rgb } = picture
  const soft = blurred(rgb, side, 3, Math.max(1, Math.round(side / 128)))
  const flow = blurred(lumaOf({ ...picture, rgb: soft }), side, 1, Math.max(1, Math.round(side / 64)))
  const drift = grainFor(side, 64)
  const painted = blurred(rgb, side, 3, Math.max(1, Math.round(side / 24)))
  for (const brush of brushes) {
    const spacing = Math.max(1, brush.spacing * side)
    for (let y = spacing / 2; y < side; y += spacing) {
      for (let x = spacing / 2; x < side; x += spacing) {
        const i = Math.min(side - 1, Math.max(0, Math.floor(x + (source.next() - 0.5) * spacing)))
        const j = Math.min(side - 1, Math.max(0, Math.floor(y + (source.next() - 0.5) * spacing)))
        const jitter = source.next() - 0.5
        const at = (j * side + i) * 3
        const difference =
          Math.abs(painted[at]! - soft[at]!) +
          Math.abs(painted[at + 1]! - soft[at + 1]!) +
          Math.abs(painted[at + 2]! - soft[at + 2]!)
        if (difference / 3 < brush.near) continue
        const angle = direction(flow, side, i, j, drift) + 0.5 * jitter
        stroke(painted, side, i, j, angle, brush.length * side, brush.width * side, soft, at, 22 * jitter)
      }
    }
  }
  // Paint lies thick: its ridges catch the light from the upper left.
  const luma = lumaOf({ ...picture, rgb: painted })
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const i = y * side + x
      const before = luma[Math.max(0, y - 1) * side + Math.max(0, x - 1)]!
      const after = luma[Math.min(side - 1, y + 1) * side + Math.min(side - 1, x + 1)]!
      const ridge = Math.max(-20, Math.min(20, (after - before) * 0.3))
      const at = i * 3
      for (let c = 0; c < 3; c++) {
        const value = painted[at + c]! + ridge
        rgb[at + c] = value < 0 ? 0 : value > 255 ? 255 : value
      }
    }
  }
}

/** Along the edge where there is one, else wherever the hand drifts. */
function direction(flow: Uint8Array, side: number, x: number, y: number, drift: Uint8Array): number {
  const left = Math.max(0, x - 2)
  const right = Math.min(side - 1, x + 2)
  const up = Math.max(0, y - 2)
  const down = Math.min(side - 1, y + 2)
  const dx = flow[y * side + right]! - flow[y * side + left]!
  const dy = flow[down * side + x]! - flow[up * side + x]!
  if (dx * dx + dy * dy > 30) return Math.atan2(dy, dx) + Math.PI / 2
  return 0.6 + (drift[(y % grainSide) * grainSide + (x % grainSide)]! / 255 - 0.5) * 3
}

/** One stroke in the colour of `soft` at `from`: bristles leave lighter and darker lines along it. */
function stroke(
  canvas: Uint8Array,
  side: number,
  x: number,
  y: number,
  angle: number,
  length: number,
  width: number,
  soft: Uint8Array,
  from: number,
  lighter: number,
): void {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const half = Math.max(1.5, length / 2)
  const thick = Math.max(1, width / 2)
  const r = soft[from]!
  const g = soft[from + 1]!
  const b = soft[from + 2]!
  const reachX = Math.ceil(Math.abs(cos) * half + Math.abs(sin) * thick + 1)
  const reachY = Math.ceil(Math.abs(sin) * half + Math.abs(cos) * thick + 1)
  const bottom = Math.min(side - 1, y + reachY)
  const end = Math.min(side - 1, x + reachX)
  const first = Math.max(0, x - reachX)
  const bristles = Math.abs(Math.round(lighter * 5)) & 31
  for (let j = Math.max(0, y - reachY); j <= bottom; j++) {
    let along = ((first - x) * cos + (j - y) * sin) / half
    let across = ((j - y) * cos - (first - x) * sin) / thick
    let at = (j * side + first) * 3
    for (let i = first; i <= end; i++, at += 3, along += cos / half, across -= sin / thick) {
      const square = along * along
      const far = square * square + across * across
      if (far >= 1) continue
      const cover = far > 0.583 ? (1 - far) * 2.4 : 1
      const bristle = lighter + bristleOf[((across * 16 + 16) | 0) + bristles]! - 5 * across
      const rest = 1 - cover
      canvas[at] = mixed(canvas[at]! * rest, (r + bristle) * cover)
      canvas[at + 1] = mixed(canvas[at + 1]! * rest, (g + bristle) * cover)
      canvas[at + 2] = mixed(canvas[at + 2]! * rest, (b + bristle) * cover)
    }
  }
}

/** Lighter and darker from bristle to bristle, by the place across a stroke. */
const bristleOf = Float64Array.from({ length: 66 }, (_, k) => 9 * Math.sin(k * 0.44) + 4 * Math.sin(k * 1.7))

const mixed = (a: number, b: number): number => {
  const sum = a + b
  return sum < 0 ? 0 : sum > 255 ? 255 : sum
}
