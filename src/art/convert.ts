/** An upstream drawing to a picture of the pack: rendered or decoded, trimmed, fitted into a square, WebP. */
import { NeufError } from '../errors/errors.ts'
import { decodePicture } from '../image/codec.ts'
import { crop, type Pixels, wrapPixels } from '../image/pixels.ts'
import { resize } from '../image/resize.ts'

/** Pixels on the longer side of a drawing in lines, before it is trimmed and scaled down. */
const renderedSide = 512
/** Pictures of the pack fit into a square of this side. */
export const pictureSide = 192
/** Alpha from which on a pixel counts as drawn; below, it is at most the trace of a soft edge. */
const leastAlpha = 8
const quality = 88
/** Upstream bitmaps have at most 256 x 256. */
const maxPixels = 4096 * 4096

export type Converted = { readonly webp: Uint8Array; readonly width: number; readonly height: number }

/**
 * The picture of an SVG or PNG file.
 * @param path what messages call it; its ending tells the format
 * @throws NeufError `file-unreadable`
 */
export async function convert(file: Uint8Array, path: string): Promise<Converted> {
  const drawn = path.endsWith('.svg')
    ? await render(file, path)
    : await decodePicture(file, { alpha: 'keep', maxPixels, path })
  const trimmed = trim(drawn)
  if (trimmed === undefined) throw unreadable(path, 'nothing in it is visible')
  const scale = Math.min(1, pictureSide / Math.max(trimmed.width, trimmed.height))
  const side = (length: number) => Math.max(1, Math.round(length * scale))
  const { data, width, height } = resize(trimmed, side(trimmed.width), side(trimmed.height), 'lanczos3')
  const { default: sharp } = await import('sharp')
  const webp = await sharp(data, { raw: { width, height, channels: 4 } })
    .webp({ quality })
    .toBuffer()
  return { webp, width, height }
}

async function render(svg: Uint8Array, path: string): Promise<Pixels> {
  const { default: sharp } = await import('sharp')
  try {
    const { format, width, height } = await sharp(svg, { limitInputPixels: maxPixels }).metadata()
    if (format !== 'svg') throw new Error(`it is ${format}, not SVG`)
    // 72 dots an inch is one pixel a unit.
    const density = (72 * renderedSide) / Math.max(width, height)
    const { data, info } = await sharp(svg, { limitInputPixels: maxPixels, density })
      .ensureAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return wrapPixels(info.width, info.height, 4, data)
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message.split('\n')[0]! : String(cause), cause)
  }
}

/** The part of an RGBA picture that shows anything; undefined where nothing does. */
export function trim(picture: Pixels): Pixels | undefined {
  const { width, height, data } = picture
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (data[pixel * 4 + 3]! < leastAlpha) continue
    const x = pixel % width
    const y = (pixel - x) / width
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = y
  }
  return right < 0 ? undefined : crop(picture, left, top, right - left + 1, bottom - top + 1)
}

/** The sides of a WebP file, from its header. @throws NeufError `file-unreadable` for anything else */
export async function webpSize(file: Uint8Array, path: string): Promise<{ width: number; height: number }> {
  const { default: sharp } = await import('sharp')
  const found = await sharp(file, { limitInputPixels: maxPixels })
    .metadata()
    .catch((cause: unknown) => {
      throw unreadable(path, 'it is no sound picture', cause)
    })
  if (found.format !== 'webp') throw unreadable(path, `it is ${found.format}, not WebP`)
  return { width: found.width, height: found.height }
}

function unreadable(path: string, why: string, cause?: unknown): NeufError {
  return new NeufError('file-unreadable', { path, why, todo: 'Without it the art is not whole.' }, { cause })
}
