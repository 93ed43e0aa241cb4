/** A picture's file at another size or in another format. sharp does it in threads of its own: a server goes on answering. */
import { readText, withText, xmpKeyword } from './png-metadata.ts'
import { xmpOf } from './recipe-metadata.ts'

export const fileFormats = ['png', 'jpeg', 'webp'] as const
export type FileFormat = (typeof fileFormats)[number]

export type PictureFit = {
  /** Pixels; the picture's own where it is left out. */
  readonly size?: { readonly width: number; readonly height: number } | undefined
  readonly format: FileFormat
  /** 1 to 100, of JPEG and WebP. */
  readonly quality: number
}

/**
 * A PNG that neuf wrote, made to fit. A picture is never stretched: where the sides differ it stands in the middle, what is beside
 * it is clear where the picture can be, else white. A PNG keeps all its texts, a WebP recipe and mark, a JPEG the
 * mark; a JPEG has nothing clear. A PNG of the same size is the same file. @throws NeufError `file-unreadable`
 */
export async function fitPicture(png: Uint8Array, { size, format, quality }: PictureFit): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const picture = sharp(png)
  const { width, height, hasAlpha } = await picture.metadata()
  if (size !== undefined && (size.width !== width || size.height !== height)) {
    const background = hasAlpha ? { r: 255, g: 255, b: 255, alpha: 0 } : '#fff'
    picture.resize({ ...size, fit: 'contain', kernel: 'cubic', background })
  } else if (format === 'png') return png
  const texts = readText(png)
  if (format === 'png') return withText(await picture.png().toBuffer(), texts)
  const xmp = format === 'webp' ? xmpOf(png) : texts[xmpKeyword]
  if (xmp !== undefined) picture.withXmp(xmp)
  if (format === 'webp') return picture.webp({ quality }).toBuffer()
  return picture.flatten({ background: '#fff' }).jpeg({ quality }).toBuffer()
}
