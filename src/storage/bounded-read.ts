/** Reading a file that may be anything: a plain one of bounded size, or a fault in words. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from './file-fault.ts'
import { readPieces } from './pieces.ts'

/**
 * A plain file's bytes, or undefined when it has more than `most`. Never waits on a pipe or a device, and never reads
 * further than the size it had when it was opened.
 * @param todo what a person should do when the file is not there
 * @throws NeufError `file-missing`, `file-unreadable`
 */
export async function boundedRead(path: string, most: number, todo?: string): Promise<Uint8Array | undefined> {
  try {
    // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const status = await file.stat()
      if (status.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' })
      if (!status.isFile()) {
        throw new NeufError('file-unreadable', { path, why: 'it is not a plain file', todo: 'Check the path.' })
      }
      if (status.size > most) return undefined
      const bytes = new Uint8Array(status.size)
      return bytes.subarray(0, await readPieces(file, 0, bytes))
    } finally {
      await file.close()
    }
  } catch (error) {
    throw cannotRead(path, error, todo)
  }
}
