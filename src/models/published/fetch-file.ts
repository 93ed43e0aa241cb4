/** One published file into a folder: it goes on where an earlier call stopped, and gets its name once its hash is right. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Passing, tryAgain } from '../../download/attempts.ts'
import { NeufError } from '../../errors/errors.ts'
import { makeFolder } from '../../storage/atomic-write.ts'
import { cannotRead, cannotWrite, systemCode } from '../../storage/file-fault.ts'
import { type Expected, hashing } from './expected-hash.ts'
import { fileUrl, type HubSettings, readFrom } from './hub.ts'
import type { PublishedFile } from './publications.ts'

export type FetchFileSettings = {
  readonly hub: HubSettings
  readonly signal: AbortSignal
  /** Called with bytes that are there now, found or fetched; negative where they turned out wrong. */
  readonly onBytes?: (bytes: number) => void
}

/** An attempt that brought so much was no failure: a long file may break off often. */
const enough = 2 ** 20
const fewest = 0.01

/** What an unfinished file is called. */
export const partialOf = (path: string): string => `${path}.partial`

/**
 * Makes sure that `path` is the file.
 * @returns false where it was there, and right, before
 * @throws NeufError `published-file-other`, the file removed; `hub-...`, `file-unwritable`: what came so far is kept
 */
export async function fetchFile(
  file: PublishedFile,
  path: string,
  expected: Expected,
  settings: FetchFileSettings,
): Promise<boolean> {
  const { signal, onBytes } = settings
  if ((await sizeOf(path)) === expected.bytes) {
    if ((await wrongWith(path, expected, signal, onBytes)) === undefined) return false
    onBytes?.(-expected.bytes)
  }
  // What has the name but not the hash was damaged on this disk.
  await rm(path, { force: true })
  await makeFolder(dirname(path))
  await fetchPartial(file, partialOf(path), expected, settings)
  try {
    await rename(partialOf(path), path)
  } catch (error) {
    throw cannotWrite(path, error)
  }
  return true
}

/** What is wrong with a file that is there, or undefined. Reads all of it. */
export async function wrongWith(
  path: string,
  expected: Expected,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<string | undefined> {
  const size = await sizeOf(path)
  if (size !== expected.bytes) return `it has ${size ?? 'no'} bytes instead of ${expected.bytes}`
  const content = hashing(expected)
  await addFile(path, expected.bytes, content, signal, onBytes)
  return content.wrong()
}

async function fetchPartial(
  file: PublishedFile,
  partial: string,
  expected: Expected,
  { hub, signal, onBytes }: FetchFileSettings,
): Promise<void> {
  const url = fileUrl(file, hub.base).href
  const content = hashing(expected)
  const found = (await sizeOf(partial)) ?? 0
  if (found > expected.bytes) await rm(partial, { force: true })
  let filled = found > expected.bytes ? 0 : found
  if (filled > 0) await addFile(partial, filled, content, signal, onBytes)
  let before = filled
  const advanced = () => {
    const far = filled - before >= Math.min(enough, expected.bytes * fewest)
    before = filled
    return far
  }
  const handle = await open(partial, 'a').catch((error: unknown) => {
    throw cannotWrite(partial, error)
  })
  try {
    const goOn = async () => {
      if (filled === expected.bytes) return
      for await (const piece of readFrom(file, { bytes: expected.bytes, start: filled }, hub, signal)) {
        if (filled + piece.length > expected.bytes) {
          throw await discard(handle, partial, url, `it goes on after its ${expected.bytes} bytes`, onBytes, filled)
        }
        await handle.appendFile(piece).catch((error: unknown) => {
          throw cannotWrite(partial, error)
        })
        content.add(piece)
        filled += piece.length
        onBytes?.(piece.length)
      }
      if (filled < expected.bytes) throw new Passing(`the answer ended after ${filled} of ${expected.bytes} bytes`)
    }
    await tryAgain(goOn, {
      signal,
      ...(hub.pause !== undefined && { pause: hub.pause }),
      advanced,
      unreachable: (why, cause) => new NeufError('hub-unreachable', { url, why }, { cause }),
    })
    const wrong = content.wrong()
    // Not flushed: the next call hashes what is there, which shows what a power cut spoilt.
    if (wrong !== undefined) throw await discard(handle, partial, url, wrong, onBytes, filled)
  } finally {
    await handle.close()
  }
}

async function discard(
  handle: FileHandle,
  partial: string,
  place: string,
  why: string,
  onBytes: FetchFileSettings['onBytes'],
  filled: number,
): Promise<NeufError> {
  await handle.truncate(0).catch(() => undefined)
  await rm(partial, { force: true })
  onBytes?.(-filled)
  const done = 'What came was removed; run the same command again, or name another hub in HF_ENDPOINT.'
  return new NeufError('published-file-other', { place, why, done })
}

async function addFile(
  path: string,
  bytes: number,
  content: { add(piece: Uint8Array): void },
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  if (bytes === 0) return
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20, end: bytes - 1, signal })) {
      content.add(piece)
      onBytes?.(piece.length)
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : cannotRead(path, error)
  }
}

/** Bytes of a plain file, undefined where there is nothing. @throws NeufError where there is something else */
export async function sizeOf(path: string): Promise<number | undefined> {
  const status = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw cannotRead(path, error)
  })
  if (status === undefined || status.isFile()) return status?.size
  throw new NeufError('file-unreadable', { path, why: 'it is not a plain file', todo: 'Remove it.' })
}

/** Where a file lies below a folder of fetched files. */
export const placeIn = (folder: string, { repository, commit, path }: PublishedFile): string =>
  join(folder, ...repository.split('/'), commit, ...path.split('/'))
