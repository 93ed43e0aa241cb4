/**
 * Eight materials with bold textures: holes, bricks and bars are about a seventh of the thing, so that they can be told apart
 * at 64 pixels. Their fine forms add what only shows closer by.
 */
import type { Material } from '../scene.ts'
import { cells, clamp, mix, noise, offset, type Rgb, type Surface, scale, tileSide, wrap } from './texture.ts'

export const boldMaterials = [
  'cheese',
  'chocolate',
  'ice',
  'stone',
  'brick',
  'wood',
  'gold',
  'grass',
] as const satisfies readonly Material[]
export type BoldMaterial = (typeof boldMaterials)[number]

const sqrt = Math.sqrt

const cheese: Surface = (source, fine) => {
  const holes = Array.from({ length: 16 }, (_, k) => ({
    x: ((k % 4) + 0.2 + 0.6 * source.next()) * 48,
    y: (Math.floor(k / 4) + 0.2 + 0.6 * source.next()) * 48,
    radius: source.between(9, 17),
  }))
  const pores = cells(source, 22)
  const grain = noise(source, 40, 40)
  return (x, y) => {
    for (const { x: hx, y: hy, radius } of holes) {
      const dx = offset(x, hx)
      const dy = offset(y, hy)
      const d = sqrt(dx * dx + dy * dy) / radius
      if (d > 1) {
        // A lit lip below each hole.
        if (fine && d < 1.14 && dy > 0.3 * radius) return [255, 236, 146]
        continue
      }
      if (fine) return mix([140, 74, 2], [222, 146, 30], clamp(0.5 + (0.7 * (dy - 0.2 * radius)) / radius))
      const lower = dy > radius * (0.15 + 0.5 * (1 - d))
      return lower ? [214, 136, 22] : [150, 82, 4]
    }
    if (!fine) return [255, 214, 74]
    const pore = pores(x, y)
    if (pore.near < 1.5 * pore.value) return [226, 166, 40]
    return scale([255, 214, 74], 0.965 + 0.06 * grain(x, y))
  }
}

const chocolate: Surface = (source, fine) => {
  const grain = noise(source, 24, 24)
  const swirl = noise(source, 12, 48)
  return (x, y) => {
    const u = x % 32
    const v = y % 32
    const shine = grain(x, y) * 10 + (fine ? 12 * (swirl(x, y) - 0.5) : 0)
    if (u < 3 || v < 3) return [40, 18, 8]
    if (u < 8 || v < 8) return [142 + shine, 92 + shine, 60 + shine]
    if (u > 27 || v > 27) return [62, 30, 14]
    // The inner square of each piece is pressed in.
    if (fine && (u < 11 || v < 11) && u < 25 && v < 25) return [76 + shine, 40 + shine, 20 + shine]
    return [94 + shine, 52 + shine, 28 + shine]
  }
}

const ice: Surface = (source, fine) => {
  const facets = cells(source, 5)
  const cracks = cells(source, 14)
  const bubbles = cells(source, 18)
  return (x, y) => {
    const { edge, value } = facets(x, y)
    const face = mix([120, 196, 238], [214, 242, 254], value)
    if (edge < 4) return [250, 254, 255]
    const bright = mix(face, [255, 255, 255], clamp((9 - edge) / 9) * 0.5)
    if (!fine) return bright
    const crack = cracks(x, y)
    if (crack.edge < 0.7 && crack.value > 0.55) return mix(bright, [255, 255, 255], 0.7)
    const bubble = bubbles(x, y)
    return bubble.near < 2.2 * bubble.value ? mix(bright, [240, 250, 255], 0.6) : bright
  }
}

const stone: Surface = (source, fine) => {
  const cobbles = cells(source, 6)
  const grain = noise(source, 48, 48)
  const speckle = noise(source, 110, 110)
  return (x, y) => {
    const { edge, value, dx, dy } = cobbles(x, y)
    if (edge < 5) return [70, 70, 72]
    // Cobbles are round: lit from the upper left.
    const round = fine ? -0.9 * (dx + dy) * clamp(1.3 - edge / 16) : 0
    const rough = fine ? 44 * (speckle(x, y) - 0.5) : 0
    const grey = 122 + 62 * value + 30 * (grain(x, y) - 0.5) + rough + round
    return [grey, grey, grey * 0.97]
  }
}

const brick: Surface = (source, fine) => {
  const shades = Array.from({ length: 12 * 8 }, () => source.between(-0.5, 0.5))
  const pits = noise(source, 90, 90)
  const sand = noise(source, 120, 120)
  return (x, y) => {
    const course = Math.floor(y / 16)
    const along = wrap(x + (course % 2) * 16)
    const u = along % 32
    const v = y % 16
    if (v < 4 || u < 4) return fine ? scale([224, 212, 198], 0.9 + 0.16 * sand(x, y)) : [224, 212, 198]
    const shade = shades[course * 6 + Math.floor(along / 32)]!
    const rough = fine ? 44 * (pits(x, y) - 0.5) + (v < 5.2 || u < 5.2 ? 24 : v > 14.8 || u > 30.8 ? -26 : 0) : 0
    return [186 + 40 * shade + rough, 68 + 26 * shade + rough * 0.6, 46 + 20 * shade + rough * 0.5]
  }
}

const wood: Surface = (source, fine) => {
  const bend = noise(source, 3, 3)
  const streak = noise(source, 4, 64)
  const fibre = noise(source, 10, 150)
  const pores = noise(source, 24, 130)
  return (x, y) => {
    const plank = Math.floor(y / 48)
    if (y % 48 < 4) return [84, 48, 20]
    const phase = (wrap(y) / tileSide) * 28 + 1.8 * bend(x, y) + plank * 0.4
    const line = Math.abs((phase % 1) - 0.5) * 2
    const ring = clamp((line - 0.62) / 0.2)
    const plain = mix(mix([206, 148, 86], [188, 128, 68], streak(x, y)), [122, 72, 32], ring * 0.85)
    if (!fine) return plain
    const dark = pores(x, y) > 0.8 ? 0.8 : 1
    return scale(plain, dark * (0.9 + 0.2 * fibre(x, y)))
  }
}

const gold: Surface = (source, fine) => {
  const scratch = noise(source, 150, 6)
  // Read as a reflection, not as a colour: see `bold-fill.ts`.
  return (x, y) => {
    const band = Math.abs((((x + y * 0.5) / 96) % 1) * 2 - 1)
    return [band * 255 + (fine ? 26 * (scratch(x + y * 0.5, y) - 0.5) : 0), 0, 0]
  }
}

const grass: Surface = (source, fine) => {
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
    const shaft: Rgb = mix(
      mix([128, 214, 66], [44, 132, 34], along),
      [70, 160, 40],
      0.5 * blade.shade + 0.3 * patch(x, y),
    )
    // The middle rib, and a light edge.
    if (!fine) return shaft
    return across > 3.4 && across < 4.2 ? scale(shaft, 0.84) : across > 5 ? scale(shaft, 1.16) : shaft
  }
}

export const boldSurfaces: Record<BoldMaterial, Surface> = { cheese, chocolate, ice, stone, brick, wood, gold, grass }
