/** Files of a model that are no network's: read, or read through, and held to their size and hash. */
import { createHash } from 'node:crypto'
import { NeufError } from '../errors/errors.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { updateHash } from '../storage/pieces.ts'
import { openRandomAccess } from '../storage/random-access.ts'
import type { ModelFile } from './model-json.ts'

const takeAgain = 'Take the model from where it came from again.'

/** What is in memory of a file that is only read through. */
const windowBytes = 2 ** 22

/** A file's bytes. @throws NeufError `model-broken` when they are not those of `known`, `file-missing`, `file-unreadable` */
export async function readVerified(path: string, known: ModelFile): Promise<Uint8Array> {
  const bytes = await boundedRead(path, known.bytes, takeAgain)
  if (bytes?.length !== known.bytes) throw otherSize(path, known, bytes?.length ?? Number.POSITIVE_INFINITY)
  if (sha256(bytes) !== known.sha256) throw otherHash(path)
  return bytes
}

/** Reads a file of any size through, a window at a time. @throws NeufError as `readVerified` */
export async function checkVerified(path: string, known: ModelFile): Promise<void> {
  const source = await openRandomAccess(path, takeAgain)
  try {
    if (source.size !== known.bytes) throw otherSize(path, known, source.size)
    const hash = createHash('sha256')
    const window = new Uint8Array(Math.min(windowBytes, source.size))
    for (let at = 0; at < source.size; at += window.length) {
      const some = window.subarray(0, Math.min(window.length, source.size - at))
      await source.read(at, some)
      hash.update(some)
    }
    if (hash.digest('hex') !== known.sha256) throw otherHash(path)
  } finally {
    await source.close()
  }
}

/** Lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  const hash = createHash('sha256')
  updateHash(hash, bytes)
  return hash.digest('hex')
}

const otherSize = (path: string, { bytes }: ModelFile, size: number) =>
  new NeufError('model-broken', { path, why: `it has ${size > bytes ? 'more' : 'fewer'} than its ${bytes} bytes` })

const otherHash = (path: string) =>
  new NeufError('model-broken', { path, why: 'its content has another hash than model.json says' })
