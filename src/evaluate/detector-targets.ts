/** What a detector should say of a drawn scene: where the middles of things are, where the things end, what they are. */
import type { Scene, Thing } from '../corpus/scene.ts'

/** In pixels. */
export type PixelBox = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** One drawing of a thing, and where it is. */
export type DrawnThing = PixelBox & {
  readonly thing: Thing
  /** Whether colours, materials and tones can be told: not under every filter. */
  readonly coloured: boolean
}

export type DrawnExample = {
  /** RGB, side * side * 3 bytes. */
  readonly pixels: Uint8Array
  readonly things: readonly DrawnThing[]
  /** null where nothing is to be learnt of the picture as a whole. */
  readonly scene: Scene | null
}

export type Placed<B extends PixelBox> = { readonly box: B; readonly cell: number }

/** How far the belief in a middle spreads, as a part of the thing's size, and at least, in cells. */
const spread = { share: 0.07, least: 0.45 } as const
/** Boxes of fewer pixels show nothing. */
const leastPixels = 12

/** Things too thin to be seen are left out; the smaller a thing, the sooner it gets the cell that it wants. */
export function placeInCells<B extends PixelBox>(boxes: readonly B[], side: number, cells: number): Placed<B>[] {
  const taken = new Set<number>()
  return boxes
    .filter(({ width, height }) => width * height >= leastPixels)
    .toSorted((a, b) => a.width * a.height - b.width * b.height)
    .map((box) => {
      const cell = freeCell(box, side, cells, taken)
      taken.add(cell)
      return { box, cell }
    })
}

/**
 * The cell that holds the box's middle. Where another thing's middle is there, or in a cell beside it, the two would be
 * taken for one: then the nearest cell of the box that stands free of others, or any that is not taken.
 */
function freeCell(box: PixelBox, side: number, cells: number, taken: ReadonlySet<number>): number {
  const size = side / cells
  const clamp = (at: number): number => Math.max(0, Math.min(cells - 1, Math.floor(at)))
  const [x, y] = [(box.left + box.width / 2) / size, (box.top + box.height / 2) / size]
  const wanted = clamp(y) * cells + clamp(x)
  const crowded = (row: number, column: number): boolean =>
    [...taken].some((cell) => Math.max(Math.abs(Math.floor(cell / cells) - row), Math.abs((cell % cells) - column)) < 2)
  if (!crowded(clamp(y), clamp(x))) return wanted
  const inside: { cell: number; distance: number; crowded: boolean }[] = []
  for (let row = clamp(box.top / size); row <= clamp((box.top + box.height) / size); row++) {
    for (let column = clamp(box.left / size); column <= clamp((box.left + box.width) / size); column++) {
      const cell = row * cells + column
      if (taken.has(cell)) continue
      inside.push({ cell, distance: Math.hypot(row + 0.5 - y, column + 0.5 - x), crowded: crowded(row, column) })
    }
  }
  inside.sort((a, b) => Number(a.crowded) - Number(b.crowded) || a.distance - b.distance)
  return inside[0]?.cell ?? wanted
}

/** The belief that a middle is in each cell: 1 where one is, and a little of it around, [cells * cells] into `heat`. */
export function spreadMiddle({ box, cell }: Placed<PixelBox>, side: number, cells: number, heat: Float32Array): void {
  const size = side / cells
  const sigma = (pixels: number): number => Math.max(spread.least, (spread.share * pixels) / size)
  const [across, down] = [sigma(box.width), sigma(box.height)]
  const [row, column] = [Math.floor(cell / cells), cell % cells]
  const reach = { rows: Math.ceil(3 * down), columns: Math.ceil(3 * across) }
  for (let y = Math.max(0, row - reach.rows); y <= Math.min(cells - 1, row + reach.rows); y++) {
    for (let x = Math.max(0, column - reach.columns); x <= Math.min(cells - 1, column + reach.columns); x++) {
      const value = Math.exp(-(((x - column) / across) ** 2 + ((y - row) / down) ** 2) / 2)
      const at = y * cells + x
      // Exactly 1 nowhere but in the middle itself.
      heat[at] = Math.max(heat[at]!, x === column && y === row ? 1 : Math.min(0.95, value))
    }
  }
}

/** From the middle of the cell to the four sides, in parts of the side. */
export function reachOf(
  { box, cell }: Placed<PixelBox>,
  side: number,
  cells: number,
): [number, number, number, number] {
  const [x, y] = [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells]
  const [left, top] = [box.left / side, box.top / side]
  return [x - left, y - top, left + box.width / side - x, top + box.height / side - y]
}
