/**
 * Gives a thing another colour and keeps its light and shade: each pixel's tone (its luma relative to the thing's own median)
 * is looked up on a ramp from the colour's shade to its tint. Hue rotation would leave a grey elephant grey; this does not.
 * Small very dark or very light features (outlines, eyes, teeth) and small parts of a clearly other hue stay as they are.
 */
import type { Colour } from './scene.ts'
import type { Level } from './sprite.ts'
import { sharedBytes } from './sprite.ts'

type Rgb = readonly [red: number, green: number, blue: number]

/** Shade, the colour itself, tint. */
const ramps: Record<Colour, readonly [Rgb, Rgb, Rgb]> = {
  red: [
    [120, 8, 14],
    [226, 36, 38],
    [255, 168, 160],
  ],
  orange: [
    [160, 66, 0],
    [250, 128, 16],
    [255, 212, 150],
  ],
  yellow: [
    [178, 124, 0],
    [253, 212, 28],
    [255, 246, 172],
  ],
  green: [
    [14, 84, 28],
    [52, 168, 58],
    [184, 236, 168],
  ],
  blue: [
    [14, 34, 122],
    [42, 100, 226],
    [168, 204, 255],
  ],
  purple: [
    [62, 14, 112],
    [138, 56, 202],
    [222, 182, 250],
  ],
  pink: [
    [184, 44, 112],
    [255, 130, 188],
    [255, 224, 238],
  ],
  brown: [
    [58, 28, 10],
    [128, 74, 34],
    [208, 162, 116],
  ],
  black: [
    [2, 2, 4],
    [36, 36, 40],
    [112, 112, 120],
  ],
  white: [
    [132, 136, 148],
    [238, 240, 244],
    [255, 255, 255],
  ],
  grey: [
    [62, 63, 68],
    [140, 142, 147],
    [214, 216, 220],
  ],
}

const tables = new Map<Colour, Uint8Array>()

/** 256 RGB entries: the colour at every tone. */
function table(colour: Colour): Uint8Array {
  const known = tables.get(colour)
  if (known) return known
  const [shade, main, tint] = ramps[colour]
  const out = new Uint8Array(256 * 3)
  for (let tone = 0; tone < 256; tone++) {
    for (let c = 0; c < 3; c++) {
      const value =
        tone < 128
          ? shade[c]! + ((main[c]! - shade[c]!) * tone) / 128
          : main[c]! + ((tint[c]! - main[c]!) * (tone - 128)) / 127
      out[tone * 3 + c] = Math.round(value)
    }
  }
  tables.set(colour, out)
  return out
}

/** The thing's pixels in another colour: RGBA with the same alpha. */
export function recolour(level: Level, colour: Colour): Uint8Array {
  const { rgba, tone, keep, rim } = level
  const lookup = table(colour)
  // A white thing is drawn on white at times: its edge is shaded, so that it still has a shape.
  const edge = colour === 'white' ? 60 / 255 : 0
  const out = new Uint8Array(rgba.length)
  for (let pixel = 0, at = 0; at < rgba.length; pixel++, at += 4) {
    if (rgba[at + 3] === 0) continue
    const shade = Math.max(0, tone[pixel]! - rim[pixel]! * edge) | 0
    const kept = keep[pixel]! / 255
    for (let c = 0; c < 3; c++) out[at + c] = lookup[shade * 3 + c]! * (1 - kept) + rgba[at + c]! * kept
    out[at + 3] = rgba[at + 3]!
  }
  return out
}

const luma = (r: number, g: number, b: number): number => (0.299 * r + 0.587 * g + 0.114 * b) / 255

