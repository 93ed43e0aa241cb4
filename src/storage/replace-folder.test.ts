import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { replaceFolder, restoreFolder } from './replace-folder.ts'

let above = ''
let folder = ''
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'neuf-replace-'))
  folder = join(above, 'model')
})
afterEach(() => rmSync(above, { recursive: true, force: true }))

const write = (text: string) => async (making: string) => writeFileSync(join(making, 'a'), text)
const read = () => readFileSync(join(folder, 'a'), 'utf8')

it('makes a folder, and makes it anew with nothing of the earlier one', async () => {
  await replaceFolder(folder, write('one'))
  writeFileSync(join(folder, 'b'), '')
  await replaceFolder(folder, async (making) => {
    expect(readdirSync(making)).toEqual([])
    expect(read()).toBe('one')
    await write('two')(making)
  })
  expect(read()).toBe('two')
  expect(readdirSync(folder)).toEqual(['a'])
  expect(readdirSync(above)).toEqual(['model'])
})

it('changes nothing where the making fails', async () => {
  await replaceFolder(folder, write('one'))
  const failing = replaceFolder(folder, async (making) => {
    await write('half')(making)
    throw new Error('power')
  })
  await expect(failing).rejects.toThrow('power')
  expect(read()).toBe('one')
  expect(readdirSync(above)).toEqual(['model'])
})

it('tidies up after a kill, at either moment', async () => {
  await replaceFolder(folder, write('one'))
  mkdirSync(join(above, '.model.making'))
  writeFileSync(join(above, '.model.making', 'half'), '')
  // Killed between the renames: the folder is aside.
  renameSync(folder, join(above, '.model.replaced'))
  await restoreFolder(folder)
  expect(read()).toBe('one')
  // Killed after them: what is aside is the earlier one.
  mkdirSync(join(above, '.model.replaced'))
  await replaceFolder(folder, write('two'))
  expect(read()).toBe('two')
  expect(readdirSync(above)).toEqual(['model'])
})

it('says that there is a file in the way above', async () => {
  writeFileSync(folder, '')
  await expect(replaceFolder(join(folder, 'x'), write('one'))).rejects.toMatchObject({ code: 'file-unwritable' })
  expect(existsSync(folder)).toBe(true)
})
