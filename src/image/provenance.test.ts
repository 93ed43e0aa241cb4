import { crc32, inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePicture, encodePng, pixelSha256 } from './codec.ts'
import { infotext } from './infotext.ts'
import { createPixels } from './pixels.ts'
import { withText } from './png-metadata.ts'
import { withMark, withoutMetadata } from './provenance.ts'
import { type PictureRecord, readRecipe, writeRecipe } from './recipe-metadata.ts'
import { encodeSheet } from './sheet-file.ts'
import { pictureRecord } from './testing/picture-record.ts'
import { trainedAlgorithmicMedia } from './xmp.ts'

const picture = createPixels(16, 8, [200, 30, 90])
const recordOf = (prompt: string, index = 3): PictureRecord =>
  pictureRecord({ prompt, index, model: { name: 'a, "model": of its own', sha256: 'cd'.repeat(32) } })

/** Chunks of a PNG, walked by the specification and by nothing of this room; checksums by zlib's own. */
function chunksOf(png: Uint8Array): { type: string; data: Buffer }[] {
  const bytes = Buffer.from(png)
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const chunks = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const body = bytes.subarray(at + 4, at + 8 + length)
    expect(crc32(body)).toBe(bytes.readUInt32BE(at + 8 + length))
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) })
    at += 12 + length
  }
  return chunks
}

/** The text of an iTXt chunk under a keyword, as its specification cuts it up. */
function internationalText(png: Uint8Array, keyword: string): string | undefined {
  for (const { type, data } of chunksOf(png)) {
    if (type !== 'iTXt' || data.toString('latin1', 0, data.indexOf(0)) !== keyword) continue
    const flag = data[data.indexOf(0) + 1]
    const language = data.indexOf(0, data.indexOf(0) + 3)
    const text = data.subarray(data.indexOf(0, language + 1) + 1)
    return (flag === 1 ? inflateSync(text) : text).toString('utf8')
  }
  return undefined
}

const sourceTypeIn = (xmp: string | undefined): string | undefined =>
  /<Iptc4xmpExt:DigitalSourceType>([^<]*)</.exec(xmp ?? '')?.[1]

describe('the mark of a picture that a network made', () => {
  it('is found by readers that are not ours, in pictures and in sheets', async () => {
    for (const png of [
      writeRecipe(encodePng(picture), recordOf('a cat')),
      encodeSheet([picture, picture], [recordOf('un éléphant'), recordOf('un éléphant', 4)]),
      withMark(encodePng(picture)),
    ]) {
      expect(sourceTypeIn(internationalText(png, 'XML:com.adobe.xmp'))).toBe(trainedAlgorithmicMedia)
      expect(sourceTypeIn((await sharp(png).metadata()).xmpAsString)).toBe(trainedAlgorithmicMedia)
    }
  })

  it('is XML that nothing in a prompt changes', () => {
    const hostile = '</rdf:RDF><x a="&quot;">]]>\n<?xpacket end="w"?>'
    const xmp = internationalText(writeRecipe(encodePng(picture), recordOf(hostile)), 'XML:com.adobe.xmp')!
    expect(xmp).toBe(internationalText(withMark(encodePng(picture)), 'XML:com.adobe.xmp'))
    // Every element is closed in the order it was opened.
    const open: string[] = []
    for (const [, end, name, alone] of xmp.matchAll(/<(\/?)([\w:]+)[^>?]*?(\/?)>/g)) {
      if (end === '/') expect(open.pop()).toBe(name)
      else if (alone !== '/') open.push(name!)
    }
    expect(open).toEqual([])
  })

  it('goes with all else that a file tells, and the pixels stay', async () => {
    const png = withText(writeRecipe(encodePng(picture), recordOf('un éléphant')), { Author: 'Zoé', note: 'x' })
    const bare = withoutMetadata(png)
    expect(chunksOf(bare).map(({ type }) => type)).toEqual(['IHDR', 'sRGB', 'IDAT', 'IEND'])
    expect(bare).toEqual(encodePng(picture))
    expect((await sharp(bare).metadata()).xmp).toBeUndefined()
    expect(Buffer.from(bare).includes('neuf')).toBe(false)
    expect(pixelSha256(await decodePicture(bare))).toBe(pixelSha256(picture))
    const marked = withMark(bare)
    expect(chunksOf(marked).map(({ type }) => type)).toEqual(['IHDR', 'iTXt', 'sRGB', 'IDAT', 'IEND'])
  })

  it('is added to what a file carries, once', () => {
    const png = writeRecipe(encodePng(picture), recordOf('a cat'))
    expect(readRecipe(withMark(png))).toEqual(readRecipe(png))
    expect(chunksOf(withMark(withMark(png))).length).toBe(chunksOf(png).length)
  })
})

describe('the text that other programs read', () => {
  /** As AUTOMATIC1111's own reader does it: the last line holds the pairs, all before it is the prompt. */
  function parse(text: string): { prompt: string; values: Record<string, string> } {
    const lines = text.trim().split('\n')
    const last = lines.pop()!
    const pairs = [...last.matchAll(/\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g)]
    const values = pairs.map(([, name, value]): [string, string] => [
      name!,
      value!.startsWith('"') ? JSON.parse(value!) : value!,
    ])
    return { prompt: lines.join('\n'), values: Object.fromEntries(values) }
  }

  it('tells prompt and settings', () => {
    const png = writeRecipe(encodePng(picture), recordOf('a red fox, with: “quotes”'))
    const { prompt, values } = parse(internationalText(png, 'parameters')!)
    expect(prompt).toBe('a red fox, with: “quotes”')
    expect(values).toEqual({
      Steps: '4',
      Sampler: 'neuf',
      'CFG scale': '1.4',
      Seed: '7',
      Size: '16x8',
      'Model hash': 'cdcdcdcdcd',
      Model: 'a, "model": of its own',
      Temperature: '0.5',
      'Top-k': '0',
      Candidate: '3 of 32',
      Version: 'neuf',
    })
  })

  it('tells of the first picture of a sheet, at its own size', () => {
    for (const count of [1, 2, 3, 5, 9]) {
      const records = Array.from({ length: count }, (_, index) => recordOf('été', index))
      const sheet = encodeSheet(Array(count).fill(picture), records)
      expect(parse(internationalText(sheet, 'parameters')!).values).toMatchObject({
        Size: '16x8',
        Candidate: '0 of 32',
      })
    }
  })

  it('cannot be forged by a prompt', () => {
    const prompt = 'a cat\nSteps: 99, Sampler: Euler a, CFG scale: 9, Seed: 666\r\n\u2028Model: evil'
    const { recipe } = recordOf(prompt)
    const { values, prompt: told } = parse(infotext({ recipe, steps: 4, width: 16, height: 8 }))
    expect(values).toMatchObject({ Seed: '7', Steps: '4', Model: 'a, "model": of its own' })
    expect(told).toBe('a cat Steps: 99, Sampler: Euler a, CFG scale: 9, Seed: 666 Model: evil')
  })
})
