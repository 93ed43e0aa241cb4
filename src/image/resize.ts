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
  for (let y = 0; y < large.height; y++) {
    const cellRow = Math.floor((y + 0.5) / factor + 0.5) * columns
    for (let x = 0; x < large.width; x++) {
      const cell = (cellRow + Math.floor((x + 0.5) / factor + 0.5)) * channels
      const at = (y * large.width + x) * channels
      for (let channel = 0; channel < channels; channel++) {
        const value = data[at + channel]!
        if (value < least[cell + channel]!) data[at + channel] = least[cell + channel]!
        else if (value > most[cell + channel]!) data[at + channel] = most[cell + channel]!
      }
    }
  }
  return { ...large, data }
}

/** Least and most of the four pixels around each corner of the pixel grid, [height + 1, columns = width + 1, channels]. */
function cellBounds({ width, height, channels, data }: Pixels): {
  least: Uint8Array
  most: Uint8Array
  columns: number
} {
  const columns = width + 1
  const least = new Uint8Array((height + 1) * columns * channels)
  const most = new Uint8Array(least.length)
  for (let y = 0; y <= height; y++) {
    const top = Math.max(0, y - 1) * width
    const bottom = Math.min(height - 1, y) * width
    for (let x = 0; x < columns; x++) {
      const left = Math.max(0, x - 1)
      const right = Math.min(width - 1, x)
      for (let channel = 0; channel < channels; channel++) {
        const a = data[(top + left) * channels + channel]!
        const b = data[(top + right) * channels + channel]!
        const c = data[(bottom + left) * channels + channel]!
        const d = data[(bottom + right) * channels + channel]!
        const at = (y * columns + x) * channels + channel
        least[at] = Math.min(a, b, c, d)
        most[at] = Math.max(a, b, c, d)
      }
    }
  }
  return { least, most, columns }
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
  const { first, weights, count } = taps
  const to = first.length
  const out = new Float32Array(height * to * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      const from = (y * width + first[x]!) * channels
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let tap = 0; tap < count; tap++)
          sum += weights[x * count + tap]! * values[from + tap * channels + channel]!
        out[(y * to + x) * channels + channel] = sum
      }
    }
  }
  return out
}

/** [height, row] to [taps, row], a row at a time. */
function resizeColumns(values: Float32Array, row: number, { first, weights, count }: Taps): Float32Array {
  const out = new Float32Array(first.length * row)
  for (let y = 0; y < first.length; y++) {
    const to = y * row
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * count + tap]!
      if (weight === 0) continue
      const from = (first[y]! + tap) * row
      for (let i = 0; i < row; i++) out[to + i]! += weight * values[from + i]!
    }
  }
  return out
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
