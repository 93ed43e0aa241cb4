/**
 * What recolouring needs to know of each pixel of a thing: its light and shade, what stays as it is, and where the edge is.
 * Small very dark or very light features (outlines, eyes, teeth) and small parts of a clearly other hue stay.
 */
import { boxSum } from './box-sum.ts'
import { bytes, whole } from './scratch.ts'
import type { Raster } from './sprite.ts'

/** One byte a pixel. */
export type Measures = {
  /** Light and shade relative to the thing itself: 128 its median luma, 0 darkest, 255 lightest. */
  readonly tone: Uint8Array
  /** 255 where recolouring leaves the pixel alone: eyes, outlines, teeth, a leaf on an apple. */
  readonly keep: Uint8Array
}

/** How far around a pixel is looked, in parts of the longer side. */
const neighbourhood = 0.07

/** What a pixel is, as bits. */
const dark = 1
const light = 2
const vivid = 4

/** Luma in quarters of a level, 0..1020: fine enough for a tone, and few enough for a table. */
const lumas = 1021

const room = {
  luma: whole(),
  flags: bytes(),
  hue: bytes(),
  alpha: bytes(),
  present: bytes(),
  marked: bytes(),
  around: whole(),
  sums: whole(),
}

export function measure({ width, height, rgba }: Raster): Measures {
  const count = width * height
  const luma = room.luma(count)
  const flags = room.flags(count)
  const hue = room.hue(count)
  const alpha = room.alpha(count)
  const seen = look(rgba, luma, flags, hue, alpha)
  const foreign = foreignHues(seen)
  const tones = toneTable(seen.histogram, seen.shown)
  const tone = new Uint8Array(count)
  const keep = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    if (alpha[i] === 0) continue
    tone[i] = tones[luma[i]!]!
    if (foreign && (flags[i]! & vivid) !== 0 && foreign[hue[i]!] === 1) keep[i] = 220
  }
  // Small features stay; what is dark or light all around is the thing itself.
  if (seen.dark > 0) keepSmall(keep, dark, width, height, 0.5, 0.7)
  if (seen.light > 0) keepSmall(keep, light, width, height, 0.3, 0.45)
  return { tone, keep }
}

/** Of large pictures every second pixel of every second row tells enough of a neighbourhood. */
const largestWhole = 128

/** Keeps pixels with the flag where that has up to `full` of what is around, fading to none at `none`. */
function keepSmall(keep: Uint8Array, flag: number, width: number, height: number, full: number, none: number): void {
  const flags = room.flags(keep.length)
  const alpha = room.alpha(keep.length)
  const shift = Math.max(width, height) > largestWhole ? 1 : 0
  const w = (width + shift) >> shift
  const h = (height + shift) >> shift
  const present = room.present(w * h)
  const marked = room.marked(w * h)
  for (let y = 0; y < h; y++) {
    for (let x = 0, from = (y << shift) * width; x < w; x++, from += 1 << shift) {
      present[y * w + x] = alpha[from]!
      marked[y * w + x] = (flags[from]! & flag) !== 0 ? alpha[from]! : 0
    }
  }
  const reach = Math.max(1, Math.round(Math.max(w, h) * neighbourhood))
  const around = room.around(w * h)
  const sums = room.sums(w * h)
  boxSum(present, w, h, reach, around)
  boxSum(marked, w, h, reach, sums)
  const scale = 255 / (none - full)
  for (let y = 0; y < height; y++) {
    const row = (y >> shift) * w
    for (let x = 0, i = y * width; x < width; x++, i++) {
      if ((flags[i]! & flag) === 0) continue
      const at = row + (x >> shift)
      const kept = around[at] === 0 ? 255 : (none - sums[at]! / around[at]!) * scale
      keep[i] = kept <= 0 ? 0 : kept >= 255 ? 255 : kept + 0.5
    }
  }
}

type Seen = {
  /** How many pixels show, are dark and are light. */
  readonly shown: number
  readonly dark: number
  readonly light: number
  /** Of shown pixels: by luma; of those that are vivid, by hue in 256ths of a turn. */
  readonly histogram: Int32Array
  readonly hues: Int32Array
}

