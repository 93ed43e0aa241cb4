import type { Pixels } from './pixels.ts'
import { writeChunks } from './png-chunks.ts'

/**
 * A PNG file of 8 bits a channel, sRGB. `deflate` makes a zlib stream (RFC 1950) and comes from outside, since each platform has its own.
 * Each row gets the filter with the smallest sum of absolute differences, the usual rule of thumb (PNG specification, 12.7).
 */
export function pngFrom(picture: Pixels, deflate: (bytes: Uint8Array) => Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, picture.width)
  view.setUint32(4, picture.height)
  header[8] = 8
  header[9] = picture.channels === 4 ? 6 : 2
  return writeChunks([
    { type: 'IHDR', data: header },
    { type: 'sRGB', data: Uint8Array.of(0) },
    { type: 'IDAT', data: deflate(filterRows(picture)) },
    { type: 'IEND', data: new Uint8Array(0) },
  ])
}

/** Rows as PNG stores them: the filter's number, then the differences from what the filter guesses. */
function filterRows({ width, height, channels, data }: Pixels): Uint8Array {
  const row = width * channels
  const out = new Uint8Array((row + 1) * height)
  // Left of each row stands one pixel of zeros, and above the first a row of them, as the filters have it.
  let above = new Uint8Array(channels + row)
  let line = new Uint8Array(channels + row)
  for (let y = 0; y < height; y++) {
    line.set(data.subarray(y * row, (y + 1) * row), channels)
    const filter = bestFilter(line, above, channels)
    filterRow(filter, line, above, out.subarray(y * (row + 1), (y + 1) * (row + 1)))
    ;[above, line] = [line, above]
  }
  return out
}

/** One row into `out`, which begins with the filter's number. (A row a call: the engine compiles it the sooner.) */
function filterRow(filter: number, line: Uint8Array, above: Uint8Array, out: Uint8Array): void {
  const channels = line.length - out.length + 1
  out[0] = filter
  for (let i = channels; i < line.length; i++) {
    out[1 + i - channels] = line[i]! - guess(filter, line[i - channels]!, above[i]!, above[i - channels]!)
  }
}

/** Filters: 0 none, 1 left, 2 above, 3 average, 4 Paeth. All five are tried in one pass over the row. */
function bestFilter(line: Uint8Array, above: Uint8Array, channels: number): number {
  let [none, left, up, average, nearest] = [0, 0, 0, 0, 0]
  for (let i = channels; i < line.length; i++) {
    const value = line[i]!
    const a = line[i - channels]!
    const b = above[i]!
    none += distance(value)
    left += distance(value - a)
    up += distance(value - b)
    average += distance(value - ((a + b) >> 1))
    nearest += distance(value - paeth(a, b, above[i - channels]!))
  }
  const sums = [none, left, up, average, nearest]
  return sums.indexOf(Math.min(...sums))
}

/** How far a difference is from 0 as a byte that may be negative. */
function distance(difference: number): number {
  return Math.abs((difference << 24) >> 24)
}

function guess(filter: number, left: number, up: number, corner: number): number {
  if (filter === 4) return paeth(left, up, corner)
  if (filter === 3) return (left + up) >> 1
  if (filter === 2) return up
  return filter === 1 ? left : 0
}

/** The neighbour nearest to left + up - corner (Paeth 1991). */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner)
  const toUp = Math.abs(left - corner)
  const toCorner = Math.abs(left + up - 2 * corner)
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
