/** Nine materials that are told by how they shine as much as by their texture; `finish.ts` says how each takes the light. */
import type { Material } from '../scene.ts'
import type { BoldMaterial } from './bold.ts'
import { cells, clamp, mix, noise, offset, type Rgb, type Surface, scale, tileSide, wrap } from './texture.ts'

export type ShadedMaterial = Exclude<Material, BoldMaterial>

/** Red is what it reflects (128 neither lighter nor darker), green how light it is: riveted plates of brushed steel. */
const metal: Surface = (source, fine) => {
  const brushed = noise(source, 6, fine ? 150 : 90)
  const plates = Array.from({ length: 16 }, () => source.between(-16, 16))
  return (x, y) => {
    const u = wrap(x) % 48
    const v = wrap(y) % 48
    const plate = plates[Math.floor(wrap(y) / 48) * 4 + Math.floor(wrap(x) / 48)]!
    const reflects = 128 + plate + 60 * (brushed(x, y) - 0.5)
    if (u < 1.8 || v < 1.8) return [70, 120, 0]
    if (u < 3 || v < 3) return [190, 255, 0]
    for (const [rx, ry] of [
      [7.5, 7.5],
      [42.5, 7.5],
      [7.5, 42.5],
      [42.5, 42.5],
    ] as const) {
      const dx = u - rx
      const dy = v - ry
      const d = dx * dx + dy * dy
      if (d < 7.3) return [150 - 26 * (dx + dy), 250, 0]
      if (d < 14) return [reflects - 20, 150, 0]
    }
    return [reflects, 240, 0]
  }
}

/** Nearly no colour; slanted streaks of reflected light. */
const glass: Surface = () => (x, y) => {
  const along = wrap(x + y) / tileSide
  const streak = (along > 0.2 && along < 0.3) || (along > 0.335 && along < 0.36)
  return streak ? [222, 243, 242, 0.3] : [196, 230, 228, 0]
}

/** Pebbled hide. */
const leather: Surface = (source, fine) => {
  const pebbles = cells(source, 42)
  const wear = noise(source, 5, 5)
  const grain = noise(source, 130, 130)
  return (x, y) => {
    const { edge, dx, dy, value } = pebbles(x, y)
    const base: Rgb = mix([112, 64, 36], [150, 90, 52], 0.7 * wear(x, y) + 0.3 * value)
    if (edge < 0.8) return [...scale(base, 0.66), 0.2]
    const round = 1 - 0.06 * (dx + dy) + (fine ? 0.14 * (grain(x, y) - 0.5) : 0)
    return [...scale(base, round), 1]
  }
}

/** Woven checks: two sets of stripes, and the threads that go over and under each other. */
const fabric: Surface = (source, fine) => {
  const fold = noise(source, 4, 3)
  return (x, y) => {
    const across = wrap(x) % 24 < 12
    const down = wrap(y) % 24 < 12
    const dyed: Rgb = across && down ? [44, 78, 156] : across || down ? [134, 158, 206] : [244, 240, 230]
    const thread = fine ? 2 : 3
    const u = wrap(x) / thread
    const v = wrap(y) / thread
    const over = (Math.floor(u) + Math.floor(v)) % 2 === 0
    const round = over ? Math.abs((u % 1) - 0.5) : Math.abs((v % 1) - 0.5)
    return scale(dyed, (1.08 - 0.62 * round) * (0.9 + 0.2 * fold(x, y)))
  }
}

