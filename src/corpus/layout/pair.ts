/** Two things, or groups of things, in a relation: each relation has a layout of its own. */
import type { Random } from '../random.ts'
import type { Relation } from '../scene.ts'
import { type Block, fitted, type Pair, type Placement, placeBlock, type Shape, type Spot } from './block.ts'
import { eating, holding, inside, riding, wearing } from './close.ts'

/** A thing, its copies or a group. `concept` is what it is taken for where relations ask: the first thing of a group. */
export type Member = {
  readonly block: Block
  readonly concept: string
  /** How much of a group's height its lowest thing takes; all of it where absent. */
  readonly lowest?: number
}

/** How much of the picture the first one gets, of two that share it. */
type Share = number

/** Placements in drawing order. `share`: how much of the picture the first one gets, 0.5 where both are alike. */
export function layPair(
  relation: Relation,
  first: Member,
  second: Member,
  ground: number | undefined,
  source: Random,
  share: Share = 0.5,
): Placement[] {
  const pair = spotsOf(relation, first, second, ground, source, share)
  const drawn = (block: Block, spot: Spot): Placement[] =>
    placeBlock(block, spot).map((part) => (pair.asDrawn ? { ...part, asDrawn: true } : part))
  const a = drawn(first.block, pair.first)
  const b = drawn(second.block, pair.second)
  const over = pair.front === undefined ? [] : b.map((part) => ({ ...part, front: pair.front! }))
  return pair.firstBehind ? [...a, ...b] : [...b, ...a, ...over]
}

function spotsOf(
  relation: Relation,
  first: Member,
  second: Member,
  ground: number | undefined,
  source: Random,
  share: Share,
): Pair {
  const [a, b] = [first.block, second.block]
  switch (relation) {
    case 'next-to':
      return sideBySide(a, b, source.chance(0.5), ground, source, share)
    case 'left-of':
      return sideBySide(a, b, true, ground, source, share)
    case 'right-of':
      return sideBySide(a, b, false, ground, source, share)
    case 'above':
      return apart(a, b, source, share)
    case 'below':
      return turned(apart(b, a, source, 1 - share))
    case 'on':
      return stacked(first, second, source, share)
    case 'under':
      return turned(stacked(second, first, source, 1 - share))
    case 'in-front-of':
      return overlapping(first, second, source)
    case 'behind':
      return turned(overlapping(second, first, source))
    case 'inside':
      return inside(a, b, second.concept, source)
    case 'riding':
      return riding(a, b, second.concept, source)
    case 'holding':
      return holding(a, b, first.concept, source)
    case 'eating':
      return eating(a, b, first.concept, source)
    case 'wearing':
      return wearing(a, b, first.concept, source)
  }
}

/** The same picture told from the other side. */
const turned = ({ first, second }: Pair): Pair => ({ first: second, second: first, firstBehind: true })

function sideBySide(
  a: Shape,
  b: Shape,
  first: boolean,
  ground: number | undefined,
  source: Random,
  share: Share,
): Pair {
  const [wideA, wideB] = [0.92 * share, 0.92 * (1 - share)]
  const sizeA = fitted(a, wideA, 0.8, source)
  const sizeB = fitted(b, wideB, 0.8, source)
  const foot =
    ground === undefined ? 0.5 + Math.max(sizeA * a.height, sizeB * b.height) / 2 : source.between(0.86, 0.95)
  const spot = (shape: Shape, extent: number, wide: number, left: boolean): Spot => ({
    x: (left ? 0.025 + wide / 2 : 0.975 - wide / 2) + (source.next() - 0.5) * 0.02,
    y: foot - (extent * shape.height) / 2,
    extent,
  })
  return { first: spot(a, sizeA, wideA, first), second: spot(b, sizeB, wideB, !first) }
}

/** A above B with a gap between them. */
function apart(a: Shape, b: Shape, source: Random, share: Share): Pair {
  const sizeA = fitted(a, 0.7, 0.86 * share, source)
  const sizeB = fitted(b, 0.7, 0.86 * (1 - share), source)
  const x = source.between(0.46, 0.54)
  return {
    first: { x: x + source.between(-0.03, 0.03), y: 0.03 + (sizeA * a.height) / 2, extent: sizeA },
    second: { x: x + source.between(-0.03, 0.03), y: 0.97 - (sizeB * b.height) / 2, extent: sizeB },
  }
}

/** A stands on B: it sinks in a little, for a silhouette's top is seldom flat, and is drawn last. */
function stacked({ block: a, lowest = 1 }: Member, { block: b }: Member, source: Random, share: Share): Pair {
  const sizeA = fitted(a, 0.6, 0.92 * share, source)
  const sizeB = fitted(b, 0.86, 0.98 - 0.92 * share, source)
  const heightA = sizeA * a.height
  const heightB = sizeB * b.height
  const thinner = Math.min(heightA * lowest, heightB)
  const sunk = 0.16 * thinner + Math.min(0.02, 0.2 * thinner)
  const top = 0.5 - (heightA + heightB - sunk) / 2
  const x = source.between(0.47, 0.53)
  return {
    second: { x, y: top + heightA - sunk + heightB / 2, extent: sizeB },
    first: { x: x + source.between(-0.04, 0.04), y: top + heightA / 2, extent: sizeA },
  }
}

/** A stands before B: lower, to one side, and over it. */
function overlapping({ block: a, lowest: ofA }: Member, { block: b, lowest: ofB }: Member, source: Random): Pair {
  // In a group the one that is meant may be narrower than the group.
  const covered = ofA === undefined && ofB === undefined ? 1 / 3 : 2 / 3
  const sizeA = fitted(a, 0.52, 0.52, source)
  const sizeB = fitted(b, 0.74, 0.74, source)
  const left = source.chance(0.5)
  const xB = left ? 0.985 - (sizeB * b.width) / 2 : 0.015 + (sizeB * b.width) / 2
  const xA = left ? 0.015 + (sizeA * a.width) / 2 : 0.985 - (sizeA * a.width) / 2
  // Narrow things would stand clear of each other at the two edges: they close up until they overlap by a third.
  const clear = Math.abs(xA - xB) - (sizeA * a.width + sizeB * b.width) / 2
  const close = Math.max(0, clear + Math.min(sizeA * a.width, sizeB * b.width) * covered) / 2
  const sign = left ? 1 : -1
  const [highA, highB] = [sizeA * a.height, sizeB * b.height]
  const top = 0.04 + Math.max(0, 0.78 - highB) * 0.6
  // Flat things would lie one below the other: the one behind comes down until they overlap.
  const down = Math.max(0, 0.97 - highA + Math.min(highA, highB) * 0.3 - (top + highB))
  return {
    second: { x: xB - sign * close, y: top + down + highB / 2, extent: sizeB },
    first: { x: xA + sign * close, y: 0.97 - highA / 2, extent: sizeA },
  }
}
