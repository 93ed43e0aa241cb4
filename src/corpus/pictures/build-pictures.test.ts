import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCorpus } from '../read.ts'
import { buildPictures, type PicturesSettings } from './build-pictures.ts'
import { limits } from './limits.ts'
import { parquetFile } from './testing/parquet.ts'
import { colourOf, picture, png } from './testing/pictures.ts'
import { tarFile } from './testing/tar.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-pictures-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Puts a file into the folder of pictures. */
function put(name: string, content: Uint8Array | string): void {
  const path = join(folder, 'in', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
const build = (more: Partial<PicturesSettings> = {}) =>
  buildPictures({ folder: join(folder, 'in'), out: join(folder, 'out'), side: 32, fit: 'crop', ...more })

/** `source: language text, ...` of each picture. */
async function contents(out = 'out'): Promise<string[]> {
  const corpus = await openCorpus(join(folder, out))
  const lines = Array.from({ length: corpus.count }, (_, index) => {
    const record = corpus.record(index)
    const captions = record.captions.map(({ language, text }) => `${language} ${text}`)
    return `${'source' in record ? record.source : '?'}: ${captions.join(', ')}`
  })
  corpus.dispose()
  return lines
}
const refusals = (out = 'out'): string[] =>
  readFileSync(join(folder, out, 'report.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ source, reason }) => `${source} ${reason}`)

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

describe('hostile folders', () => {
  it('refuses each thing by name and keeps the rest', async () => {
    const good = await png(1)
    const files: Record<string, Uint8Array | string> = {
      'good.png': good,
      'good.txt': 'a good picture',
      'alone.png': await png(2),
      'binary.png': await png(3),
      'binary.txt': new Uint8Array([1, 2, 3, 0]),
      'cut.png': (await png(4)).subarray(0, 200),
      'cut.txt': 'x',
      'empty.png': await png(5),
      'empty.txt': ' \n',
      'encoding.png': await png(6),
      'encoding.txt': new Uint8Array([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea]),
      'hollow.png': '',
      'hollow.txt': 'x',
      'long.png': await png(7),
      'long.txt': 'x'.repeat(limits.captionLength + 1),
      'page.jpg': '<html>not found</html>',
      'page.txt': 'x',
      'small.png': await png(8, 10),
      'small.txt': 'x',
      'twice.jpg': await picture(9).jpeg().toBuffer(),
      'twice.png': await png(10),
      'twice.txt': 'a thing',
      'vector.svg': '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
      'vector.txt': 'x',
      'notes.txt': 'nothing',
    }
    for (const [name, content] of Object.entries(files)) put(name, content)
    const { report } = await build()
    expect(await contents()).toEqual(['good.png: en a good picture', 'twice.jpg: en a thing'])
    expect(refusals()).toEqual([
      'alone.png no-caption',
      'binary.png caption-binary',
      'cut.png damaged',
      'empty.png caption-empty',
      'encoding.png caption-encoding',
      'hollow.png not-a-picture',
      'long.png caption-too-long',
      'page.jpg not-a-picture',
      'small.png too-small',
      'twice.png same-name',
      'vector.svg other-format',
      'notes.txt no-pictures',
    ])
    expect(report.refused['not-a-picture']).toEqual({ count: 2, examples: ['hollow.png', 'page.jpg'] })
  })

  it('reads nothing outside the folder that a table names', async () => {
    writeFileSync(join(folder, 'secret.png'), await png(1))
    put('a.png', await png(2))
    const names = [
      '../secret.png',
      join(folder, 'secret.png'),
      '..\\secret.png',
      'C:\\secret.png',
      'none.png',
      'NUL',
      'a.png',
      '',
    ]
    put('metadata.jsonl', names.map((file_name) => JSON.stringify({ file_name, text: 'a cat' })).join('\n'))
    await build()
    expect(await contents()).toEqual(['a.png: en a cat'])
    expect(refusals().map((line) => line.replace(/^metadata.jsonl#/, ''))).toEqual([
      ...[
        '1 unsafe-name',
        '2 unsafe-name',
        '3 unsafe-name',
        '4 unsafe-name',
        '5 missing',
        '6 unsafe-name',
        '8 bad-row',
      ],
    ])
  })

  it('takes sound rows of a damaged table', async () => {
    put('a.png', await png(1))
    put('b.png', await png(2))
    put('t.csv', 'file,text\na.png,a cat\nb.png\n"b.png,open')
    put('u.jsonl', '{"file_name": "b.png", "text": "a dog"}\n{"file_na\n[1]\n"x"\n{"file_name": 7, "text": "x"}\n')
    put('v.csv', new Uint8Array([0x66, 0x69, 0x6c, 0x65, 0, 1, 2]))
    await build()
    expect(await contents()).toEqual(['a.png: en a cat', 'b.png: en a dog'])
    expect(refusals()).toEqual([
      ...['t.csv#2 bad-row', 't.csv#3 bad-row'],
      ...['u.jsonl#2 bad-row', 'u.jsonl#3 bad-row', 'u.jsonl#4 bad-row', 'u.jsonl#5 bad-row'],
      'v.csv caption-binary',
    ])
  })

  it('takes nothing out of an archive by a name that leads elsewhere', async () => {
    const content = await png(1)
    const entries = [
      { name: '../escape.png', content },
      { name: '../escape.txt', content: 'x' },
      { name: '/absolute.png', content },
      { name: '/absolute.txt', content: 'x' },
      { name: 'link.png', type: '2', linkTo: '/etc/passwd' },
      { name: 'device.png', type: '3' },
      { name: 'con.png', content },
      { name: 'a\nb.png', content },
      { name: 'good.png', content },
      { name: 'good.png', content: await png(2) },
      { name: 'good.txt', content: 'a good one' },
      { name: 'good.txt', content: 'another' },
      { name: 'large.txt', content: 'x'.repeat(limits.textBytes + 1) },
    ]
    put('a.tar', tarFile(entries))
    const around = readdirSync(folder)
    await build()
    expect(await contents()).toEqual(['a.tar/good.png: en a good one'])
    expect(refusals().sort()).toEqual(
      [
        'a.tar/../escape.png unsafe-name',
        'a.tar/../escape.txt unsafe-name',
        'a.tar//absolute.png unsafe-name',
        'a.tar//absolute.txt unsafe-name',
        'a.tar/link.png link',
        'a.tar/device.png not-a-file',
        'a.tar/con.png unsafe-name',
        'a.tar/a\ufffdb.png unsafe-name',
        'a.tar/good.png same-name',
        'a.tar/good.txt same-name',
        'a.tar/large.txt too-many-bytes',
      ].sort(),
    )
    expect(readdirSync(folder)).toEqual([...around, 'out'].sort())
  })

  it('keeps what came before the damage of an archive', async () => {
    const entries = ['1', '2', '3'].flatMap((name) => [{ name: `${name}.txt`, content: `number ${name}` }])
    const pictures = await Promise.all([1, 2, 3].map(async (k) => ({ name: `${k}.png`, content: await png(k) })))
    const whole = tarFile(entries.flatMap((entry, k) => [entry, pictures[k]!]))
    put('a.tar', whole.subarray(0, whole.length - 1024 - 512))
    put('b.tar', 'no archive at all, but a text that somebody gave this name')
    put('c.tgz', gzipSync(whole).subarray(0, 400))
    await build()
    expect(await contents()).toEqual(['a.tar/1.png: en number 1', 'a.tar/2.png: en number 2'])
    expect(refusals().slice(-3)).toEqual(['a.tar bad-archive', 'b.tar bad-archive', 'c.tgz bad-archive'])
  })

  it.skipIf(process.platform === 'win32')('follows no link, and walks no circle', async () => {
    mkdirSync(join(folder, 'elsewhere'))
    writeFileSync(join(folder, 'elsewhere/secret.png'), await png(9))
    put('a.png', await png(1))
    put('a.txt', 'a cat')
    put('sub/b.png', await png(2))
    symlinkSync('.', join(folder, 'in/circle'))
    symlinkSync('..', join(folder, 'in/sub/up'))
    symlinkSync('../../elsewhere', join(folder, 'in/sub/away'))
    symlinkSync(join(folder, 'elsewhere/secret.png'), join(folder, 'in/c.png'))
    symlinkSync('nothing', join(folder, 'in/d.png'))
    put('metadata.jsonl', '{"file_name": "c.png", "text": "x"}\n{"file_name": "sub/away/secret.png", "text": "x"}')
    const { report } = await build()
    expect(await contents()).toEqual(['a.png: en a cat'])
    expect(report.refused.link).toMatchObject({ count: 5 })
    expect(report.refused.missing).toMatchObject({ count: 2 })
    // The folder itself may be reached by one.
    symlinkSync('in', join(folder, 'linked'))
    await build({ folder: join(folder, 'linked'), out: join(folder, 'second') })
    expect(await contents('second')).toEqual(['a.png: en a cat'])
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('names what it may not read', async () => {
    put('a.png', await png(1))
    put('a.txt', 'a cat')
    put('b.png', await png(2))
    put('b.txt', 'a dog')
    put('shut/c.png', await png(3))
    chmodSync(join(folder, 'in/b.png'), 0)
    chmodSync(join(folder, 'in/shut'), 0)
    await build().finally(() => chmodSync(join(folder, 'in/shut'), 0o700))
    expect(refusals()).toEqual(['shut unreadable', 'b.png unreadable'])
  })

  it('shows no control characters of a name', async () => {
    put('x\u001b[31m\u202e.png', await png(1))
    await expect(build()).rejects.toMatchObject({ code: 'corpus-empty' })
    expect(refusals()).toEqual(['x\ufffd[31m\ufffd.png no-caption'])
  })
})

describe('the output folder', () => {
  it('is refused where a corpus is, and where the pictures are', async () => {
    put('a.png', await png(1))
    put('a.txt', 'a cat')
    await build()
    const before = readFileSync(join(folder, 'out/corpus.json'), 'utf8')
    await expect(build()).rejects.toMatchObject({ code: 'corpus-other-settings' })
    expect(readFileSync(join(folder, 'out/corpus.json'), 'utf8')).toBe(before)
    await expect(build({ out: join(folder, 'in') })).rejects.toMatchObject({ code: 'option-value' })
    await expect(build({ folder: join(folder, 'none'), out: join(folder, 'new') })).rejects.toMatchObject({
      code: 'file-missing',
    })
    writeFileSync(join(folder, 'file'), '')
    await expect(build({ out: join(folder, 'file/below') })).rejects.toMatchObject({ code: 'file-unwritable' })
    await expect(build({ folder: join(folder, 'file'), out: join(folder, 'new') })).rejects.toMatchObject({
      code: 'file-unreadable',
    })
    expect(existsSync(join(folder, 'new'))).toBe(false)
  })

  it('may lie among the pictures, and is not read', async () => {
    put('a.png', await png(1))
    put('a.txt', 'a cat')
    put('out/b.png', await png(2))
    put('out/b.txt', 'a dog')
    await build({ out: join(folder, 'in/out') })
    expect(await contents('in/out')).toEqual(['a.png: en a cat'])
  })

  it('holds no corpus but a report where nothing was kept', async () => {
    put('a.png', await png(1))
    await expect(build()).rejects.toThrow(/1 refused \(no caption\).*report\.jsonl/)
    expect(readdirSync(join(folder, 'out'))).toEqual(['report.jsonl'])
    rmSync(join(folder, 'in'), { recursive: true })
    mkdirSync(join(folder, 'in'))
    await expect(build()).rejects.toThrow(/no pictures were found/)
  })

  it('holds nothing after a stop', async () => {
    for (let k = 0; k < 30; k++) {
      put(`${k}.png`, await png(k))
      put(`${k}.txt`, 'x')
    }
    const stop = new AbortController()
    const run = build({ signal: stop.signal, onProgress: (_, __, kept) => kept === 5 && stop.abort() })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(join(folder, 'out'))).toEqual([])
    // Nor does what a killed run left count.
    mkdirSync(join(folder, 'out/.unfinished'))
    writeFileSync(join(folder, 'out/.unfinished/shard-00007.pixels'), 'x')
    await build()
    expect(readdirSync(join(folder, 'out')).length).toBe(4)
  })
})