/** Hair in tufts: light at the tips, dark where the next tuft lies over the roots. Its shine is how far a hair sticks out. */
const fur: Surface = (source, fine) => {
  const sway = noise(source, 5, 4)
  const curl = noise(source, 10, 12)
  const hair = noise(source, fine ? 130 : 76, 10)
  const hairs = noise(source, fine ? 200 : 96, 16)
  const tuft = Array.from({ length: 32 * 12 }, () => source.next())
  return (x, y) => {
    const bent = x + 16 * (sway(x, y) - 0.5) + 6 * (curl(x, y) - 0.5)
    const column = Math.floor(wrap(bent) / 6)
    const row = wrap(y + 19.2 * tuft[column]! + 3 * Math.sin(bent * 1.05))
    const along = (row % 19.2) / 19.2
    const value = tuft[32 + ((column + 11 * Math.floor(row / 19.2)) % 352)]!
    const strand = 0.5 * hair(bent, y) + 0.5 * hairs(bent, y)
    const lit = clamp(0.1 + 0.6 * along + 0.9 * (strand - 0.5) + 0.2 * (value - 0.5))
    const colour =
      lit < 0.5 ? mix([88, 68, 58], [160, 134, 114], lit * 2) : mix([160, 134, 114], [242, 228, 212], lit * 2 - 1)
    return [...colour, strand]
  }
}

/** One even colour with a seam from the mould: all the rest is shine. */
const plastic: Surface = () => () => [240, 46, 84]

/** The tread of a tyre. */
const rubber: Surface = (source, fine) => {
  const dust = noise(source, 60, 60)
  return (x, y) => {
    const arm = Math.abs((wrap(x) % 48) - 24)
    const v = wrap(y + 0.7 * arm) % 19.2
    const u = wrap(x) % 48
    if (u < 2.5 || u > 45.5 || Math.abs(u - 24) < 1.6) return [26, 26, 30, 0.1]
    if (v < 5) return [30, 30, 34, 0.1]
    const edge = v < 6.6 ? 30 : v > 17.6 ? -14 : 0
    const grey = 66 + edge + (fine ? 14 : 8) * (dust(x, y) - 0.5)
    return [grey, grey, grey + 4, 1]
  }
}

/** A leaf from an exercise book that was crumpled: ruled lines bend with its facets. */
const paper: Surface = (source, fine) => {
  const facets = cells(source, 6)
  const fibre = noise(source, 130, 130)
  return (x, y) => {
    const { edge, value, dx, dy } = facets(x, y)
    const lit = 0.87 + 0.12 * value - 0.004 * ((value - 0.3) * dx + (0.8 - value) * dy)
    const crease = edge < 1.4 ? 0.86 : edge < 3 ? 1.05 : 1
    const bent = y + 0.1 * dx * (value - 0.5) * 3
    const line = wrap(bent) % 16 < 1.8
    const margin = Math.abs(offset(x + 0.1 * dy * (value - 0.5) * 3, 44)) < 1.1
    const ink: Rgb = margin ? [236, 128, 136] : line ? [142, 180, 232] : [252, 251, 246]
    return scale(ink, lit * crease + (fine ? 0.05 * (fibre(x, y) - 0.5) : 0))
  }
}

/** Light gathered into bright curved lines, as on the ground of a pool, and bubbles. */
const water: Surface = (source, fine) => {
  const bendX = noise(source, 7, 7)
  const bendY = noise(source, 7, 7)
  const web = cells(source, 6)
  const second = cells(source, 11)
  const bubbles = cells(source, 8)
  return (x, y) => {
    const u = x + 22 * (bendX(x, y) - 0.5)
    const v = y + 22 * (bendY(x, y) - 0.5)
    const bright = clamp((6.5 - web(u, v).edge) / 6.5) ** 2
    const weak = clamp((3 - second(u, v).edge) / 3) ** 2
    const bubble = bubbles(x, y)
    const radius = 5.5 * (bubble.value - 0.45)
    if (radius > 1) {
      if (Math.abs(bubble.near - radius) < (fine ? 0.7 : 1)) return [232, 250, 255, 1]
      if (bubble.near < radius && bubble.dx + bubble.dy < -radius * 0.7) return [255, 255, 255, 1]
    }
    return [...mix([18, 112, 206], [150, 228, 255], clamp(bright + 0.35 * weak)), bright * 0.4]
  }
}

export const shadedSurfaces: Record<ShadedMaterial, Surface> = {
  metal,
  glass,
  leather,
  fabric,
  fur,
  plastic,
  rubber,
  paper,
  water,
}
