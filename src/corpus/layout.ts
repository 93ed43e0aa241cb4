/** Where things go: sizes and places as parts of the picture's side, (0, 0) at the top left. */
import { horizons } from './background.ts'
import type { Random } from './random.ts'
import type { Relation, Scene, Size } from './scene.ts'

/** One drawing of a thing: `extent` is its longer side, (x, y) its middle. */
export type Placement = { readonly thing: number; readonly x: number; readonly y: number; readonly extent: number }

/** The longer side of a single thing. */
const extents: Record<Size, readonly [number, number]> = {
  small: [0.28, 0.4],
  normal: [0.74, 0.84],
  large: [0.92, 0.97],
}

/** Width and height of a thing whose longer side is 1. */
export type Shape = { readonly width: number; readonly height: number }

/** Placements in drawing order. `shapes` gives the outline of each thing of the scene. */
export function layOut(scene: Scene, shapes: readonly Shape[], source: Random): Placement[] {
  const ground = horizons[scene.background]
  if (scene.things.length === 2) return pair(scene.relation ?? 'next-to', shapes[0]!, shapes[1]!, ground, source)
  const { count, size } = scene.things[0]!
  return count === 1 ? [single(size, shapes[0]!, ground, source)] : several(count, size, shapes[0]!, source)
}

function single(size: Size, shape: Shape, ground: number | undefined, source: Random): Placement {
  const extent = source.between(...extents[size])
  const roomX = Math.max(0, 0.98 - extent * shape.width)
  const roomY = Math.max(0, 0.98 - extent * shape.height)
  // Near the middle mostly; a small thing wanders further.
  const sway = size === 'small' ? 0.6 : 0.3
  const x = 0.5 + (source.next() - 0.5) * roomX * sway
  const middle = 0.5 + (source.next() - 0.5) * roomY * sway
  const foot = source.between(Math.min(0.96, (ground ?? 0) + 0.2), 0.96)
  const y =
    ground === undefined ? middle : Math.max(0.01 + (extent * shape.height) / 2, foot - (extent * shape.height) / 2)
  return { thing: 0, x, y, extent }
}

/** Two side by side; three in a row or a triangle. Cells keep them apart. */
function several(count: 2 | 3, size: Size, shape: Shape, source: Random): Placement[] {
  const flat = shape.height < 0.5 * shape.width
  const triangle = count === 3 && (source.chance(0.6) || !(shape.width < 0.6 * shape.height))
  const centres: [number, number][] = triangle
    ? [
        [0.5, 0.27],
        [0.27, 0.73],
        [0.73, 0.73],
      ]
    : flat
      ? Array.from({ length: count }, (_, k) => [0.5, (k + 0.5) / count])
      : Array.from({ length: count }, (_, k) => [(k + 0.5) / count, 0.5])
  const cell = triangle ? 0.46 : 1 / count
  const broad = triangle ? 0.46 : flat ? 0.9 : 1 / count
  const high = triangle ? 0.46 : flat ? 1 / count : 0.9
  const fit = Math.min((broad * 0.96) / shape.width, (high * 0.96) / shape.height)
  const extent =
    fit * (size === 'small' ? source.between(0.5, 0.62) : size === 'large' ? 1 : source.between(0.82, 0.98))
  const jitter = Math.max(0, cell - extent) * 0.25
  return centres.map(([x, y]) => ({
    thing: 0,
    x: x + (source.next() - 0.5) * jitter,
    y: y + (source.next() - 0.5) * jitter,
    extent,
  }))
}

function pair(relation: Relation, a: Shape, b: Shape, ground: number | undefined, source: Random): Placement[] {
  switch (relation) {
    case 'next-to':
      return sideBySide(a, b, source.chance(0.5), ground, source)
    case 'left-of':
      return sideBySide(a, b, true, ground, source)
    case 'right-of':
      return sideBySide(a, b, false, ground, source)
    case 'above':
      return apart(a, b, source)
    case 'below':
      return apart(b, a, source).map((p) => ({ ...p, thing: 1 - p.thing }))
    case 'on':
      return stacked(a, b, source)
    case 'under':
      return stacked(b, a, source).map((p) => ({ ...p, thing: 1 - p.thing }))
    case 'in-front-of':
      return overlapping(a, b, source)
    case 'behind':
      return overlapping(b, a, source).map((p) => ({ ...p, thing: 1 - p.thing }))
  }
}

