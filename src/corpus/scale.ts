/** Pictures with alpha at other sizes: colours are weighed by coverage, so that clear pixels never darken an edge. */
import type { Raster } from './sprite.ts'

/**
 * A sprite or a half, quarter ... of it. `spanX` x `spanY` is its true size in its own pixels: a half of 5 pixels has 3,
 * of which the last is covered by half only.
 */
export type Level = Raster & { readonly spanX: number; readonly spanY: number }

/** A picture as the level from which the smaller ones are made. */
export const wholeLevel = ({ width, height, rgba }: Raster): Level => ({
  width,
  height,
  rgba,
  spanX: width,
  spanY: height,
})

/** Half the size: each pixel the mean of up to four, weighed by their alpha. */
export function halve({ width, height, rgba, spanX, spanY }: Level): Level {
  const w = (width + 1) >> 1
  const h = (height + 1) >> 1
  const out = new Uint8Array(w * h * 4)
  for (let y = 0; y < h; y++) {
    const upper = 2 * y * width * 4
    const lower = 2 * y + 1 < height ? upper + width * 4 : upper
    for (let x = 0; x < w; x++) {
      const right = 2 * x + 1 < width ? 4 : 0
      const p = upper + x * 8
      const q = p + right
      const s = lower + x * 8
      const t = s + right
      const a = rgba[p + 3]!
      const b = rgba[q + 3]!
      const c = rgba[s + 3]!
      const d = rgba[t + 3]!
      const sum = a + b + c + d
      if (sum === 0) continue
      const to = (y * w + x) * 4
      const half = sum >> 1
      out[to] = ((rgba[p]! * a + rgba[q]! * b + rgba[s]! * c + rgba[t]! * d + half) / sum) | 0
      out[to + 1] = ((rgba[p + 1]! * a + rgba[q + 1]! * b + rgba[s + 1]! * c + rgba[t + 1]! * d + half) / sum) | 0
      out[to + 2] = ((rgba[p + 2]! * a + rgba[q + 2]! * b + rgba[s + 2]! * c + rgba[t + 2]! * d + half) / sum) | 0
      out[to + 3] = (sum + 2) >> 2
    }
  }
  return { width: w, height: h, rgba: out, spanX: spanX / 2, spanY: spanY / 2 }
}

/** For each of `to` cells over `from` samples: the first sample it covers and the weight of each, summing to 1. */
export type Spans = {
  readonly start: Int32Array
  readonly length: Int32Array
  readonly weights: Float32Array
  readonly stride: number
}

/** Box filter with fractional coverage when shrinking, linear interpolation when enlarging. `from` may be broken. */
export function spans(from: number, to: number): Spans {
  const scale = from / to
  const reach = Math.max(scale, 1)
  const stride = Math.ceil(reach) + 2
  const start = new Int32Array(to)
  const length = new Int32Array(to)
  const weights = new Float32Array(to * stride)
  const end = Math.ceil(from) - 1
  for (let i = 0; i < to; i++) {
    const middle = (i + 0.5) * scale
    const low = Math.max(0, middle - reach / 2)
    const high = Math.min(from, middle + reach / 2)
    const first = Math.min(end, Math.floor(low))
    const last = Math.max(first, Math.min(end, Math.ceil(high) - 1))
    start[i] = first
    length[i] = last - first + 1
    let sum = 0
    for (let k = first; k <= last; k++) {
      const weight = Math.max(0, Math.min(high, k + 1) - Math.max(low, k))
      weights[i * stride + k - first] = weight
      sum += weight
    }
    // Broken sizes leave a sliver where nothing is covered.
    if (sum <= 0) weights[i * stride] = 1
    else for (let k = 0; k < length[i]!; k++) weights[i * stride + k]! /= sum
  }
  return { start, length, weights, stride }
}

export type Rows = {
  readonly width: number
  readonly height: number
  /** Swaps left and right. */
  readonly mirror?: boolean
  /** The rows wanted, `first` to `end` - 1; all unless told otherwise. */
  readonly first?: number
  readonly end?: number
}

/** Weights are whole numbers that add up to this: whole numbers are added faster, and exactly. */
const unit = 4096
/** A row's values: colour times alpha, and 255 times alpha, at most this. */
export const fullRow = 255 * 255

