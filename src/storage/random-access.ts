/** Reading a large file by position: what is asked for and nothing more is in memory. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from './file-fault.ts'
import { readPieces } from './pieces.ts'

export type RandomAccess = {
  readonly path: string
  /** Bytes, as of when it was opened. */
  readonly size: number
  /**
   * Fills `into` with the bytes from `position` on.
   * @throws NeufError `file-unreadable`, also where the file ends before (it was cut after it was opened)
   */
  read(position: number, into: Uint8Array): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a plain file. Never waits on a pipe or a device.
 * @param todo what a person should do when the file is not there
 * @throws NeufError `file-missing`, `file-unreadable`
 */
export async function openRandomAccess(path: string, todo?: string): Promise<RandomAccess> {
  try {
    // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const status = await file.stat()
      if (status.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' })
      if (!status.isFile()) throw unreadable(path, 'it is not a plain file', 'Check the path.')
      const read = async (position: number, into: Uint8Array) => {
        const filled = await readPieces(file, position, into).catch((error: unknown) => {
          throw cannotRead(path, error)
        })
        if (filled === into.length) return
        throw unreadable(path, `it ends at byte ${position + filled}, before its size`, 'Take the file again.')
      }
      return { path, size: status.size, read, close: () => file.close() }
    } catch (error) {
      await file.close()
      throw error
    }
  } catch (error) {
    throw cannotRead(path, error, todo)
  }
}

const unreadable = (path: string, why: string, todo: string) => new NeufError('file-unreadable', { path, why, todo })
