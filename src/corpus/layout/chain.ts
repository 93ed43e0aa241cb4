/** Three things, each in a relation to the next: two are laid out as one, and the third against them; or all keep clear. */
import type { Random } from '../random.ts'
import type { Relation } from '../scene.ts'
import { enclose, type Placement, placeBlock, type Shape, type Spot } from './block.ts'
import { layPair, type Member } from './pair.ts'

type Side = 'left' | 'right' | 'top' | 'bottom'

/** Where the first thing of the relation keeps clear of the second; next to it is either side. */
const clearSides: Partial<Record<Relation, readonly Side[]>> = {
  'next-to': ['left', 'right'],
  'left-of': ['left'],
  'right-of': ['right'],
  above: ['top'],
  below: ['bottom'],
}
const opposite: Readonly<Record<Side, Side>> = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' }

/** How closely a relation joins two things: the closer pair is laid out first. */
function closeness(relation: Relation): number {
  if (clearSides[relation]) return 0
  if (relation === 'in-front-of' || relation === 'behind') return 1
  return relation === 'on' || relation === 'under' ? 2 : 3
}

/** How much of the picture two things that are laid out as one get beside a third. */
const pairShare = 0.6

/** Placements in drawing order, so that both relations hold. `shapes` are those of the things. */
export function layChain(
  relations: readonly [Relation, Relation],
  members: readonly [Member, Member, Member],
  shapes: readonly Shape[],
  ground: number | undefined,
  source: Random,
): Placement[] {
  const [first, second] = relations
  const [a, b, c] = members
  if (closeness(first) === 0 && closeness(second) === 0) return keepClear(relations, members, ground, source)
  const asOne = (relation: Relation, one: Member, other: Member): Member => {
    const block = enclose(layPair(relation, one, other, undefined, source), shapes)
    const high = ({ thing, extent }: Placement): number => shapes[thing]!.height * extent
    const low = block.parts.reduce((a, b) => (b.y + high(b) / 2 > a.y + high(a) / 2 ? b : a))
    return { block, concept: one.concept, lowest: high(low) / block.height }
  }
  return closeness(first) >= closeness(second)
    ? layPair(second, asOne(first, a, b), c, ground, source, pairShare)
    : layPair(first, a, asOne(second, b, c), ground, source, 1 - pairShare)
}

/** A row, a column or a corner, with the second thing in its middle. */
function keepClear(
  relations: readonly [Relation, Relation],
  members: readonly [Member, Member, Member],
  ground: number | undefined,
  source: Random,
): Placement[] {
  const [sideA, sideC] = chooseSides(relations, source)
  const places = cells(sideA, sideC)
  return members.flatMap(({ block }, k) => {
    const cell = places[k]!
    const extent = Math.min(cell.width / block.width, cell.height / block.height) * source.between(0.9, 1)
    // In a row on the ground all stand at one height; elsewhere each is in the middle of its cell.
    const standing = ground !== undefined && cell.height > 0.5
    const y = standing ? 0.93 - (extent * block.height) / 2 : cell.y
    const spot: Spot = { x: cell.x + source.between(-0.01, 0.01), y, extent }
    return placeBlock(block, spot)
  })
}

/** The sides of the middle thing on which the first and the third are, not the same one where there is a choice. */
function chooseSides([first, second]: readonly [Relation, Relation], source: Random): readonly [Side, Side] {
  const choices = clearSides[first]!.flatMap((a) => clearSides[second]!.map((b) => [a, opposite[b]] as const))
  const apart = choices.filter(([a, c]) => a !== c)
  return source.pick(apart.length > 0 ? apart : choices)
}

type Cell = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

const isAcross = (side: Side): boolean => side === 'left' || side === 'right'

/** The cells of the first, second and third thing. */
function cells(a: Side, c: Side): readonly [Cell, Cell, Cell] {
  const third = (side: Side | null): number => (side === null ? 0.5 : side === 'left' || side === 'top' ? 0.175 : 0.825)
  const half = (side: Side): number => (side === 'left' || side === 'top' ? 0.255 : 0.745)
  const across = isAcross(a)
  if (a === opposite[c]) {
    const cell = (side: Side | null): Cell =>
      across ? { x: third(side), y: 0.5, width: 0.3, height: 0.8 } : { x: 0.5, y: third(side), width: 0.7, height: 0.3 }
    return [cell(a), cell(null), cell(c)]
  }
  if (a === c) {
    // Both on one side: they share it.
    const pair = (which: Side): Cell =>
      across
        ? { x: half(a), y: half(which), width: 0.45, height: 0.45 }
        : { x: half(which), y: half(a), width: 0.45, height: 0.45 }
    const middle: Cell = across
      ? { x: half(opposite[a]), y: 0.5, width: 0.45, height: 0.5 }
      : { x: 0.5, y: half(opposite[a]), width: 0.5, height: 0.45 }
    return [pair(across ? 'top' : 'left'), middle, pair(across ? 'bottom' : 'right')]
  }
  // The second is at the corner between the two.
  const [beside, over] = across ? [a, c] : [c, a]
  const corner = { x: half(opposite[beside]), y: half(opposite[over]) }
  const size = { width: 0.45, height: 0.45 }
  const cellAt = (side: Side): Cell =>
    isAcross(side) ? { ...size, x: half(side), y: corner.y } : { ...size, x: corner.x, y: half(side) }
  return [cellAt(a), { ...size, ...corner }, cellAt(c)]
}