/** What `Level` holds besides the pixels, measured on the pixels. */
export function analyse(
  rgba: Uint8Array,
  width: number,
  height: number,
): { tone: Uint8Array; keep: Uint8Array; rim: Uint8Array } {
  const count = width * height
  const light = new Float32Array(count)
  const chroma = new Float32Array(count)
  const hue = new Float32Array(count)
  const alpha = new Float32Array(count)
  const shown: number[] = []
  for (let i = 0; i < count; i++) {
    const r = rgba[i * 4]!
    const g = rgba[i * 4 + 1]!
    const b = rgba[i * 4 + 2]!
    alpha[i] = rgba[i * 4 + 3]! / 255
    light[i] = luma(r, g, b)
    const high = Math.max(r, g, b)
    const spread = high - Math.min(r, g, b)
    chroma[i] = spread / 255
    hue[i] = spread === 0 ? 0 : hueOf(r, g, b, high, spread)
    if (alpha[i]! > 0.5) shown.push(i)
  }
  const reach = Math.max(1, Math.round(Math.max(width, height) * 0.07))
  const around = boxBlur(alpha, width, height, reach)
  const nearby = (flag: (i: number) => boolean): Float32Array => {
    const marked = new Float32Array(count)
    for (let i = 0; i < count; i++) if (flag(i)) marked[i] = alpha[i]!
    const blurred = boxBlur(marked, width, height, reach)
    for (let i = 0; i < count; i++) blurred[i] = around[i]! > 0 ? blurred[i]! / around[i]! : 0
    return blurred
  }
  const isDark = (i: number): boolean => light[i]! < 0.24 && chroma[i]! < 0.35
  const isLight = (i: number): boolean => light[i]! > 0.9 && chroma[i]! < 0.12
  const darkNearby = nearby(isDark)
  const lightNearby = nearby(isLight)
  const isForeign = foreignHue(shown, hue, chroma)

  const tone = sharedBytes(count)
  const keep = sharedBytes(count)
  const rim = sharedBytes(count)
  const relative = relativeTone(shown.map((i) => light[i]!))
  const edge = boxBlur(alpha, width, height, Math.max(1, Math.round(reach / 3)))
  for (let i = 0; i < count; i++) {
    tone[i] = Math.round(255 * relative(light[i]!))
    if (isDark(i)) keep[i] = Math.round(255 * fade(darkNearby[i]!, 0.5, 0.7))
    else if (isLight(i)) keep[i] = Math.round(255 * fade(lightNearby[i]!, 0.3, 0.45))
    else if (isForeign(i)) keep[i] = 220
    rim[i] = Math.round(255 * fade(edge[i]!, 0.45, 0.95))
  }
  return { tone, keep, rim }
}

/** 1 up to `full`, falling to 0 at `none`. */
const fade = (value: number, full: number, none: number): number =>
  Math.max(0, Math.min(1, (none - value) / (none - full)))

function hueOf(r: number, g: number, b: number, high: number, spread: number): number {
  if (high === r) return (((g - b) / spread + 6) % 6) * 60
  if (high === g) return ((b - r) / spread + 2) * 60
  return ((r - g) / spread + 4) * 60
}

/** Maps luma so that the thing's median is 0.5 and its dark and light ends (5 % each) 0.2 and 0.8. */
function relativeTone(values: number[]): (light: number) => number {
  const sorted = Float32Array.from(values).sort()
  const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0.5
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
  return (light) => {
    for (let k = 1; k < knots.length; k++) {
      const [x1, y1] = knots[k]!
      const [x0, y0] = knots[k - 1]!
      if (light <= x1 && x1 > x0) return y0 + ((y1 - y0) * Math.max(0, light - x0)) / (x1 - x0)
    }
    return 0.95
  }
}

/** Tells pixels whose hue is far from the thing's main one, provided that they are a small part of it. */
function foreignHue(shown: number[], hue: Float32Array, chroma: Float32Array): (i: number) => boolean {
  const vivid = (i: number): boolean => chroma[i]! > 0.25
  const bins = new Float32Array(36)
  let coloured = 0
  for (const i of shown) {
    if (!vivid(i)) continue
    coloured++
    bins[Math.floor(hue[i]! / 10) % 36]! += 1
  }
  if (coloured < 0.3 * shown.length) return coloured < 0.22 * shown.length ? vivid : () => false
  let main = 0
  let most = -1
  for (let centre = 0; centre < 36; centre++) {
    let sum = 0
    for (let k = -3; k <= 3; k++) sum += bins[(centre + k + 36) % 36]!
    if (sum > most) {
      most = sum
      main = centre * 10 + 5
    }
  }
  const foreign = (i: number): boolean => {
    const distance = Math.abs(hue[i]! - main)
    return vivid(i) && Math.min(distance, 360 - distance) > 55
  }
  const share = shown.reduce((sum, i) => sum + (foreign(i) ? 1 : 0), 0) / Math.max(1, shown.length)
  return share < 0.22 ? foreign : () => false
}

/** Mean over a square of side 2 * reach + 1, outside counted as 0. */
function boxBlur(values: Float32Array, width: number, height: number, reach: number): Float32Array {
  const size = 2 * reach + 1
  const across = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    let sum = 0
    for (let x = -reach; x < width; x++) {
      if (x + reach < width) sum += values[y * width + x + reach]!
      if (x - reach - 1 >= 0) sum -= values[y * width + x - reach - 1]!
      if (x >= 0) across[y * width + x] = sum / size
    }
  }
  const out = new Float32Array(values.length)
  for (let x = 0; x < width; x++) {
    let sum = 0
    for (let y = -reach; y < height; y++) {
      if (y + reach < height) sum += across[(y + reach) * width + x]!
      if (y - reach - 1 >= 0) sum -= across[(y - reach - 1) * width + x]!
      if (y >= 0) out[y * width + x] = sum / size
    }
  }
  return out
}
