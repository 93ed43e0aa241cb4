import { type Pixels, toByte } from './pixels.ts'

/** How a pixel is made of its neighbours; the names are those of the field. */
export type Kernel = 'nearest' | 'area' | 'bilinear' | 'catmull-rom' | 'lanczos3'

/** `weight` at a distance and the `support` it is zero from, both in source pixels; `scale` is source pixels a pixel. */
type Filter = {
  readonly support: (scale: number) => number
  readonly weight: (distance: number, scale: number) => number
}

/** A filter of fixed shape, widened to the size of a pixel where a picture is made smaller. */
function shape(support: number, weight: (distance: number) => number): Filter {
  return {
    support: (scale) => support * Math.max(1, scale),
    weight: (distance, scale) => weight(Math.abs(distance) / Math.max(1, scale)),
  }
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const filters: Readonly<Record<Exclude<Kernel, 'nearest'>, Filter>> = {
  /** How much of a source pixel a pixel covers, exactly. */
  area: {
    support: (scale) => (scale + 1) / 2,
    weight: (distance, scale) => Math.max(0, Math.min(1, scale, (scale + 1) / 2 - Math.abs(distance))),
  },
  bilinear: shape(1, (x) => Math.max(0, 1 - x)),
  /** The cubic of Catmull and Rom (Keys 1981, a = -0.5). */
  'catmull-rom': shape(2, (x) => {
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
  }),
  lanczos3: shape(3, (x) => (x < 3 ? sinc(x) * sinc(x / 3) : 0)),
}

/** For each place along one side: the first source pixel it reads, and a weight for that one and those that follow. */
type Taps = { readonly first: Int32Array; readonly weights: Float32Array; readonly count: number }

/**
 * A picture at another size, by a separable filter in sRGB, its edge pixels repeated outwards by leaving out what lies beyond. Made
 * smaller, a filter widens so that every source pixel counts (as in Pillow); `area` is then the mean of what a pixel covers.
 * Colours are weighted by alpha. Throws RangeError unless both sides are whole numbers of at least 1.
 */
export function resize(picture: Pixels, width: number, height: number, kernel: Kernel = 'lanczos3'): Pixels {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`a picture is at least 1 x 1, not ${width} x ${height}`)
  }
  if (width === picture.width && height === picture.height) return picture
  if (kernel === 'nearest') return resizeNearest(picture, width, height)
  const { channels } = picture
  const across = resizeRows(premultiplied(picture), picture, tapsOf(picture.width, width, filters[kernel]))
  const down = resizeColumns(across, width * channels, tapsOf(picture.height, height, filters[kernel]))
  return { width, height, channels, data: channels === 4 ? unpremultiplied(down) : toBytes(down) }
}

/**
 * A small picture made larger by a whole factor, smooth and without halos: Lanczos, held within the values of the four source pixels
 * around each point (the ringing of a sharp filter at a sharp edge is what the eye takes for dirt).
 */
export function upscale(picture: Pixels, factor: number): Pixels {
  if (!Number.isInteger(factor) || factor < 1)
    throw new RangeError(`a factor is a whole number of at least 1, not ${factor}`)
  const large = resize(picture, picture.width * factor, picture.height * factor, 'lanczos3')
  if (factor === 1) return large
  const { channels } = picture
  const data = new Uint8Array(large.data)
  const { least, most, columns } = cellBounds(picture)
  const cells = Int32Array.from({ length: large.width }, (_, x) => cellOf(x, factor) * channels)
  const row = large.width * channels
  for (let y = 0; y < large.height; y++) {
    const start = cellOf(y, factor) * columns * channels
    const end = start + columns * channels
    hold(data.subarray(y * row, (y + 1) * row), least.subarray(start, end), most.subarray(start, end), cells)
  }
  return { ...large, data }
}

/** The corner of the pixel grid that a place of the larger picture lies nearest to, along one side. */
const cellOf = (place: number, factor: number): number => Math.floor((place + 0.5) / factor + 0.5)

/** A row of pixels, in place, within the bounds of each pixel's cell. (A row a call: the engine compiles it the sooner.) */
function hold(row: Uint8Array, least: Uint8Array, most: Uint8Array, cells: Int32Array): void {
  const channels = row.length / cells.length
  let at = 0
  for (let x = 0; x < cells.length; x++) {
    let cell = cells[x]!
    for (const end = at + channels; at < end; at++, cell++) {
      const value = row[at]!
      if (value < least[cell]!) row[at] = least[cell]!
      else if (value > most[cell]!) row[at] = most[cell]!
    }
  }
}

