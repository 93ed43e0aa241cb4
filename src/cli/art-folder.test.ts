/** One art pack for all commands that need one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { artFolder, fetchedArt, findArt } from './art-folder.ts'
import { call } from './testing/call.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-art-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('takes what was fetched before any other, and what was given before that', async () => {
  // A folder alone, as a fetch that was stopped leaves it, is no art pack.
  const fetched = join(folder, fetchedArt)
  mkdirSync(fetched, { recursive: true })
  expect(await findArt(undefined, { folder })).not.toBe(fetched)
  writeFileSync(join(fetched, 'index.jsonl'), '')
  expect(await findArt(undefined, { folder })).toBe(fetched)
  expect(await artFolder(undefined, { folder })).toBe(fetched)
  expect(await artFolder('mine', { folder })).toBe(join(folder, 'mine'))
})

it.each([
  ['corpus', 'build', '--out', 'corpus'],
  ['train', 'skeleton'],
  ['train-verifier', '--recipe', 'skeleton'],
])('neuf %s finds what neuf art fetch made', async (...argv) => {
  mkdirSync(join(folder, fetchedArt), { recursive: true })
  writeFileSync(join(folder, fetchedArt, 'index.jsonl'), 'nonsense')
  const { status, err } = await call(argv, { folder })
  expect([status, err]).toEqual([
    1,
    expect.stringContaining(`Cannot read ${join(folder, fetchedArt, 'index.jsonl')}: `),
  ])
})
