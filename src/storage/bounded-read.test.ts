import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boundedRead } from './bounded-read.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-read-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('boundedRead', () => {
  it('reads up to the limit and nothing of a larger file', async () => {
    const path = join(folder, 'five')
    writeFileSync(path, 'abcde')
    expect(new TextDecoder().decode(await boundedRead(path, 5))).toBe('abcde')
    expect(await boundedRead(path, 4)).toBeUndefined()
  })

  it('says what is missing and what to do', async () => {
    const missing = boundedRead(join(folder, 'none'), 5, 'Build it.')
    await expect(missing).rejects.toMatchObject({ code: 'file-missing' })
    await expect(boundedRead(join(folder, 'none'), 5, 'Build it.')).rejects.toThrow(/Build it\.$/)
  })

  it('reads no folder', async () => {
    mkdirSync(join(folder, 'sub'))
    await expect(boundedRead(join(folder, 'sub'), 5)).rejects.toThrow(/it is a folder/)
  })

  it.skipIf(process.platform === 'win32')('never waits on a pipe nor reads a device without end', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await expect(boundedRead(join(folder, 'pipe'), 5)).rejects.toThrow(/not a plain file/)
    await expect(boundedRead('/dev/zero', 5)).rejects.toThrow(/not a plain file/)
  })
})
