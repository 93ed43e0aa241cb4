/** Draws a scene: a pure function of the scene, its seed, the art and the side. */
import { type Pixels, wrapPixels } from '../image/pixels.ts'
import { drawBackground, horizons } from './background.ts'
import { entryOf } from './concepts.ts'
import { type Dressed, dress } from './dress.ts'
import { applyFilter, usesCover } from './filter.ts'
import type { Picture } from './filters/planes.ts'
import { layOut, type Placement } from './layout.ts'
import { type Random, random, still } from './random.ts'
import { fullRow, type Level, rescaleRows } from './scale.ts'
import type { Scene, Thing } from './scene.ts'
import { type Art, fitInside, type Sprite, spriteKey } from './sprite.ts'

/** Of things that wander, a third look the other way. */
const mirrorShare = 0.33

export type DrawingSettings = {
  /**
   * Whether things stand and look elsewhere each time, backgrounds vary and textures begin at any point; else everything
   * is in its middle place, and a scene looks the same whatever its seed.
   */
  readonly wander: boolean
}

/** Where one drawing of a thing lies, in pixels, clipped to the picture: all of it, also what stands behind others. */
export type Box = {
  readonly thing: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export type Drawing = {
  /** `side` x `side`, RGB, anti-aliased; what is clear is seen on white. */
  readonly pixels: Pixels
  /** Coverage 0..255, `side` x `side`, of a scene whose background is `transparent`; null elsewhere. */
  readonly alpha: Uint8Array | null
  /** In drawing order, one for each thing drawn. */
  readonly boxes: readonly Box[]
}

/** The picture of a scene alone: `side` x `side`, RGB. Throws RangeError where the art lacks a thing in the scene's style. */
export const render = (
  scene: Scene,
  seed: number,
  art: Art,
  side: number,
  settings: DrawingSettings = { wander: true },
): Pixels => drawScene(scene, seed, art, side, settings).pixels

/** The picture of a scene, its alpha and where its things are. Throws RangeError as `render` does. */
export function drawScene(
  scene: Scene,
  seed: number,
  art: Art,
  side: number,
  { wander }: DrawingSettings = { wander: true },
): Drawing {
  const stream = (label: string): Random => (wander ? random(seed, label) : still)
  const source = stream('draw')
  const sprites = scene.things.map((thing) => spriteOf(art, scene, thing))
  const shapes = sprites.map(({ width, height }) => {
    const longer = Math.max(width, height)
    return { width: width / longer, height: height / longer }
  })
  const rgb = drawBackground(scene.background, side, stream('background'))
  const clear = scene.background === 'transparent'
  const cover = clear || usesCover(scene.filter) ? new Uint8Array(side * side) : null
  const placements = atNativeSize(layOut(scene, shapes, source), scene, sprites, side)
  const picture = { side, rgb, cover, least: Math.min(1, ...placements.map(({ extent }) => extent)) }
  const inPixels = ({ extent }: Placement): number => Math.max(3, Math.round(extent * side))
  const dressed = scene.things.map((thing, k) => {
    const extents = placements.filter((placement) => placement.thing === k).map(inPixels)
    return dress(sprites[k]!, thing, Math.max(1, ...extents), source)
  })
  const turned = turns(placements, scene.things, source)
  const boxes: Box[] = []
  for (const [k, placement] of placements.entries()) {
    const box = draw(picture, dressed[placement.thing]!, sprites[placement.thing]!, placement, {
      extent: inPixels(placement),
      mirror: turned[k]!,
    })
    if (box && placement.front === undefined) boxes.push(box)
  }
  if (scene.filter) {
    applyFilter(scene.filter, picture, stream('filter'))
    if (clear) layOnWhite(rgb, cover!)
  }
  return { pixels: wrapPixels(side, side, 3, rgb), alpha: clear ? cover : null, boxes }
}

/** A single thing that would be enlarged by less than this, or made smaller by hardly anything, is drawn as sharp as it is. */
const enlarged = 1.15
const shrunk = 0.97

/** Moves one lone thing to its own size where that is near; its foot stays where there is a ground. */
function atNativeSize(placements: Placement[], scene: Scene, sprites: readonly Sprite[], side: number): Placement[] {
  const [placement] = placements
  if (placements.length !== 1 || !placement) return placements
  const { width, height } = sprites[0]!
  const longer = Math.max(width, height)
  const scale = (placement.extent * side) / longer
  if (scale > enlarged || scale < shrunk) return placements
  const extent = longer / side
  const foot = scene.background in horizons ? ((placement.extent - extent) * (height / longer)) / 2 : 0
  return [{ ...placement, extent, y: placement.y + foot }]
}

/** Filters paint what is clear, too: there it is white again. */
function layOnWhite(rgb: Uint8Array, alpha: Uint8Array): void {
  for (let i = 0, at = 0; i < alpha.length; i++, at += 3) {
    const rest = 255 - alpha[i]!
    if (rest === 0) continue
    const share = alpha[i]! / 255
    rgb[at] = rgb[at]! * share + rest + 0.5
    rgb[at + 1] = rgb[at + 1]! * share + rest + 0.5
    rgb[at + 2] = rgb[at + 2]! * share + rest + 0.5
  }
}

function spriteOf(art: Art, scene: Scene, { concept, presentation, tone }: Thing): Sprite {
  const sprite = art.sprites.get(spriteKey(scene.style, concept, presentation, tone))
  if (sprite) return sprite
  const who = [tone, presentation].filter((word) => word !== null).map((word) => ` (${word})`)
  throw new RangeError(`the art has no "${concept}"${who.join('')} in the style "${scene.style}"`)
}

/** Which placements look the other way: signs never do, nor what must stay as drawn; the front of a thing as the thing itself. */
function turns(placements: readonly Placement[], things: readonly Thing[], source: Random): boolean[] {
  const out: boolean[] = []
  for (const { thing, x, y, front, asDrawn } of placements) {
    const same = placements.findIndex((other) => other.thing === thing && other.x === x && other.y === y)
    const turned = source.chance(mirrorShare) && !asDrawn && entryOf(things[thing]!.concept).kind !== 'symbol'
    out.push(front !== undefined && same < out.length ? out[same]! : turned)
  }
  return out
}

/** Draws one thing over the picture; null where it lies outside. */
function draw(
  picture: Picture,
  dressed: Dressed,
  sprite: Sprite,
  { thing, x, y, front = 0 }: Placement,
  { extent, mirror }: { readonly extent: number; readonly mirror: boolean },
): Box | null {
  const { side } = picture
  const { width, height } = fitInside(sprite.width, sprite.height, extent)
  const left = Math.round(x * side - width / 2)
  const top = Math.round(y * side - height / 2)
  const first = Math.max(Math.floor(front * height), -top)
  lay(picture, dressed.at(extent), { left, top, width, height, mirror, first })
  const box = { thing, left: Math.max(0, left), top: Math.max(0, top) }
  const right = Math.min(side, left + width) - box.left
  const bottom = Math.min(side, top + height) - box.top
  return right > 0 && bottom > 0 ? { ...box, width: right, height: bottom } : null
}

type Where = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly mirror: boolean
  /** The first row to be drawn. */
  readonly first: number
}

