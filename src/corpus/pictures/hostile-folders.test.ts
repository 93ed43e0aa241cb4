import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { build, contents, folder, put, refusals, useFolder } from './testing/building.ts'
import { picture, png } from './testing/pictures.ts'
import { tarFile } from './testing/tar.ts'

useFolder()

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
