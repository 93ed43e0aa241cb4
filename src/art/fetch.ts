/** Makes the art pack anew from its public repositories: what is there and right stays, the rest is fetched. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { convert } from './convert.ts'
import { type DownloadSettings, download } from './download.ts'
import { claimFolder, type PackRecord, writeIndex, writeRecord } from './pack.ts'
import { artSets } from './sets.ts'
import { pictureFile, pictureId, type SourcePicture } from './source-list.ts'

export type FetchSettings = Omit<DownloadSettings, 'signal'> & {
  /** The folder to write; made where it is missing. */
  readonly folder: string
  /** The whole list. */
  readonly pictures: readonly SourcePicture[]
  /** Which of them are asked for; others that are there already stay. */
  readonly wanted: (picture: SourcePicture) => boolean
  /** What stands before OWNER/REPOSITORY/COMMIT/PATH; from `readBase`. */
  readonly base: URL
  /** Files fetched at the same time. */
  readonly connections: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export type FetchReport = {
  readonly wanted: number
  /** How many pictures the pack has now, and how many of them this call made. */
  readonly there: number
  readonly fetched: number
  /** One for each picture that could not be had; the pack is without it. */
  readonly faults: readonly NeufError[]
  /** Ids of pictures that this renderer draws in another shape than the one they had for the shipped model. */
  readonly reshaped: readonly string[]
}

export const publicBase = 'https://raw.githubusercontent.com'

/** After so many it is not single files that are wrong, but the place they are fetched from. */
const mostFaults = 20
/** Pictures between two writings of the record: a kill costs at most these. */
const picturesARecord = 250
/** Pixels that a side may differ by, for the soft edges of another renderer. */
const sameShape = 3

/**
 * Fetches, checks and converts what is asked for, then writes the index of all that is there. Where single files cannot
 * be had, the others are; `faults` has them. An end before the end leaves whole pictures, and the next call goes on.
 * @throws NeufError `art-unreachable`, `art-too-many-faults`, `art-other-pack`, `cancelled`, `file-unwritable`
 */
export async function fetchArt(settings: FetchSettings): Promise<FetchReport> {
  const { folder, pictures, wanted, connections, onProgress } = settings
  const stop = new AbortController()
  const signal = settings.signal === undefined ? stop.signal : AbortSignal.any([settings.signal, stop.signal])
  const record = await keepWhole(folder, pictures, await claimFolder(folder), signal)
  const asked = pictures.filter(wanted)
  const todo = asked.filter((picture) => !record.has(pictureId(picture)))
  let done = asked.length - todo.length
  let fetched = 0
  const faults: NeufError[] = []
  onProgress?.(done, asked.length)
  for (const set of new Set(todo.map((picture) => picture.set))) await makeFolder(join(folder, set))

  const work = async (picture: SourcePicture): Promise<void> => {
    try {
      record.set(pictureId(picture), await fetchOne(picture, { ...settings, signal }))
      if (++fetched % picturesARecord === 0) await writeRecord(folder, pictures, record)
    } catch (error) {
      if (!isAboutOneFile(error)) throw error
      faults.push(error)
      if (faults.length === mostFaults) {
        throw new NeufError('art-too-many-faults', { count: mostFaults, first: faults[0]!.message })
      }
    }
    onProgress?.(++done, asked.length)
  }
  try {
    await inParallel(todo, connections, work, stop, signal)
  } catch (error) {
    // The next call wants to know what is there; what ended this one matters more than a record that cannot be written.
    if (fetched > 0) await writeRecord(folder, pictures, record).catch(() => undefined)
    throw settings.signal?.aborted ? cancelled() : error
  }
  await writeRecord(folder, pictures, record)
  await writeIndex(folder, pictures, record)
  return { wanted: asked.length, there: record.size, fetched, faults, reshaped: reshapedIn(asked, record) }
}

/** The part of the record that the list and the files bear out. */
async function keepWhole(
  folder: string,
  pictures: readonly SourcePicture[],
  record: PackRecord,
  signal: AbortSignal,
): Promise<PackRecord> {
  const whole: PackRecord = new Map()
  for (const picture of pictures) {
    const found = record.get(pictureId(picture))
    if (found === undefined || found.sha256 !== picture.sha256) continue
    if (signal.aborted) throw cancelled()
    const file = await boundedRead(join(folder, pictureFile(picture)), mostPicture).catch(() => undefined)
    if (file !== undefined && sha256(file) === found.made) whole.set(pictureId(picture), found)
  }
  return whole
}

/** Bytes of a picture in the pack: well over 192 x 192 x 4. */
const mostPicture = 2 ** 20

async function fetchOne(picture: SourcePicture, settings: FetchSettings & { readonly signal: AbortSignal }) {
  const url = upstreamUrl(picture, settings.base)
  const { webp, width, height } = await convert(await download(url, picture, settings), url.href)
  settings.signal.throwIfAborted()
  // Not flushed one by one, which would take longer than fetching: the record's hash shows what a power cut spoilt.
  await atomicWrite(join(settings.folder, pictureFile(picture)), webp, { flush: false })
  return { sha256: picture.sha256, made: sha256(webp), width, height }
}

/** Where the file of a picture is. */
export function upstreamUrl({ set, path }: SourcePicture, base: URL): URL {
  const { repository, commit } = artSets[set]
  const parts = [...repository.split('/'), commit, ...path.split('/')].map(encodeURIComponent)
  return new URL(`${base.href.replace(/\/+$/, '')}/${parts.join('/')}`)
}

/** Runs `work` on every item, `width` at a time. The first fault stops the others, and is thrown when all have ended. */
async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
  stop: AbortController,
  signal: AbortSignal,
): Promise<void> {
  let next = 0
  const line = async (): Promise<void> => {
    while (next < items.length) {
      signal.throwIfAborted()
      await work(items[next++]!)
    }
  }
  const all = Array.from({ length: Math.min(width, items.length) }, () =>
    line().catch((error: unknown) => {
      stop.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(all)
  // All that stopped gives as its reason what the first one met.
  if (signal.aborted) throw signal.reason
}

function isAboutOneFile(error: unknown): error is NeufError {
  const codes = ['art-upstream-missing', 'art-upstream-other', 'file-unreadable']
  return error instanceof NeufError && codes.includes(error.code)
}

function reshapedIn(pictures: readonly SourcePicture[], record: PackRecord): string[] {
  return pictures.flatMap((picture) => {
    const found = record.get(pictureId(picture))
    if (found === undefined) return []
    const off = Math.max(Math.abs(found.width - picture.width), Math.abs(found.height - picture.height))
    return off > sameShape ? [pictureId(picture)] : []
  })
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const cancelled = (): NeufError =>
  new NeufError('cancelled', { what: 'what was fetched is kept; the same command goes on from there' })
