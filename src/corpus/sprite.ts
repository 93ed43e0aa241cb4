/** A picture of one thing with alpha, and the set of them that scenes are drawn from. */
import type { Presentation, Style, Tone } from './scene.ts'

/** Straight alpha, row-major RGBA, 0..255. */
export type Raster = { readonly width: number; readonly height: number; readonly rgba: Uint8Array }

export type Sprite = Raster & {
  readonly concept: string
  readonly style: Style
  /** Null where the concept has one presentation only. */
  readonly presentation: Presentation | null
  readonly tone: Tone | null
}

/** Sprites by `spriteKey`; sits in shared memory, so worker threads see it without a copy. */
export type Art = {
  readonly sprites: ReadonlyMap<string, Sprite>
  /** Over the picture files read, in the order of concepts, styles, presentations and tones. */
  readonly sha256: string
}

export const spriteKey = (
  style: Style,
  concept: string,
  presentation: Presentation | null = null,
  tone: Tone | null = null,
): string => `${style}/${concept}${presentation ? `/${presentation}` : ''}${tone ? `/${tone}` : ''}`

/** Bytes that threads can share. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

/** The part of an RGBA picture that shows anything (alpha of at least 8); null where all of it is clear. */
export function trim(rgba: Uint8Array, width: number, height: number): Raster | null {
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

/** The size at which `width` x `height` fits inside a square of `extent`, keeping its shape; at least 1 x 1. */
export function fitInside(width: number, height: number, extent: number): { width: number; height: number } {
  const scale = extent / Math.max(width, height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
