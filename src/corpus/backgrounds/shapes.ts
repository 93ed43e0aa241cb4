/** Filled shapes: each costs only the pixels it covers. */
import { blend, type Canvas, type Rgb, soft } from './paint.ts'

/** Sets (opaque) or blends the pixels `from` to `to` of a row. */
function fillSpan(
  { side, rgb }: Canvas,
  y: number,
  from: number,
  to: number,
  r: number,
  g: number,
  b: number,
  alpha: number,
): void {
  const end = (y * side + to) * 3
  if (alpha >= 1) {
    for (let at = (y * side + from) * 3; at < end; at += 3) {
      rgb[at] = r
      rgb[at + 1] = g
      rgb[at + 2] = b
    }
  } else for (let at = (y * side + from) * 3; at < end; at += 3) blend(rgb, at, r, g, b, alpha)
}

/** An ellipse; a disc where `ry` is left out. */
export function disc(canvas: Canvas, x: number, y: number, rx: number, colour: Rgb, alpha = 1, ry = rx): void {
  const { side, rgb } = canvas
  const [r, g, b] = colour
  const scale = rx / ry
  const radius = rx * side
  const middle = x * side - 0.5
  const last = Math.min(side - 1, Math.ceil((y + ry) * side + 0.5))
  for (let j = Math.max(0, Math.floor((y - ry) * side - 0.5)); j <= last; j++) {
    const dy = (j + 0.5 - y * side) * scale
    // A row's part of the ellipse with its soft edge, and what of it is wholly inside.
    const outer = (radius + 0.5) ** 2 - dy * dy
    if (outer <= 0) continue
    const half = Math.sqrt(outer)
    const inner = radius > 0.5 ? (radius - 0.5) ** 2 - dy * dy : 0
    const solid = inner > 0 ? Math.sqrt(inner) : -1
    const end = Math.min(side - 1, Math.floor(middle + half))
    const left = Math.max(0, Math.ceil(middle - solid))
    const right = Math.min(side - 1, Math.floor(middle + solid))
    for (let i = Math.max(0, Math.ceil(middle - half)); i <= end; i++) {
      if (solid > 0 && i === left && right >= left) {
        fillSpan(canvas, j, left, right + 1, r, g, b, alpha)
        i = right
        continue
      }
      const dx = i - middle
      const cover = soft(Math.sqrt(dx * dx + dy * dy) - radius)
      if (cover > 0) blend(rgb, (j * side + i) * 3, r, g, b, cover * alpha)
    }
  }
}

/** Lines of a row that are looked at apart, so that slanted edges are soft. */
const lines = 4

/** A filled polygon, `points` as x, y, x, y ...; even-odd. */
export function polygon(canvas: Canvas, points: readonly number[], [r, g, b]: Rgb, alpha = 1): void {
  const { side, rgb } = canvas
  let top = 1
  let bottom = 0
  for (let k = 1; k < points.length; k += 2) {
    top = Math.min(top, points[k]!)
    bottom = Math.max(bottom, points[k]!)
  }
  // How much coverage rises and falls from pixel to pixel along a row.
  const change = new Float32Array(side + 2)
  const crossings: number[] = []
  const last = Math.min(side - 1, Math.ceil(bottom * side) - 1)
  for (let y = Math.max(0, Math.floor(top * side)); y <= last; y++) {
    let low = side
    let high = 0
    for (let line = 0; line < lines; line++) {
      const at = (y + (line + 0.5) / lines) / side
      crossings.length = 0
      for (let k = 0, j = points.length - 2; k < points.length; j = k, k += 2) {
        const y1 = points[j + 1]!
        const y2 = points[k + 1]!
        if (y1 > at === y2 > at) continue
        const x = (points[j]! + ((at - y1) / (y2 - y1)) * (points[k]! - points[j]!)) * side
        crossings.push(Math.max(0, Math.min(side, x)))
      }
      if (crossings.length > 2) crossings.sort((p, q) => p - q)
      else if (crossings[0]! > crossings[1]!) crossings.reverse()
      for (let k = 0; k < crossings.length; k++) {
        const x = crossings[k]!
        const pixel = Math.floor(x)
        const sign = k % 2 === 0 ? 1 : -1
        change[pixel]! += sign * (pixel + 1 - x)
        change[pixel + 1]! += sign * (x - pixel)
        if (pixel < low) low = pixel
        if (pixel + 1 > high) high = pixel + 1
      }
    }
    let cover = 0
    for (let x = low; x <= Math.min(high, side - 1); x++) {
      cover += change[x]!
      const solid = cover * (alpha / lines)
      if (solid >= 0.999) {
        const from = x
        while (x + 1 < side && x < high && change[x + 1] === 0) x++
        fillSpan(canvas, y, from, x + 1, r, g, b, 1)
      } else if (solid > 0.001) blend(rgb, (y * side + x) * 3, r, g, b, solid)
    }
    change.fill(0, low, high + 2)
  }
}

/** A rectangle with its sides upright; by far the quickest shape. */
export function rectangle(
  canvas: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  [r, g, b]: Rgb,
  alpha = 1,
): void {
  const { side, rgb } = canvas
  const x0 = Math.max(0, left * side)
  const x1 = Math.min(side, right * side)
  const y0 = Math.max(0, top * side)
  const y1 = Math.min(side, bottom * side)
  if (x1 <= x0) return
  const first = Math.floor(x0)
  const solid = Math.ceil(x0)
  const end = Math.floor(x1)
  for (let y = Math.floor(y0); y < y1; y++) {
    const cover = (Math.min(y1, y + 1) - Math.max(y0, y)) * alpha
    const row = y * side
    if (end <= first) {
      blend(rgb, (row + first) * 3, r, g, b, cover * (x1 - x0))
      continue
    }
    if (solid > first) blend(rgb, (row + first) * 3, r, g, b, cover * (solid - x0))
    fillSpan(canvas, y, solid, end, r, g, b, cover)
    if (x1 > end) blend(rgb, (row + end) * 3, r, g, b, cover * (x1 - end))
  }
}

/** A straight stroke from one point to another. */
export function stroke(
  canvas: Canvas,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  half: number,
  colour: Rgb,
  alpha = 1,
): void {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1
  const dx = ((y2 - y1) / length) * half
  const dy = ((x1 - x2) / length) * half
  polygon(canvas, [x1 + dx, y1 + dy, x2 + dx, y2 + dy, x2 - dx, y2 - dy, x1 - dx, y1 - dy], colour, alpha)
}
