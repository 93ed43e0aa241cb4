import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openCorpus } from '../read.ts'
import { build, contents, folder, put, refusals, useFolder } from './testing/building.ts'
import { parquetFile } from './testing/parquet.ts'
import { colourOf, picture, png } from './testing/pictures.ts'
import { tarFile } from './testing/tar.ts'

useFolder()

describe('buildPictures', () => {
  it('takes pictures with texts beside them, in the order of their names', async () => {
    put('b.png', await png(1))
    put('b.txt', 'a blue boat\na boat\n')
    put('a/x.jpg', await picture(2).jpeg().toBuffer())
    put('a/x.caption', 'a red cat')
    put('a/x.fr.txt', 'chat rouge')
    put('c.webp', await picture(3).webp().toBuffer())
    put('c.json', JSON.stringify({ caption: 'un chien dans un jardin', url: 'https://example.org', status: 'success' }))
    put('d.GIF', await picture(4).gif().toBuffer())
    put('d.txt', new Uint8Array([0xff, 0xfe, ...Buffer.from('a dog', 'utf16le')]))
    const seen: number[][] = []
    const { info, report } = await build({ onProgress: (...told) => seen.push(told) })
    expect(await contents()).toEqual([
      'a/x.jpg: en a red cat, fr chat rouge',
      'b.png: en a blue boat, en a boat',
      'c.webp: fr un chien dans un jardin',
      'd.GIF: en a dog',
    ])
    expect(report).toEqual({ kept: 4, captions: { en: 4, fr: 2 }, refused: {}, notes: {} })
    expect(info).toMatchObject({ format: 2, kind: 'pictures', side: 32, count: 4, alpha: false, fit: 'crop' })
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1])
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([
      'corpus.json',
      'report.jsonl',
      'shard-00000.jsonl',
      'shard-00000.pixels',
    ])
  })

  it('takes the tables that data sets come with', async () => {
    for (const name of ['one/a.png', 'two/b.png', 'two/sub/c.png', 'three/d.png'])
      put(name, await png(name.charCodeAt(4)))
    put('one/metadata.jsonl', '{"file_name": "a.png", "text": "a cat"}\n\n{"file_name": "a.png", "text": "cat"}\n')
    put(
      'two/metadata.csv',
      '\ufefffile_name,caption,caption_fr\nb.png,"a cat, red",chat\n"sub/c.png","a ""big"" dog",\n',
    )
    put('three/captions.tsv', 'image\ttext\tlang\r\nd.png\tun bateau\tfr\r\n')
    put('three/numbers.csv', 'year,sum\n2020,3\n')
    put('three/log.jsonl', '{"step": 1}\n')
    const { report } = await build()
    expect(await contents()).toEqual([
      'one/a.png: en a cat, en cat',
      'three/d.png: fr un bateau',
      'two/b.png: en a cat, red, fr chat',
      'two/sub/c.png: en a "big" dog',
    ])
    expect(refusals()).toEqual(['three/log.jsonl no-pictures', 'three/numbers.csv no-pictures'])
    expect(report.notes['caption-refused']?.count).toBe(1)
  })

  it('takes WebDataset tars, captions before and after their pictures', async () => {
    const entries = [
      { name: '0001.jpg', content: await picture(1).jpeg().toBuffer() },
      { name: '0001.txt', content: 'a cat' },
      { name: './0002.json', content: '{"caption": "a dog"}' },
      { name: './0002.png', content: await png(2) },
      { name: 'sub/0003.png', content: await png(3) },
      { name: 'sub/0004.png', content: await png(4) },
      { name: 'sub/0004.cls', content: '7' },
      { name: 'sub/0003.txt', content: 'a boat' },
      { name: '0009.txt', content: 'no picture' },
    ]
    put('b.tar', tarFile(entries))
    put('a.tar.gz', gzipSync(tarFile(entries.slice(0, 2))))
    await build()
    // The one in the first archive is the same picture: its captions are one.
    expect(await contents()).toEqual([
      'a.tar.gz/0001.jpg: en a cat',
      'b.tar/0002.png: en a dog',
      'b.tar/sub/0003.png: en a boat',
    ])
    expect(refusals()).toEqual(['b.tar/sub/0004.png no-caption', 'b.tar/0009 no-pictures'])
  })

  it('takes Parquet files, bytes in them or pictures beside them', async () => {
    const images = [await png(1), null, null]
    put(
      'data/train.parquet',
      parquetFile([
        { path: ['image', 'bytes'], values: images, isText: false },
        { path: ['image', 'path'], values: ['x.png', 'beside.png', '../../../etc/passwd'], isText: true },
        { path: ['text'], values: ['a cat', 'a dog', 'a fish'], isText: true },
      ]),
    )
    put('data/beside.png', await png(2))
    await build()
    expect(await contents()).toEqual(['data/train.parquet#0: en a cat', 'data/train.parquet#1: en a dog'])
    expect(refusals()).toEqual(['data/beside.png no-caption', 'data/train.parquet#2 unsafe-name'])
  })

  it('keeps the same picture once, with the captions of all', async () => {
    put('a.png', await png(1))
    put('a.txt', 'a cat')
    put('b.png', await png(2))
    put('b.txt', 'a dog')
    // The same pixels in another file.
    put('c.png', await picture(1).png({ compressionLevel: 1 }).toBuffer())
    put('c.txt', 'a cat\nle chat')
    const { report } = await build()
    expect(await contents()).toEqual(['a.png: en a cat, fr le chat', 'b.png: en a dog'])
    expect(report).toMatchObject({
      kept: 2,
      notes: { duplicate: { count: 1, examples: ['c.png'] } },
      captions: { en: 2, fr: 1 },
    })
  })

  it('stores coverage only where some picture is partly clear', async () => {
    put('a.png', await png(3))
    const background = { r: 200, g: 0, b: 0, alpha: 0.5 }
    put(
      'b.png',
      await sharp({ create: { width: 80, height: 80, channels: 4, background } })
        .png()
        .toBuffer(),
    )
    for (const name of ['a', 'b']) put(`${name}.txt`, `a ${name}`)
    const { info, report } = await build({ side: 64 })
    const corpus = await openCorpus(join(folder, 'out'))
    const kinds = [corpus.alpha(0), corpus.alpha(1)].map((alpha) => alpha && [...new Set(alpha)])
    corpus.dispose()
    expect([info.alpha, report.notes.clear?.count, kinds]).toEqual([true, 1, [null, [128]]])
    expect(readFileSync(join(folder, 'out/shard-00000.alpha')).length).toBe(2 * 64 * 64)
  })

  it('gives the same bytes again, in whatever order pictures are decoded', async () => {
    for (let k = 0; k < 12; k++) {
      put(`${k}.png`, await png(k, k === 3 ? 900 : 40))
      put(`${k}.txt`, `thing ${k}`)
    }
    await build({ out: join(folder, 'one'), concurrency: 1 })
    await build({ out: join(folder, 'two'), concurrency: 8 })
    for (const name of readdirSync(join(folder, 'one'))) {
      expect(readFileSync(join(folder, 'two', name)), name).toEqual(readFileSync(join(folder, 'one', name)))
    }
  })

  it('fills one shard after the other', async () => {
    for (let k = 0; k < 66; k++) {
      put(`${k}.png`, await png(k, 256))
      put(`${k}.txt`, `thing ${k}`)
    }
    const { info } = await build({ side: 512 })
    expect([info.count, info.shardSize]).toEqual([66, 64])
    const corpus = await openCorpus(join(folder, 'out'))
    const captions = await contents()
    for (const index of [0, 63, 64, 65]) {
      const number = Number(/thing (\d+)/.exec(captions[index]!)![1])
      const { r, g, b } = colourOf(number)
      expect([...corpus.pixels(index).subarray(-3)]).toEqual([r, g, b])
    }
    corpus.dispose()
  })
})
