/**
 * Transparency as networks see it: red, green and blue as they look on white, and beside them how opaque a pixel is. So whoever
 * reads only the first three sees the picture on white, and clear pixels have one colour only.
 */
import type { Pixels } from './pixels.ts'

/** Alpha this near to clear or opaque is taken for it: a network's answer is never quite 0 or 255. */
const nearly = 12

/** A picture of which less than this share is clear is taken for opaque. */
const leastClear = 0.02

/** Bytes of `channels` a pixel: as seen on white, and the alpha where 4 are wanted. */
export function onWhite({ channels, data }: Pixels, wanted: 3 | 4): Uint8Array {
  if (channels === wanted && channels === 3) return data
  const count = data.length / channels
  const out = new Uint8Array(count * wanted)
  for (let i = 0; i < count; i++) {
    const alpha = channels === 4 ? data[i * 4 + 3]! : 255
    for (let c = 0; c < 3; c++) {
      out[i * wanted + c] = Math.round((data[i * channels + c]! * alpha + 255 * (255 - alpha)) / 255)
    }
    if (wanted === 4) out[i * 4 + 3] = alpha
  }
  return out
}

/**
 * The picture of bytes as seen on white with their alpha, as a network gives them: RGB where hardly anything is clear,
 * else RGBA with straight alpha. `seen` has 4 bytes a pixel.
 */
export function fromOnWhite(seen: Uint8Array, width: number, height: number): Pixels {
  const count = width * height
  let clear = 0
  for (let i = 0; i < count; i++) if (seen[i * 4 + 3]! < 128) clear++
  if (clear < leastClear * count) {
    const data = new Uint8Array(count * 3)
    for (let i = 0; i < count; i++) data.set(seen.subarray(i * 4, i * 4 + 3), i * 3)
    return { width, height, channels: 3, data }
  }
  const data = new Uint8Array(count * 4)
  for (let i = 0; i < count; i++) {
    const alpha = seen[i * 4 + 3]! <= nearly ? 0 : seen[i * 4 + 3]! >= 255 - nearly ? 255 : seen[i * 4 + 3]!
    if (alpha === 0) continue
    for (let c = 0; c < 3; c++) {
      const straight = 255 - ((255 - seen[i * 4 + c]!) * 255) / alpha
      data[i * 4 + c] = Math.max(0, Math.min(255, Math.round(straight)))
    }
    data[i * 4 + 3] = alpha
  }
  return { width, height, channels: 4, data }
}

/** Square pictures of a network's bytes, [pictures, side, side, channels]; those of 4 channels as `fromOnWhite` has them. */
export function picturesOf(bytes: Uint8Array, side: number, channels: 3 | 4): Pixels[] {
  const size = side * side * channels
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const data = bytes.slice(i * size, (i + 1) * size)
    return channels === 4 ? fromOnWhite(data, side, side) : { width: side, height: side, channels, data }
  })
}
