/** Draws a scene: a pure function of the scene, its seed, the art and the side. */
import { type Pixels, wrapPixels } from '../image/pixels.ts'
import { drawBackground } from './background.ts'
import { layOut, type Placement } from './layout.ts'
import { fill } from './material.ts'
import { type Random, random, still } from './random.ts'
import { recolour } from './recolour.ts'
import type { Scene, Thing } from './scene.ts'
import { type Art, fitInside, type Level, rescale, type Sprite, spriteKey } from './sprite.ts'

/** Of things that wander, a third look the other way. */
const mirrorShare = 0.33

export type DrawingSettings = {
  /**
   * Whether things stand and look elsewhere each time, backgrounds vary and textures begin at any point; else everything
   * is in its middle place, and a scene looks the same whatever its seed.
   */
  readonly wander: boolean
}

/**
 * The picture of a scene: `side` x `side`, RGB, opaque, anti-aliased.
 * Throws RangeError where the art lacks a thing in the scene's style.
 */
export function render(
  scene: Scene,
  seed: number,
  art: Art,
  side: number,
  { wander }: DrawingSettings = { wander: true },
): Pixels {
  const source = wander ? random(seed, 'draw') : still
  const sprites = scene.things.map((thing) => spriteOf(art, scene, thing))
  const shapes = sprites.map(({ levels }) => {
    const { width, height } = levels[0]!
    const longer = Math.max(width, height)
    return { width: width / longer, height: height / longer }
  })
  const canvas = drawBackground(scene.background, side, wander ? random(seed, 'background') : still)
  for (const placement of layOut(scene, shapes, source)) {
    draw(canvas, side, sprites[placement.thing]!, scene.things[placement.thing]!, placement, source)
  }
  const data = new Uint8Array(side * side * 3)
  for (let i = 0; i < data.length; i++) data[i] = Math.max(0, Math.min(255, Math.floor(canvas[i]! + 0.5)))
  return wrapPixels(side, side, 3, data)
}

function spriteOf(art: Art, scene: Scene, thing: Thing): Sprite {
  const sprite = art.sprites.get(spriteKey(scene.style, thing.concept))
  if (!sprite) throw new RangeError(`the art has no "${thing.concept}" in the style "${scene.style}"`)
  return sprite
}

/** The smallest level that is not enlarged. Materials always start from the largest: their texture is drawn at its scale. */
function levelFor(sprite: Sprite, thing: Thing, extent: number): Level {
  if (thing.material) return sprite.levels[0]!
  return sprite.levels.findLast((level) => Math.max(level.width, level.height) >= extent) ?? sprite.levels[0]!
}

/** Both at once, colour and material: the material's texture in the tone of the colour. */
function paint(level: Level, thing: Thing, source: Random): Uint8Array {
  const { colour, material } = thing
  if (!material) return colour ? recolour(level, colour) : level.rgba
  const filled = fill(level, material, source.next(), source.next())
  if (!colour) return filled
  const tone = new Uint8Array(level.tone.length)
  for (let i = 0; i < tone.length; i++) {
    const luma = 0.299 * filled[i * 4]! + 0.587 * filled[i * 4 + 1]! + 0.114 * filled[i * 4 + 2]!
    tone[i] = Math.max(16, Math.min(240, luma))
  }
  return recolour({ ...level, rgba: filled, tone, keep: new Uint8Array(tone.length) }, colour)
}

function draw(
  canvas: Float32Array,
  side: number,
  sprite: Sprite,
  thing: Thing,
  placement: Placement,
  source: Random,
): void {
  const extent = Math.max(3, Math.round(placement.extent * side))
  const level = levelFor(sprite, thing, extent)
  const { width, height } = fitInside(level.width, level.height, extent)
  const painted = paint(level, thing, source)
  const scaled = rescale(painted, level.width, level.height, width, height, source.chance(mirrorShare))
  const left = Math.round(placement.x * side - width / 2)
  const top = Math.round(placement.y * side - height / 2)
  for (let y = Math.max(0, -top); y < Math.min(height, side - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(width, side - left); x++) {
      const from = (y * width + x) * 4
      const alpha = scaled[from + 3]!
      if (alpha === 0) continue
      const to = ((top + y) * side + left + x) * 3
      for (let c = 0; c < 3; c++) canvas[to + c] = canvas[to + c]! * (1 - alpha) + scaled[from + c]!
    }
  }
}
