/** Lights a material on the relief of a thing (Blinn 1977), texel by texel. */
import { type Measures, rimOf } from '../measure.ts'
import type { Raster } from '../sprite.ts'
import { keptShare } from './bold-fill.ts'
import { type Finish, finishes } from './finish.ts'
import { type Relief, reliefOf } from './relief.ts'
import type { ShadedMaterial } from './shaded.ts'
import { tileFor } from './tiles.ts'

/** Towards the lamp; the eye looks straight down. And half-way between lamp and eye, where a mirror would show the lamp. */
const lamp = [-0.46, -0.6, 0.654] as const
const half = [lamp[0] / 1.819, lamp[1] / 1.819, (lamp[2] + 1) / 1.819] as const

/** Highlight by cosine, 256 entries of 0..255; what a mirror reflects, 256 RGB entries. */
type Tables = { readonly highlight: Float32Array; readonly mirror: Float32Array | null }
const known = new Map<Finish, Tables>()

function tablesOf(finish: Finish): Tables {
  const there = known.get(finish)
  if (there) return there
  const highlight = Float32Array.from({ length: 256 }, (_, i) => 255 * finish.specular * (i / 255) ** finish.shininess)
  const mirror = finish.mirror && new Float32Array(256 * 3)
  if (mirror && finish.mirror) {
    for (let i = 0; i < 256; i++) {
      const at = (i / 255) * (finish.mirror.length - 1.001)
      const low = finish.mirror[Math.floor(at)]!
      const high = finish.mirror[Math.floor(at) + 1]!
      for (let c = 0; c < 3; c++) mirror[i * 3 + c] = low[c]! + (high[c]! - low[c]!) * (at % 1)
    }
  }
  const made = { highlight, mirror }
  known.set(finish, made)
  return made
}

const byte = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value)

/** RGBA; see `fill`. */
export function fillShaded(
  raster: Raster,
  measures: Measures,
  material: ShadedMaterial,
  offsetX: number,
  offsetY: number,
): Uint8Array {
  const { width, height, rgba } = raster
  const { tone, keep } = measures
  const rim = rimOf(raster)
  const finish = finishes[material]
  const { highlight, mirror } = tablesOf(finish)
  const { tile, step } = tileFor(material, Math.max(width, height))
  const { side, data } = tile
  const relief = reliefOf(raster)
  const emboss = finish.emboss / 90
  const out = new Uint8Array(rgba.length)
  const surface = { x: 0, y: 0, depth: 0 }
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * step + offsetY * side) % side) * side
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x
      const at = pixel * 4
      const alpha = rgba[at + 3]!
      if (alpha === 0) continue
      const texel = (row + Math.floor((x * step + offsetX * side) % side)) * 4
      const shine = data[texel + 3]! / 255
      look(relief, x, y, surface)
      // The drawing's own edges stand out a little: its tones are read as heights.
      const here = tone[pixel]!
      const slopeX = surface.x + emboss * (here - (x > 0 && rgba[at - 1]! > 0 ? tone[pixel - 1]! : here))
      const slopeY =
        surface.y + emboss * (here - (y > 0 && rgba[at - width * 4 + 3]! > 0 ? tone[pixel - width]! : here))
      const nz = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY)
      const nx = -slopeX * nz
      const ny = -slopeY * nz
      const facing = nx * lamp[0] + ny * lamp[1] + nz * lamp[2]
      const cosine = nx * half[0] + ny * half[1] + nz * half[2]
      const own = 1 + (finish.tone * (here - 128)) / 128
      const edge = 1 - (finish.rim * rim[pixel]!) / 255
      let light = (finish.ambient + finish.diffuse * (facing < 0 ? 0 : facing / lamp[2])) * own * edge
      let glint = cosine > 0 ? highlight[(cosine * 255) | 0]! : 0
      let r = data[texel]!
      let g = data[texel + 1]!
      let b = data[texel + 2]!
      if (mirror) {
        const seen = byte(118 - 150 * ny - 40 * nx + 0.5 * (here - 128) + 0.8 * (r - 128)) | 0
        light = (g / 255) * edge
        r = mirror[seen * 3]!
        g = mirror[seen * 3 + 1]!
        b = mirror[seen * 3 + 2]!
      } else if (finish.shine === 'gloss') glint *= shine
      else if (finish.shine === 'light') glint += 90 * shine
      if (finish.stitches && isStitch(surface.depth, x * step, y * step)) [r, g, b] = finish.stitches
      r = byte(r * light + glint)
      g = byte(g * light + glint)
      b = byte(b * light + glint)
      let cover = 1
      if (finish.opacity) {
        const away = byte(255 * (1 - nz) * 1.7 + 0.5 * rim[pixel]!) / 255
        // Shade within the drawing stays visible as darker glass.
        const shade = here < 118 ? (118 - here) / 236 : 0
        const [middle, turned] = finish.opacity
        cover = Math.min(1, middle + (turned - middle) * away + shade + glint / 300)
      } else if (finish.shine === 'hair') {
        const sticks = (surface.depth - 0.5 - 0.3 * (1 - shine) + 0.07) * 9
        cover = sticks < 0 ? 0 : sticks > 1 ? 1 : sticks
      }
      const kept = keptShare(rgba, at, keep[pixel]!)
      out[at] = r + (rgba[at]! - r) * kept
      out[at + 1] = g + (rgba[at + 1]! - g) * kept
      out[at + 2] = b + (rgba[at + 2]! - b) * kept
      out[at + 3] = alpha * (cover + (1 - cover) * kept)
    }
  }
  return out
}

/** Reads the fields of half size between their points. */
function look(
  { width, height, slopeX, slopeY, depth }: Relief,
  x: number,
  y: number,
  out: { x: number; y: number; depth: number },
): void {
  const i = Math.min(width - 1, x >> 1)
  const j = Math.min(height - 1, y >> 1)
  const right = (x & 1) === 1 ? (i < width - 1 ? 1 : 0) : i > 0 ? -1 : 0
  const below = (y & 1) === 1 ? (j < height - 1 ? width : 0) : j > 0 ? -width : 0
  const at = j * width + i
  out.x =
    0.5625 * slopeX[at]! + 0.1875 * (slopeX[at + right]! + slopeX[at + below]!) + 0.0625 * slopeX[at + right + below]!
  out.y =
    0.5625 * slopeY[at]! + 0.1875 * (slopeY[at + right]! + slopeY[at + below]!) + 0.0625 * slopeY[at + right + below]!
  out.depth =
    0.5625 * depth[at]! + 0.1875 * (depth[at + right]! + depth[at + below]!) + 0.0625 * depth[at + right + below]!
}

/** Dashes along the edge, a little inside it. */
const isStitch = (depth: number, x: number, y: number): boolean =>
  depth > 0.9 && depth < 0.955 && Math.floor((x * 0.9 + y * 1.13) / 4.5) % 3 !== 0