const share = 1 / fullRow
/** A 255th, rounded, of a whole number up to 255 * 255. */
const by255 = (value: number): number => Math.imul(value + 127, 0x8081) >>> 23

/** Lays a thing over what is there ("over" of Porter and Duff 1984). */
function lay({ side, rgb, cover }: Picture, level: Level, { left, top, width, height, mirror, first }: Where): void {
  const from = Math.max(0, -left)
  const to = Math.min(width, side - left)
  rescaleRows(level, { width, height, mirror, first, end: Math.min(height, side - top) }, (y, row) => {
    let at = (top + y) * side + left + from
    for (let x = from * 4; x < to * 4; x += 4, at++) {
      const alpha = row[x + 3]!
      if (alpha === 0) continue
      const pixel = at * 3
      if (alpha === fullRow) {
        rgb[pixel] = by255(row[x]!)
        rgb[pixel + 1] = by255(row[x + 1]!)
        rgb[pixel + 2] = by255(row[x + 2]!)
        if (cover) cover[at] = 255
        continue
      }
      const rest = fullRow - alpha
      rgb[pixel] = (rgb[pixel]! * rest + row[x]! * 255) * share + 0.5
      rgb[pixel + 1] = (rgb[pixel + 1]! * rest + row[x + 1]! * 255) * share + 0.5
      rgb[pixel + 2] = (rgb[pixel + 2]! * rest + row[x + 2]! * 255) * share + 0.5
      if (cover) cover[at] = (cover[at]! * rest + alpha * 255) * share + 0.5
    }
  })
}
