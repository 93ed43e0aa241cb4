/** A thing as a scene wants it: as it is, in a colour, made of a material, or both. */
import { halvingsFor, levelOf, measuresOf } from './levels.ts'
import { fill } from './material.ts'
import type { Measures } from './measure.ts'
import type { Random } from './random.ts'
import { recolour } from './recolour.ts'
import { halve, type Level } from './scale.ts'
import type { Thing } from './scene.ts'
import type { Raster, Sprite } from './sprite.ts'

/** Colours and materials are painted on no less than this: eyes and outlines are told apart by what is around them. */
const leastPainted = 96

/** A picture of the thing for each size it is drawn at. `at(extent)` is never smaller than that, unless the sprite is. */
export type Dressed = { at(extent: number): Level }

/** `extent` is the largest that will be asked for, in pixels. */
export function dress(sprite: Sprite, thing: Thing, extent: number, source: Random): Dressed {
  const longer = Math.max(sprite.width, sprite.height)
  if (!thing.material && !thing.colour) return { at: (extent) => levelOf(sprite, halvingsFor(longer, extent)) }
  const halvings = halvingsFor(longer, Math.max(extent, leastPainted))
  const level = levelOf(sprite, halvings)
  const rgba = paint(level, measuresOf(sprite, halvings), thing, source)
  const levels = [{ ...level, rgba }]
  return {
    at(extent) {
      const wanted = Math.max(0, halvingsFor(longer, extent) - halvings)
      while (levels.length <= wanted) levels.push(halve(levels.at(-1)!))
      return levels[wanted]!
    },
  }
}

/** Both at once, colour and material: the material's light and shade in the tones of the colour. */
function paint(raster: Raster, measures: Measures, { colour, material }: Thing, source: Random): Uint8Array {
  if (!material) return recolour(raster, measures, colour!)
  const filled = fill(raster, measures, material, source.next(), source.next())
  if (!colour) return filled
  const tone = new Uint8Array(measures.tone.length)
  for (let i = 0, at = 0; i < tone.length; i++, at += 4) {
    const luma = 0.299 * filled[at]! + 0.587 * filled[at + 1]! + 0.114 * filled[at + 2]!
    tone[i] = luma < 16 ? 16 : luma > 240 ? 240 : luma
  }
  const nothing = new Uint8Array(tone.length)
  return recolour({ ...raster, rgba: filled }, { tone, keep: nothing }, colour)
}
