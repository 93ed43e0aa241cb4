/**
 * Painting by areas into bytes; `shapes.ts` has what has an outline of its own. Places are parts of the picture's side, (0, 0) at the top left; edges are soft over one pixel.
 * Whole rows and spans are filled at once: a background is a few dozen shapes, and each costs only the pixels it covers.
 */
export type Rgb = readonly [red: number, green: number, blue: number]

/** `side` x `side`, RGB. */
export type Canvas = { readonly side: number; readonly rgb: Uint8Array }

export const mix = (a: Rgb, b: Rgb, t: number): Rgb => {
  const k = Math.max(0, Math.min(1, t))
  return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k, a[2] + (b[2] - a[2]) * k]
}

/** How far inside a soft edge a point lies: 0 outside, 1 inside; `distance` in pixels, negative inside. */
export const soft = (distance: number): number => (distance >= 0.5 ? 0 : distance <= -0.5 ? 1 : 0.5 - distance)

/** A line across the picture: the height at each column of pixels. */
export type Curve = Float32Array

export function curve({ side }: Canvas, height: (x: number) => number): Curve {
  const out = new Float32Array(side)
  for (let x = 0; x < side; x++) out[x] = height((x + 0.5) / side)
  return out
}

/** Rows of one colour each, from `top` to `bottom`. */
export function rows({ side, rgb }: Canvas, colour: (y: number) => Rgb, top = 0, bottom = 1): void {
  const last = Math.min(side, Math.ceil(bottom * side))
  for (let y = Math.max(0, Math.floor(top * side)); y < last; y++) {
    const [r, g, b] = colour((y + 0.5) / side)
    const from = y * side * 3
    for (let at = from; at < from + 3; at += 3) {
      rgb[at] = r + 0.5
      rgb[at + 1] = g + 0.5
      rgb[at + 2] = b + 0.5
    }
    for (let done = 3; done < side * 3; done *= 2) {
      rgb.copyWithin(from + done, from, from + Math.min(done, side * 3 - done))
    }
  }
}

export function blend(rgb: Uint8Array, at: number, r: number, g: number, b: number, alpha: number): void {
  const rest = 1 - alpha
  rgb[at] = rgb[at]! * rest + r * alpha + 0.5
  rgb[at + 1] = rgb[at + 1]! * rest + g * alpha + 0.5
  rgb[at + 2] = rgb[at + 2]! * rest + b * alpha + 0.5
}

/** All that lies below a curve: `near` at the curve, `far` at 1 / `rate` below it. */
export function below(canvas: Canvas, edge: Curve, near: Rgb, far: Rgb, rate: number): void {
  const { side, rgb } = canvas
  let highest = 1
  for (const y of edge) highest = Math.min(highest, y)
  for (let y = Math.max(0, Math.floor(highest * side) - 1); y < side; y++) {
    const middle = (y + 0.5) / side
    for (let x = 0, at = y * side * 3; x < side; x++, at += 3) {
      const depth = middle - edge[x]!
      const alpha = soft(-depth * side)
      if (alpha === 0) continue
      const t = depth <= 0 ? 0 : depth * rate >= 1 ? 1 : depth * rate
      blend(
        rgb,
        at,
        near[0] + (far[0] - near[0]) * t,
        near[1] + (far[1] - near[1]) * t,
        near[2] + (far[2] - near[2]) * t,
        alpha,
      )
    }
  }
}

/** All that lies above a curve, from `high` at the top to `low` at the curve. Drawn first: what is below it is filled too. */
export function above({ side, rgb }: Canvas, edge: Curve, high: Rgb, low: Rgb): void {
  for (let y = 0; y < side; y++) {
    const middle = (y + 0.5) / side
    for (let x = 0, at = y * side * 3; x < side; x++, at += 3) {
      const t = Math.min(1, middle / edge[x]!)
      rgb[at] = high[0] + (low[0] - high[0]) * t + 0.5
      rgb[at + 1] = high[1] + (low[1] - high[1]) * t + 0.5
      rgb[at + 2] = high[2] + (low[2] - high[2]) * t + 0.5
    }
  }
}

/** A stroke along a curve, `half` its thickness to either side. */
export function band({ side, rgb }: Canvas, along: Curve, half: number, [r, g, b]: Rgb, alpha = 1): void {
  for (let x = 0; x < side; x++) {
    const middle = along[x]! * side - 0.5
    const reach = half * side
    const last = Math.min(side - 1, Math.ceil(middle + reach + 0.5))
    for (let y = Math.max(0, Math.floor(middle - reach - 0.5)); y <= last; y++) {
      const cover = soft(Math.abs(y - middle) - reach)
      if (cover > 0) blend(rgb, (y * side + x) * 3, r, g, b, cover * alpha)
    }
  }
}

/** Light that fades out to nothing at `radius`: (1 - distance / radius) to the power of two. */
export function glow({ side, rgb }: Canvas, x: number, y: number, radius: number, [r, g, b]: Rgb, alpha: number): void {
  const last = Math.min(side - 1, Math.ceil((y + radius) * side))
  const end = Math.min(side - 1, Math.ceil((x + radius) * side))
  for (let j = Math.max(0, Math.floor((y - radius) * side)); j <= last; j++) {
    const dy = (j + 0.5) / side - y
    for (let i = Math.max(0, Math.floor((x - radius) * side)); i <= end; i++) {
      const dx = (i + 0.5) / side - x
      const near = 1 - Math.sqrt(dx * dx + dy * dy) / radius
      if (near > 0) blend(rgb, (j * side + i) * 3, r, g, b, near * near * alpha)
    }
  }
}
