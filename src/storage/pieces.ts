/** Long stretches of bytes in pieces: neither the system's reading nor a hash takes 2 GiB at once. */
import type { Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/** The bounds are 2^31 - 1 bytes; pieces of this size cost nothing over larger ones. */
const pieceBytes = 2 ** 26

/** Adds any number of bytes to a hash. */
export function updateHash(hash: Pick<Hash, 'update'>, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += pieceBytes) hash.update(bytes.subarray(at, at + pieceBytes))
}

/**
 * Reads a file from `position` on until `into` is full or the file ends.
 * @returns how many bytes came
 */
export async function readPieces(file: Pick<FileHandle, 'read'>, position: number, into: Uint8Array): Promise<number> {
  let filled = 0
  while (filled < into.length) {
    const wanted = Math.min(pieceBytes, into.length - filled)
    const { bytesRead } = await file.read(into, filled, wanted, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}
