import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
import { png } from '../corpus/pictures/testing/pictures.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { decodePicture } from '../image/codec.ts'
import { call } from './testing/call.ts'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-corpus-command-'))
  await drawSmallArt(join(folder, 'art'))
  const out = join(folder, 'corpus')
  await buildCorpus({ art: join(folder, 'art'), out, side: 16, count: 20, seed: 1, sample: smallSample })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const neuf = (...argv: string[]) => call(argv, { folder })

it('puts a contact sheet into the folder of the corpus, or where it is told to', async () => {
  const sheet = join(folder, 'corpus', 'sheet.png')
  expect(await neuf('corpus', 'inspect', 'corpus', '--count', '9')).toEqual({ status: 0, out: `${sheet}\n`, err: '' })
  const { width, height } = await decodePicture(readFileSync(sheet))
  expect(Math.min(width, height)).toBeGreaterThan(2 * 160)
  await neuf('corpus', 'inspect', 'corpus', '--count', '9', '--out', 'other.png')
  expect(readFileSync(join(folder, 'other.png'))).toEqual(readFileSync(sheet))
  // Without a folder, that which a build without an option writes.
  expect((await neuf('corpus', 'inspect')).err).toContain(join(folder, 'out/corpus'))
})

it('says in one line what is wrong', async () => {
  const before = readdirSync(folder)
  for (const [argv, status, code] of [
    [['inspect', 'corpus', '--count', '401'], 2, 'option-value'],
    [['inspect', 'nowhere'], 1, 'file-missing'],
    [['inspect'], 1, 'file-missing'],
    [['inspect', 'corpus', 'corpus'], 2, 'usage'],
    [['build', '--recipe', 'none'], 2, 'option-value'],
    [['build', '--art', 'nowhere', '--out', 'new'], 1, 'file-missing'],
    // The small art pack does not hold all that the recipe draws.
    [['build', '--recipe', 'skeleton', '--art', 'art', '--out', 'new'], 1, 'file-unreadable'],
  ] as const) {
    const said = await neuf('corpus', ...argv)
    expect(said, argv.join(' ')).toMatchObject({ status, out: '' })
    expect(said.err).toMatch(new RegExp(`^neuf: [^\n]+ \\[${code}\\]\n$`))
  }
  expect(readdirSync(folder)).toEqual(before)
})

describe('own pictures', () => {
  const put = (name: string, content: Uint8Array | string) => writeFileSync(join(folder, 'mine', name), content)

  it('become a corpus with a report, for people and for programs', async () => {
    mkdirSync(join(folder, 'mine'))
    for (const k of [1, 2, 3]) put(`${k}.png`, await png(k))
    put('1.txt', 'a red cat')
    put('2.txt', 'un chat sur un tapis')
    const said = await neuf('corpus', 'build', 'mine', '--out', 'own', '--side', '32')
    expect(said).toEqual({
      status: 0,
      out:
        '2 pictures kept, 1 English and 1 French captions\n' +
        '1 refused\n  1 no caption: 3.png\n' +
        `2 pictures of 32 x 32 pixels in ${join(folder, 'own')}\n`,
      err: '',
    })
    const { status, out } = await neuf(
      'corpus',
      'build',
      'mine',
      '--out',
      'again',
      '--side',
      '32',
      '--fit',
      'pad',
      '--json',
    )
    expect([status, JSON.parse(out)]).toEqual([
      0,
      {
        ...{ out: join(folder, 'again'), kind: 'pictures', count: 2, side: 32 },
        report: {
          ...{ kept: 2, captions: { en: 1, fr: 1 }, notes: {} },
          refused: { 'no-caption': { count: 1, examples: ['3.png'] } },
        },
      },
    ])
    expect((await neuf('corpus', 'inspect', 'own', '--language', 'fr', '--out', 'own.png')).status).toBe(0)
    expect(readFileSync(join(folder, 'own.png')).length).toBeGreaterThan(500)
  })

  it('says what is wrong in one line', async () => {
    for (const [argv, status, code] of [
      [['mine', '--out', 'own'], 1, 'corpus-other-settings'],
      [['mine', '--out', 'mine'], 2, 'option-value'],
      [['mine', '--seed', '3', '--out', 'new'], 2, 'usage'],
      [['--side', '32', '--out', 'new'], 2, 'usage'],
      [['mine', '--side', '4', '--out', 'new'], 2, 'option-value'],
      [['mine', '--fit', 'squeeze', '--out', 'new'], 2, 'option-value'],
      [['none', '--out', 'new'], 1, 'file-missing'],
      [['art', '--out', 'empty'], 1, 'corpus-empty'],
    ] as const) {
      const said = await neuf('corpus', 'build', ...argv)
      expect(said, argv.join(' ')).toMatchObject({ status, out: '' })
      expect(said.err).toMatch(new RegExp(`^neuf: [^\n]+ \\[${code}\\]\n$`))
    }
  })

  it.skipIf(process.platform === 'win32')('end in one clear line when the disk fills, and leave no folder', () => {
    // A limit on the size of files stands in for a full disk: the system refuses the write half-way.
    const script = `ulimit -f 8; exec "$0" "$@"`
    const argv = [
      join(import.meta.dirname, '../../bin/neuf.cjs'),
      'corpus',
      'build',
      'mine',
      '--out',
      'full',
      '--side',
      '128',
    ]
    const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, ...argv], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^neuf: Cannot write .* \[file-unwritable\]\n$/)])
    expect(existsSync(join(folder, 'full'))).toBe(false)
  })
})
