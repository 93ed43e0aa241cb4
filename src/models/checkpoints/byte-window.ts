/** Going through a large file's small parts: a window that is read where the position leads, and no further. */
import type { RandomAccess } from '../../storage/random-access.ts'

/** Headers, names and counts are a few bytes; between two arrays of a checkpoint there are about a hundred. */
const windowBytes = 2 ** 14

export type ByteWindow = {
  /** Where the next byte is taken from; set it to skip. */
  position: number
  /** The next `count` bytes (at most `windowBytes`), which stay valid until the next call. The caller has checked the end. */
  take(count: number): Promise<DataView>
}

export function createByteWindow(source: RandomAccess): ByteWindow {
  const buffer = new Uint8Array(Math.min(windowBytes, source.size))
  let begin = 0
  let end = 0
  return {
    position: 0,
    async take(count) {
      const { position } = this
      if (position < begin || position + count > end) {
        const length = Math.min(buffer.length, source.size - position)
        await source.read(position, buffer.subarray(0, length))
        begin = position
        end = position + length
      }
      this.position = position + count
      return new DataView(buffer.buffer, position - begin, count)
    },
  }
}
