import { deflateSync, inflateSync, crc32 as zlibCrc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { createPixels, type Pixels, wrapPixels } from './pixels.ts'
import { crc32, isPng, readChunks, writeChunks } from './png-chunks.ts'
import { pngFrom } from './png-encode.ts'
import { readText, withText } from './png-metadata.ts'

const png = pngFrom(createPixels(5, 4, [1, 2, 3]), (bytes) => deflateSync(bytes))
const utf8 = (text: string) => new TextEncoder().encode(text)

/** A PNG with one chunk more, behind its header. */
const withChunk = (type: string, data: Uint8Array) => {
  const [header, ...rest] = readChunks(png, 'png')
  return writeChunks([header!, { type, data }, ...rest])
}

const fault = (work: () => unknown): string => {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof NeufError && thrown.code === 'file-unreadable') return thrown.message
    throw thrown
  }
  return 'none'
}

describe('pngFrom', () => {
  /** Undoes the five filters from their definitions in the specification, in place of a decoder. */
  const unfilter = (file: Uint8Array): Pixels => {
    const chunks = readChunks(file, 'png')
    const header = chunks[0]!.data
    const view = new DataView(header.buffer, header.byteOffset)
    const [width, height] = [view.getUint32(0), view.getUint32(4)]
    expect([...header.subarray(8)]).toEqual([8, header[9], 0, 0, 0])
    const channels = header[9] === 6 ? 4 : 3
    const stored = inflateSync(chunks.find(({ type }) => type === 'IDAT')!.data)
    expect(stored).toHaveLength(height * (1 + width * channels))
    const out = new Uint8Array(width * height * channels)
    const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : out[y * width * channels + x]!)
    for (let y = 0; y < height; y++) {
      const filter = stored[y * (1 + width * channels)]!
      for (let x = 0; x < width * channels; x++) {
        const [a, b, c] = [at(x - channels, y), at(x, y - 1), x < channels ? 0 : at(x - channels, y - 1)]
        const distances = [a, b, c].map((value) => Math.abs(a + b - c - value))
        const nearest = [a, b, c][distances.indexOf(Math.min(...distances))]!
        const guess = [0, a, b, Math.floor((a + b) / 2), nearest][filter]!
        out[y * width * channels + x] = stored[y * (1 + width * channels) + 1 + x]! + guess
      }
    }
    return { width, height, channels, data: out }
  }

  it.each([3, 4] as const)('keeps every pixel of %d channels, by filters of all kinds', (channels) => {
    const [width, height] = [37, 41]
    const data = Uint8Array.from({ length: width * height * channels }, (_, at) => {
      const y = Math.floor(at / (width * channels))
      const noise = (at * at * 31) & 255
      return [noise, y * 5, at % (width * channels), noise & 7, (at + y * y) & 255][y % 5]!
    })
    const picture = wrapPixels(width, height, channels, data)
    expect(unfilter(pngFrom(picture, (bytes) => deflateSync(bytes)))).toEqual(picture)
    const one = createPixels(1, 1, [9, 8, 7], channels)
    expect(unfilter(pngFrom(one, (bytes) => deflateSync(bytes)))).toEqual(one)
  })
})

describe('crc32', () => {
  it('gives the check value and what zlib gives', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array(0))).toBe(0)
    expect(crc32(png)).toBe(zlibCrc32(png))
  })
})

