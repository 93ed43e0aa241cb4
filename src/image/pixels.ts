/**
 * A picture in memory: row-major, channels interleaved, 0..255, sRGB.
 * `data.length` is always width * height * channels; with 4 channels the last is alpha, not premultiplied.
 */
export type Pixels = {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

/** A colour in sRGB, each part 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number]

export const white: Rgb = [255, 255, 255]

/** A picture of one opaque colour. Throws RangeError unless both sides are whole numbers of at least 1. */
export function createPixels(width: number, height: number, background: Rgb = white, channels: 3 | 4 = 3): Pixels {
  requireSide('width', width)
  requireSide('height', height)
  const data = new Uint8Array(width * height * channels)
  const pixel = channels === 4 ? [...background, 255] : background
  // Doubling what is there is many times faster than setting pixel after pixel.
  data.set(pixel)
  for (let filled: number = channels; filled < data.length; filled *= 2) data.copyWithin(filled, 0, filled)
  return { width, height, channels, data }
}

/** Looks at bytes as a picture, without copying. Throws RangeError when the length does not fit the sides. */
export function wrapPixels(width: number, height: number, channels: 3 | 4, data: Uint8Array): Pixels {
  requireSide('width', width)
  requireSide('height', height)
  if (data.length !== width * height * channels) {
    throw new RangeError(
      `a ${width} x ${height} x ${channels} picture needs ${width * height * channels} bytes, not ${data.length}`,
    )
  }
  return { width, height, channels, data }
}

/** The part of a picture that starts at (left, top). Throws RangeError when it does not lie inside. */
export function crop(picture: Pixels, left: number, top: number, width: number, height: number): Pixels {
  requireSide('width', width)
  requireSide('height', height)
  const inside =
    Number.isInteger(left) &&
    Number.isInteger(top) &&
    left >= 0 &&
    top >= 0 &&
    left + width <= picture.width &&
    top + height <= picture.height
  if (!inside) {
    throw new RangeError(`${width} x ${height} at (${left}, ${top}) is not inside ${picture.width} x ${picture.height}`)
  }
  const { channels } = picture
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels
    data.set(picture.data.subarray(from, from + width * channels), y * width * channels)
  }
  return { width, height, channels, data }
}

/** The largest centred square of a picture; an odd remainder goes to the right or the bottom. */
export function cropSquare(picture: Pixels): Pixels {
  const side = Math.min(picture.width, picture.height)
  return crop(picture, Math.floor((picture.width - side) / 2), Math.floor((picture.height - side) / 2), side, side)
}

/** Mirrors left and right. */
export function flipHorizontally(picture: Pixels): Pixels {
  const { width, height, channels } = picture
  const data = new Uint8Array(picture.data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels
      const to = (y * width + width - 1 - x) * channels
      for (let channel = 0; channel < channels; channel++) data[to + channel] = picture.data[from + channel]!
    }
  }
  return { width, height, channels, data }
}

/** Lays a picture over a colour and drops its alpha (source-over in sRGB, rounded). RGB comes back as it is. */
export function flatten(picture: Pixels, background: Rgb = white): Pixels {
  if (picture.channels === 3) return picture
  const { width, height } = picture
  const data = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = picture.data[pixel * 4 + 3]!
    for (let channel = 0; channel < 3; channel++) {
      const over = picture.data[pixel * 4 + channel]! * alpha + background[channel]! * (255 - alpha)
      data[pixel * 3 + channel] = Math.round(over / 255)
    }
  }
  return { width, height, channels: 3, data }
}

/** Copies a picture of the same channels onto another, in place. Throws RangeError when it does not lie inside. */
export function paste(onto: Pixels, picture: Pixels, left: number, top: number): void {
  const inside = left >= 0 && top >= 0 && left + picture.width <= onto.width && top + picture.height <= onto.height
  if (!inside || picture.channels !== onto.channels) {
    throw new RangeError(
      `a ${picture.width} x ${picture.height} x ${picture.channels} picture at (${left}, ${top}) does not fit on ` +
        `${onto.width} x ${onto.height} x ${onto.channels}`,
    )
  }
  const row = picture.width * picture.channels
  for (let y = 0; y < picture.height; y++) {
    onto.data.set(picture.data.subarray(y * row, (y + 1) * row), ((top + y) * onto.width + left) * onto.channels)
  }
}

/**
 * What a network gives to what a person sees: planar [3, height, width] in 0..1 (RGB) to bytes.
 * Values outside are clamped, NaN becomes 0; ties round up, so the same floats give the same bytes on any machine.
 */
export function fromPlanar(values: Float32Array, width: number, height: number): Pixels {
  const plane = width * height
  if (values.length !== plane * 3)
    throw new RangeError(`[3, ${height}, ${width}] needs ${plane * 3} values, not ${values.length}`)
  const data = new Uint8Array(plane * 3)
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < plane; pixel++) {
      data[pixel * 3 + channel] = toByte(values[channel * plane + pixel]! * 255)
    }
  }
  return { width, height, channels: 3, data }
}

/** Bytes to planar [3, height, width] in 0..1; alpha is flattened on white first. */
export function toPlanar(picture: Pixels): Float32Array {
  const { width, height, data } = flatten(picture)
  const plane = width * height
  const values = new Float32Array(plane * 3)
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) values[channel * plane + pixel] = data[pixel * 3 + channel]! / 255
  }
  return values
}

/** Rounds to a byte, clamped to 0..255; ties go up; NaN is 0. */
export function toByte(value: number): number {
  return value > 0 ? Math.min(255, Math.floor(value + 0.5)) : 0
}

function requireSide(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name} is a whole number of at least 1, not ${value}`)
}
