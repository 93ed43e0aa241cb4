import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { claim } from './claim.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-claim-'))
  path = join(folder, '.claim')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('is held by one at a time, and leaves nothing', async () => {
  const release = await claim(path, 'the thing')
  await expect(claim(path, 'the thing')).rejects.toMatchObject({
    code: 'claimed',
    message: expect.stringContaining(`Another neuf (process ${process.pid} on ${hostname()}) is at work on the thing.`),
  })
  expect(readdirSync(folder)).toEqual(['.claim'])
  await release()
  expect(readdirSync(folder)).toEqual([])
  await (await claim(path, 'the thing'))()
})

it('goes to one of many that want it at once, also where a dead one held it', async () => {
  for (const left of [false, true]) {
    if (left) writeFileSync(path, JSON.stringify({ pid: await deadProcess(), host: hostname(), mark: 'x' }))
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => claim(path, 'it')))
    const won = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(won).toHaveLength(1)
    await won[0]!()
    expect(readdirSync(folder)).toEqual([])
  }
})

it('is taken over from an earlier program of the same number', async () => {
  const began = Date.now() - process.uptime() * 1000 - 60_000
  writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), began, mark: 'x' }))
  await (await claim(path, 'it'))()
  expect(readdirSync(folder)).toEqual([])
})

it('is taken over from what says nothing, never from another machine', async () => {
  writeFileSync(path, '{')
  await (await claim(path, 'it'))()
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere.example', mark: 'x' }))
  await expect(claim(path, 'it')).rejects.toMatchObject({
    code: 'claimed',
    message: expect.stringContaining(`remove ${path}`),
  })
})

it('gives back only what is its own', async () => {
  const release = await claim(path, 'it')
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere.example', mark: 'x' }))
  await release()
  expect(readFileSync(path, 'utf8')).toContain('elsewhere')
})

it('says that its folder is not there', async () => {
  await expect(claim(join(folder, 'none', 'x'), 'it')).rejects.toMatchObject({ code: 'file-unwritable' })
})

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((ended) => child.on('exit', ended))
  return child.pid!
}
