import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
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
})

it('says in one line what is wrong', async () => {
  const before = readdirSync(folder)
  for (const [argv, status, code] of [
    [['inspect', 'corpus', '--count', '401'], 2, 'option-value'],
    [['inspect', 'nowhere'], 1, 'file-missing'],
    [['inspect'], 2, 'usage'],
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
