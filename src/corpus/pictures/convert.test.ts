import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { convertPicture } from './convert.ts'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'
import { colourOf, picture, png } from './testing/pictures.ts'

const side = 32
const reasonOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'nothing',
    (error) => {
      if (error instanceof Refused) return error.reason
      throw error
    },
  )
const bytesOf = async (made: { toBuffer(): Promise<Buffer> }) => new Uint8Array(await made.toBuffer())
const pixelAt = (pixels: Uint8Array, x: number, y: number) => [
  ...pixels.subarray((y * side + x) * 3, (y * side + x) * 3 + 3),
]
const near = (found: readonly number[], wanted: readonly number[], by: number) => {
  for (const [k, value] of found.entries())
    expect(Math.abs(value - wanted[k]!), `${found} and ${wanted}`).toBeLessThanOrEqual(by)
}
const { r, g, b } = colourOf(7)

describe('convertPicture', () => {
  it.each([
    ['PNG', () => picture(7).png(), 0],
    ['JPEG', () => picture(7).jpeg({ quality: 95 }), 6],
    ['WebP', () => picture(7).webp({ lossless: true }), 0],
    ['GIF', () => picture(7).gif(), 3],
    ['AVIF', () => picture(7).avif({ quality: 90 }), 8],
    ['TIFF', () => picture(7).tiff({ compression: 'lzw' }), 0],
    ['a PNG of 16 bits', () => picture(7).toColourspace('rgb16').png(), 1],
    ['a PNG with a palette', () => picture(7).png({ palette: true }), 3],
  ] as const)('reads %s', async (_, make, by) => {
    const { pixels, alpha, notes } = await convertPicture(await bytesOf(make()), side, 'crop')
    expect([pixels.length, alpha, notes]).toEqual([side * side * 3, null, []])
    near(pixelAt(pixels, 4, 4), [16, 16, 16], by)
    near(pixelAt(pixels, 28, 28), [r, g, b], by)
  })

  it('turns a picture as its EXIF says before its sides are looked at', async () => {
    // Twice as wide as high as stored; shown upright, the dark quarter comes to the upper right.
    const turned = await bytesOf(picture(7, 80, 40).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }))
    const { pixels } = await convertPicture(turned, side, 'pad')
    near(pixelAt(pixels, 2, 16), [255, 255, 255], 6)
    near(pixelAt(pixels, 20, 4), [16, 16, 16], 8)
    near(pixelAt(pixels, 11, 4), [r, g, b], 8)
  })

  it('makes sRGB of CMYK and of grey, and notes CMYK', async () => {
    // A colour that ink can print.
    const muted = sharp({ create: { width: 64, height: 64, channels: 3, background: { r: 150, g: 120, b: 110 } } })
    const cmyk = await bytesOf(muted.toColourspace('cmyk').jpeg({ quality: 95 }))
    const { pixels, notes } = await convertPicture(cmyk, side, 'crop')
    expect(notes).toEqual(['cmyk'])
    near(pixelAt(pixels, 28, 28), [150, 120, 110], 12)
    const grey = await convertPicture(await bytesOf(picture(7).greyscale().png()), side, 'crop')
    expect(new Set(pixelAt(grey.pixels, 28, 28)).size).toBe(1)
  })

  it('crops to the middle or pads with white', async () => {
    const wide = await bytesOf(picture(7, 128, 64).png())
    const cropped = await convertPicture(wide, side, 'crop')
    near(pixelAt(cropped.pixels, 8, 8), [16, 16, 16], 0)
    near(pixelAt(cropped.pixels, 31, 8), [r, g, b], 0)
    const padded = await convertPicture(wide, side, 'pad')
    near(pixelAt(padded.pixels, 16, 2), [255, 255, 255], 0)
    near(pixelAt(padded.pixels, 16, 29), [255, 255, 255], 0)
    near(pixelAt(padded.pixels, 30, 20), [r, g, b], 0)
    expect(padded.alpha).toBe(null)
  })

  it('keeps alpha apart and shows the picture on white', async () => {
    const half = sharp({
      create: { width: 64, height: 64, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
    })
    const { pixels, alpha, notes } = await convertPicture(await bytesOf(half.png()), side, 'crop')
    expect(notes).toEqual(['clear'])
    near([alpha![100]!], [128], 1)
    near(pixelAt(pixels, 3, 3), [228, 127, 127], 1)
    const wide = sharp({ create: { width: 64, height: 32, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } })
    const padded = await convertPicture(await bytesOf(wide.png()), side, 'pad')
    expect([padded.alpha![0], padded.alpha![16 * side]]).toEqual([0, 128])
    // An alpha that hides nothing is none.
    const whole = sharp({ create: { width: 64, height: 64, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 1 } } })
    expect(await convertPicture(await bytesOf(whole.png()), side, 'crop')).toMatchObject({ alpha: null, notes: [] })
  })

  it('takes the first frame of what moves', async () => {
    const frames = Buffer.concat([Buffer.alloc(40 * 40 * 3, 200), Buffer.alloc(40 * 40 * 3, 10)])
    const raw = { width: 40, height: 80, channels: 3 as const, pageHeight: 40 }
    for (const made of [sharp(frames, { raw }).gif(), sharp(frames, { raw }).webp({ lossless: true })]) {
      const { pixels, notes } = await convertPicture(await bytesOf(made), side, 'crop')
      expect(notes).toEqual(['first-frame'])
      near(pixelAt(pixels, 9, 9), [200, 200, 200], 2)
    }
  })

  it('enlarges by less than two and refuses what is smaller', async () => {
    expect((await convertPicture(await png(1, 16, 90), side, 'crop')).notes).toEqual(['enlarged'])
    expect((await convertPicture(await png(1, 32), side, 'crop')).notes).toEqual([])
    expect(await reasonOf(convertPicture(await png(1, 15, 90), side, 'crop'))).toBe('too-small')
    expect((await convertPicture(await png(1, 3, 20), side, 'pad')).notes).toEqual(['enlarged'])
    expect(await reasonOf(convertPicture(await png(1, 15, 15), side, 'pad'))).toBe('too-small')
    expect(await reasonOf(convertPicture(await png(1, 1, 1), side, 'pad'))).toBe('too-small')
  })

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['nothing', () => new Uint8Array(0), 'not-a-picture'],
    ['text', () => new TextEncoder().encode('a cat'), 'not-a-picture'],
    ['a page of HTML', () => new TextEncoder().encode('<!doctype html><title>404'), 'not-a-picture'],
    [
      'an SVG',
      () => new TextEncoder().encode('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      'other-format',
    ],
    ['a BMP', () => Uint8Array.from([66, 77, ...new Array(60).fill(0)]), 'other-format'],
    ['a PNG cut short', async () => (await png(1)).subarray(0, -30), 'damaged'],
    ['a PNG with a byte changed', async () => (await png(1)).map((byte, i) => (i === 60 ? byte ^ 1 : byte)), 'damaged'],
    ['a JPEG cut short', async () => (await bytesOf(noisy().jpeg())).subarray(0, 4000), 'damaged'],
    ['a WebP cut short', async () => (await bytesOf(noisy().webp())).subarray(0, 2000), 'damaged'],
    ['a GIF cut short', async () => (await bytesOf(noisy().gif())).subarray(0, 2000), 'damaged'],
    ['a TIFF cut short', async () => (await bytesOf(noisy().tiff())).subarray(0, 4000), 'damaged'],
    ['an AVIF cut short', async () => (await bytesOf(noisy().avif())).subarray(0, 500), 'damaged'],
    [
      'a JPEG of noise',
      () => Uint8Array.from({ length: 3000 }, (_, i) => [255, 216, 255][i] ?? (i * 7919) % 256),
      'damaged',
    ],
    ['a PNG that claims to be huge', () => hugePng(60_000, 60_000), 'too-many-pixels'],
    ['a PNG that claims more', () => hugePng(2 ** 31 - 1, 2 ** 31 - 1), 'damaged'],
  ])('refuses %s', async (_, make, reason) => {
    expect(await reasonOf(convertPicture(await make(), side, 'crop'))).toBe(reason)
  })

  it('refuses a sound picture of too many pixels before it is decoded', async () => {
    const height = Math.ceil(limits.picturePixels / 65_000) + 1
    const bomb = await bytesOf(sharp({ create: { width: 65_000, height, channels: 3, background: '#fff' } }).png())
    expect(bomb.length).toBeLessThan(1 << 20)
    expect(await reasonOf(convertPicture(bomb, side, 'crop'))).toBe('too-many-pixels')
  })

  it('gives the same bytes again', async () => {
    const bytes = await bytesOf(noisy().jpeg())
    expect(await convertPicture(bytes, side, 'pad')).toEqual(await convertPicture(bytes, side, 'pad'))
  })
})

const noisy = () => {
  const data = Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => (i * i * 31 + i * 17) % 253)
  return sharp(data, { raw: { width: 128, height: 128, channels: 3 } })
}

/** A sound PNG whose header claims other sides, with a sum that fits. */
async function hugePng(width: number, height: number): Promise<Uint8Array> {
  const { readChunks, writeChunks } = await import('../../image/png-chunks.ts')
  const chunks = readChunks(await png(1), 'made').map(({ type, data }) => {
    if (type !== 'IHDR') return { type, data }
    const header = data.slice()
    new DataView(header.buffer).setUint32(0, width)
    new DataView(header.buffer).setUint32(4, height)
    return { type, data: header }
  })
  return writeChunks(chunks)
}
