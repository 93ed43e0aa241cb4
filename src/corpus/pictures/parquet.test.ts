import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parquetPictures } from './parquet.ts'
import { Refused } from './refusal.ts'
import { type Codec, type Column, type Lies, parquetFile } from './testing/parquet.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-parquet-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bytes = (...values: number[]) => Uint8Array.from(values)
const images: Column = { path: ['image', 'bytes'], values: [bytes(1, 2, 3), null, bytes(255, 0)], isText: false }
const paths: Column = { path: ['image', 'path'], values: ['a.png', 'b.png', null], isText: true }
const texts: Column = { path: ['text'], values: ['a cat', 'un chat sur un tapis', 'été'], isText: true }

/** `source: captions: bytes` of each row, or why it was refused; last why reading ended. */
async function read(file: Uint8Array): Promise<string[]> {
  const path = join(folder, 'x.parquet')
  writeFileSync(path, file)
  const lines: string[] = []
  const beside = async (name: string) => new TextEncoder().encode(`beside ${name}`)
  try {
    for await (const found of parquetPictures(path, 'x.parquet', beside)) {
      if ('refusal' in found) lines.push(`${found.refusal.source} ${found.refusal.reason}`)
      else {
        const { item } = found
        const content = await item.bytes().then(
          (all) => (all[0] === 98 ? new TextDecoder().decode(all) : [...all].join()),
          (error: Refused) => error.reason,
        )
        const captions = item.captions.kept.map(({ language, text }) => `${language} ${text}`)
        lines.push(`${item.source} [${captions}] ${content}`)
      }
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    lines.push(error.reason)
  }
  return lines
}

describe('parquetPictures', () => {
  it.each<Codec>(['plain', 'snappy', 'gzip', 'zstd'])(
    'reads pictures as data sets hold them, packed as %s',
    async (codec) => {
      expect(await read(parquetFile([images, paths, texts], codec))).toEqual([
        'x.parquet#0 [en a cat] 1,2,3',
        'x.parquet#1 [fr un chat sur un tapis] beside b.png',
        'x.parquet#2 [fr été] 255,0',
      ])
    },
  )

  it('reads plain bytes, bytes that look like text, captions in two languages', async () => {
    const plain: Column = { path: ['jpg'], values: [bytes(104, 105), null], isText: false }
    const caption: Column = { path: ['caption'], values: ['a cat', null], isText: true }
    const french: Column = { path: ['caption_fr'], values: ['chat', 'chien'], isText: true }
    expect(await read(parquetFile([plain, caption, french]))).toEqual([
      'x.parquet#0 [en a cat,fr chat] 104,105',
      'x.parquet#1 [fr chien] missing',
    ])
  })

  it('says of what holds no pictures that it holds none', async () => {
    expect(
      await read(
        parquetFile([
          { path: ['url'], values: ['https://example.org'], isText: true },
          { ...texts, values: ['x'] },
        ]),
      ),
    ).toEqual(['no-pictures'])
  })

  const sound = () => parquetFile([images, paths, texts])
  it.each<[string, () => Uint8Array]>([
    ['nothing', () => bytes()],
    ['text', () => new TextEncoder().encode('x'.repeat(3000))],
    ['its first half', () => sound().subarray(0, sound().length / 2)],
    ['a footer that is longer than the file', () => changed(sound(), -8, 0xff, 0xff, 0xff, 0x01)],
    ['a footer without end', () => changed(sound(), -8, 0xff, 0xff, 0xff, 0xff)],
    [
      'a footer of noise',
      () => sound().map((byte, i, all) => (i > all.length - 200 && i < all.length - 8 ? (i * 37) % 256 : byte)),
    ],
  ])('ends at a damaged file: %s', async (_, file) => {
    expect(await read(file())).toEqual(['bad-table'])
  })

  it('refuses the rows of a damaged row group by name', async () => {
    expect(await read(sound().map((byte, i) => (i > 60 && i < 120 ? 0xee : byte)))).toEqual([
      ...[0, 1, 2].map((k) => `x.parquet#${k} bad-row`),
    ])
  })

  it.each<[string, Codec, Lies]>([
    ['a page that unpacks to gigabytes', 'gzip', { unpacked: 2 ** 31 - 1 }],
    ['a page of two milliards of values', 'plain', { values: 2 ** 31 - 1 }],
    ['levels that repeat a milliard times', 'plain', { repeat: 2 ** 30 - 1 }],
  ])('outlives %s', async (_, codec, lies) => {
    const lines = await read(parquetFile([images, paths, texts], codec, lies))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/bad-row|bad-table|missing/)
  })

  it('reads through noise in any place without an end of the program', async () => {
    const file = sound()
    for (let k = 0; k < 10; k++) {
      const at = (k * 7919 + 13) % file.length
      const lines = await read(file.map((byte, i) => (i === at ? byte ^ (1 << (k % 8)) : byte)))
      expect(lines.length).toBeGreaterThan(0)
    }
  })
})

function changed(file: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const out = file.slice()
  out.set(values, out.length + at)
  return out
}
