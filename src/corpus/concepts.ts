/** Looking concepts up, and which style draws which. */
import { type Entry, lexicon } from './lexicon.ts'
import type { Style } from './scene.ts'

const byName = new Map(lexicon.map((entry) => [entry.concept, entry]))

/** The names of all concepts, in their fixed order. */
export const concepts: readonly string[] = lexicon.map((entry) => entry.concept)

/** A concept's entry. Throws RangeError where there is none. */
export function entryOf(concept: string): Entry {
  const entry = byName.get(concept)
  if (!entry) throw new RangeError(`no concept is named "${concept}"`)
  return entry
}

/** True where the style has a picture of the concept. */
export const isDrawn = (concept: string, style: Style): boolean => !entryOf(concept).without.includes(style)

/** Twenty things that are easy to tell apart: for skeletons and tests. */
export const twentyConcepts: readonly string[] = [
  'cat',
  'dog',
  'elephant',
  'penguin',
  'kangaroo',
  'frog',
  'fish',
  'butterfly',
  'red-apple',
  'banana',
  'carrot',
  'pizza',
  'automobile',
  'airplane',
  'sun',
  'star',
  'cactus',
  'house',
  'key',
  'umbrella',
]
