/** Reads a finished corpus, a scene at a time: records and pixels stay on disk until they are asked for. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { type CorpusInfo, type CorpusRecord, corpusFormat, scenesIn, shardCount, shardFiles } from './format.ts'

export type Corpus = {
  readonly side: number
  /** Scenes in all. */
  readonly count: number
  readonly info: CorpusInfo
  /** Scene `index`: its seed, what it shows, its captions. Throws RangeError outside 0..count - 1. */
  record(index: number): CorpusRecord
  /** Scene `index`: RGB, side * side * 3 bytes, a copy of the caller's own. */
  pixels(index: number): Uint8Array
  /** Closes the files. */
  dispose(): void
}

type Shard = { readonly pixels: number; readonly records: number; readonly lines: Float64Array }

/** Settings larger than any corpus that this program writes are not read. */
const limits = { side: 512, count: 100_000_000, settingsBytes: 1 << 20 }

/**
 * Opens a corpus folder. All shards must be finished.
 * Throws `file-missing` where there is no corpus, `corpus-damaged` where a file does not fit the settings.
 */
export async function openCorpus(folder: string): Promise<Corpus> {
  const info = await readInfo(join(folder, 'corpus.json'))
  const shards: Shard[] = []
  const dispose = (): void => {
    for (const shard of shards.splice(0)) {
      closeSync(shard.pixels)
      closeSync(shard.records)
    }
  }
  try {
    for (let shard = 0; shard < shardCount(info); shard++) shards.push(openShard(folder, info, shard))
  } catch (error) {
    dispose()
    throw error
  }
  const bytes = info.side * info.side * 3
  const locate = (index: number): { shard: Shard; at: number } => {
    if (!Number.isInteger(index) || index < 0 || index >= info.count) {
      throw new RangeError(`scene ${index} is not in a corpus of ${info.count}`)
    }
    return { shard: shards[Math.floor(index / info.shardSize)]!, at: index % info.shardSize }
  }
  return {
    side: info.side,
    count: info.count,
    info,
    record(index) {
      const { shard, at } = locate(index)
      const start = shard.lines[at]!
      const line = Buffer.allocUnsafe(shard.lines[at + 1]! - start)
      readSync(shard.records, line, 0, line.length, start)
      try {
        return JSON.parse(line.toString('utf8')) as CorpusRecord
      } catch (cause) {
        const path = shardFiles(folder, Math.floor(index / info.shardSize)).records
        throw new NeufError('corpus-damaged', { path, why: `record ${at} is not JSON` }, { cause })
      }
    },
    pixels(index) {
      const { shard, at } = locate(index)
      const out = new Uint8Array(bytes)
      readSync(shard.pixels, out, 0, bytes, at * bytes)
      return out
    },
    dispose,
  }
}

async function readInfo(path: string): Promise<CorpusInfo> {
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
  if (info?.format !== corpusFormat) throw damaged(`its format is ${info?.format}, not ${corpusFormat}`)
  if (!whole(info.side, 1, limits.side)) throw damaged(`its side is ${info.side}`)
  if (!whole(info.count, 1, limits.count)) throw damaged(`its count is ${info.count}`)
  if (!whole(info.shardSize, 1, limits.count)) throw damaged(`its shardSize is ${info.shardSize}`)
  return info
}

/** Opens both files of a shard, checks their lengths, and finds where each record starts. */
function openShard(folder: string, info: CorpusInfo, number: number): Shard {
  const files = shardFiles(folder, number)
  const count = scenesIn(info, number)
  const pixels = open(files.pixels)
  let records = -1
  try {
    const expected = count * info.side * info.side * 3
    const size = fstatSync(pixels).size
    if (size !== expected) {
      throw new NeufError('corpus-damaged', { path: files.pixels, why: `it has ${size} bytes instead of ${expected}` })
    }
    records = open(files.records)
    const text = readFileSync(records)
    const lines = new Float64Array(count + 1)
    let at = 0
    for (let k = 0; k < count; k++) {
      const end = text.indexOf(10, at)
      if (end < 0)
        throw new NeufError('corpus-damaged', { path: files.records, why: `it has ${k} records instead of ${count}` })
      at = end + 1
      lines[k + 1] = at
    }
    if (at !== text.length)
      throw new NeufError('corpus-damaged', { path: files.records, why: `it goes on after ${count} records` })
    return { pixels, records, lines }
  } catch (error) {
    closeSync(pixels)
    if (records >= 0) closeSync(records)
    throw error
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new NeufError('corpus-damaged', { path, why: 'it is missing or cannot be opened' }, { cause })
  }
}
