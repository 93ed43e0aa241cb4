/**
 * Whether something can be written to a place, found out before the work whose result it will hold. Nothing is left
 * there. What cannot be known beforehand, a disk that fills up meanwhile, the writing itself still says.
 */
import { lstat, mkdtemp, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cannotWrite, systemCode, takesNothing } from '../storage/file-fault.ts'

/** A folder that is there. @throws NeufError `file-unwritable` */
export async function checkInside(folder: string): Promise<void> {
  try {
    // Made and taken away again: rights, quotas and read-only disks are the system's to know.
    await rmdir(await mkdtemp(join(folder, '.neuf-')))
  } catch (error) {
    const there = (await stat(folder).catch(() => undefined))?.isDirectory()
    throw systemCode(error) === 'ENOENT' && there ? takesNothing(folder, error) : cannotWrite(folder, error)
  }
}

/** A folder that is there, or that can be made with those above it. @throws NeufError `file-unwritable` */
export async function checkFolder(path: string): Promise<void> {
  let nearest = path
  while (!(await isFolder(nearest))) {
    const above = dirname(nearest)
    if (above === nearest) throw cannotWrite(path, systemFault('ENOENT'))
    nearest = above
  }
  await checkInside(nearest)
}

/** A file in a folder that must be there. @throws NeufError `file-unwritable` */
export async function checkFile(path: string): Promise<void> {
  await refuseFolder(path)
  await checkInside(dirname(path))
}

/** @throws NeufError `file-unwritable` when a folder has the name of a file to write */
export async function refuseFolder(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined)
  if (status?.isDirectory()) throw cannotWrite(path, systemFault('EISDIR'))
}

/** False where nothing is. @throws NeufError for anything else than a folder */
async function isFolder(path: string): Promise<boolean> {
  const status = await stat(path).catch(async (error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw cannotWrite(path, error)
    // A link that leads nowhere is in the way, too.
    return lstat(path).catch(() => undefined)
  })
  if (status !== undefined && !status.isDirectory()) throw cannotWrite(path, systemFault('EEXIST'))
  return status !== undefined
}

const systemFault = (code: string): Error => Object.assign(new Error(code), { code })
