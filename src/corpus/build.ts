/** Builds a corpus: shards made by worker threads, resumed after a kill, refused where the folder holds another corpus. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite, inFolder } from '../storage/atomic-write.ts'
import { cannotRead, systemCode } from '../storage/file-fault.ts'
import { readArt } from './art.ts'
import { startThreads } from './drawing-threads.ts'
import { corpusFormat, picturesIn, type ScenesInfo, scenesInfo, shardCount, shardFiles } from './format.ts'
import type { SampleSettings } from './sample.ts'
import type { WorkerSettings } from './shard-worker.ts'

export type BuildSettings = {
  /** The folder of the art pack, which holds index.jsonl. */
  readonly art: string
  /** The folder to write; made where it is missing. */
  readonly out: string
  /** Side of the pictures in pixels, 8 to 512. */
  readonly side: number
  readonly count: number
  readonly seed: number
  /** Scenes at the end that show what no other scene does, for validation; none unless given. */
  readonly validationCount?: number
  /** What is drawn. */
  readonly sample: SampleSettings
  /** Worker threads; 2 unless told otherwise. */
  readonly concurrency?: number
  readonly onProgress?: (progress: BuildProgress) => void
  readonly signal?: AbortSignal
}

export type BuildProgress = { readonly stage: 'art' | 'scenes'; readonly done: number; readonly total: number }

/**
 * Builds what of the corpus is not there yet and returns what the folder then holds.
 * Throws `corpus-other-settings` or `corpus-older` where the folder holds another corpus, `cancelled` when the signal is
 * aborted (finished shards stay), and the faults of reading the art and writing files.
 */
export async function buildCorpus(settings: BuildSettings): Promise<ScenesInfo> {
  const { out, side, count, seed, validationCount = 0, sample, concurrency = 2, onProgress, signal } = settings
  requireWhole('side', side, 8, 512)
  requireWhole('count', count, 1, 100_000_000)
  requireWhole('validationCount', validationCount, 0, count)
  requireWhole('concurrency', concurrency, 1, 64)
  throwIfAborted(signal)
  const art = await readArt({
    folder: settings.art,
    concepts: sample.concepts,
    styles: sample.styles,
    people: sample.people,
    side,
    onProgress: (done, total) => {
      throwIfAborted(signal)
      onProgress?.({ stage: 'art', done, total })
    },
  })
  const info = scenesInfo({ side, count, seed, validationCount, sample, artSha256: art.sha256 })
  await inFolder(out, () => claimFolder(out, info))
  const todo = await unfinishedShards(out, info)
  let done = count - todo.reduce((sum, shard) => sum + picturesIn(info, shard), 0)
  onProgress?.({ stage: 'scenes', done, total: count })
  const onScenes = (made: number): void => {
    done += made
    onProgress?.({ stage: 'scenes', done, total: count })
  }
  await makeShards(todo, Math.min(concurrency, todo.length), out, { info, art }, onScenes, signal)
  return info
}

function requireWhole(option: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return
  throw new NeufError('option-value', {
    option,
    value: String(value),
    expected: `a whole number from ${low} to ${high}`,
  })
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled()
}

/** Writes `corpus.json`, or checks that the one that is there says the same. */
async function claimFolder(folder: string, info: ScenesInfo): Promise<void> {
  const path = join(folder, 'corpus.json')
  const mine = `${JSON.stringify(info, null, 2)}\n`
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw cannotRead(path, error)
  })
  if (there === null) return atomicWrite(path, mine)
  if (formatOf(there) < corpusFormat) throw new NeufError('corpus-older', { folder })
  if (there !== mine) throw new NeufError('corpus-other-settings', { folder, difference: firstDifference(there, info) })
}

/** Infinity where there is none. */
function formatOf(text: string): number {
  try {
    return Number(JSON.parse(text).format)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** The first setting that differs, for the message. */
function firstDifference(there: string, info: ScenesInfo): string {
  try {
    const other = JSON.parse(there) as Record<string, unknown>
    for (const [key, value] of Object.entries(info)) {
      const mine = JSON.stringify(value)
      const theirs = JSON.stringify(other[key])
      if (mine !== theirs) {
        const short = mine.length + (theirs?.length ?? 0) < 120
        return short ? `${key} is ${theirs} there and ${mine} here` : `${key} differs`
      }
    }
    return 'corpus.json was written by another version'
  } catch {
    return 'corpus.json there cannot be read'
  }
}

/** Shards that lack a file, or whose pixels have the wrong length. Left-over temporary files are removed. */
async function unfinishedShards(folder: string, info: ScenesInfo): Promise<number[]> {
  const names = await readdir(folder)
  await Promise.all(
    names
      .filter((name) => name.startsWith('.shard-') && name.endsWith('.tmp'))
      .map((name) => rm(join(folder, name), { force: true })),
  )
  const todo: number[] = []
  for (let shard = 0; shard < shardCount(info); shard++) {
    const files = shardFiles(folder, shard)
    const bytes = (path: string) =>
      stat(path).then(
        ({ size }) => size,
        () => -1,
      )
    const pixels = picturesIn(info, shard) * info.side * info.side
    const finished =
      (await bytes(files.records)) > 0 &&
      (await bytes(files.pixels)) === pixels * 3 &&
      (!info.alpha || (await bytes(files.alpha)) === pixels)
    if (!finished) todo.push(shard)
  }
  return todo
}

/** Hands the shards out to worker threads; the first fault stops them all. */
async function makeShards(
  shards: readonly number[],
  concurrency: number,
  folder: string,
  settings: WorkerSettings,
  onScenes: (made: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (shards.length === 0) return
  const threads = startThreads(concurrency, settings, onScenes)
  let abort = (): void => {}
  try {
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(cancelled())
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort)
    })
    await Promise.race([Promise.all(shards.map((shard) => threads.run({ kind: 'shard', folder, shard }))), aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
    await threads.dispose()
  }
}

const cancelled = () => new NeufError('cancelled', { what: 'building the corpus; finished shards stay' })
