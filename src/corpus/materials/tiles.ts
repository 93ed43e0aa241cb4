/** Textures as tables, each made when first asked for and always the same. */
import { random } from '../random.ts'
import type { Material } from '../scene.ts'
import { type BoldMaterial, boldSurfaces } from './bold.ts'
import { shadedSurfaces } from './shaded.ts'
import { bake, type Tile, tileSide } from './texture.ts'

/** A thing is so many units of texture on its longer side. */
const unitsAcross = 128

/** Things larger than this get the fine textures, in pixels. */
const largestCoarse = 128

/** Fine texels in a unit: a sprite of 192 pixels, as most are, has a texel a pixel. */
const fineness = 1.5

export const isBold = (material: Material): material is BoldMaterial => material in boldSurfaces

const tiles = new Map<string, Tile>()

/** The texture for a thing whose longer side is `longer` pixels, and how many texels a pixel is apart. */
export function tileFor(material: Material, longer: number): { readonly tile: Tile; readonly step: number } {
  const fine = longer > largestCoarse
  return {
    tile: tileOf(material, fine),
    // Texel for pixel where that is nearly right: a step of 0.97 would show every texel but some twice.
    step: fine ? 1 : unitsAcross / longer,
  }
}

function tileOf(material: Material, fine: boolean): Tile {
  const key = `${material}/${fine}`
  const known = tiles.get(key)
  if (known) return known
  const surface = isBold(material) ? boldSurfaces[material] : shadedSurfaces[material]
  const shader = surface(random(9, `material/${material}`), fine)
  const samples = fine || !isBold(material) ? 2 : 1
  const made = bake(shader, fine ? tileSide * fineness : tileSide, samples)
  tiles.set(key, made)
  return made
}
