/** Two to six of a thing: in rows, in a grid or strewn, never over each other. */
import type { Random } from '../random.ts'
import type { Size } from '../scene.ts'
import { type Block, enclose, type Placement, type Shape, type Spot } from './block.ts'

/** How many stand in each row, from the top. */
type Rows = readonly number[]

const rowsOf: Readonly<Record<number, readonly Rows[]>> = {
  2: [[2], [1, 1]],
  3: [[1, 2], [3], [1, 1, 1], [2, 1]],
  4: [[2, 2], [4], [1, 1, 1, 1], [1, 2, 1], [1, 3]],
  5: [[3, 2], [2, 3], [2, 1, 2], [5], [1, 1, 1, 1, 1], [1, 2, 2]],
  6: [[3, 3], [2, 2, 2], [6], [1, 2, 3], [1, 1, 1, 1, 1, 1], [2, 1, 2, 1]],
}

/** How much of the room they have got copies take. */
const filled = (size: Size, source: Random): number =>
  size === 'small' ? source.between(0.5, 0.62) : size === 'large' ? 1 : source.between(0.82, 0.98)

/** The largest extent at which the copies fit their cells of a frame of this width and height. */
const extentIn = (rows: Rows, { width, height }: Shape, frame: Shape): number =>
  Math.min((frame.width / Math.max(...rows)) * (0.96 / width), (frame.height / rows.length) * (0.96 / height))

/** Placements of `count` copies of thing 0 in a scene that shows nothing else. */
export function counted(
  count: number,
  size: Size,
  shape: Shape,
  ground: number | undefined,
  source: Random,
): Placement[] {
  if (ground !== undefined) return onGround(count, size, shape, ground, source)
  const spots = count <= 3 ? fewInCells(count, size, shape, source) : inRows(count, size, shape, source)
  return spots.map((spot) => ({ thing: 0, ...spot }))
}

/** Two side by side; three in a row or a triangle. */
function fewInCells(count: number, size: Size, shape: Shape, source: Random): Spot[] {
  const flat = shape.height < 0.5 * shape.width
  const triangle = count === 3 && (source.chance(0.6) || !(shape.width < 0.6 * shape.height))
  const centres: [number, number][] = triangle
    ? [
        [0.5, 0.27],
        [0.27, 0.73],
        [0.73, 0.73],
      ]
    : flat
      ? Array.from({ length: count }, (_, k) => [0.5, (k + 0.5) / count])
      : Array.from({ length: count }, (_, k) => [(k + 0.5) / count, 0.5])
  const cell = triangle ? 0.46 : 1 / count
  const broad = triangle ? 0.46 : flat ? 0.9 : 1 / count
  const high = triangle ? 0.46 : flat ? 1 / count : 0.9
  const extent = Math.min((broad * 0.96) / shape.width, (high * 0.96) / shape.height) * filled(size, source)
  const jitter = Math.max(0, cell - extent) * 0.25
  return centres.map(([x, y]) => ({
    x: x + (source.next() - 0.5) * jitter,
    y: y + (source.next() - 0.5) * jitter,
    extent,
  }))
}

/** The arrangements in which copies get nearly as large as they can. */
function goodRows(count: number, shape: Shape, frame: Shape): Rows[] {
  const all = rowsOf[count]!
  const best = Math.max(...all.map((rows) => extentIn(rows, shape, frame)))
  return all.filter((rows) => extentIn(rows, shape, frame) > 0.84 * best)
}

function inRows(count: number, size: Size, shape: Shape, source: Random): Spot[] {
  const frame = { width: 0.98, height: 0.98 }
  const rows = source.pick(goodRows(count, shape, frame))
  const extent = extentIn(rows, shape, frame) * filled(size, source)
  return (
    (source.chance(0.4) ? strewn(count, extent * 0.86, shape, source) : null) ??
    grid(rows, extent, shape, frame, source)
  )
}

