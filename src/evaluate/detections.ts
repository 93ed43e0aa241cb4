/** From a detector's numbers for every cell to the things that it sees. */
import type { Box, FoundThing } from './findings.ts'

/** What a detector says of each of the `cells * cells` cells of one picture, row by row. */
export type CellReadings = {
  readonly cells: number
  /** Belief that the middle of a thing is here, 0 to 1. */
  readonly heat: ArrayLike<number>
  /** To the left, the top, the right and the bottom, in parts of the side: four a cell. */
  readonly reach: ArrayLike<number>
}

/** Something that is somewhere, and how much it is believed. */
export type Candidate = { readonly box: Box; readonly heat: number }

/** What is believed less is not looked at, nor told of. */
export const leastConfidence = 0.1
/** No picture holds more. */
const most = 32
/** Two of the same kind that share more of their area than this (intersection over union) are one. */
const sameThing = 0.5
/** Of whatever kinds: nothing hides another thing so wholly. */
const sameSpot = 0.85

/** Where something seems to be, the surest first. */
export function candidates({ cells, heat, reach }: CellReadings): Candidate[] {
  const found: Candidate[] = []
  for (let cell = 0; cell < cells * cells; cell++) {
    if (heat[cell]! < leastConfidence || !isPeak(heat, cells, cell)) continue
    found.push({ box: boxAt(reach, cells, cell), heat: heat[cell]! })
  }
  return found.sort((a, b) => b.heat - a.heat).slice(0, most)
}

/** What a candidate is said to be, and how surely. */
export type Named = Omit<FoundThing, 'box' | 'confidence'> & { readonly certainty: number }

/** Each thing once, the surest first. */
export function distinct(found: readonly (readonly [Candidate, Named])[]): FoundThing[] {
  const things = found
    .map(([{ box, heat }, { certainty, ...thing }]): FoundThing => {
      return { ...thing, box, confidence: rounded(heat * Math.sqrt(certainty)) }
    })
    .filter(({ confidence }) => confidence >= leastConfidence)
    .sort((a, b) => b.confidence - a.confidence)
  const kept: FoundThing[] = []
  for (const one of things) {
    const twin = kept.some((other) => {
      return overlap(one.box, other.box) > (one.concept === other.concept ? sameThing : sameSpot)
    })
    if (!twin) kept.push(one)
  }
  return kept
}

/** To a ten-thousandth: all that a verdict needs, and short where it is written down. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

/** No cell around is hotter, and of equals it is the first. */
function isPeak(heat: ArrayLike<number>, cells: number, cell: number): boolean {
  const [row, column] = [Math.floor(cell / cells), cell % cells]
  for (let y = Math.max(0, row - 1); y <= Math.min(cells - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(cells - 1, column + 1); x++) {
      const other = y * cells + x
      if (heat[other]! > heat[cell]! || (heat[other]! === heat[cell]! && other < cell)) return false
    }
  }
  return true
}

/** Clipped to the picture; at least a thousandth of it wide and high. */
function boxAt(reach: ArrayLike<number>, cells: number, cell: number): Box {
  const [x, y] = [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells]
  const clip = (at: number): number => Math.max(0, Math.min(1, at))
  const [left, top] = [clip(x - reach[cell * 4]!), clip(y - reach[cell * 4 + 1]!)]
  const [right, bottom] = [clip(x + reach[cell * 4 + 2]!), clip(y + reach[cell * 4 + 3]!)]
  const [width, height] = [Math.max(0.001, right - left), Math.max(0.001, bottom - top)]
  return { left: rounded(left), top: rounded(top), width: rounded(width), height: rounded(height) }
}

/** Area that two boxes share. */
export function shared(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  return Math.max(0, width) * Math.max(0, height)
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const both = shared(a, b)
  return both / (a.width * a.height + b.width * b.height - both)
}
