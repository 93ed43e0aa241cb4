/** More of a thing than anyone counts: a herd on the ground, a heap, or a flock all over the picture. */
import { entryOf } from '../concepts.ts'
import type { Kind } from '../lexicon/index.ts'
import type { Random } from '../random.ts'
import { type Block, enclose, type Placement, type Shape } from './block.ts'

export type Gathering = 'herd' | 'heap' | 'flock'

const flocking: ReadonlySet<Kind> = new Set<Kind>(['bird', 'fish', 'insect', 'sky', 'symbol', 'face'])
const herding: ReadonlySet<Kind> = new Set<Kind>([
  'animal',
  'person',
  'fantasy',
  'plant',
  'vehicle',
  'building',
  'body',
])

/** Birds that one sees on their feet. */
const walking: ReadonlySet<string> = new Set([
  'rooster',
  'chicken',
  'turkey',
  'front-facing-baby-chick',
  'baby-chick',
  'hatching-chick',
  'penguin',
  'flamingo',
  'peacock',
  'dodo',
  'duck',
  'goose',
  'swan',
  'owl',
])
/** What the air carries, though its kind walks or lies. */
const flying: ReadonlySet<string> = new Set([
  'bat',
  'airplane',
  'small-airplane',
  'helicopter',
  'rocket',
  'flying-saucer',
  'balloon',
  'parachute',
  'kite',
  'satellite',
  'bubbles',
  'ghost',
])

export function gatheringOf(concept: string): Gathering {
  if (flying.has(concept)) return 'flock'
  if (walking.has(concept)) return 'herd'
  const { kind } = entryOf(concept)
  return flocking.has(kind) ? 'flock' : herding.has(kind) ? 'herd' : 'heap'
}

/** Eight to twenty copies of thing 0 in a scene that shows nothing else. */
export function many(how: Gathering, shape: Shape, ground: number | undefined, source: Random): Placement[] {
  const count = 8 + source.below(13)
  if (how === 'flock') return flock(count, shape, source)
  return how === 'herd' ? herd(count, shape, ground, source) : heap(count, shape, ground, source)
}

/** The same close together, to stand in a relation: eight to twelve. */
export function manyBlock(thing: number, how: Gathering, shape: Shape, source: Random): Block {
  const count = 8 + source.below(5)
  const placed = how === 'heap' ? heap(count, shape, undefined, source) : herd(count, shape, undefined, source)
  const shapes: Shape[] = []
  shapes[thing] = shape
  return enclose(
    placed.map((placement) => ({ ...placement, thing })),
    shapes,
  )
}

/** Rows from back to front, each before the one behind it and a little larger. */
function herd(count: number, shape: Shape, ground: number | undefined, source: Random): Placement[] {
  const rows = count > 13 ? 4 : 3
  const across = Math.ceil(count / rows)
  const step = 0.94 / (across + 0.5)
  const extent = Math.min((step * 1.16) / shape.width, 0.36 / shape.height)
  const front = 0.96
  const back = Math.max((ground ?? 0) + 0.06, front - (rows - 1) * Math.min(0.2, extent * shape.height * 0.62))
  const placements: Placement[] = []
  for (let row = 0; row < rows; row++) {
    const near = row / (rows - 1)
    const size = extent * (0.84 + 0.16 * near)
    const feet = back + (front - back) * near
    const length = Math.min(across, count - placements.length)
    for (let k = 0; k < length; k++) {
      const middle = 0.5 + (k - (length - 1) / 2 + (row % 2 === 0 ? -0.25 : 0.25)) * step
      const half = (size * shape.width) / 2
      placements.push({
        thing: 0,
        x: Math.max(0.01 + half, Math.min(0.99 - half, middle + (source.next() - 0.5) * step * 0.4)),
        y: feet - (size * shape.height) / 2 + (source.next() - 0.5) * 0.02,
        extent: size,
      })
    }
  }
  // Nearer ones are drawn over those behind them.
  return placements.sort((a, b) => a.y + (a.extent * shape.height) / 2 - (b.y + (b.extent * shape.height) / 2))
}

/** Each row lies on the gaps of the one below it. */
function heap(count: number, shape: Shape, ground: number | undefined, source: Random): Placement[] {
  let base = 1
  while ((base * (base + 1)) / 2 < count) base++
  const [overX, overY] = [0.8, 0.62]
  const extent = Math.min(
    0.9 / (shape.width * ((base - 1) * overX + 1)),
    (ground === undefined ? 0.86 : 0.8) / (shape.height * ((base - 1) * overY + 1)),
  )
  const [stepX, stepY] = [extent * shape.width * overX, extent * shape.height * overY]
  const high = extent * shape.height + (base - 1) * stepY
  const foot = ground === undefined ? 0.5 + high / 2 : 0.95
  const rows: Placement[][] = []
  let left = count
  for (let row = 0; left > 0; row++) {
    const length = Math.min(base - row, left)
    left -= length
    rows.push(
      Array.from({ length }, (_, k) => ({
        thing: 0,
        x: 0.5 + (k - (length - 1) / 2) * stepX + (source.next() - 0.5) * stepX * 0.2,
        y: foot - extent * shape.height * 0.5 - row * stepY + (source.next() - 0.5) * stepY * 0.12,
        extent: extent * 0.97,
      })),
    )
  }
  // Those at the foot of the heap are nearest.
  return rows.reverse().flat()
}

/** Spread evenly, yet in no rows: each a little off the middle of its cell. */
function flock(count: number, shape: Shape, source: Random): Placement[] {
  const across = Math.max(2, Math.round(Math.sqrt((count * shape.height) / shape.width)))
  const down = Math.ceil(count / across)
  const [cellX, cellY] = [0.98 / (across + 0.4), 0.98 / down]
  const extent = Math.min((cellX * 0.86) / shape.width, (cellY * 0.8) / shape.height)
  const [roomX, roomY] = [cellX - extent * shape.width, cellY - extent * shape.height]
  return Array.from({ length: count }, (_, k) => {
    const row = Math.floor(k / across)
    const length = Math.min(across, count - row * across)
    // Without chance, too, they are not to stand in line.
    const off = ((k * 0.618) % 1) - 0.5
    return {
      thing: 0,
      x: 0.5 + ((k % across) - (length - 1) / 2 + (row % 2 === 0 ? -0.2 : 0.2)) * cellX + (source.next() - 0.5) * roomX,
      y: 0.5 + (row - (down - 1) / 2) * cellY + (off * 0.5 + (source.next() - 0.5) * 0.5) * roomY,
      extent,
    }
  })
}
