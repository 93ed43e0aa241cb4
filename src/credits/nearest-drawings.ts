/** The drawings of an index that a picture looks most like, mirrored or not, in whatever colours. */
import type { Pixels } from '../image/pixels.ts'
import type { DrawingIndex } from './drawing-index.ts'
import { findThings, type Thing } from './foreground.ts'
import {
  type Comparable,
  comparable,
  type Difference,
  difference,
  type Framing,
  lookOf,
  type Sums,
  sumsOf,
} from './look.ts'

export type NearDrawing = Difference & {
  /** Counts `index.drawings`. */
  readonly drawing: number
  readonly mirrored: boolean
}

/** A thing is cut out a little too tightly or too widely, and by its shadow or a speck it is off the middle. */
const framings: readonly Framing[] = [false, true].flatMap((mirror) =>
  [1, 0.94, 1.07].flatMap((scale) =>
    [0, -0.05, 0.05].flatMap((dx) => [0, -0.05, 0.05].map((dy) => ({ mirror, scale, dx, dy }))),
  ),
)
const isPlain = ({ scale, dx, dy }: Framing): boolean => scale === 1 && dx === 0 && dy === 0

/** How many are compared in all framings: those that are nearest in the plain one. */
const comparedInFull = 24
/** Of several readings of a picture, those are compared in full that come nearly as near to something as the best does. */
const worthALook = 0.15

/** The nearest `count` drawings, nearest first, each once; none where nothing stands out from the picture's ground. */
export function nearestDrawings(picture: Pixels, index: DrawingIndex, count: number): NearDrawing[] {
  const rough = findThings(picture).map((thing) => roughly(thing, index))
  const least = Math.min(...rough.map(({ near }) => near[0]?.distance ?? Number.POSITIVE_INFINITY))
  const best = new Map<number, NearDrawing>()
  for (const { sums, near } of rough) {
    if (near.length === 0 || near[0]!.distance > least + worthALook) continue
    const views = framings.map((framing) => viewOf(sums, framing))
    for (const { look } of near) {
      const found = nearestView(views, look)
      const known = best.get(found.drawing)
      if (known === undefined || found.distance < known.distance) best.set(found.drawing, found)
    }
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance || a.drawing - b.drawing).slice(0, count)
}

type IndexedLook = DrawingIndex['looks'][number]
type View = { readonly framing: Framing; readonly look: Comparable }

const viewOf = (sums: Sums, framing: Framing): View => ({ framing, look: comparable(lookOf(sums, framing)) })

/** The looks nearest to a thing in the plain framing, nearest first. */
function roughly(thing: Thing, index: DrawingIndex) {
  const sums = sumsOf(thing)
  const views = framings.filter(isPlain).map((framing) => viewOf(sums, framing))
  const near = index.looks.map((look) => ({ look, distance: nearestView(views, look).distance }))
  near.sort((a, b) => a.distance - b.distance || a.look.drawing - b.look.drawing)
  return { sums, near: near.slice(0, comparedInFull) }
}

function nearestView(views: readonly View[], { drawing, look: other }: IndexedLook): NearDrawing {
  let nearest: NearDrawing | undefined
  for (const { framing, look } of views) {
    const apart = difference(look, other)
    if (nearest !== undefined && nearest.distance <= apart.distance) continue
    nearest = { ...apart, drawing, mirrored: framing.mirror }
  }
  return nearest!
}
