/**
 * Eight materials as procedural textures, multiplied with a thing's own light and shade inside its silhouette.
 * Bold on purpose: holes, bricks and bars are about a seventh of the thing, so that they can be told apart at 64 pixels.
 */
import { type Random, random } from './random.ts'
import type { Material } from './scene.ts'
import type { Level } from './sprite.ts'

/** Textures repeat after this many texels; a thing is `texelsAcross` of them on its longer side. */
const tileSide = 192
const texelsAcross = 128

type Rgb = readonly [red: number, green: number, blue: number]
type Shader = (x: number, y: number) => Rgb

const mix = (a: Rgb, b: Rgb, t: number): Rgb => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
]
const clamp = (value: number): number => Math.max(0, Math.min(1, value))
const wrap = (value: number): number => value - tileSide * Math.floor(value / tileSide)
/** Distance on the repeating tile. */
const gap = (a: number, b: number): number => {
  const d = Math.abs(a - b) % tileSide
  return Math.min(d, tileSide - d)
}

/** Smooth noise that repeats with the tile: `cells` random values across, 0..1. */
function noise(source: Random, cellsX: number, cellsY: number): (x: number, y: number) => number {
  const grid = Float32Array.from({ length: cellsX * cellsY }, () => source.next())
  return (x, y) => {
    const u = (wrap(x) / tileSide) * cellsX
    const v = (wrap(y) / tileSide) * cellsY
    const i = Math.floor(u)
    const j = Math.floor(v)
    const fx = (u - i) ** 2 * (3 - 2 * (u - i))
    const fy = (v - j) ** 2 * (3 - 2 * (v - j))
    const at = (ii: number, jj: number): number => grid[(jj % cellsY) * cellsX + (ii % cellsX)]!
    return (at(i, j) * (1 - fx) + at(i + 1, j) * fx) * (1 - fy) + (at(i, j + 1) * (1 - fx) + at(i + 1, j + 1) * fx) * fy
  }
}

/** Distances to the nearest and second nearest of scattered points, and which point is nearest (Worley 1996). */
function cells(
  source: Random,
  across: number,
): (x: number, y: number) => { near: number; edge: number; value: number } {
  const step = tileSide / across
  const points = Array.from({ length: across * across }, (_, k) => ({
    x: ((k % across) + 0.15 + 0.7 * source.next()) * step,
    y: (Math.floor(k / across) + 0.15 + 0.7 * source.next()) * step,
    value: source.next(),
  }))
  return (x, y) => {
    let near = Number.POSITIVE_INFINITY
    let second = Number.POSITIVE_INFINITY
    let value = 0
    for (const point of points) {
      const d = Math.hypot(gap(x, point.x), gap(y, point.y))
      if (d < near) {
        second = near
        near = d
        value = point.value
      } else if (d < second) second = d
    }
    return { near, edge: second - near, value }
  }
}