/** One pass over the pixels. */
function look(rgba: Uint8Array, luma: Int32Array, flags: Uint8Array, hue: Uint8Array, alpha: Uint8Array): Seen {
  const histogram = new Int32Array(lumas)
  const hues = new Int32Array(256)
  let shown = 0
  let darks = 0
  let lights = 0
  for (let i = 0, at = 0; i < luma.length; i++, at += 4) {
    const a = rgba[at + 3]!
    alpha[i] = a
    flags[i] = 0
    if (a === 0) continue
    const r = rgba[at]!
    const g = rgba[at + 1]!
    const b = rgba[at + 2]!
    const l = (1.196 * r + 2.348 * g + 0.456 * b + 0.5) | 0
    const high = r > g ? (r > b ? r : b) : g > b ? g : b
    const low = r < g ? (r < b ? r : b) : g < b ? g : b
    const spread = high - low
    luma[i] = l
    let flag = 0
    if (l < 244.8) {
      if (spread < 89.25) {
        flag = dark
        darks++
      }
    } else if (l > 918 && spread < 30.6) {
      flag = light
      lights++
    }
    if (spread > 63.75) {
      flag |= vivid
      const sixths = high === r ? ((g - b) / spread + 6) % 6 : high === g ? (b - r) / spread + 2 : (r - g) / spread + 4
      hue[i] = (sixths * (256 / 6)) & 255
      if (a > 127) hues[hue[i]!]!++
    }
    flags[i] = flag
    if (a > 127) {
      shown++
      histogram[l]!++
    }
  }
  return { shown, dark: darks, light: lights, histogram, hues }
}

/** One byte a pixel: 255 at the silhouette's edge, 0 inside. */
export function rimOf({ width, height, rgba }: Raster): Uint8Array {
  const alpha = room.alpha(width * height)
  for (let i = 0; i < alpha.length; i++) alpha[i] = rgba[i * 4 + 3]!
  const reach = Math.max(1, Math.round((Math.max(width, height) * neighbourhood) / 3))
  const sums = room.sums(alpha.length)
  boxSum(alpha, width, height, reach, sums)
  const most = 255 * (2 * reach + 1) ** 2
  const inside = 0.95 * most
  const scale = 255 / (0.5 * most)
  const rim = new Uint8Array(alpha.length)
  for (let i = 0; i < rim.length; i++) {
    const sum = sums[i]!
    if (sum >= inside || alpha[i] === 0) continue
    const value = (inside - sum) * scale + 0.5
    rim[i] = value > 255 ? 255 : value
  }
  return rim
}

/** Maps luma so that the thing's median is at 0.5 and its dark and light ends (5 % each) at 0.2 and 0.8 of 255. */
function toneTable(histogram: Int32Array, shown: number): Uint8Array {
  const quantile = (q: number): number => {
    let left = Math.min(shown - 1, Math.floor(q * shown))
    for (let l = 0; l < lumas; l++) {
      left -= histogram[l]!
      if (left < 0) return l / (lumas - 1)
    }
    return 0.5
  }
  const middle = quantile(0.5)
  // A thing of one flat colour keeps its small differences small.
  const low = Math.max(0.02, Math.min(quantile(0.05), middle - 0.18))
  const high = Math.min(0.98, Math.max(quantile(0.95), middle + 0.18))
  const knots: [number, number][] = [
    [0, 0.05],
    [low, 0.2],
    [middle, 0.5],
    [high, 0.8],
    [1, 0.95],
  ]
  const relative = (value: number): number => {
    for (let k = 1; k < knots.length; k++) {
      const [x1, y1] = knots[k]!
      const [x0, y0] = knots[k - 1]!
      if (value <= x1 && x1 > x0) return y0 + ((y1 - y0) * Math.max(0, value - x0)) / (x1 - x0)
    }
    return 0.95
  }
  return Uint8Array.from({ length: lumas }, (_, l) => Math.round(255 * relative(l / (lumas - 1))))
}

/** Which hues (of 256) are far from the thing's main one; null where they are no small part of it. */
function foreignHues({ shown, hues }: Seen): Uint8Array | null {
  const coloured = hues.reduce((sum, n) => sum + n, 0)
  if (coloured < 0.22 * shown) return new Uint8Array(256).fill(1)
  if (coloured < 0.3 * shown) return null
  const width = Math.round((35 / 360) * 256)
  let main = 0
  let most = -1
  for (let centre = 0; centre < 256; centre++) {
    let sum = 0
    for (let k = -width; k <= width; k++) sum += hues[(centre + k) & 255]!
    if (sum > most) {
      most = sum
      main = centre
    }
  }
  const far = new Uint8Array(256)
  let share = 0
  for (let h = 0; h < 256; h++) {
    const distance = Math.abs(h - main)
    if ((Math.min(distance, 256 - distance) * 360) / 256 <= 55) continue
    far[h] = 1
    share += hues[h]! / Math.max(1, shown)
  }
  return share < 0.22 ? far : null
}