describe('texts in a PNG', () => {
  it('come back as they were written', () => {
    const texts = {
      'neuf:recipe': JSON.stringify({ prompt: 'l\'éléphant 🦘 "x"\n' }),
      plain: 'only ASCII, with\nlines',
      empty: '',
      Title: '\ufeffmark\u0000null',
      ['k'.repeat(79)]: 'x',
    }
    const written = withText(png, texts)
    expect(readText(written)).toEqual(texts)
    expect(
      readChunks(written, 'png')
        .map(({ type }) => type)
        .join(' '),
    ).toBe('IHDR iTXt tEXt tEXt iTXt tEXt sRGB IDAT IEND')
  })

  it('replace those under the same keyword and leave the rest, pixels included', () => {
    const once = withText(png, { a: '1', b: 'é' })
    const twice = withText(once, { b: '2' })
    expect(readText(twice)).toEqual({ a: '1', b: '2' })
    const pixels = (file: Uint8Array) => readChunks(file, 'png').filter(({ type }) => !/text/i.test(type))
    expect(pixels(twice)).toEqual(pixels(png))
    expect(withText(png, {})).toEqual(png)
    expect(readText(png)).toEqual({})
  })

  it('are Latin-1 in tEXt, whoever wrote it', () => {
    expect(readText(withChunk('tEXt', Uint8Array.of(0x6b, 0, 0xe9, 0x80, 0xff)))).toEqual({ k: 'é\u0080ÿ' })
  })

  it('may carry a language', () => {
    expect(readText(withChunk('iTXt', utf8('k\0\0\0fr\0clé\0été')))).toEqual({ k: 'été' })
  })

  it('are left out where they are compressed or have no keyword', () => {
    for (const [type, text] of [
      ['zTXt', 'k\0\0x'],
      ['iTXt', 'k\0\x01\0\0\0x'],
      ['tEXt', '\0x'],
      ['tEXt', 'no end'],
    ] as const) {
      expect(readText(withChunk(type, utf8(text)))).toEqual({})
    }
    expect(readText(withChunk('tEXt', utf8(`${'k'.repeat(80)}\0x`)))).toEqual({})
  })

  it('cannot reach into the objects of the program', () => {
    const texts = readText(withText(withChunk('tEXt', utf8('__proto__\0{}')), { constructor: 'x' }))
    expect(Object.hasOwn(texts, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(texts)).toBe(Object.prototype)
  })

  it('are refused when they are damaged', () => {
    for (const data of ['k\0\x05\0\0\0x', 'k\0\0', 'k\0\0\0', 'k\0\0\0fr\0', 'k\0']) {
      expect(fault(() => readText(withChunk('iTXt', utf8(data))))).toContain('damaged')
    }
    expect(fault(() => readText(withChunk('iTXt', Uint8Array.of(0x6b, 0, 0, 0, 0, 0, 0xff, 0xfe))))).toContain(
      'not UTF-8',
    )
  })

  it('are refused beyond what is sensible', () => {
    expect(fault(() => readText(withChunk('tEXt', utf8(`k\0${'x'.repeat(17 * 2 ** 20)}`))))).toContain('too much text')
    const [header, ...rest] = readChunks(png, 'png')
    const many = Array.from({ length: 1025 }, (_, at) => ({ type: 'tEXt', data: utf8(`k${at}\0`) }))
    expect(fault(() => readText(writeChunks([header!, ...many, ...rest])))).toContain('too much text')
  })

  it.each(['', ' a', 'a ', 'a  b', 'é', 'a\0b', 'k'.repeat(80), `a${' b'.repeat(40)}`])(
    'have no keyword %j',
    (keyword) => {
      expect(() => withText(png, { [keyword]: 'x' })).toThrow(RangeError)
    },
  )
})

describe('a broken PNG', () => {
  it('is named with its fault and its path', () => {
    const view = (bytes: Uint8Array) => new DataView(bytes.buffer)
    const lengthened = png.slice()
    view(lengthened).setUint32(8, 0xffffffff)
    const crc = png.slice()
    crc[20]! ^= 1
    const named = png.slice()
    named[12] = 0
    expect(fault(() => readText(utf8('GIF89a'), 'there/x.png'))).toMatch(/^Cannot read there\/x\.png: it is not a PNG/)
    expect(fault(() => readText(new Uint8Array(0)))).toContain('not a PNG')
    expect(fault(() => readText(lengthened))).toContain('length of a chunk is wrong (at byte 8)')
    expect(fault(() => readText(crc))).toContain('checksum of its IHDR chunk is wrong')
    expect(fault(() => readText(named))).toContain('without a name')
    expect(fault(() => withText(crc, { a: 'b' }))).toContain('checksum')
    const chunks = readChunks(png, 'png')
    expect(fault(() => readText(writeChunks(chunks.slice(1))))).toContain('IHDR')
    expect(fault(() => readText(writeChunks([chunks[0]!, ...chunks])))).toContain('IHDR')
    expect(fault(() => readText(writeChunks(chunks.slice(0, -1))))).toContain('cut short')
  })

  it('is refused wherever it is cut', () => {
    const whole = withText(png, { a: 'é' })
    for (let length = 0; length < whole.length; length++) {
      expect(fault(() => readText(whole.subarray(0, length)))).toMatch(/cut short|not a PNG/)
    }
  })

  it('never gives anything but its texts or a fault, whichever byte is changed', () => {
    const whole = withText(png, { a: 'é', b: 'x' })
    for (let at = 0; at < whole.length; at++) {
      for (const change of [0x01, 0x20, 0x80, 0xff]) {
        const changed = whole.slice()
        changed[at]! ^= change
        expect(
          fault(() => readText(changed)),
          `${at} ${change}`,
        ).not.toBe('none')
      }
    }
  })

  it('may have anything behind its end, and may stand anywhere in a buffer', () => {
    const around = new Uint8Array(png.length + 20)
    around.set(withText(png, {}), 7)
    expect(readText(around.subarray(7))).toEqual({})
    expect(isPng(around)).toBe(false)
  })
})
