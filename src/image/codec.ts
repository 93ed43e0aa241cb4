import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { NeufError } from '../errors/errors.ts'
import { cutOut } from './cut-out.ts'
import { flatten, type Pixels, type Rgb, white } from './pixels.ts'
import { readChunks } from './png-chunks.ts'
import { pngFrom } from './png-encode.ts'
import { readText, withText } from './png-metadata.ts'
import { xmpOf } from './recipe-metadata.ts'
import { isWebp } from './webp-metadata.ts'

/** The edge of this room: what needs Node. sharp takes 90 ms to load, so only reading loads it; PNG is written without it. */

/** A lossless PNG file; the same pixels give the same bytes with the same zlib. (Level 6 takes half as long again for 5 %.) */
export function encodePng(picture: Pixels): Uint8Array<ArrayBuffer> {
  return pngFrom(picture, (bytes) => deflateSync(bytes, { level: 4 }))
}

/** A lossless WebP file of a PNG's pixels, with the PNG's recipe and mark, or none where it has none. @throws NeufError `file-unreadable` */
export async function webpOf(png: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const xmp = xmpOf(png)
  const { data, width, height, channels } = await decodePicture(png, { alpha: 'keep' })
  const { default: sharp } = await import('sharp')
  const picture = sharp(data, { raw: { width, height, channels } }).webp({ lossless: true, exact: true })
  if (xmp !== undefined) picture.withXmp(xmp)
  return new Uint8Array(await picture.toBuffer())
}

/** Pixels of the longer side of a preview. */
const previewSide = 128
/** The first at which it is small enough is taken. */
const previewQualities = [75, 40, 10] as const

/**
 * A small WebP file to look at for a moment, with losses and without a recipe: at most 128 pixels a side and so many bytes. Undefined
 * where that cannot be.
 */
export async function previewOf(picture: Pixels, mostBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { width, height, channels, data } = picture
  const { default: sharp } = await import('sharp')
  for (const quality of previewQualities) {
    const small = await sharp(data, { raw: { width, height, channels } })
      .resize(previewSide, previewSide, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: 2 })
      .toBuffer()
    if (small.length <= mostBytes) return new Uint8Array(small)
  }
  return undefined
}

/** Width and height of a sticker, in pixels, as messengers want them; and what stays clear around it. */
export const stickerSide = 512
const stickerMargin = 16

/**
 * A PNG's picture as a sticker, RGBA: what stands out from its ground in the middle of a clear square, with the texts of the PNG.
 * Undefined where nothing stands out. @throws NeufError `file-unreadable`
 */
export async function stickerOf(png: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const thing = cutOut(await decodePicture(png, { alpha: 'keep' }))
  if (thing === undefined) return undefined
  const { default: sharp } = await import('sharp')
  const side = stickerSide - 2 * stickerMargin
  const background = { r: 0, g: 0, b: 0, alpha: 0 }
  const clear = { top: stickerMargin, bottom: stickerMargin, left: stickerMargin, right: stickerMargin, background }
  const sticker = await sharp(thing.data, { raw: { width: thing.width, height: thing.height, channels: 4 } })
    .resize(side, side, { fit: 'contain', background })
    .extend(clear)
    .png({ palette: false })
    .toBuffer()
  return withText(sticker, readText(png))
}

/** SHA-256 of size, channels and pixels, in hexadecimal: equal for equal pictures, however their files were packed. */
export function pixelSha256(picture: Pixels): string {
  return createHash('sha256')
    .update(`${picture.width}x${picture.height}x${picture.channels}\n`)
    .update(picture.data)
    .digest('hex')
}

export type DecodeSettings = {
  /** Keep transparency (RGBA) or lay the picture on `background` (RGB, the default). */
  readonly alpha?: 'keep' | 'flatten'
  readonly background?: Rgb
  /** Pictures with more pixels are refused before they are decoded. */
  readonly maxPixels?: number
  /** Cut to the square in its middle and brought to so many pixels a side, by threads of its own; as it is unless told. */
  readonly side?: number
  /** What a message calls the picture. */
  readonly path?: string
}

/** A picture of 8192 x 8192; decoded it takes 256 MB. */
const defaultMaxPixels = 2 ** 26

/**
 * Pixels of a PNG, JPEG, WebP or AVIF file, turned upright, in sRGB, the first frame of a moving one.
 * Throws `file-unreadable` for any other format (known by its first bytes, whatever the name), a damaged file, or one that is too large.
 */
export async function decodePicture(bytes: Uint8Array, settings: DecodeSettings = {}): Promise<Pixels> {
  const path = settings.path ?? 'the picture'
  const unreadable = (why: string, cause?: unknown) =>
    new NeufError('file-unreadable', { path, why, todo: 'Use a PNG, JPEG, WebP or AVIF picture.' }, { cause })
  const format = pictureFormat(bytes)
  if (format === null) throw unreadable('it is not a PNG, JPEG, WebP or AVIF picture')
  // Ours says what is wrong with a PNG in one line; libpng, met with a damaged file, may print lines of its own.
  if (format === 'png') readChunks(bytes, path)
  const { default: sharp } = await import('sharp')
  const upright = sharp(bytes, {
    limitInputPixels: settings.maxPixels ?? defaultMaxPixels,
    failOn: 'error',
  }).autoOrient()
  if (settings.side !== undefined) upright.resize(settings.side, settings.side, { fit: 'cover' })
  const { data, info } = await upright
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((fault: unknown) => {
      throw unreadable(reason(fault, format), fault)
    })
  if (info.channels !== 4) throw unreadable(`it decodes to ${info.channels} channels`)
  const picture: Pixels = { width: info.width, height: info.height, channels: 4, data: new Uint8Array(data) }
  return settings.alpha === 'keep' ? picture : flatten(picture, settings.background ?? white)
}

const formatNames = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', avif: 'AVIF' } as const

export type PictureFormat = keyof typeof formatNames

/** The format a file has by its first bytes, or null for anything but these four. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | null {
  const ascii = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (ascii(0, 3) === '\xff\xd8\xff') return 'jpeg'
  if (isWebp(bytes)) return 'webp'
  if (ascii(4, 8) === 'ftyp' && /avi[fs]/.test(ascii(8, 32))) return 'avif'
  return null
}

/** What libvips reports is for its own developers, over several lines; only that a picture is too large is for everybody. */
function reason(fault: unknown, format: PictureFormat): string {
  const text = fault instanceof Error ? fault.message : String(fault)
  if (/pixel limit/.test(text)) return 'it has too many pixels'
  return `its ${formatNames[format]} data are damaged or cut short`
}
