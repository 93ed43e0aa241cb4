/**
 * Gives a thing another colour and keeps its light and shade: each pixel's tone (its luma relative to the thing's own median)
 * is looked up on a ramp from the colour's shade to its tint. Hue rotation would leave a grey elephant grey; this does not.
 */
import { type Measures, rimOf } from './measure.ts'
import type { Colour } from './scene.ts'
import type { Raster } from './sprite.ts'

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
export function recolour(raster: Raster, { tone, keep }: Measures, colour: Colour): Uint8Array {
  const { rgba } = raster
  const lookup = table(colour)
  // A white thing is drawn on white at times: its edge is shaded, so that it still has a shape.
  const rim = colour === 'white' ? rimOf(raster) : null
  const out = new Uint8Array(rgba.length)
  for (let pixel = 0, at = 0; at < rgba.length; pixel++, at += 4) {
    const alpha = rgba[at + 3]!
    if (alpha === 0) continue
    const shade = rim ? Math.max(0, tone[pixel]! - (rim[pixel]! * 60) / 255) | 0 : tone[pixel]!
    const kept = keep[pixel]! / 255
    const from = shade * 3
    out[at] = lookup[from]! * (1 - kept) + rgba[at]! * kept
    out[at + 1] = lookup[from + 1]! * (1 - kept) + rgba[at + 1]! * kept
    out[at + 2] = lookup[from + 2]! * (1 - kept) + rgba[at + 2]! * kept
    out[at + 3] = alpha
  }
  return out
}
