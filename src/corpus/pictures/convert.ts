/** One picture as people have it to one of a corpus: upright, sRGB, square, of the side asked for. */
import sharp, { type Metadata, type Sharp } from 'sharp'
import { NeufError } from '../../errors/errors.ts'
import { createPixels, flatten, paste, white, wrapPixels } from '../../image/pixels.ts'
import { readChunks } from '../../image/png-chunks.ts'
import { type Picture, partlyClear } from '../corpus.ts'
import type { Fit } from '../format.ts'
import { formatOf, isRead } from './formats.ts'
import { limits } from './limits.ts'
import { type Note, Refused } from './refusal.ts'

export type Converted = Picture & { readonly notes: readonly Note[] }

/**
 * `crop` takes the middle of a picture that is not square, `pad` puts it between edges: white ones, or clear ones where the
 * picture itself is partly clear. A picture that would have to be more than doubled is refused, one that is enlarged less is
 * noted. Colours of profiles and of CMYK become sRGB; of a moving picture the first frame is taken.
 * @throws Refused
 */
export async function convertPicture(bytes: Uint8Array, side: number, fit: Fit): Promise<Converted> {
  const format = formatOf(bytes)
  if (format === null) throw new Refused('not-a-picture')
  if (!isRead(format)) throw new Refused('other-format', format)
  // Ours finds what is wrong with a PNG without a word; libpng may print lines of its own.
  if (format === 'PNG') checkPng(bytes)
  const open = (): Sharp => sharp(bytes, { limitInputPixels: limits.picturePixels, failOn: 'error', pages: 1 })
  const told = await open().metadata().catch(refuse)
  const { width, height } = upright(told)
  if (width * height > limits.picturePixels) throw new Refused('too-many-pixels', `${width} x ${height}`)
  // The edge that has to reach the side.
  const edge = fit === 'crop' ? Math.min(width, height) : Math.max(width, height)
  if (2 * edge < side) throw new Refused('too-small', `${width} x ${height}`)
  const { data, info } = await open()
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .resize(side, side, { fit: fit === 'crop' ? 'cover' : 'inside' })
    .timeout({ seconds: limits.pictureSeconds })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse)
  if (info.channels !== 4 || Math.max(info.width, info.height) !== side) throw new Refused('damaged')
  const { pixels, alpha } = centred(data, info.width, info.height, side)
  const notes: Note[] = []
  if (edge < side) notes.push('enlarged')
  if ((told.pages ?? 1) > 1) notes.push('first-frame')
  if (told.space === 'cmyk') notes.push('cmyk')
  if (alpha) notes.push('clear')
  return { pixels, alpha, notes }
}

/** An RGBA picture in the middle of a square, its edges white, and clear where the picture itself is partly clear. */
function centred(rgba: Uint8Array, width: number, height: number, side: number): Picture {
  const coverage = alphaOf(rgba)
  const clear = partlyClear(coverage) !== null
  const square = createPixels(side, side, white, 4)
  if (clear) for (let i = 3; i < square.data.length; i += 4) square.data[i] = 0
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)]
  paste(square, wrapPixels(width, height, 4, rgba), left, top)
  return { pixels: flatten(square).data, alpha: clear ? alphaOf(square.data) : null }
}

function alphaOf(rgba: Uint8Array): Uint8Array {
  const alpha = new Uint8Array(rgba.length / 4)
  for (let i = 0; i < alpha.length; i++) alpha[i] = rgba[i * 4 + 3]!
  return alpha
}

/** Sides as a picture is shown: turned by what its EXIF says. */
const upright = ({ width, height, autoOrient }: Metadata): { width: number; height: number } => ({
  width: autoOrient?.width ?? width,
  height: autoOrient?.height ?? height,
})

function checkPng(bytes: Uint8Array): void {
  try {
    readChunks(bytes, 'the picture')
  } catch (error) {
    if (error instanceof NeufError) throw new Refused('damaged')
    throw error
  }
}

/** What libvips says is for its own developers; three of its faults are for everybody. */
function refuse(fault: unknown): never {
  const text = fault instanceof Error ? fault.message : String(fault)
  if (/pixel limit|too (?:large|big)|exceeds/i.test(text)) throw new Refused('too-many-pixels')
  if (/^timeout/i.test(text)) throw new Refused('too-slow', `more than ${limits.pictureSeconds} seconds`)
  throw new Refused('damaged')
}
