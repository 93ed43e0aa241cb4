/** Halves, quarters and measures of sprites, made when first asked for and kept by each thread for a while. */
import { type Measures, measure } from './measure.ts'
import { halve, type Level, wholeLevel } from './scale.ts'
import type { Sprite } from './sprite.ts'

/** What a thread may keep, in bytes: all of a small corpus, the most recent of a large one. */
const most = 64 * 2 ** 20

type Kept = { readonly levels: Level[]; readonly measures: (Measures | undefined)[]; bytes: number }

const kept = new Map<Sprite, Kept>()
let total = 0

function keptOf(sprite: Sprite): Kept {
  const known = kept.get(sprite)
  if (known) return known
  const made: Kept = { levels: [wholeLevel(sprite)], measures: [], bytes: 0 }
  kept.set(sprite, made)
  return made
}

function grow(entry: Kept, sprite: Sprite, bytes: number): void {
  entry.bytes += bytes
  total += bytes
  // The one in use goes to the end; those longest unused are forgotten.
  kept.delete(sprite)
  kept.set(sprite, entry)
  for (const [oldest, { bytes: freed }] of kept) {
    if (total <= most || oldest === sprite) break
    kept.delete(oldest)
    total -= freed
  }
}

/** The sprite halved `halvings` times; 0 is the sprite itself. */
export function levelOf(sprite: Sprite, halvings: number): Level {
  const entry = keptOf(sprite)
  while (entry.levels.length <= halvings) {
    const next = halve(entry.levels.at(-1)!)
    entry.levels.push(next)
    grow(entry, sprite, next.rgba.length)
  }
  return entry.levels[halvings]!
}

/** Tone and what to keep, of that level. */
export function measuresOf(sprite: Sprite, halvings: number): Measures {
  const level = levelOf(sprite, halvings)
  const entry = keptOf(sprite)
  const known = entry.measures[halvings]
  if (known) return known
  const made = measure(level)
  entry.measures[halvings] = made
  grow(entry, sprite, 2 * made.tone.length)
  return made
}

/** How often a picture whose longer side is `longer` can be halved and still be at least `extent`. */
export const halvingsFor = (longer: number, extent: number): number =>
  Math.max(0, Math.min(5, Math.floor(Math.log2(longer / Math.max(1, extent)))))
