import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePicture, encodePng, pictureFormat, pixelSha256, previewOf } from './codec.ts'
import { createPixels, cropSquare, flipHorizontally, type Pixels, wrapPixels } from './pixels.ts'
import { readChunks, writeChunks } from './png-chunks.ts'
import { resize } from './resize.ts'

/** A smooth picture with a sharp edge: what lossy formats keep to within a few grey levels. */
const smooth = (width: number, height: number, channels: 3 | 4 = 3): Pixels => {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const colour = [(x * 255) / width, (y * 255) / height, x > width / 2 ? 200 : 60, 255 - (y * 200) / height]
      data.set(colour.slice(0, channels), (y * width + x) * channels)
    }
  return wrapPixels(width, height, channels, data)
}

const withSharp = (picture: Pixels) => {
  const { width, height, channels } = picture
  return sharp(picture.data, { raw: { width, height, channels } })
}

const meanDifference = (a: Pixels, b: Pixels) => {
  expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, b.channels])
  return a.data.reduce((sum, value, at) => sum + Math.abs(value - b.data[at]!), 0) / a.data.length
}

describe('encodePng', () => {
  it.each([3, 4] as const)('writes %d channels that another decoder reads the same', async (channels) => {
    for (const [width, height] of [
      [1, 1],
      [64, 64],
      [33, 17],
      [200, 3],
    ] as const) {
      const picture = smooth(width, height, channels)
      const { data, info } = await sharp(encodePng(picture)).raw().toBuffer({ resolveWithObject: true })
      expect({ width: info.width, height: info.height, channels: info.channels, data: new Uint8Array(data) }).toEqual(
        picture,
      )
    }
  })

  it('gives the same bytes for the same pixels', () => {
    expect(encodePng(smooth(40, 30))).toEqual(encodePng(smooth(40, 30)))
  })
})

describe('previewOf', () => {
  it('is small and much the same picture, with what is clear in it', async () => {
    for (const picture of [smooth(64, 48), smooth(64, 48, 4)]) {
      const preview = (await previewOf(picture, 5000))!
      expect(pictureFormat(preview)).toBe('webp')
      const read = await decodePicture(preview, { alpha: picture.channels === 4 ? 'keep' : 'flatten' })
      expect(meanDifference(read, picture)).toBeLessThan(6)
    }
    expect(await decodePicture((await previewOf(smooth(512, 256), 5000))!)).toMatchObject({ width: 128, height: 64 })
  })

  it('loses more where it has to, and is none where nothing would be left', async () => {
    const noise = wrapPixels(
      128,
      128,
      3,
      Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => (i * i * 31) % 251),
    )
    const [much, little] = [(await previewOf(noise, 2 ** 20))!, (await previewOf(noise, 8000))!]
    expect(little.length).toBeLessThanOrEqual(8000)
    expect(much.length).toBeGreaterThan(little.length)
    expect(await previewOf(noise, 100)).toBe(undefined)
  })
})