function grid(rows: Rows, extent: number, shape: Shape, frame: Shape, source: Random): Spot[] {
  const [cellX, cellY] = [frame.width / Math.max(...rows), frame.height / rows.length]
  const swayX = Math.max(0, cellX - extent * shape.width) * 0.5
  const swayY = Math.max(0, cellY - extent * shape.height) * 0.5
  return rows.flatMap((across, row) =>
    Array.from({ length: across }, (_, k) => ({
      x: 0.5 + (k - (across - 1) / 2) * cellX + (source.next() - 0.5) * swayX,
      y: 0.5 + (row - (rows.length - 1) / 2) * cellY + (source.next() - 0.5) * swayY,
      extent,
    })),
  )
}

/** Anywhere, clear of each other; null where no room was found. */
function strewn(count: number, extent: number, { width, height }: Shape, source: Random): Spot[] | null {
  const [w, h] = [extent * width, extent * height]
  const spots: Spot[] = []
  for (let tries = 0; spots.length < count && tries < 80; tries++) {
    const x = source.between(0.01 + w / 2, 0.99 - w / 2)
    const y = source.between(0.01 + h / 2, 0.99 - h / 2)
    const clear = spots.every((other) => Math.abs(other.x - x) > w * 1.04 || Math.abs(other.y - y) > h * 1.04)
    if (clear) spots.push({ x, y, extent })
  }
  return spots.length === count ? spots : null
}

/** How far up its own height the back row stands: its copies look out between those of the front row, hardly covered. */
const rowStep = 0.72

/** One row or two with all feet on the ground; the back row stands higher up and in the gaps of the front row. */
function onGround(count: number, size: Size, shape: Shape, ground: number, source: Random): Placement[] {
  const foot = 0.96
  const deep = Math.max(0.2, foot - ground - 0.05)
  const front = Math.ceil(count / 2)
  const columns = count % 2 === 0 ? front + 0.5 : front
  const one = Math.min((0.98 / count) * (0.96 / shape.width), 0.8 / shape.height)
  const two = Math.min((0.98 / columns) * (0.96 / shape.width), deep / rowStep / shape.height)
  const full = filled(size, source)
  if (count === 2 || one >= two) {
    return row(count, one * full, shape, foot, 0.98 / count, Math.min(0.1, deep), 0, source)
  }
  const extent = two * full
  const shift = count % 2 === 0 ? 0.25 : 0
  const cell = 0.98 / columns
  return [
    ...row(count - front, extent, shape, foot - extent * shape.height * rowStep, cell, 0, -shift, source),
    ...row(front, extent, shape, foot, cell, 0, shift, source),
  ]
}

/** Copies side by side in cells, feet at `foot` or up to `rise` higher; all are `shift` cells off the middle. */
function row(
  length: number,
  extent: number,
  shape: Shape,
  foot: number,
  cell: number,
  rise: number,
  shift: number,
  source: Random,
): Placement[] {
  const sway = Math.max(0, cell - extent * shape.width) * 0.4
  return Array.from({ length }, (_, k) => ({
    thing: 0,
    x: 0.5 + (k - (length - 1) / 2 + shift) * cell + (source.next() - 0.5) * sway,
    y: foot - rise * source.next() - (extent * shape.height) / 2,
    extent,
  }))
}

/** Copies of thing `thing` close together: in a row where they are to stand on something, else as compact as they get. */
export function countedBlock(thing: number, count: number, shape: Shape, inRow: boolean): Block {
  const square = { width: 1, height: 1 }
  const rows = inRow ? [count] : goodRows(count, shape, square)[0]!
  const placements = rows.flatMap((across, row) =>
    Array.from({ length: across }, (_, k) => ({
      thing,
      x: (k - (across - 1) / 2) * shape.width * 1.05,
      y: row * shape.height * 1.05,
      extent: 1,
    })),
  )
  const shapes: Shape[] = []
  shapes[thing] = shape
  return enclose(placements, shapes)
}
