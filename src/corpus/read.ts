/** Reads a finished corpus, a picture at a time: records and pixels stay on disk until they are asked for. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { type Corpus, partlyClear, requireIndex } from './corpus.ts'
import { type CorpusInfo, type CorpusRecord, corpusFormat, picturesIn, shardCount, shardFiles } from './format.ts'

export type { Corpus, PictureCorpus, SceneCorpus } from './corpus.ts'
export { isScenes, scenesOf } from './corpus.ts'

/** Settings larger than any corpus that this program writes are not read. */
const limits = { side: 512, count: 100_000_000, shardSize: 4096, settingsBytes: 1 << 20 }

/** Shards whose files are open at once: three files each, and systems allow some thousand, or only 256. */
const openShards = 40

/**
 * Opens a corpus folder. All shards must be finished; a shard's records are read when the first of them is asked for.
 * Throws `file-missing` where there is no corpus, `corpus-older` for one of an earlier format, `corpus-damaged` where a file
 * does not fit the settings.
 */
export async function openCorpus(folder: string): Promise<Corpus> {
  const info = await readInfo(folder)
  for (let shard = 0; shard < shardCount(info); shard++) await checkShard(folder, info, shard)
  const { side, count, shardSize } = info
  const area = side * side
  const shards = shardCache(folder, info)
  const read = (index: number, file: (shard: OpenShard) => number, bytes: number): Uint8Array => {
    const out = new Uint8Array(bytes)
    readWhole(file(shards.get(Math.floor(index / shardSize))), out, (index % shardSize) * bytes)
    return out
  }
  return {
    side,
    count,
    info,
    record(index: number): CorpusRecord {
      requireIndex(index, info)
      const shard = shards.get(Math.floor(index / shardSize))
      const at = index % shardSize
      const starts = shard.starts()
      const line = new Uint8Array(starts[at + 1]! - starts[at]!)
      readWhole(shard.records, line, starts[at]!)
      try {
        return JSON.parse(new TextDecoder().decode(line)) as CorpusRecord
      } catch (cause) {
        const path = shardFiles(folder, Math.floor(index / shardSize)).records
        throw new NeufError('corpus-damaged', { path, why: `record ${at} is not JSON` }, { cause })
      }
    },
    pixels(index: number) {
      requireIndex(index, info)
      return read(index, (shard) => shard.pixels, area * 3)
    },
    alpha(index: number) {
      requireIndex(index, info)
      return info.alpha ? partlyClear(read(index, (shard) => shard.alpha, area)) : null
    },
    dispose: shards.close,
    // The records are of the kind that the settings say: the format's own promise.
  } as Corpus
}

async function readInfo(folder: string): Promise<CorpusInfo> {
  const path = join(folder, 'corpus.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw cannotRead(path, error, 'Build a corpus there first: neuf corpus build')
  }
  const damaged = (why: string): NeufError => new NeufError('corpus-damaged', { path, why })
  if (text.length > limits.settingsBytes) throw damaged('it is too long to be settings')
  let info: CorpusInfo
  try {
    info = JSON.parse(text) as CorpusInfo
  } catch {
    throw damaged('it is not JSON')
  }
  const whole = (value: unknown, low: number, high: number): boolean =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
  const format: unknown = info?.format
  if (whole(format, 1, corpusFormat - 1)) throw new NeufError('corpus-older', { folder })
  if (format !== corpusFormat) throw damaged(`its format is ${format}, not ${corpusFormat}`)
  if (info.kind !== 'scenes' && info.kind !== 'pictures') throw damaged('it says of no known kind what it holds')
  if (!whole(info.side, 1, limits.side)) throw damaged(`its side is ${info.side}`)
  if (!whole(info.count, 1, limits.count)) throw damaged(`its count is ${info.count}`)
  if (!whole(info.shardSize, 1, limits.shardSize)) throw damaged(`its shardSize is ${info.shardSize}`)
  if (typeof info.alpha !== 'boolean') throw damaged(`its alpha is ${info.alpha}`)
  return info
}

/** All files are there and of the size that the settings ask for. */
async function checkShard(folder: string, info: CorpusInfo, shard: number): Promise<void> {
  const files = shardFiles(folder, shard)
  const pictures = picturesIn(info, shard) * info.side * info.side
  const wanted: [string, number | null][] = [
    [files.pixels, pictures * 3],
    [files.records, null],
  ]
  if (info.alpha) wanted.push([files.alpha, pictures])
  for (const [path, bytes] of wanted) {
    const found = await stat(path).catch(() => null)
    if (!found?.isFile()) throw new NeufError('corpus-damaged', { path, why: 'it is missing or cannot be opened' })
    if (bytes === null || found.size === bytes) continue
    throw new NeufError('corpus-damaged', { path, why: `it has ${found.size} bytes instead of ${bytes}` })
  }
}

type OpenShard = {
  /** File descriptors; -1 where there is no such file. */
  readonly pixels: number
  readonly alpha: number
  readonly records: number
  /** Where each record starts, and after the last one the end. */
  starts(): Float64Array
}

/** Opens shards as they are needed and closes those not used for longest. */
function shardCache(folder: string, info: CorpusInfo): { get(number: number): OpenShard; close(): void } {
  const open = new Map<number, OpenShard>()
  const indices = new Map<number, Float64Array>()
  const close = (number: number): void => {
    const { pixels, alpha, records } = open.get(number)!
    open.delete(number)
    for (const file of [pixels, alpha, records]) if (file >= 0) closeSync(file)
  }
  const openShard = (number: number): OpenShard => {
    const files = shardFiles(folder, number)
    const opened: number[] = []
    try {
      const [pixels, records, alpha] = [files.pixels, files.records, ...(info.alpha ? [files.alpha] : [])].map(
        (path) => {
          opened.push(openFile(path))
          return opened.at(-1)!
        },
      )
      const starts = (): Float64Array => {
        const known = indices.get(number)
        if (known) return known
        const found = findRecords(records!, files.records, picturesIn(info, number))
        indices.set(number, found)
        return found
      }
      return { pixels: pixels!, records: records!, alpha: alpha ?? -1, starts }
    } catch (error) {
      for (const file of opened) closeSync(file)
      throw error
    }
  }
  return {
    get(number) {
      const found = open.get(number)
      if (found) {
        if (open.size > 1) {
          open.delete(number)
          open.set(number, found)
        }
        return found
      }
      if (open.size >= openShards) close(open.keys().next().value!)
      const shard = openShard(number)
      open.set(number, shard)
      return shard
    },
    close: () => {
      for (const number of [...open.keys()]) close(number)
    },
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new NeufError('corpus-damaged', { path, why: 'it is missing or cannot be opened' }, { cause })
  }
}

function readWhole(file: number, into: Uint8Array, position: number): void {
  for (let filled = 0; filled < into.length; ) {
    const count = readSync(file, into, filled, into.length - filled, position + filled)
    if (count === 0) throw new RangeError('a file of the corpus has become shorter while it was read')
    filled += count
  }
}

function findRecords(file: number, path: string, count: number): Float64Array {
  const text = readFileSync(file)
  const starts = new Float64Array(count + 1)
  let at = 0
  for (let k = 0; k < count; k++) {
    const end = text.indexOf(10, at)
    if (end < 0) throw new NeufError('corpus-damaged', { path, why: `it has ${k} records instead of ${count}` })
    at = end + 1
    starts[k + 1] = at
  }
  if (at !== text.length) throw new NeufError('corpus-damaged', { path, why: `it goes on after ${count} records` })
  return starts
}
