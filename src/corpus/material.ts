/** A thing made of a material: its texture, its light and shade, and what of the drawing still shows. */
import { fillBold } from './materials/bold-fill.ts'
import { fillShaded } from './materials/shaded-fill.ts'
import { isBold } from './materials/tiles.ts'
import type { Measures } from './measure.ts'
import type { Material } from './scene.ts'
import type { Raster } from './sprite.ts'

/**
 * The thing's pixels made of a material: RGBA. The alpha stays as it is but for glass and water, through which the background
 * shows, and fur, whose edge is ragged. `offsetX`, `offsetY` in 0..1 move the texture.
 */
export const fill = (
  raster: Raster,
  measures: Measures,
  material: Material,
  offsetX: number,
  offsetY: number,
): Uint8Array =>
  isBold(material)
    ? fillBold(raster, measures, material, offsetX, offsetY)
    : fillShaded(raster, measures, material, offsetX, offsetY)
