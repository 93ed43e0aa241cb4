/**
 * Making a folder so that its name never points at half of it: it is made under another name beside it and takes the
 * name when it is whole. A kill between the two renames leaves the earlier folder aside; the next call puts it back.
 */
import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from './atomic-write.ts'
import { cannotWrite, systemCode } from './file-fault.ts'

/**
 * Runs `make` on a new empty folder and puts it in the place of `folder`, with whatever was there removed. Whoever calls
 * holds a claim: what an earlier call left unfinished is removed first.
 * @throws what `make` throws, with nothing changed; NeufError `file-unwritable`
 */
export async function replaceFolder(folder: string, make: (making: string) => Promise<void>): Promise<void> {
  const making = beside(folder, 'making')
  try {
    await makeFolder(dirname(folder))
    await restoreFolder(folder)
    await rm(making, { recursive: true, force: true })
    await mkdir(making)
  } catch (error) {
    throw cannotWrite(folder, error)
  }
  try {
    await make(making)
    await swap(folder, making)
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** Puts back what a call that was killed had moved aside. */
export async function restoreFolder(folder: string): Promise<void> {
  const aside = beside(folder, 'replaced')
  if (await isThere(folder)) await rm(aside, { recursive: true, force: true })
  else if (await isThere(aside)) await rename(aside, folder)
}

async function swap(folder: string, making: string): Promise<void> {
  const aside = beside(folder, 'replaced')
  try {
    const replaces = await isThere(folder)
    if (replaces) await rename(folder, aside)
    try {
      await rename(making, folder)
    } catch (error) {
      if (replaces) await rename(aside, folder)
      throw error
    }
    if (replaces) await rm(aside, { recursive: true, force: true })
  } catch (error) {
    throw cannotWrite(folder, error)
  }
}

const beside = (folder: string, what: string): string => join(dirname(folder), `.${basename(folder)}.${what}`)

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false
      throw error
    },
  )
}
