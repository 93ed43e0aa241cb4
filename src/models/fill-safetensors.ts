/** Writing a safetensors file a tensor at a time, in whatever order they come, with its hash. */
import { createHash, type Hash } from 'node:crypto'
import { quoted } from '../errors/quoted.ts'
import type { FileToFill } from '../storage/atomic-write.ts'
import { updateHash } from '../storage/pieces.ts'
import { type Layout, placeOf, type StoredTensor } from './safetensors.ts'

/** What is in memory besides a tensor. */
const windowBytes = 2 ** 22

/**
 * Fills a file that was laid out. What comes in the file's order is hashed as it comes, and what follows the first that does
 * not is read back once at the end.
 * @returns the file's sha256
 * @throws RangeError for a tensor that was not laid out so, or comes twice, or not at all: a fault in the caller
 */
export async function fillSafetensors(
  file: FileToFill,
  layout: Layout,
  tensors: AsyncIterable<readonly [string, StoredTensor]> | Iterable<readonly [string, StoredTensor]>,
): Promise<string> {
  const hash = createHash('sha256')
  let hashed = 0
  const write = async (position: number, bytes: Uint8Array) => {
    await file.write(position, bytes)
    if (position !== hashed) return
    updateHash(hash, bytes)
    hashed += bytes.length
  }
  await write(0, layout.header)
  const missing = new Set(layout.places.keys())
  for await (const [name, tensor] of tensors) {
    const position = placeOf(layout, name, tensor)
    if (!missing.delete(name)) throw new RangeError(`tensor ${quoted(name)} came twice`)
    await write(position, tensor.data)
  }
  for (const name of missing) throw new RangeError(`tensor ${quoted(name)} did not come`)
  await hashRest(hash, file, hashed, layout.bytes)
  return hash.digest('hex')
}

async function hashRest(hash: Hash, file: FileToFill, from: number, to: number): Promise<void> {
  const window = new Uint8Array(Math.min(windowBytes, to - from))
  for (let at = from; at < to; at += window.length) {
    const some = window.subarray(0, Math.min(window.length, to - at))
    await file.read(at, some)
    hash.update(some)
  }
}
