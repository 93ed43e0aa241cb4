import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { expect, it } from 'vitest'
import { setOfStyle } from '../corpus/art.ts'
import { concepts, isDrawn } from '../corpus/concepts.ts'
import type { Style } from '../corpus/scene.ts'
import { artSets, setNames } from './sets.ts'
import {
  decodeSourceList,
  encodeSourceList,
  indexRow,
  pictureId,
  readSourceList,
  type SourcePicture,
} from './source-list.ts'

const words = { name: 'crème', keywords: ['a b', 'ü'] }
const picture = (
  change: Partial<SourcePicture> = {},
  subject: Partial<SourcePicture['subject']> = {},
): SourcePicture => ({
  set: 'noto',
  path: 'svg/emoji_u1f600.svg',
  bytes: 10,
  sha256: 'ab'.repeat(32),
  width: 192,
  height: 7,
  ...change,
  subject: {
    codepoints: '1f600',
    group: 'Food & Drink',
    subgroup: 'x',
    concept: 'c',
    tone: null,
    presentation: 'woman',
    role: null,
    en: words,
    fr: words,
    ...subject,
  },
})

it('comes back as it was: subjects shared by sets, out of order, and differing in one set', () => {
  const other = { codepoints: '1f601', tone: 'dark' }
  const pictures = [
    picture({}, other),
    picture(),
    picture({ set: 'blobmoji' }),
    picture({ set: 'blobmoji', sha256: '0f'.repeat(32) }, { ...other, concept: 'another' }),
    picture({ set: 'fxemoji', path: 'a/Piñata 3/b.png' }, other),
  ]
  expect(decodeSourceList(encodeSourceList(pictures))).toEqual(pictures)
  expect(decodeSourceList(encodeSourceList([]))).toEqual([])
})

it.each([
  ['a path that leads out', picture({ path: '../../../etc/passwd.svg' })],
  ['a path from the root', picture({ path: '/etc/passwd.svg' })],
  ['a path with a query', picture({ path: 'a.svg?b.svg' })],
  ['another format', picture({ path: 'a/b.html' })],
  ['a name that leads out', picture({}, { codepoints: '../1f600' })],
  ['a hash of no 32 bytes', picture({ sha256: 'ab' })],
  ['no size', picture({ bytes: 0 })],
])('refuses %s', (_, bad) => {
  expect(() => decodeSourceList(encodeSourceList([bad]))).toThrow(/is not sound/)
})

it('says in words that a file is no list', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'neuf-source-list-'))
  const file = join(folder, 'list')
  const bomb = brotliCompressSync(Buffer.alloc(2 ** 26), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
  const read = () => readSourceList(pathToFileURL(file))
  await expect(read()).rejects.toMatchObject({ code: 'file-missing' })
  for (const bytes of ['text', brotliCompressSync('{"format":2}'), bomb]) {
    writeFileSync(file, bytes)
    await expect(read()).rejects.toMatchObject({ code: 'file-unreadable', message: expect.stringContaining(file) })
  }
  rmSync(folder, { recursive: true })
})

it('is there, small, whole and without doubles', async () => {
  const pictures = await readSourceList()
  expect(pictures).toHaveLength(9736)
  expect(new Set(pictures.map(pictureId)).size).toBe(9736)
  expect(statSync(fileURLToPath(new URL('./sources.json.br', import.meta.url))).size).toBeLessThan(500_000)
  for (const set of setNames) expect(pictures.some((each) => each.set === set)).toBe(true)
  for (const { commit } of Object.values(artSets)) expect(commit).toMatch(/^[0-9a-f]{40}$/)
  expect(indexRow(pictures[0]!, 192, 184)).toMatchObject({
    id: 'noto/1f600',
    file: 'noto/1f600.webp',
    concept: 'grinning-face',
    tone: null,
    width: 192,
    height: 184,
    licence: 'Apache-2.0',
  })
})

it('has a picture of everything that the corpus draws', async () => {
  const plain = new Set(
    (await readSourceList())
      .filter(({ subject }) => subject.tone === null)
      .map(({ set, subject }) => `${set}/${subject.concept}`),
  )
  const own = new Set(
    (await readdir(new URL('../corpus/drawings/', import.meta.url))).map((file) => file.replace('.svg', '')),
  )
  for (const style of Object.keys(setOfStyle) as Style[]) {
    const drawn = concepts.filter((concept) => isDrawn(concept, style))
    const missing = drawn.filter((concept) => !plain.has(`${setOfStyle[style]}/${concept}`))
    expect(missing.filter((concept) => !own.has(concept))).toEqual([])
  }
})
