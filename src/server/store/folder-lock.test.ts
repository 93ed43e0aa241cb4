import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('is one process at a time', async () => {
  const unlock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'data-in-use', details: { process: process.pid } })
  await unlock()
  await (await lockFolder(folder))()
})

it('knows a process that lives from one that died, and from another of the same number', async () => {
  const script = `import(${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)})
    .then(({ lockFolder }) => lockFolder(${JSON.stringify(folder)})).then(() => console.log('locked'))
    setInterval(() => {}, 1000)`
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(other.stdout, 'data')
  await expect(lockFolder(folder)).rejects.toMatchObject({ details: { process: other.pid } })
  other.kill('SIGKILL')
  await once(other, 'exit')
  await (await lockFolder(folder))()
  // The number of a process that lives, but that began at another time than the one that took the folder.
  if (process.platform === 'linux') {
    writeFileSync(join(folder, 'in-use'), `${process.ppid} 1`)
    await (await lockFolder(folder))()
  }
  for (const broken of ['', 'x', '-1', '99999999999999999999']) {
    writeFileSync(join(folder, 'in-use'), broken)
    await (await lockFolder(folder))()
  }
})

it('says what is wrong with a folder that cannot be written', async () => {
  await expect(lockFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-unwritable' })
})
