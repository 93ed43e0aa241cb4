import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRandomAccess } from './random-access.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-random-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('openRandomAccess', () => {
  it('reads anywhere, and says where a file ends that was cut meanwhile', async () => {
    const path = join(folder, 'letters')
    writeFileSync(path, 'abcdef')
    const file = await openRandomAccess(path)
    expect(file.size).toBe(6)
    const into = new Uint8Array(3)
    for (const [position, text] of [
      [3, 'def'],
      [0, 'abc'],
      [1, 'bcd'],
    ] as const) {
      await file.read(position, into)
      expect(new TextDecoder().decode(into)).toBe(text)
    }
    await file.read(6, new Uint8Array(0))
    truncateSync(path, 4)
    await expect(file.read(2, into)).rejects.toThrow(/letters: it ends at byte 4, before its size/)
    await expect(file.read(2, into)).rejects.toMatchObject({ code: 'file-unreadable' })
    await file.close()
  })

  it('opens neither what is not there nor what is no plain file', async () => {
    await expect(openRandomAccess(join(folder, 'none'), 'Fetch it.')).rejects.toThrow(/no file at .*none\. Fetch it\./)
    mkdirSync(join(folder, 'sub'))
    await expect(openRandomAccess(join(folder, 'sub'))).rejects.toThrow(/it is a folder/)
  })

  it.skipIf(process.platform === 'win32')('never waits on a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await expect(openRandomAccess(join(folder, 'pipe'))).rejects.toThrow(/not a plain file/)
  })
})
