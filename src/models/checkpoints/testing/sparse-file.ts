/** A file of gigabytes that takes up a few blocks on the disk: what is not written reads as zeros. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

export function writeSparse(
  path: string,
  pieces: readonly { readonly position: number; readonly bytes: Uint8Array | readonly number[] }[],
  size: number,
): void {
  const file = openSync(path, 'w')
  try {
    ftruncateSync(file, size)
    for (const { position, bytes } of pieces) writeSync(file, Uint8Array.from(bytes), 0, bytes.length, position)
  } finally {
    closeSync(file)
  }
}
