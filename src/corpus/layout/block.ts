/** Drawings that keep their places to each other while all of them move: one thing, its copies, or two things in a relation. */
import type { Random } from '../random.ts'

/** One drawing of a thing: `extent` is its longer side, (x, y) its middle. */
export type Placement = {
  readonly thing: number
  readonly x: number
  readonly y: number
  readonly extent: number
  /**
   * Only the part of the drawing below this share of its height: the front of a container, drawn again over what is inside.
   * Such a placement is no further thing.
   */
  readonly front?: number
  /** Never looking the other way: where its mouth is matters. */
  readonly asDrawn?: true
}

/** Width and height of what has a longer side of 1. */
export type Shape = { readonly width: number; readonly height: number }

/** Placements within a rectangle of that shape, from its top left, in drawing order. */
export type Block = Shape & { readonly parts: readonly Placement[] }

/** Where the middle of a block goes, and how long its longer side gets. */
export type Spot = { readonly x: number; readonly y: number; readonly extent: number }

/** Spots of the first and the second, and which is drawn first. */
export type Pair = {
  readonly first: Spot
  readonly second: Spot
  /** True where the first is drawn before, and so behind, the second. */
  readonly firstBehind?: true
  /** The second is drawn once more over the first, below this share of its height. */
  readonly front?: number
  readonly asDrawn?: true
}

/** A thing by itself. */
export const blockOf = (thing: number, shape: Shape): Block => ({
  ...shape,
  parts: [{ thing, x: shape.width / 2, y: shape.height / 2, extent: 1 }],
})

/** The parts of a block where the spot says. */
export const placeBlock = ({ width, height, parts }: Block, { x, y, extent }: Spot): Placement[] =>
  parts.map((part) => ({
    ...part,
    x: x + (part.x - width / 2) * extent,
    y: y + (part.y - height / 2) * extent,
    extent: part.extent * extent,
  }))

/** Placements as a block: what just holds them all. `shapes` are those of the things. */
export function enclose(placements: readonly Placement[], shapes: readonly Shape[]): Block {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { thing, x, y, extent } of placements) {
    const { width, height } = shapes[thing]!
    left = Math.min(left, x - (width * extent) / 2)
    right = Math.max(right, x + (width * extent) / 2)
    top = Math.min(top, y - (height * extent) / 2)
    bottom = Math.max(bottom, y + (height * extent) / 2)
  }
  const longer = Math.max(right - left, bottom - top)
  return {
    width: (right - left) / longer,
    height: (bottom - top) / longer,
    parts: placements.map((part) => ({
      ...part,
      x: (part.x - left) / longer,
      y: (part.y - top) / longer,
      extent: part.extent / longer,
    })),
  }
}

/** Moved by as little as it takes to lie within the picture. */
export function withinPicture({ x, y, extent }: Spot, { width, height }: Shape): Spot {
  const largest = 0.98 / Math.max(width, height)
  const size = Math.min(extent, largest)
  const [halfX, halfY] = [(size * width) / 2, (size * height) / 2]
  return {
    x: Math.max(0.01 + halfX, Math.min(0.99 - halfX, x)),
    y: Math.max(0.01 + halfY, Math.min(0.99 - halfY, y)),
    extent: size,
  }
}

/** The largest extent at which a shape fits a box, a little smaller at random. */
export const fitted = (shape: Shape, width: number, height: number, source: Random): number =>
  Math.min(width / shape.width, height / shape.height) * source.between(0.88, 1)
