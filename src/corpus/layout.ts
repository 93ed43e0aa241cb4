/** Where things go: sizes and places as parts of the picture's side, (0, 0) at the top left. */
import { horizons } from './background.ts'
import { type Block, blockOf, type Placement, type Shape } from './layout/block.ts'
import { layChain } from './layout/chain.ts'
import { counted, countedBlock } from './layout/counted.ts'
import { gatheringOf, many, manyBlock } from './layout/many.ts'
import { layPair, type Member } from './layout/pair.ts'
import type { Random } from './random.ts'
import type { Relation, Scene, Size, Thing } from './scene.ts'

export type { Placement, Shape } from './layout/block.ts'

/** The longer side of a single thing. */
const extents: Record<Size, readonly [number, number]> = {
  small: [0.28, 0.4],
  normal: [0.74, 0.84],
  large: [0.92, 0.97],
}

/**
 * Placements in drawing order. `shapes` gives the outline of each thing of the scene. A thing that is there several times has as
 * many placements; one with `front` is not a further thing.
 */
export function layOut(scene: Scene, shapes: readonly Shape[], source: Random): Placement[] {
  const ground = horizons[scene.background]
  const { things, relations } = scene
  if (things.length === 1) return alone(things[0]!, shapes[0]!, ground, source)
  const members = things.map((thing, k) => member(thing, k, shapes[k]!, standsOn(relations, k), source))
  const [first, second] = relations as readonly [Relation, Relation?]
  if (second === undefined) return layPair(first, members[0]!, members[1]!, ground, source, shareOf(things))
  return layChain([first, second], members as [Member, Member, Member], shapes, ground, source)
}

function alone({ concept, count, size }: Thing, shape: Shape, ground: number | undefined, source: Random): Placement[] {
  if (count === 1) return [single(size, shape, ground, source)]
  if (count === 'many') return many(gatheringOf(concept), shape, ground, source)
  return counted(count, size, shape, ground, source)
}

function member({ concept, count }: Thing, place: number, shape: Shape, inRow: boolean, source: Random): Member {
  const block: Block =
    count === 1
      ? blockOf(place, shape)
      : count === 'many'
        ? manyBlock(place, gatheringOf(concept), shape, source)
        : countedBlock(place, count, shape, inRow)
  return { block, concept }
}

/** How much of a picture of two things the first gets: more for a herd than for one. */
function shareOf([first, second]: readonly Thing[]): number {
  const room = ({ count }: Thing): number => (count === 1 ? 0.4 : count === 'many' ? 0.64 : 0.52)
  const [a, b] = [room(first!), room(second!)]
  return a / (a + b)
}

/** True for a thing whose copies all have something under or over them. */
const standsOn = (relations: readonly Relation[], place: number): boolean =>
  [relations[place - 1], relations[place]].some((relation) => relation === 'on' || relation === 'under')

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
