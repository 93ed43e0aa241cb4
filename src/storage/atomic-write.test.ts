import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite, atomicWriteAll, inFolder, makeFolder, removeAbandoned, removeUnfinished } from './atomic-write.ts'
import { cannotRead, cannotWrite } from './file-fault.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-storage-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('atomicWrite', () => {
  it('writes text, bytes and pieces, and leaves nothing else in the folder', async () => {
    await atomicWrite(join(folder, 'text'), 'é')
    await atomicWrite(join(folder, 'bytes'), new Uint8Array([0, 255]), { flush: false })
    await atomicWrite(join(folder, 'pieces'), [new Uint8Array([1, 2]), new Uint8Array([3])])
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('é')
    expect([...readFileSync(join(folder, 'bytes'))]).toEqual([0, 255])
    expect([...readFileSync(join(folder, 'pieces'))]).toEqual([1, 2, 3])
    expect(readdirSync(folder).sort()).toEqual(['bytes', 'pieces', 'text'])
  })

  it('keeps the earlier file whole, and no temporary one, when the content fails half-way', async () => {
    const path = join(folder, 'state')
    await atomicWrite(path, 'good')
    async function* breaks() {
      yield new Uint8Array(100_000)
      throw new Error('power')
    }
    await expect(atomicWrite(path, breaks())).rejects.toThrow('power')
    expect(readFileSync(path, 'utf8')).toBe('good')
    expect(readdirSync(folder)).toEqual(['state'])
  })

  it('shows a reader the old content until the new one is complete', async () => {
    const path = join(folder, 'state')
    await atomicWrite(path, 'old')
    const seen: string[] = []
    async function* slow() {
      yield new Uint8Array([110])
      seen.push(readFileSync(path, 'utf8'))
      yield new Uint8Array([101, 119])
    }
    await atomicWrite(path, slow())
    expect(seen).toEqual(['old'])
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  it('lets many writers of one file each win whole', async () => {
    const path = join(folder, 'race')
    await Promise.all(Array.from({ length: 20 }, (_, i) => atomicWrite(path, String(i).repeat(5000))))
    const text = readFileSync(path, 'utf8')
    expect(new Set(text.match(/../g)).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['race'])
  })

  it('says what is wrong with a missing folder, a folder of that name and a path through a file', async () => {
    mkdirSync(join(folder, 'taken'))
    writeFileSync(join(folder, 'file'), '')
    await expect(atomicWrite(join(folder, 'none', 'x'), '')).rejects.toThrow(/folder does not exist/)
    await expect(atomicWrite(join(folder, 'taken'), '')).rejects.toThrow(/it is a folder/)
    await expect(atomicWrite(join(folder, 'file', 'x'), '')).rejects.toThrow(/a file, not a folder/)
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken'])
  })

  it.skipIf(process.platform === 'win32')('never puts a file in place of a device', async () => {
    await expect(atomicWrite('/dev/null', 'x')).rejects.toThrow(/not a plain file/)
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('removes what was unfinished when the process is told to stop', async () => {
    let during: string[] = []
    async function* stops() {
      yield new Uint8Array([1])
      during = readdirSync(folder)
      removeUnfinished()
      expect(readdirSync(folder)).toEqual([])
      throw new Error('stopped')
    }
    await expect(atomicWrite(join(folder, 'x'), stops())).rejects.toThrow('stopped')
    expect(during).toHaveLength(1)
    expect(during[0]).toMatch(/^\.x\..*\.tmp$/)
  })
})

describe('atomicWriteAll', () => {
  it('changes no name until every file is whole on the disk', async () => {
    for (const name of ['a', 'b', 'seal']) await atomicWrite(join(folder, name), 'old')
    const seen: string[] = []
    async function* last() {
      yield new TextEncoder().encode('new')
      for (const name of ['a', 'b', 'seal']) seen.push(readFileSync(join(folder, name), 'utf8'))
    }
    await atomicWriteAll([
      [join(folder, 'a'), 'new'],
      [join(folder, 'b'), 'new'],
      [join(folder, 'seal'), last()],
    ])
    expect(seen).toEqual(['old', 'old', 'old'])
    expect(['a', 'b', 'seal'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['new', 'new', 'new'])
  })

  it('leaves every earlier file when one cannot be written', async () => {
    await atomicWrite(join(folder, 'a'), 'old')
    const writing = atomicWriteAll([
      [join(folder, 'a'), 'new'],
      [join(folder, 'none', 'b'), 'new'],
    ])
    await expect(writing).rejects.toThrow(join(folder, 'none', 'b'))
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a'])
  })
})

describe('makeFolder', () => {
  it.runIf(process.platform === 'linux')('does not try for ever where no folder can be made', async () => {
    const made = makeFolder('/proc/none/of/these')
    await expect(made).rejects.toMatchObject({ code: 'file-unwritable' })
    await expect(made).rejects.toThrow(
      'Cannot write /proc: the system keeps no new files there. Choose a folder on a disk.',
    )
  })

  it('makes the folders above, is content with one that exists, and refuses a file in the way', async () => {
    await makeFolder(join(folder, 'a', 'b'))
    await makeFolder(join(folder, 'a', 'b'))
    writeFileSync(join(folder, 'a', 'file'), '')
    await expect(makeFolder(join(folder, 'a', 'file'))).rejects.toMatchObject({ code: 'file-unwritable' })
  })
})

describe('what the system says', () => {
  it('a full disk is one clear line that names the file', () => {
    const fault = cannotWrite('/out/sheet.png', Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    expect(fault.code).toBe('file-unwritable')
    expect(fault.message).toBe(
      'Cannot write /out/sheet.png: the disk is full. Free some space, or choose a folder on another disk.',
    )
    expect(fault.exitStatus).toBe(1)
  })

  it('a missing file and an unreadable one differ, and our own faults pass unchanged', () => {
    const missing = cannotRead('a', Object.assign(new Error(''), { code: 'ENOENT' }), 'Run neuf corpus build.')
    expect(missing.message).toBe('There is no file at a. Run neuf corpus build.')
    expect(cannotRead('a', Object.assign(new Error(''), { code: 'EISDIR' })).code).toBe('file-unreadable')
    expect(cannotRead('a', missing)).toBe(missing)
    expect(missing).toBeInstanceOf(NeufError)
  })
})

describe('a file that is filled', () => {
  it('takes its pieces in any order and gives back what was written', async () => {
    const path = join(folder, 'filled')
    await atomicWrite(path, async (file) => {
      await file.write(3, new TextEncoder().encode('def'))
      await file.write(0, new TextEncoder().encode('abc'))
      const into = new Uint8Array(4)
      await file.read(1, into)
      expect(new TextDecoder().decode(into)).toBe('bcde')
      await expect(file.read(4, into)).rejects.toThrow(/ends at byte 6/)
      expect(existsSync(path)).toBe(false)
    })
    expect(readFileSync(path, 'utf8')).toBe('abcdef')
    const fault = new Error('no more')
    await expect(atomicWrite(path, () => Promise.reject(fault))).rejects.toBe(fault)
    expect(readFileSync(path, 'utf8')).toBe('abcdef')
    expect(readdirSync(folder)).toEqual(['filled'])
  })
})

describe('inFolder', () => {
  it('leaves no folder that was made in vain, and none that was there or holds something', async () => {
    const inner = join(folder, 'a', 'b')
    await expect(inFolder(inner, () => Promise.reject(new Error('vain')))).rejects.toThrow('vain')
    expect(readdirSync(folder)).toEqual([])
    expect(await inFolder(inner, async () => 5)).toBe(5)
    await expect(inFolder(inner, () => Promise.reject(new Error('vain')))).rejects.toThrow('vain')
    expect(existsSync(inner)).toBe(true)
    const other = join(folder, 'c', 'd')
    const kept = inFolder(other, async () => {
      writeFileSync(join(folder, 'c', 'file'), '')
      throw new Error('vain')
    })
    await expect(kept).rejects.toThrow('vain')
    expect(readdirSync(join(folder, 'c'))).toEqual(['file'])
  })

  it('leaves none when the process is told to stop', async () => {
    await inFolder(join(folder, 'a', 'b'), async () => {
      await atomicWrite(join(folder, 'a', 'b', 'x'), async () => removeUnfinished()).catch(() => undefined)
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('removeAbandoned', () => {
  it('removes what a killed program left long ago, and nothing else', async () => {
    const names = {
      killed: '.model.999999999-0-abcdef.tmp',
      recent: '.model.999999999-1-abcdef.tmp',
      alive: `.model.${process.pid}-0-abcdef.tmp`,
      other: '.model2.999999999-0-abcdef.tmp',
      noTemporary: '.model.999999999-0-abcdef',
      unnumbered: '.model.mine.tmp',
    }
    for (const name of Object.values(names)) {
      writeFileSync(join(folder, name), '')
      if (name !== names.recent) utimesSync(join(folder, name), 0, 0)
    }
    await removeAbandoned(join(folder, 'model'))
    const { killed, ...kept } = names
    expect(readdirSync(folder).sort()).toEqual(Object.values(kept).sort())
    await removeAbandoned(join(folder, 'none', 'model'))
  })
})
