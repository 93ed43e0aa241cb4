/** Whose drawings a picture looks most like: what the command line and the page tell of it. */
import { readSourceList } from '../art/source-list.ts'
import type { Pixels } from '../image/pixels.ts'
import { type Attribution, attributions } from './attribution.ts'
import type { DrawingIndex } from './drawing-index.ts'
import { otherColours } from './look.ts'
import { type Nearness, nearnessOf } from './near-copies.ts'
import { nearestDrawings } from './nearest-drawings.ts'

/** Drawings told of a picture. */
const told = 3

export type Credit = Attribution & {
  readonly nearness: Nearness
  /** 0 for the drawing itself, rounded to thousandths. */
  readonly distance: number
  readonly mirrored: boolean
  /** Whether the colours are others than the drawing's. */
  readonly recoloured: boolean
}

/** A function from a picture to the drawings of the index that are nearest to it, nearest first; none for a bare ground. */
export async function openCredits(index: DrawingIndex): Promise<(picture: Pixels) => Credit[]> {
  const attributionOf = attributions(await readSourceList())
  return (picture) =>
    nearestDrawings(picture, index, told).map(({ drawing, distance, colour, mirrored }) => ({
      nearness: nearnessOf(distance),
      distance: Math.round(distance * 1000) / 1000,
      mirrored,
      recoloured: colour > otherColours,
      ...attributionOf(index.drawings[drawing]!),
    }))
}
