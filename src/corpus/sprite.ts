/** A picture of one thing with alpha, at several scales, and what recolouring needs to know of each of its pixels. */
import type { Style } from './scene.ts'

export type Level = {
  readonly width: number
  readonly height: number
  /** Straight alpha, row-major RGBA, 0..255. */
  readonly rgba: Uint8Array
  /** Light and shade relative to the thing itself: 128 its median luma, 0 darkest, 255 lightest. */
  readonly tone: Uint8Array
  /** 255 where recolouring leaves the pixel alone: eyes, outlines, teeth, a leaf on an apple. */
  readonly keep: Uint8Array
  /** 255 at the silhouette's edge, 0 inside. */
  readonly rim: Uint8Array
}

export type Sprite = {
  readonly concept: string
  readonly style: Style
  /** Largest first, each half the one before. */
  readonly levels: readonly Level[]
}

/** Sprites by `spriteKey`; sits in shared memory, so worker threads see it without a copy. */
export type Art = {
  readonly sprites: ReadonlyMap<string, Sprite>
  /** Over the picture files read, in the order of concepts and styles. */
  readonly sha256: string
}

export const spriteKey = (style: Style, concept: string): string => `${style}/${concept}`

/** Bytes that threads can share. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

/** The part of an RGBA picture that shows anything (alpha of at least 8); null where all of it is clear. */
export function trim(
  rgba: Uint8Array,
  width: number,
  height: number,
): { rgba: Uint8Array; width: number; height: number } | null {
  let left = width
  let right = -1
  let top = height
  let bottom = -1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[(y * width + x) * 4 + 3]! < 8) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  if (right < 0) return null
  const w = right - left + 1
  const h = bottom - top + 1
  const out = new Uint8Array(w * h * 4)
  for (let y = 0; y < h; y++) {
    const from = ((top + y) * width + left) * 4
    out.set(rgba.subarray(from, from + w * 4), y * w * 4)
  }
  return { rgba: out, width: w, height: h }
}

/** For each of `to` cells over `from` samples: the first sample it covers and the weight of each, summing to 1. */
export type Spans = {
  readonly start: Int32Array
  readonly length: Int32Array
  readonly weights: Float32Array
  readonly stride: number
}

/** Box filter with fractional coverage when shrinking, linear interpolation when enlarging. */
export function spans(from: number, to: number): Spans {
  const scale = from / to
  const reach = Math.max(scale, 1)
  const stride = Math.ceil(reach) + 2
  const start = new Int32Array(to)
  const length = new Int32Array(to)
  const weights = new Float32Array(to * stride)
  for (let i = 0; i < to; i++) {
    const middle = (i + 0.5) * scale
    const low = Math.max(0, middle - reach / 2)
    const high = Math.min(from, middle + reach / 2)
    const first = Math.min(from - 1, Math.floor(low))
    const last = Math.min(from - 1, Math.ceil(high) - 1)
    start[i] = first
    length[i] = last - first + 1
    for (let k = first; k <= last; k++) {
      weights[i * stride + k - first] = Math.max(0, Math.min(high, k + 1) - Math.max(low, k)) / (high - low)
    }
  }
  return { start, length, weights, stride }
}

/**
 * Rescales RGBA with premultiplied alpha. Returns floats [height, width, 4]: colour times coverage 0..255, coverage 0..1.
 * `mirror` swaps left and right.
 */
export function rescale(
  rgba: Uint8Array,
  fromWidth: number,
  fromHeight: number,
  width: number,
  height: number,
  mirror = false,
): Float32Array {
  const across = spans(fromWidth, width)
  const down = spans(fromHeight, height)
  const rows = new Float32Array(fromHeight * width * 4)
  for (let y = 0; y < fromHeight; y++) {
    for (let x = 0; x < width; x++) {
      let r = 0
      let g = 0
      let b = 0
      let a = 0
      const first = across.start[x]!
      for (let k = 0; k < across.length[x]!; k++) {
        const at = (y * fromWidth + first + k) * 4
        const weight = across.weights[x * across.stride + k]! * (rgba[at + 3]! / 255)
        r += rgba[at]! * weight
        g += rgba[at + 1]! * weight
        b += rgba[at + 2]! * weight
        a += weight
      }
      const to = (y * width + (mirror ? width - 1 - x : x)) * 4
      rows[to] = r
      rows[to + 1] = g
      rows[to + 2] = b
      rows[to + 3] = a
    }
  }
  const out = new Float32Array(height * width * 4)
  const row = width * 4
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < down.length[y]!; k++) {
      const weight = down.weights[y * down.stride + k]!
      const from = (down.start[y]! + k) * row
      for (let i = 0; i < row; i++) out[y * row + i]! += rows[from + i]! * weight
    }
  }
  return out
}

/** The size at which `width` x `height` fits inside a square of `extent`, keeping its shape; at least 1 x 1. */
export function fitInside(width: number, height: number, extent: number): { width: number; height: number } {
  const scale = extent / Math.max(width, height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Premultiplied floats back to straight RGBA bytes. */
export function toStraight(premultiplied: Float32Array): Uint8Array {
  const out = sharedBytes(premultiplied.length)
  for (let i = 0; i < out.length; i += 4) {
    const alpha = premultiplied[i + 3]!
    if (alpha <= 0) continue
    for (let c = 0; c < 3; c++) out[i + c] = Math.min(255, Math.round(premultiplied[i + c]! / alpha))
    out[i + 3] = Math.min(255, Math.round(alpha * 255))
  }
  return out
}
