/** Two things that touch: one rides, holds, eats or wears the other, or is inside of it. */
import { entryOf } from '../concepts.ts'
import type { Random } from '../random.ts'
import { fitted, type Pair, type Shape, withinPicture } from './block.ts'

/** The rider sits on the mount's back, over its upper part. A tall mount's back lies well below the top of its head. */
export function riding(a: Shape, b: Shape, mount: string, source: Random): Pair {
  const animal = entryOf(mount).kind !== 'vehicle'
  const back = animal ? Math.max(0.24, Math.min(0.5, (b.height / b.width) * 0.32)) : 0.3
  const extent = Math.min(0.92 / b.width, 0.68 / b.height) * source.between(0.92, 1)
  const mountHigh = extent * b.height
  const second = { x: source.between(0.47, 0.53), y: 0.97 - mountHigh / 2, extent }
  const seat = 0.97 - mountHigh * (1 - back)
  const room = Math.min(seat - 0.02, mountHigh * 0.85)
  const rider = Math.min(room / a.height, (extent * b.width * 0.62) / a.width)
  const first = { x: second.x + source.between(-0.03, 0.03) * extent, y: seat - (rider * a.height) / 2, extent: rider }
  return { first, second }
}

/** What is held or eaten can still be made out. */
const atLeast = (extent: number): number => Math.max(0.2, extent)

/** What is held is before the holder, at the height of hands, on one side. */
export function holding(a: Shape, b: Shape, _holder: string, source: Random): Pair {
  const first = { x: 0.5, y: 0.5, extent: fitted(a, 0.8, 0.86, source) }
  const [wide, high] = [first.extent * a.width, first.extent * a.height]
  const size = atLeast(Math.min((0.44 * Math.max(wide, 0.6 * high)) / b.width, (0.44 * high) / b.height))
  const side = source.chance(0.5) ? 1 : -1
  const second = withinPicture(
    { x: first.x + side * wide * 0.34, y: first.y + high * source.between(0.16, 0.24), extent: size },
    b,
  )
  return { first, second, firstBehind: true }
}

/** Food at the mouth, before the eater. */
export function eating(a: Shape, b: Shape, eater: string, source: Random): Pair {
  const first = { x: 0.5, y: 0.5, extent: fitted(a, 0.84, 0.88, source) }
  const [wide, high] = [first.extent * a.width, first.extent * a.height]
  const size = atLeast(Math.min((0.34 * Math.max(wide, 0.6 * high)) / b.width, (0.34 * high) / b.height))
  const mouth = mouthOf(eater, a)
  const second = withinPicture({ x: first.x + mouth.x * wide, y: first.y + mouth.y * high, extent: size }, b)
  return { first, second, firstBehind: true, asDrawn: true }
}

/** Animals that all styles draw as faces, though their names do not say so. */
const faces: ReadonlySet<string> = new Set(['wolf', 'raccoon'])
const isFace = (concept: string): boolean =>
  entryOf(concept).kind === 'face' || concept.endsWith('-face') || faces.has(concept)

/**
 * Where the mouth is, from the middle, in parts of the width and the height. Who looks out of the picture has it in the lower half
 * of the face; of animals drawn from the side nearly all look to the left.
 */
function mouthOf(eater: string, { width, height }: Shape): { readonly x: number; readonly y: number } {
  const { kind, traits } = entryOf(eater)
  if (isFace(eater)) return { x: 0, y: 0.26 }
  if (kind === 'person') return width < 0.62 * height ? { x: -0.14, y: -0.3 } : { x: 0, y: 0.19 }
  return traits.includes('head-on-top') ? { x: 0, y: 0.16 } : { x: -0.26, y: 0.02 }
}

/** The hat sits on the top middle, as wide as the head. */
export function wearing(a: Shape, b: Shape, wearer: string, source: Random): Pair {
  const head = headShare(wearer, a)
  const extent = Math.min(0.86 / a.width, 0.74 / a.height) * source.between(0.92, 1)
  const [wide, high] = [extent * a.width, extent * a.height]
  const size = Math.min((head * wide) / b.width, Math.min(0.4, 0.7 * high) / b.height)
  const hatHigh = size * b.height
  const top = 0.97 - high
  const first = { x: 0.5, y: 0.97 - high / 2, extent }
  const second = withinPicture({ x: 0.5, y: top + 0.12 * high - hatHigh / 2 + 0.1 * hatHigh, extent: size }, b)
  return { first, second, firstBehind: true }
}

/** The width of the head as a share of the picture's width. */
function headShare(wearer: string, { width, height }: Shape): number {
  if (isFace(wearer)) return 0.72
  return width < 0.7 * height || entryOf(wearer).kind === 'person' ? 0.6 : 0.5
}

/**
 * What is inside looks out over the front of the container, which is drawn again over it: over the sill of a vehicle's windows,
 * over the rim of anything else.
 */
export function inside(a: Shape, b: Shape, container: string, source: Random): Pair {
  const { kind } = entryOf(container)
  const front = kind === 'vehicle' || kind === 'building' ? 0.5 : 0.3
  const extent = Math.min(0.92 / b.width, 0.68 / b.height) * source.between(0.92, 1)
  const [wide, high] = [extent * b.width, extent * b.height]
  const bottom = 0.96
  const sill = bottom - high * (1 - front)
  // Two fifths of it are hidden, and no more than there is to hide them.
  const hidden = 0.4
  const size = Math.min(
    (0.6 * wide) / a.width,
    (sill - 0.03) / ((1 - hidden) * a.height),
    ((bottom - sill) * 0.95) / (hidden * a.height),
  )
  const first = {
    x: 0.5 + source.between(-0.06, 0.06) * wide,
    y: sill + size * a.height * (hidden - 0.5),
    extent: size,
  }
  return { first, second: { x: 0.5, y: bottom - high / 2, extent }, front }
}