describe('decodePicture', () => {
  it('gives back what encodePng wrote', async () => {
    const [opaque, clear] = [smooth(50, 20), smooth(50, 20, 4)]
    expect(await decodePicture(encodePng(opaque))).toEqual(opaque)
    expect(await decodePicture(encodePng(clear), { alpha: 'keep' })).toEqual(clear)
  })

  it.each(['png', 'jpeg', 'webp', 'avif'] as const)('reads %s', async (format) => {
    const picture = smooth(64, 48)
    const bytes = new Uint8Array(
      await withSharp(picture)
        .toFormat(format, format === 'png' ? {} : { quality: 95 })
        .toBuffer(),
    )
    expect(pictureFormat(bytes)).toBe(format)
    expect(meanDifference(await decodePicture(bytes), picture)).toBeLessThan(format === 'png' ? 1e-9 : 6)
  })

  it('lays what is transparent on white, or on a colour', async () => {
    const bytes = encodePng(wrapPixels(2, 1, 4, Uint8Array.of(10, 20, 30, 0, 10, 20, 30, 255)))
    expect(Array.from((await decodePicture(bytes)).data)).toEqual([255, 255, 255, 10, 20, 30])
    expect(Array.from((await decodePicture(bytes, { background: [1, 2, 3] })).data)).toEqual([1, 2, 3, 10, 20, 30])
  })

  it('reads grey, palette and 16-bit pictures as RGB', async () => {
    const grey = await sharp(smooth(16, 16).data, { raw: { width: 16, height: 16, channels: 3 } })
      .greyscale()
      .png()
      .toBuffer()
    const palette = await withSharp(createPixels(16, 16, [255, 0, 0]))
      .png({ palette: true })
      .toBuffer()
    const deep = await withSharp(createPixels(16, 16, [255, 0, 0]))
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    const decoded = await decodePicture(grey)
    expect([decoded.channels, decoded.data.length]).toEqual([3, 16 * 16 * 3])
    expect(await decodePicture(palette)).toEqual(createPixels(16, 16, [255, 0, 0]))
    expect(await decodePicture(deep)).toEqual(createPixels(16, 16, [255, 0, 0]))
  })

  it('turns a photograph upright', async () => {
    const picture = smooth(32, 16)
    const mirrored = await withSharp(picture).png().withMetadata({ orientation: 2 }).toBuffer()
    expect(await decodePicture(mirrored)).toEqual(flipHorizontally(picture))
  })

  it('refuses other formats, whatever they say of themselves, and names the file', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    for (const bytes of [svg, 'GIF89a.......', 'II*\0', '', 'RIFF....WAVE', '....ftypmp42....isom', '%PDF-1.4'].map(
      (text) => new TextEncoder().encode(text),
    )) {
      await expect(decodePicture(bytes, { path: 'there.png' })).rejects.toMatchObject({
        code: 'file-unreadable',
        message: expect.stringMatching(
          /^Cannot read there\.png: it is not a PNG, JPEG, WebP or AVIF picture\. [^\n]*$/,
        ),
      })
    }
  })

  it('refuses damaged and cut files with one line', async () => {
    const whole = await withSharp(smooth(64, 64)).jpeg().toBuffer()
    const png = encodePng(smooth(64, 64))
    const changed = png.slice()
    changed[60]! ^= 0xff
    for (const bytes of [
      whole.subarray(0, 200),
      whole.subarray(0, 4),
      png.subarray(0, 100),
      png.subarray(0, 20),
      changed,
    ]) {
      await expect(decodePicture(new Uint8Array(bytes))).rejects.toMatchObject({
        code: 'file-unreadable',
        message: expect.stringMatching(/^[^\n]+$/),
      })
    }
  })

  it('says what is wrong with a damaged file, in words of its own', async () => {
    const noise = wrapPixels(
      64,
      64,
      3,
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24),
    )
    const png = encodePng(noise)
    const changed = png.slice()
    changed[200]! ^= 0xff
    const chunks = readChunks(png, 'x')
    const halfOfPixels = writeChunks(
      chunks.map(({ type, data }) => ({ type, data: type === 'IDAT' ? data.subarray(0, data.length / 2) : data })),
    )
    const [jpeg, webp, avif] = await Promise.all(
      (['jpeg', 'webp', 'avif'] as const).map((format) => withSharp(noise).toFormat(format).toBuffer()),
    )
    const half = (bytes: Uint8Array) => new Uint8Array(bytes.subarray(0, bytes.length / 2))
    const cases: [Uint8Array, string][] = [
      [png.subarray(0, 400), 'it is cut short, or the length of a chunk is wrong (at byte 46)'],
      [png.subarray(0, png.length - 12), 'it is cut short'],
      [png.subarray(0, 12), 'it is cut short'],
      [changed, 'the checksum of its IDAT chunk is wrong (at byte 46)'],
      [halfOfPixels, 'its PNG data are damaged or cut short'],
      [half(jpeg!), 'its JPEG data are damaged or cut short'],
      [half(webp!), 'its WebP data are damaged or cut short'],
      [half(avif!), 'its AVIF data are damaged or cut short'],
    ]
    for (const [bytes, why] of cases) {
      const fault = await decodePicture(bytes, { path: 'it.png' }).catch((error: unknown) => error)
      expect(fault).toMatchObject({ code: 'file-unreadable', details: { path: 'it.png', why } })
    }
  })

  it('refuses too many pixels before it makes room for them', async () => {
    await expect(decodePicture(encodePng(smooth(64, 64)), { maxPixels: 64 * 64 - 1 })).rejects.toMatchObject({
      code: 'file-unreadable',
      details: { why: 'it has too many pixels' },
    })
    await expect(decodePicture(encodePng(smooth(64, 64)), { maxPixels: 64 * 64 })).resolves.toMatchObject({ width: 64 })
  })

  it('cuts to the square in the middle and to a size, as this project does by itself', async () => {
    for (const channels of [3, 4] as const) {
      for (const [width, height] of [
        [96, 64],
        [64, 160],
        [64, 64],
      ] as const) {
        const picture = smooth(width, height, channels)
        const found = await decodePicture(encodePng(picture), { alpha: channels === 4 ? 'keep' : 'flatten', side: 32 })
        expect(meanDifference(found, resize(cropSquare(picture), 32, 32))).toBeLessThan(2)
      }
    }
    // Turned upright first: what is in the middle of a picture is so however its file lies.
    const wide = smooth(96, 64)
    const lying = await withSharp(wide).rotate(-90).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer()
    const upright = await decodePicture(new Uint8Array(lying), { side: 32 })
    expect(meanDifference(upright, resize(cropSquare(wide), 32, 32))).toBeLessThan(4)
  })
})

describe('pixelSha256', () => {
  it('is a known value, and another for another shape', () => {
    // printf '1x1x3\n\x01\x02\x03' | sha256sum
    expect(pixelSha256(createPixels(1, 1, [1, 2, 3]))).toBe(
      '7c528aadb229a724d6bf55574c9b25ac47a004d015d9355e373d2fa24fde9be4',
    )
    const data = new Uint8Array(24)
    const shapes = [wrapPixels(2, 4, 3, data), wrapPixels(4, 2, 3, data), wrapPixels(2, 3, 4, data)].map(pixelSha256)
    expect(new Set(shapes).size).toBe(3)
  })
})