/** The largest extent at which a shape fits a box, a little smaller at random. */
const fitted = (shape: Shape, width: number, height: number, source: Random): number =>
  Math.min(width / shape.width, height / shape.height) * source.between(0.88, 1)

function sideBySide(a: Shape, b: Shape, first: boolean, ground: number | undefined, source: Random): Placement[] {
  const sizeA = fitted(a, 0.46, 0.8, source)
  const sizeB = fitted(b, 0.46, 0.8, source)
  const foot =
    ground === undefined ? 0.5 + Math.max(sizeA * a.height, sizeB * b.height) / 2 : source.between(0.86, 0.95)
  const place = (thing: number, shape: Shape, extent: number, left: boolean): Placement => ({
    thing,
    x: (left ? 0.255 : 0.745) + (source.next() - 0.5) * 0.02,
    y: foot - (extent * shape.height) / 2,
    extent,
  })
  return [place(0, a, sizeA, first), place(1, b, sizeB, !first)]
}

/** A above B with a gap between them. */
function apart(a: Shape, b: Shape, source: Random): Placement[] {
  const sizeA = fitted(a, 0.7, 0.43, source)
  const sizeB = fitted(b, 0.7, 0.43, source)
  const x = source.between(0.46, 0.54)
  return [
    { thing: 0, x: x + source.between(-0.03, 0.03), y: 0.03 + (sizeA * a.height) / 2, extent: sizeA },
    { thing: 1, x: x + source.between(-0.03, 0.03), y: 0.97 - (sizeB * b.height) / 2, extent: sizeB },
  ]
}

/** A stands on B: it sinks in a little, for a silhouette's top is seldom flat, and is drawn last. */
function stacked(a: Shape, b: Shape, source: Random): Placement[] {
  const sizeA = fitted(a, 0.6, 0.46, source)
  const sizeB = fitted(b, 0.86, 0.52, source)
  const heightA = sizeA * a.height
  const heightB = sizeB * b.height
  const sunk = 0.16 * Math.min(heightA, heightB) + 0.02
  const top = 0.5 - (heightA + heightB - sunk) / 2
  const x = source.between(0.47, 0.53)
  return [
    { thing: 1, x, y: top + heightA - sunk + heightB / 2, extent: sizeB },
    { thing: 0, x: x + source.between(-0.04, 0.04), y: top + heightA / 2, extent: sizeA },
  ]
}

/** A stands before B: lower, to one side, and over it. */
function overlapping(a: Shape, b: Shape, source: Random): Placement[] {
  const sizeA = fitted(a, 0.52, 0.52, source)
  const sizeB = fitted(b, 0.74, 0.74, source)
  const left = source.chance(0.5)
  const xB = left ? 0.985 - (sizeB * b.width) / 2 : 0.015 + (sizeB * b.width) / 2
  const xA = left ? 0.015 + (sizeA * a.width) / 2 : 0.985 - (sizeA * a.width) / 2
  // Narrow things would stand clear of each other at the two edges: they close up until they overlap by a third.
  const clear = Math.abs(xA - xB) - (sizeA * a.width + sizeB * b.width) / 2
  const close = Math.max(0, clear + Math.min(sizeA * a.width, sizeB * b.width) / 3) / 2
  const sign = left ? 1 : -1
  return [
    {
      thing: 1,
      x: xB - sign * close,
      y: 0.04 + (sizeB * b.height) / 2 + Math.max(0, 0.78 - sizeB * b.height) * 0.6,
      extent: sizeB,
    },
    { thing: 0, x: xA + sign * close, y: 0.97 - (sizeA * a.height) / 2, extent: sizeA },
  ]
}
