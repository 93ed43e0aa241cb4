/** Reading a network's file a tensor at a time, its hash checked on the way: what is in memory is the result and one tensor. */
import { createHash } from 'node:crypto'
import { NeufError } from '../errors/errors.ts'
import { quoted } from '../errors/quoted.ts'
import type { WeightData } from '../graph/index.ts'
import { updateHash } from '../storage/pieces.ts'
import { openRandomAccess, type RandomAccess } from '../storage/random-access.ts'
import type { ModelFile } from './model-json.ts'
import { defaultLimits, headerLength, prefixBytes, readHeader, type StoredTensor } from './safetensors.ts'
import { systemMemory } from './system-memory.ts'
import { codesOfScales, scalesSuffix, unpackCodes, unpackWeight, type Weight, type WeightPlace } from './weights.ts'

const takeAgain = 'Take the model from where it came from again.'

type Read<T> = (name: string, tensor: StoredTensor, scales: StoredTensor | undefined, path: string) => T

/**
 * A network's weights as 32-bit floats.
 * @throws NeufError `model-broken` for a file that is not the one named, `weights-broken`, `file-missing`, `file-unreadable`
 */
export const readWeightsFile = (path: string, expected: ModelFile, place?: WeightPlace): Promise<Map<string, Weight>> =>
  readEach(path, expected, (name, tensor, scales) => unpackWeight(name, tensor, scales, path, place))

/** A network's weights as its products can use them: what is stored in 8 or 4 bit stays so. */
export const readCodesFile = (path: string, expected: ModelFile): Promise<Map<string, WeightData>> =>
  readEach(path, expected, unpackCodes)

/** Reads a network's file as `readCodesFile` and keeps nothing of it: one tensor is in memory at a time. @throws as that */
export async function checkWeightsFile(path: string, expected: ModelFile): Promise<void> {
  await readEach(path, expected, (...tensor) => void unpackCodes(...tensor))
}

async function readEach<T>(path: string, expected: ModelFile, unpack: Read<T>): Promise<Map<string, T>> {
  const source = await openRandomAccess(path, takeAgain)
  try {
    const hash = createHash('sha256')
    const read = async (position: number, into: Uint8Array) => {
      await source.read(position, into)
      updateHash(hash, into)
      return into
    }
    const reading = { source, expected, read, reached: { at: 0 } }
    // A fault in what the file holds is told only where the file is the one meant: else that is the fault.
    const result = await readTensors(reading, unpack).catch((error: unknown) => {
      if (error instanceof NeufError && error.code === 'weights-broken') return error
      throw error
    })
    await readRest(reading)
    if (hash.digest('hex') !== expected.sha256) {
      throw new NeufError('model-broken', { path, why: 'its content has another hash than model.json says' })
    }
    if (result instanceof NeufError) throw result
    return result
  } finally {
    await source.close()
  }
}

type Reading = {
  readonly source: RandomAccess
  readonly expected: ModelFile
  /** Reads what follows what was read before. */
  readonly read: (position: number, into: Uint8Array) => Promise<Uint8Array>
  readonly reached: { at: number }
}

async function next({ read, reached }: Reading, bytes: number): Promise<Uint8Array> {
  const into = new Uint8Array(systemMemory(bytes), 0, bytes)
  const position = reached.at
  reached.at += bytes
  return read(position, into)
}

async function readTensors<T>(reading: Reading, unpack: Read<T>): Promise<Map<string, T>> {
  const { source, expected } = reading
  const { path, size } = source
  if (size !== expected.bytes) {
    const why = `it has ${size > expected.bytes ? 'more' : 'fewer'} than its ${expected.bytes} bytes`
    throw new NeufError('model-broken', { path, why })
  }
  const wrong = (why: string): never => {
    throw new NeufError('weights-broken', { path, why })
  }
  const faults = { wrong, limits: defaultLimits }
  const length = headerLength(await next(reading, Math.min(prefixBytes, size)), size, faults)
  const { places } = readHeader(await next(reading, length), size - prefixBytes - length, faults)
  const found = new Map<string, T>()
  const waiting = new Map<string, StoredTensor>()
  // There are no holes: in the order of the file, each tensor begins where the one before ended.
  for (const [name, { dtype, shape, begin, end }] of [...places].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
  )) {
    const tensor = { dtype, shape, data: await next(reading, end - begin) }
    const codes = codesOfScales(name, places)
    if (codes === undefined && (!(dtype === 'I8' || dtype === 'U8') || !places.has(name + scalesSuffix))) {
      found.set(name, unpack(name, tensor, undefined, path))
      continue
    }
    // Codes and their scales lie apart: whichever comes first waits. Files written here have the scales first.
    const whole = codes ?? name
    const other = waiting.get(whole)
    if (other === undefined) waiting.set(whole, tensor)
    else {
      waiting.delete(whole)
      found.set(whole, codes === undefined ? unpack(whole, tensor, other, path) : unpack(whole, other, tensor, path))
    }
  }
  for (const name of waiting.keys()) wrong(`tensor ${quoted(name)} has no scales`)
  return found
}

const windowBytes = 2 ** 22

/** What a broken file holds besides, for its hash alone. */
async function readRest(reading: Reading): Promise<void> {
  const { size } = reading.source
  while (reading.reached.at < size) await next(reading, Math.min(windowBytes, size - reading.reached.at))
}
