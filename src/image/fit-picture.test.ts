import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encodePng } from './codec.ts'
import { fitPicture } from './fit-picture.ts'
import { createPixels } from './pixels.ts'
import { readText, withText, xmpKeyword } from './png-metadata.ts'
import { readWebpText } from './webp-metadata.ts'
import { trainedAlgorithmicMedia, writeXmp } from './xmp.ts'

const texts = { 'neuf:recipe': '{"prompt":"é"}', [xmpKeyword]: writeXmp() }
const opaque = withText(encodePng(createPixels(8, 8, [200, 30, 60])), texts)
const half = createPixels(8, 8, [200, 30, 60], 4)
for (let at = 0; at < 64; at++) half.data[4 * at + 3] = at % 8 < 4 ? 0 : 255
const clear = withText(encodePng(half), texts)

/** Red, green, blue, alpha of a pixel. */
async function pixelOf(file: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return [...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4)]
}

describe('a picture made to fit', () => {
  it('is the same file where it fits already', async () => {
    expect(await fitPicture(opaque, { format: 'png', quality: 100 })).toBe(opaque)
    expect(await fitPicture(opaque, { size: { width: 8, height: 8 }, format: 'png', quality: 1 })).toBe(opaque)
  })

  it('keeps its shape and all its texts, with white beside it, or nothing', async () => {
    for (const [file, beside] of [
      [opaque, [255, 255, 255, 255]],
      [clear, [255, 255, 255, 0]],
    ] as const) {
      const wide = await fitPicture(file, { size: { width: 64, height: 32 }, format: 'png', quality: 100 })
      const { width, height } = await sharp(wide).metadata()
      expect([width, height]).toEqual([64, 32])
      expect((await pixelOf(wide, 3, 16)).slice(3)).toEqual(beside.slice(3))
      if (beside[3] === 255) expect(await pixelOf(wide, 3, 16)).toEqual(beside)
      expect(await pixelOf(wide, 44, 16)).toEqual([200, 30, 60, 255])
      expect(readText(wide)).toEqual(texts)
    }
    const tall = await fitPicture(opaque, { size: { width: 2, height: 6 }, format: 'png', quality: 100 })
    expect([await pixelOf(tall, 0, 0), await pixelOf(tall, 0, 3)]).toEqual([
      [255, 255, 255, 255],
      [200, 30, 60, 255],
    ])
  })

  it.each(['webp', 'jpeg'] as const)('says as %s, too, that a network made it', async (format) => {
    const file = await fitPicture(clear, { size: { width: 32, height: 32 }, format, quality: 90 })
    const { xmp, format: found } = await sharp(file).metadata()
    expect(found).toBe(format)
    expect(xmp!.toString()).toContain(trainedAlgorithmicMedia)
    if (format === 'webp') expect(readWebpText(file)).toEqual({ 'neuf:recipe': texts['neuf:recipe'] })
    const [red, green, blue, alpha] = await pixelOf(file, 2, 16)
    // A JPEG has nothing clear: it is white there.
    expect(format === 'webp' ? alpha === 0 : Math.min(red!, green!, blue!) > 250).toBe(true)
    const plain = await fitPicture(encodePng(half), { format, quality: 90 })
    expect((await sharp(plain).metadata()).xmp).toBe(undefined)
  })
})
