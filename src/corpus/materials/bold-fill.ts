/** Bold textures, multiplied with a thing's own light and shade inside its silhouette. */
import { type Measures, rimOf } from '../measure.ts'
import type { Raster } from '../sprite.ts'
import type { BoldMaterial } from './bold.ts'
import type { Rgb } from './texture.ts'
import { tileFor } from './tiles.ts'

/** Polished metal by how much light it reflects: darker, gold, glint, and a second dark band near the top as metal has. */
const goldRamp: readonly Rgb[] = [
  [84, 44, 0],
  [146, 90, 4],
  [206, 148, 20],
  [250, 206, 62],
  [255, 244, 170],
  [255, 255, 236],
  [214, 154, 24],
]

/** 256 RGB entries. */
const gold = new Float32Array(256 * 3)
for (let i = 0; i < 256; i++) {
  const at = (i / 255) * (goldRamp.length - 1.001)
  const low = goldRamp[Math.floor(at)]!
  const high = goldRamp[Math.floor(at) + 1]!
  for (let c = 0; c < 3; c++) gold[i * 3 + c] = low[c]! + (high[c]! - low[c]!) * (at % 1)
}

/** RGBA with the same alpha. `offsetX`, `offsetY` in 0..1 move the texture. */
export function fillBold(
  raster: Raster,
  { tone, keep }: Measures,
  material: BoldMaterial,
  offsetX: number,
  offsetY: number,
): Uint8Array {
  const { width, height, rgba } = raster
  const rim = rimOf(raster)
  const { tile, step } = tileFor(material, Math.max(width, height))
  const { side, data } = tile
  const columns = new Int32Array(width)
  for (let x = 0; x < width; x++) columns[x] = Math.floor((x * step + offsetX * side) % side) * 4
  const out = new Uint8Array(rgba.length)
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * step + offsetY * side) % side) * side * 4
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x
      const at = pixel * 4
      const alpha = rgba[at + 3]!
      if (alpha === 0) continue
      const texel = row + columns[x]!
      const edge = 1 - (0.4 * rim[pixel]!) / 255
      let r = data[texel]!
      let g = data[texel + 1]!
      let b = data[texel + 2]!
      if (material === 'gold') {
        const reflected = Math.min(255, 0.62 * tone[pixel]! + 0.42 * r + 0.5) | 0
        r = gold[reflected * 3]! * edge
        g = gold[reflected * 3 + 1]! * edge
        b = gold[reflected * 3 + 2]! * edge
      } else {
        const light = (0.5 + tone[pixel]! / 255) * edge
        r = Math.min(255, r * light)
        g = Math.min(255, g * light)
        b = Math.min(255, b * light)
      }
      const kept = keptShare(rgba, at, keep[pixel]!)
      out[at] = r + (rgba[at]! - r) * kept
      out[at + 1] = g + (rgba[at + 1]! - g) * kept
      out[at + 2] = b + (rgba[at + 2]! - b) * kept
      out[at + 3] = alpha
    }
  }
  return out
}

/** Eyes and outlines stay; parts of another hue do not, for they too are made of the material. */
export function keptShare(rgba: Uint8Array, at: number, keep: number): number {
  if (keep === 0) return 0
  const own = 0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!
  return own < 62 ? keep / 255 : own > 229 ? (0.6 * keep) / 255 : 0
}
