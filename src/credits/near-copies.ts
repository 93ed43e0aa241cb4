/** How near is near: which distances mean a copy of a drawing, and how many of many pictures are copies. */
import type { Pixels } from '../image/pixels.ts'
import type { DrawingIndex } from './drawing-index.ts'
import { nearestDrawings } from './nearest-drawings.ts'

/**
 * Up to here a picture repeats a drawing. Set where drawings drawn again, moved and scaled, part from other drawings of
 * the same thing; docs/credits.md has the figures, `tools/measure-near-copies.ts` measures them again.
 */
export const nearCopyDistance = 0.25
/** Up to here a picture is like a drawing, as drawings of one thing in several styles are like each other. */
export const alikeDistance = 0.35

export type Nearness = 'near copy' | 'alike' | 'far'

export const nearnessOf = (distance: number): Nearness =>
  distance <= nearCopyDistance ? 'near copy' : distance <= alikeDistance ? 'alike' : 'far'

export type NearCopies = {
  /** Pictures compared, and how many of them lie within the threshold. */
  readonly count: number
  readonly copies: number
  /** copies / count; NaN for no pictures. */
  readonly share: number
  /** Of each picture, the distance to the drawing it is nearest to; null where nothing stands out from its ground. */
  readonly distances: readonly (number | null)[]
}

/** How many of `pictures` (of any size, with alpha or not) repeat a drawing of the index. */
export function nearCopies(
  pictures: readonly Pixels[],
  index: DrawingIndex,
  threshold: number = nearCopyDistance,
): NearCopies {
  const distances = pictures.map((picture) => nearestDrawings(picture, index, 1)[0]?.distance ?? null)
  const copies = distances.filter((distance) => distance !== null && distance <= threshold).length
  return { count: pictures.length, copies, share: copies / pictures.length, distances }
}
