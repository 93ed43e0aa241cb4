/** Whether a disk has room for what is to be written, asked before the work. */
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { cannotWrite, systemCode } from './file-fault.ts'

/** Bytes to come in a folder, which need not exist yet. */
export type Need = { readonly folder: string; readonly bytes: number }

/** Bytes free for this user on the disk of a folder that is there. */
export type FreeSpace = (folder: string) => Promise<number>

const freeSpace: FreeSpace = async (folder) => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * Refuses what does not fit; needs on one disk are added up.
 * @throws NeufError `disk-too-small`, `file-unwritable`
 */
export async function checkSpace(needs: readonly Need[], free: FreeSpace = freeSpace): Promise<void> {
  const disks = new Map<number, { readonly folder: string; bytes: number }>()
  for (const { folder, bytes } of needs) {
    const { path, disk } = await nearestFolder(folder)
    const known = disks.get(disk)
    if (known === undefined) disks.set(disk, { folder: path, bytes })
    else known.bytes += bytes
  }
  for (const { folder, bytes } of disks.values()) {
    const there = await free(folder).catch((error: unknown) => {
      throw cannotWrite(folder, error)
    })
    if (there < bytes) throw new NeufError('disk-too-small', { folder, needed: bytes, free: there })
  }
}

async function nearestFolder(folder: string): Promise<{ path: string; disk: number }> {
  for (let path = folder; ; path = dirname(path)) {
    const status = await stat(path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT' && dirname(path) !== path) return undefined
      throw cannotWrite(path, error)
    })
    if (status !== undefined) return { path, disk: status.dev }
  }
}
