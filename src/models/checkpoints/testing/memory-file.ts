/** A file in memory, strict where a real one is lenient: reading outside of it is a fault in the reader. */
import type { RandomAccess } from '../../../storage/random-access.ts'

export type MemoryFile = RandomAccess & {
  /** Asked for so far. */
  bytesRead: number
}

export function memoryFile(bytes: Uint8Array, path = 'x.bin'): MemoryFile {
  return {
    path,
    size: bytes.length,
    bytesRead: 0,
    async read(position, into) {
      if (!(position >= 0 && position + into.length <= bytes.length)) {
        throw new Error(`read ${into.length} bytes at ${position} of ${bytes.length}`)
      }
      this.bytesRead += into.length
      into.set(bytes.subarray(position, position + into.length))
    },
    close: async () => {},
  }
}
