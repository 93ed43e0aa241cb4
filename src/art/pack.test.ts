import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimFolder, indexFile, recordFile } from './pack.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-pack-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
const made = { sha256: '11', made: '22', width: 192, height: 96 }
const row = (id: string, change: object = {}) => `${JSON.stringify({ id, ...made, ...change })}\n`

describe('claimFolder', () => {
  it.each([
    ['no record', undefined],
    ['an empty record', ''],
    ['a record of garbage', 'mine\n\u0000{"id":\n[]\n7\n'],
    ['a record without a sound row', '{"id":"noto/1f408"}\n{"sha256":"11"}\n'],
    ['a record that somebody else made', row('noto/1f408', { made: null })],
    ['a record that is in part ours', row('noto/1f408') + row('noto/1f415', { made: null })],
  ])('refuses an index beside %s', async (_, record) => {
    put(indexFile, 'mine\n')
    if (record !== undefined) put(recordFile, record)
    await expect(claimFolder(folder)).rejects.toMatchObject({ code: 'art-other-pack', details: { folder } })
    expect(readFileSync(join(folder, indexFile), 'utf8')).toBe('mine\n')
  })

  it('refuses an empty index, too, where no record is', async () => {
    put(indexFile, '')
    await expect(claimFolder(folder)).rejects.toMatchObject({ code: 'art-other-pack' })
  })

  it('takes a folder in which nothing is, or only a record that holds nothing', async () => {
    expect(await claimFolder(join(folder, 'new', 'one'))).toEqual(new Map())
    for (const record of ['', 'garbage']) {
      put(recordFile, record)
      expect(await claimFolder(folder)).toEqual(new Map())
    }
  })

  it('takes up again what it filled, also where no picture was to be had', async () => {
    put(indexFile, '')
    put(recordFile, '')
    expect(await claimFolder(folder)).toEqual(new Map())
    put(indexFile, 'ours\n')
    put(recordFile, `${row('noto/1f408')}garbage\n`)
    expect(await claimFolder(folder)).toEqual(new Map([['noto/1f408', made]]))
  })
})
