import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePicture, encodePng, pixelSha256, stickerOf, stickerSide, webpOf } from './codec.ts'
import { createPixels, paste } from './pixels.ts'
import { withMark, withMetadata } from './provenance.ts'
import { type PictureRecord, readRecipe, writeRecipe, writeSheetRecipe } from './recipe-metadata.ts'
import { readWebpText } from './webp-metadata.ts'
import { trainedAlgorithmicMedia, writeXmp } from './xmp.ts'

const record: PictureRecord = {
  recipe: {
    format: 1,
    model: { name: 'small', sha256: 'ab'.repeat(32) },
    prompt: 'un <kangourou> & "fromage" </neuf:recipe> \uffff 🧀 ]]>',
    normalisedPrompt: 'un kangourou',
    seed: 7,
    index: 3,
    sampling: { temperature: 0.5, topK: 0, guidance: 1.4 },
    candidates: 8,
  },
  tokens: Uint16Array.of(1, 2047, 65_535),
  score: { score: -1.5, matchProbability: 0.25 },
  engine: 'test engine',
}
const picture = createPixels(24, 24, [250, 240, 230], 4)
paste(picture, createPixels(10, 12, [20, 90, 200], 4), 7, 6)
const png = writeRecipe(encodePng(picture), record)

describe('a WebP file', () => {
  it('has the very pixels of the PNG, and carries the same', async () => {
    const webp = await webpOf(png)
    expect(pixelSha256(await decodePicture(webp, { alpha: 'keep' }))).toBe(pixelSha256(picture))
    expect(readRecipe(webp)).toEqual({ kind: 'picture', record })
  })

  it('carries the records of a sheet', async () => {
    const sheet = { columns: 2, gap: 1, scale: 1 }
    const webp = await webpOf(writeSheetRecipe(encodePng(picture), [record, record], sheet))
    expect(readRecipe(webp)).toEqual({ kind: 'sheet', records: [record, record], sheet })
  })

  it('is read by others: its packet is XML in the chunk where XMP stands, with the mark of what networks make', async () => {
    const { xmp, format, hasAlpha } = await sharp(await webpOf(png)).metadata()
    expect([format, hasAlpha]).toEqual(['webp', false])
    const text = xmp!.toString('utf8')
    expect(text.split(`<Iptc4xmpExt:DigitalSourceType>${trainedAlgorithmicMedia}<`).length).toBe(2)
    expect(text.split('<x:xmpmeta').length).toBe(2)
    // Every tag that opens closes, in order, with nothing of the prompt among them.
    const open: string[] = []
    for (const [, slash, name] of text.matchAll(/<(\/?)([a-zA-Z][\w:.-]*)[^<>]*>/g)) {
      if (slash === '') open.push(name!)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
    expect(text).not.toMatch(/<kangourou>|&(?!amp;|lt;|gt;)|\uffff/)
  })

  it('carries as little as the PNG: the mark alone, or nothing, with the same pixels', async () => {
    const bare = await webpOf(withMetadata(png, 'none'))
    expect((await sharp(bare).metadata()).xmp).toBe(undefined)
    for (const said of ['neuf', 'XMP', 'EXIF', 'kangourou']) expect(Buffer.from(bare).includes(said), said).toBe(false)
    expect(pixelSha256(await decodePicture(bare, { alpha: 'keep' }))).toBe(pixelSha256(picture))
    const marked = await webpOf(withMark(encodePng(picture)))
    expect((await sharp(marked).metadata()).xmp!.toString()).toBe(writeXmp())
    expect(readWebpText(marked)).toEqual({})
  })

  it('that somebody else made carries none', async () => {
    const plain = new Uint8Array(
      await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
        .webp()
        .toBuffer(),
    )
    expect(readWebpText(plain)).toEqual({})
    expect(() => readRecipe(plain)).toThrow(/carries no neuf:recipe/)
  })

  it('that is hostile is refused or read as far as it goes, in no time and without harm', async () => {
    const webp = await webpOf(png)
    for (let length = 0; length < webp.length; length += 7) {
      expect(() => readRecipe(webp.slice(0, length)), String(length)).toThrow(/Cannot read/)
    }
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let round = 0; round < 2000; round++) {
      const broken = webp.slice()
      for (let i = 0; i < 1 + random(6); i++) broken[random(broken.length)] = random(256)
      try {
        readRecipe(broken)
      } catch (error) {
        expect((error as { code?: string }).code).toBe('file-unreadable')
      }
    }
    const chunk = (name: string, data: Uint8Array) => {
      const bytes = new Uint8Array(8 + data.length + (data.length % 2))
      bytes.set(new TextEncoder().encode(name))
      new DataView(bytes.buffer).setUint32(4, data.length, true)
      bytes.set(data, 8)
      return bytes
    }
    const file = (text: string) => chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), chunk('XMP ', Buffer.from(text))]))
    // Openings without an end, and one property many times.
    expect(readWebpText(file('<neuf:a>'.repeat(60)))).toEqual({})
    expect(() => readWebpText(file('<neuf:a>'.repeat(1_000_000)))).toThrow(/more than 64 texts/)
    expect(readWebpText(file(`<neuf:${'<neuf:A>'.repeat(1_000_000)}`))).toEqual({})
    expect(readWebpText(file('<neuf:a>1</neuf:a><neuf:a>2</neuf:a><neuf:__proto__>x</neuf:__proto__>'))).toEqual({
      'neuf:a': '1',
    })
    expect(() => readWebpText(file(`<neuf:a>${'x'.repeat(17 * 2 ** 20)}</neuf:a>`))).toThrow(/too much text/)
    expect(() => writeXmp({ 'neuf:a><b': '' })).toThrow(RangeError)
  })
})

describe('a sticker', () => {
  it('is what stands out, in a clear square, and carries the same', async () => {
    const sticker = (await stickerOf(png))!
    const { width, height, data } = await decodePicture(sticker, { alpha: 'keep' })
    expect([width, height]).toEqual([stickerSide, stickerSide])
    const alpha = (x: number, y: number) => data[(y * width + x) * 4 + 3]
    expect([alpha(0, 0), alpha(256, 8), alpha(256, 256), alpha(30, 256)]).toEqual([0, 0, 255, 0])
    expect([...data.subarray((256 * width + 256) * 4, (256 * width + 256) * 4 + 3)]).toEqual([20, 90, 200])
    expect(readRecipe(sticker)).toEqual({ kind: 'picture', record })
    expect(await stickerOf(encodePng(createPixels(24, 24, [1, 2, 3])))).toBe(undefined)
  })
})
