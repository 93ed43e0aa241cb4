/** Builds a corpus: shards made by worker threads, resumed after a kill, refused where the folder holds another corpus. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type FaultCode, NeufError } from '../errors/errors.ts'
import { atomicWrite, makeFolder } from '../storage/atomic-write.ts'
import { cannotRead, systemCode } from '../storage/file-fault.ts'
import { readArt } from './art.ts'
import { type CorpusInfo, corpusInfo, scenesIn, shardCount, shardFiles } from './format.ts'
import { defaultSample, type SampleSettings } from './sample.ts'
import type { WorkerReport, WorkerSettings } from './shard-worker.ts'

export type BuildSettings = {
  /** The folder of the art pack, which holds index.jsonl. */
  readonly art: string
  /** The folder to write; made where it is missing. */
  readonly out: string
  /** Side of the pictures in pixels, 8 to 512. */
  readonly side: number
  readonly count: number
  readonly seed: number
  /** What is drawn; the shipped model's corpus unless told otherwise. */
  readonly sample?: SampleSettings
  /** Worker threads; 2 unless told otherwise. */
  readonly concurrency?: number
  readonly onProgress?: (progress: BuildProgress) => void
  readonly signal?: AbortSignal
}

export type BuildProgress = { readonly stage: 'art' | 'scenes'; readonly done: number; readonly total: number }

/**
 * Builds what of the corpus is not there yet and returns what the folder then holds.
 * Throws `corpus-other-settings` where the folder holds another corpus, `cancelled` when the signal is aborted (finished shards
 * stay), and the faults of reading the art and writing files.
 */
export async function buildCorpus(settings: BuildSettings): Promise<CorpusInfo> {
  const { out, side, count, seed, sample = defaultSample, concurrency = 2, onProgress, signal } = settings
  requireWhole('side', side, 8, 512)
  requireWhole('count', count, 1, 100_000_000)
  requireWhole('concurrency', concurrency, 1, 64)
  throwIfAborted(signal)
  const art = await readArt({
    folder: settings.art,
    concepts: sample.concepts,
    styles: sample.styles,
    side,
    onProgress: (done, total) => {
      throwIfAborted(signal)
      onProgress?.({ stage: 'art', done, total })
    },
  })
  const info = corpusInfo({ side, count, seed, sample, artSha256: art.sha256 })
  await claimFolder(out, info)
  const todo = await unfinishedShards(out, info)
  let done = count - todo.reduce((sum, shard) => sum + scenesIn(info, shard), 0)
  onProgress?.({ stage: 'scenes', done, total: count })
  const onScenes = (made: number): void => {
    done += made
    onProgress?.({ stage: 'scenes', done, total: count })
  }
  await makeShards(todo, Math.min(concurrency, todo.length), { folder: out, info, art }, onScenes, signal)
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
  if (signal?.aborted) throw new NeufError('cancelled', { what: 'building the corpus; finished shards stay' })
}

/** Writes `corpus.json`, or checks that the one that is there says the same. */
async function claimFolder(folder: string, info: CorpusInfo): Promise<void> {
  const path = join(folder, 'corpus.json')
  const mine = `${JSON.stringify(info, null, 2)}\n`
  await makeFolder(folder)
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw cannotRead(path, error)
  })
  if (there === null) return atomicWrite(path, mine)
  if (there !== mine) throw new NeufError('corpus-other-settings', { folder, difference: firstDifference(there, info) })
}

/** The first setting that differs, for the message. */
function firstDifference(there: string, info: CorpusInfo): string {
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
async function unfinishedShards(folder: string, info: CorpusInfo): Promise<number[]> {
  const names = await readdir(folder)
  await Promise.all(
    names
      .filter((name) => name.startsWith('.shard-') && name.endsWith('.tmp'))
      .map((name) => rm(join(folder, name), { force: true })),
  )
  const todo: number[] = []
  for (let shard = 0; shard < shardCount(info); shard++) {
    const files = shardFiles(folder, shard)
    const pixels = await stat(files.pixels).catch(() => null)
    const records = await stat(files.records).catch(() => null)
    if (!records || pixels?.size !== scenesIn(info, shard) * info.side * info.side * 3) todo.push(shard)
  }
  return todo
}

/** Hands the shards out to workers; the first fault stops them all. */
async function makeShards(
  shards: readonly number[],
  concurrency: number,
  settings: WorkerSettings,
  onScenes: (made: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (shards.length === 0) return
  const left = [...shards]
  const workers = Array.from({ length: concurrency }, () => {
    return new Worker(new URL('./shard-worker.ts', import.meta.url), { workerData: settings })
  })
  let abort = (): void => {}
  try {
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(new NeufError('cancelled', { what: 'building the corpus; finished shards stay' }))
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort)
    })
    const runs = workers.map((worker) => {
      return new Promise<void>((resolve, reject) => {
        const next = (): void => {
          const shard = left.shift()
          if (shard === undefined) resolve()
          else worker.postMessage(shard)
        }
        worker.on('message', (report: WorkerReport) => {
          if (report.kind === 'scenes') onScenes(report.made)
          else if (report.kind === 'shard') next()
          else reject(faultOf(report))
        })
        worker.on('error', reject)
        worker.on('exit', () =>
          reject(new NeufError('engine', { what: 'building the corpus', why: 'a worker thread ended' })),
        )
        next()
      })
    })
    await Promise.race([Promise.all(runs), aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** The worker's error as it was thrown there: a `NeufError` again where it was one. */
function faultOf(report: Extract<WorkerReport, { kind: 'fault' }>): Error {
  if (report.code === '') return new Error(report.message)
  return new NeufError(report.code as FaultCode, report.details as never)
}
