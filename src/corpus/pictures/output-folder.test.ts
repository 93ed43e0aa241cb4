import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { build, contents, folder, put, useFolder } from './testing/building.ts'
import { png } from './testing/pictures.ts'

useFolder()

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

  it('is as it was after a stop', async () => {
    for (let k = 0; k < 30; k++) {
      put(`${k}.png`, await png(k))
      put(`${k}.txt`, 'x')
    }
    const stop = new AbortController()
    const run = build({ signal: stop.signal, onProgress: (_, __, kept) => kept === 5 && stop.abort() })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(join(folder, 'out'))).toBe(false)
    // Nor does what a killed run left count.
    mkdirSync(join(folder, 'out/.unfinished'), { recursive: true })
    writeFileSync(join(folder, 'out/.unfinished/shard-00007.pixels'), 'x')
    await build()
    expect(readdirSync(join(folder, 'out')).length).toBe(4)
  })
})