const shaders: Record<Material, (source: Random) => Shader> = {
  cheese(source) {
    const holes = Array.from({ length: 16 }, (_, k) => ({
      x: ((k % 4) + 0.2 + 0.6 * source.next()) * 48,
      y: (Math.floor(k / 4) + 0.2 + 0.6 * source.next()) * 48,
      radius: source.between(9, 17),
    }))
    return (x, y) => {
      for (const hole of holes) {
        const d = Math.hypot(gap(x, hole.x), gap(y, hole.y)) / hole.radius
        if (d > 1) continue
        const lower = wrap(y - hole.y + tileSide / 2) - tileSide / 2 > hole.radius * (0.15 + 0.5 * (1 - d))
        return lower ? [214, 136, 22] : [150, 82, 4]
      }
      return [255, 214, 74]
    }
  },
  chocolate(source) {
    const grain = noise(source, 24, 24)
    return (x, y) => {
      const u = x % 32
      const v = y % 32
      const shine = grain(x, y) * 10
      if (u < 3 || v < 3) return [40, 18, 8]
      if (u < 8 || v < 8) return [142 + shine, 92 + shine, 60 + shine]
      if (u > 27 || v > 27) return [62, 30, 14]
      return [94 + shine, 52 + shine, 28 + shine]
    }
  },
  ice(source) {
    const facets = cells(source, 5)
    return (x, y) => {
      const { edge, value } = facets(x, y)
      const face = mix([120, 196, 238], [214, 242, 254], value)
      return edge < 4 ? [250, 254, 255] : mix(face, [255, 255, 255], clamp((9 - edge) / 9) * 0.5)
    }
  },
  stone(source) {
    const cobbles = cells(source, 6)
    const grain = noise(source, 48, 48)
    return (x, y) => {
      const { edge, value } = cobbles(x, y)
      if (edge < 5) return [70, 70, 72]
      const grey = 122 + 62 * value + 30 * (grain(x, y) - 0.5)
      return [grey, grey, grey * 0.97]
    }
  },
  brick(source) {
    const shades = Array.from({ length: 12 * 8 }, () => source.between(-0.5, 0.5))
    return (x, y) => {
      const course = Math.floor(y / 16)
      const along = wrap(x + (course % 2) * 16)
      if (y % 16 < 4 || along % 32 < 4) return [224, 212, 198]
      const shade = shades[course * 6 + Math.floor(along / 32)]!
      return [186 + 40 * shade, 68 + 26 * shade, 46 + 20 * shade]
    }
  },
  wood(source) {
    const bend = noise(source, 3, 3)
    const streak = noise(source, 4, 64)
    return (x, y) => {
      const plank = Math.floor(y / 48)
      if (y % 48 < 4) return [84, 48, 20]
      const phase = (wrap(y) / tileSide) * 28 + 1.8 * bend(x, y) + plank * 0.4
      const line = Math.abs((phase % 1) - 0.5) * 2
      const ring = clamp((line - 0.62) / 0.2)
      return mix(mix([206, 148, 86], [188, 128, 68], streak(x, y)), [122, 72, 32], ring * 0.85)
    }
  },
  gold: () => (x, y) => {
    // Read as a reflection, not as a colour: see `paint`.
    const band = Math.abs((((x + y * 0.5) / 96) % 1) * 2 - 1)
    return [band * 255, 0, 0]
  },
  grass(source) {
    const patch = noise(source, 8, 8)
    const blades = Array.from({ length: 32 }, () => ({
      top: source.below(48),
      lean: source.between(-0.25, 0.25),
      shade: source.next(),
    }))
    return (x, y) => {
      const column = Math.floor(wrap(x + (y % 48) * blades[Math.floor(x / 6) % 32]!.lean) / 6) % 32
      const blade = blades[column]!
      const along = ((y + blade.top) % 48) / 48
      const across = wrap(x) % 6
      if (across < 1.6) return [22, 84, 20]
      return mix(mix([128, 214, 66], [44, 132, 34], along), [70, 160, 40], 0.5 * blade.shade + 0.3 * patch(x, y))
    }
  },
}

const tiles = new Map<Material, Uint8Array>()

/** The texture of a material: always the same, made when first asked for. RGB, `tileSide` squared. */
function tile(material: Material): Uint8Array {
  const known = tiles.get(material)
  if (known) return known
  const shade = shaders[material](random(9, `material/${material}`))
  const out = new Uint8Array(tileSide * tileSide * 3)
  for (let y = 0; y < tileSide; y++) {
    for (let x = 0; x < tileSide; x++) {
      const rgb = shade(x, y)
      for (let c = 0; c < 3; c++) out[(y * tileSide + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(rgb[c]!)))
    }
  }
  tiles.set(material, out)
  return out
}

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

/** The thing's pixels made of a material: RGBA with the same alpha. `offsetX`, `offsetY` in 0..1 move the texture. */
export function fill(level: Level, material: Material, offsetX: number, offsetY: number): Uint8Array {
  const { width, height, rgba, tone, keep, rim } = level
  const texture = tile(material)
  const step = texelsAcross / Math.max(width, height)
  const out = new Uint8Array(rgba.length)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(wrap(y * step + offsetY * tileSide)) * tileSide
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x
      const at = pixel * 4
      if (rgba[at + 3] === 0) continue
      const texel = (row + Math.floor(wrap(x * step + offsetX * tileSide))) * 3
      const light = 0.5 + tone[pixel]! / 255
      const edge = 1 - (0.4 * rim[pixel]!) / 255
      let r = texture[texel]!
      let g = texture[texel + 1]!
      let b = texture[texel + 2]!
      if (material === 'gold') {
        const reflected = clamp(0.62 * (tone[pixel]! / 255) + 0.42 * (r / 255)) * (goldRamp.length - 1.001)
        const rgb = mix(goldRamp[Math.floor(reflected)]!, goldRamp[Math.floor(reflected) + 1]!, reflected % 1)
        r = rgb[0] * edge
        g = rgb[1] * edge
        b = rgb[2] * edge
      } else {
        r = Math.min(255, r * light * edge)
        g = Math.min(255, g * light * edge)
        b = Math.min(255, b * light * edge)
      }
      // Eyes and outlines stay; parts of another hue do not, for they too are made of the material.
      const own = 0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!
      const kept = own < 62 ? keep[pixel]! / 255 : own > 229 ? (0.6 * keep[pixel]!) / 255 : 0
      out[at] = r * (1 - kept) + rgba[at]! * kept
      out[at + 1] = g * (1 - kept) + rgba[at + 1]! * kept
      out[at + 2] = b * (1 - kept) + rgba[at + 2]! * kept
      out[at + 3] = rgba[at + 3]!
    }
  }
  return out
}