/** The weights of `spans` as parts of `unit`; what rounding leaves goes to the heaviest. */
function wholeWeights({ length, weights, stride }: Spans): Int32Array {
  const out = new Int32Array(weights.length)
  for (let i = 0; i < length.length; i++) {
    let left = unit
    let heaviest = i * stride
    for (let k = i * stride; k < i * stride + length[i]!; k++) {
      out[k] = Math.round(weights[k]! * unit)
      left -= out[k]!
      if (out[k]! > out[heaviest]!) heaviest = k
    }
    out[heaviest]! += left
  }
  return out
}

/**
 * Rescales to `width` x `height`, row by row. `take(y, row)` gets the rows in turn: premultiplied RGBA, [width, 4], each
 * 0..`fullRow`, in an array that is used again for the next one.
 */
export function rescaleRows(
  level: Level,
  { width, height, mirror = false, first = 0, end = height }: Rows,
  take: (y: number, row: Int32Array) => void,
): void {
  const { rgba } = level
  const across = spans(level.spanX, width)
  const down = spans(level.spanY, height)
  const weightX = wholeWeights(across)
  const weightY = wholeWeights(down)
  const stride = level.width * 4
  const column = new Int32Array(stride)
  const row = new Int32Array(width * 4)
  const same = level.spanX === width && !mirror
  for (let y = first; y < end; y++) {
    const taps = down.length[y]!
    const from = down.start[y]! * stride
    if (taps === 1) oneRow(column, rgba, from)
    else sumRows(column, rgba, from, weightY, y * down.stride, taps)
    if (same) {
      take(y, column)
      continue
    }
    for (let x = 0; x < width; x++) {
      let r = 0
      let g = 0
      let b = 0
      let a = 0
      let at = across.start[x]! * 4
      const base = x * across.stride
      const stop = base + across.length[x]!
      for (let k = base; k < stop; k++, at += 4) {
        const alpha = column[at + 3]!
        if (alpha === 0) continue
        const weight = weightX[k]!
        r += column[at]! * weight
        g += column[at + 1]! * weight
        b += column[at + 2]! * weight
        a += alpha * weight
      }
      const to = (mirror ? width - 1 - x : x) * 4
      row[to] = r >> 12
      row[to + 1] = g >> 12
      row[to + 2] = b >> 12
      row[to + 3] = a >> 12
    }
    take(y, row)
  }
}

/** A row of straight bytes, premultiplied. */
function oneRow(out: Int32Array, rgba: Uint8Array, from: number): void {
  for (let i = 0, at = from; i < out.length; i += 4, at += 4) {
    const alpha = rgba[at + 3]!
    out[i] = rgba[at]! * alpha
    out[i + 1] = rgba[at + 1]! * alpha
    out[i + 2] = rgba[at + 2]! * alpha
    out[i + 3] = 255 * alpha
  }
}

/** Several rows of straight bytes, premultiplied, each weighed. */
function sumRows(
  out: Int32Array,
  rgba: Uint8Array,
  from: number,
  weights: Int32Array,
  base: number,
  taps: number,
): void {
  const stride = out.length
  for (let i = 0; i < stride; i += 4) {
    let r = 0
    let g = 0
    let b = 0
    let a = 0
    for (let k = 0, at = from + i; k < taps; k++, at += stride) {
      const alpha = rgba[at + 3]!
      if (alpha === 0) continue
      const weight = alpha * weights[base + k]!
      r += rgba[at]! * weight
      g += rgba[at + 1]! * weight
      b += rgba[at + 2]! * weight
      a += 255 * weight
    }
    out[i] = r >> 12
    out[i + 1] = g >> 12
    out[i + 2] = b >> 12
    out[i + 3] = a >> 12
  }
}

/** The picture at another size, straight alpha, written into `out` (width * height * 4). */
export function rescaleInto(out: Uint8Array, level: Level, width: number, height: number): void {
  rescaleRows(level, { width, height }, (y, row) => {
    const to = y * width * 4
    for (let i = 0; i < row.length; i += 4) {
      const alpha = row[i + 3]!
      if (alpha <= 0) continue
      for (let c = 0; c < 3; c++) out[to + i + c] = Math.min(255, Math.round((row[i + c]! * 255) / alpha))
      out[to + i + 3] = Math.round(alpha / 255)
    }
  })
}