/** Least and most of the four pixels around each corner of the pixel grid, [height + 1, columns = width + 1, channels]. */
function cellBounds({ width, height, channels, data }: Pixels): {
  least: Uint8Array
  most: Uint8Array
  columns: number
} {
  const columns = width + 1
  const row = width * channels
  const across = columns * channels
  const least = new Uint8Array((height + 1) * across)
  const most = new Uint8Array(least.length)
  const line = (y: number) => data.subarray(y * row, (y + 1) * row)
  for (let y = 0; y <= height; y++) {
    const part = (bounds: Uint8Array) => bounds.subarray(y * across, (y + 1) * across)
    boundRow(line(Math.max(0, y - 1)), line(Math.min(height - 1, y)), part(least), part(most), channels)
  }
  return { least, most, columns }
}

/** Bounds of the corners between two rows of pixels. */
function boundRow(top: Uint8Array, bottom: Uint8Array, least: Uint8Array, most: Uint8Array, channels: number): void {
  for (let i = 0; i < least.length; i++) {
    const right = i < top.length ? i : i - channels
    const left = i < channels ? i : i - channels
    const a = top[left]!
    const b = top[right]!
    const c = bottom[left]!
    const d = bottom[right]!
    least[i] = Math.min(a, b, c, d)
    most[i] = Math.max(a, b, c, d)
  }
}

function tapsOf(from: number, to: number, filter: Filter): Taps {
  const scale = from / to
  const support = filter.support(scale)
  const count = Math.min(from, Math.ceil(support) * 2 + 1)
  const first = new Int32Array(to)
  const weights = new Float32Array(to * count)
  for (let at = 0; at < to; at++) {
    const centre = (at + 0.5) * scale
    const start = Math.max(0, Math.min(from - count, Math.floor(centre - support)))
    first[at] = start
    let sum = 0
    for (let tap = 0; tap < count; tap++) {
      const weight = filter.weight(start + tap + 0.5 - centre, scale)
      weights[at * count + tap] = weight
      sum += weight
    }
    for (let tap = 0; tap < count; tap++) weights[at * count + tap]! /= sum
  }
  return { first, weights, count }
}

/** [height, width, channels] to [height, taps, channels]. */
function resizeRows(values: Float32Array, { width, height, channels }: Pixels, taps: Taps): Float32Array {
  const row = taps.first.length * channels
  const out = new Float32Array(height * row)
  for (let y = 0; y < height; y++) {
    const from = values.subarray(y * width * channels, (y + 1) * width * channels)
    resizeRow(from, out.subarray(y * row, (y + 1) * row), channels, taps)
  }
  return out
}

function resizeRow(from: Float32Array, out: Float32Array, channels: number, { first, weights, count }: Taps): void {
  let to = 0
  for (let x = 0; x < first.length; x++) {
    const start = first[x]! * channels
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      let at = start + channel
      for (let tap = x * count; tap < (x + 1) * count; tap++) {
        sum += weights[tap]! * from[at]!
        at += channels
      }
      out[to++] = sum
    }
  }
}

/** [height, row] to [taps, row], a row at a time. */
function resizeColumns(values: Float32Array, row: number, { first, weights, count }: Taps): Float32Array {
  const out = new Float32Array(first.length * row)
  for (let y = 0; y < first.length; y++) {
    const to = out.subarray(y * row, (y + 1) * row)
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * count + tap]!
      const from = (first[y]! + tap) * row
      if (weight !== 0) addWeighted(to, values.subarray(from, from + row), weight)
    }
  }
  return out
}

function addWeighted(to: Float32Array, from: Float32Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += weight * from[i]!
}

function resizeNearest(picture: Pixels, width: number, height: number): Pixels {
  const { channels } = picture
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * picture.height) / height) * picture.width
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor(((x + 0.5) * picture.width) / width)) * channels
      for (let channel = 0; channel < channels; channel++) {
        data[(y * width + x) * channels + channel] = picture.data[from + channel]!
      }
    }
  }
  return { width, height, channels, data }
}

function toBytes(values: Float32Array): Uint8Array {
  const data = new Uint8Array(values.length)
  for (let at = 0; at < values.length; at++) data[at] = toByte(values[at]!)
  return data
}

function premultiplied({ channels, data }: Pixels): Float32Array {
  const values = Float32Array.from(data)
  if (channels === 3) return values
  for (let at = 0; at < values.length; at += 4) {
    const alpha = values[at + 3]! / 255
    for (let channel = 0; channel < 3; channel++) values[at + channel]! *= alpha
  }
  return values
}

function unpremultiplied(values: Float32Array): Uint8Array {
  const data = new Uint8Array(values.length)
  for (let at = 0; at < values.length; at += 4) {
    const alpha = values[at + 3]! / 255
    for (let channel = 0; channel < 3; channel++)
      data[at + channel] = alpha > 0 ? toByte(values[at + channel]! / alpha) : 0
    data[at + 3] = toByte(values[at + 3]!)
  }
  return data
}
