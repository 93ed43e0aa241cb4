/**
 * The safetensors format (huggingface/safetensors): eight bytes with the header's length, a JSON header, the tensors'
 * bytes. Read here with bounds, since a file may come from anywhere: nothing is believed before it is checked, and
 * nothing is allocated by a number that the file gives.
 */
import { NeufError } from '../errors/errors.ts'
import { quoted } from '../errors/quoted.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { duplicateKey } from './duplicate-key.ts'

/** Bytes an element, for every element type of the format that has whole bytes. */
export const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const

export type ElementType = keyof typeof elementBytes

/** What is known of a tensor before its numbers. */
export type TensorKind = { readonly dtype: ElementType; readonly shape: readonly number[] }

/** A tensor as it lies in a file: row-major, little-endian. `data` may be a view of a larger buffer, unaligned. */
export type StoredTensor = TensorKind & { readonly data: Uint8Array }

export type Safetensors = {
  readonly tensors: Map<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

export type SafetensorsLimits = {
  readonly fileBytes: number
  readonly headerBytes: number
  readonly tensors: number
}

/**
 * A name costs about 150 bytes of header, and the largest network here (DALL·E mega) has under 1,000 names: 4 MiB leaves
 * room for twenty times that. The file's bound keeps a mistaken path (a video, a disk image) from filling the memory.
 */
export const defaultLimits: SafetensorsLimits = { fileBytes: 16 * 2 ** 30, headerBytes: 4 * 2 ** 20, tensors: 16_384 }

/** No network here goes beyond 4 axes; the bound only keeps the product below from running long. */
const maximumAxes = 8

/** The bytes before the header, which hold its length. */
export const prefixBytes = 8

/** Where a tensor lies: bytes `begin` to `end` of what follows the header. */
export type Place = TensorKind & { readonly begin: number; readonly end: number }

type Faults = { readonly wrong: Wrong; readonly limits: SafetensorsLimits }

/**
 * The header's length, from a file's first bytes (`prefixBytes` of them, or fewer where it has no more).
 * @param wrong throws
 */
export function headerLength(prefix: Uint8Array, fileBytes: number, { wrong, limits }: Faults): number {
  if (fileBytes > limits.fileBytes) wrong(`${fileBytes} bytes are over the limit of ${limits.fileBytes}`)
  if (prefix.byteLength < prefixBytes) wrong(`it ends after ${prefix.byteLength} bytes, before the header's length`)
  const length = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength).getBigUint64(0, true)
  if (length > BigInt(limits.headerBytes))
    wrong(`a header of ${length} bytes is over the limit of ${limits.headerBytes}`)
  if (prefixBytes + Number(length) > fileBytes) wrong(`it ends after ${fileBytes} bytes, inside a header of ${length}`)
  return Number(length)
}

/**
 * Where each tensor lies among the `bodyBytes` that follow the header, by its text.
 * @param wrong throws
 */
export function readHeader(header: Uint8Array, bodyBytes: number, { wrong, limits }: Faults) {
  const { __metadata__: metadata = {}, ...entries } = parseHeader(header, wrong)
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    wrong('__metadata__ is not an object of texts')
  }
  const names = Object.keys(entries)
  if (names.length > limits.tensors) wrong(`${names.length} tensors are over the limit of ${limits.tensors}`)
  const places = new Map<string, Place>(names.map((name) => [name, readEntry(name, entries[name], bodyBytes, wrong)]))
  // The format allows neither overlaps nor holes: in order of place, each tensor begins where the one before ended.
  let reached = 0
  for (const [name, { begin, end }] of [...places].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin < reached) wrong(`tensor ${quoted(name)} overlaps the one before it`)
    if (begin > reached) wrong(`${begin - reached} bytes before tensor ${quoted(name)} belong to none`)
    reached = end
  }
  if (reached < bodyBytes) wrong(`${bodyBytes - reached} bytes after the last tensor belong to none`)
  return { places, metadata: metadata as Record<string, string> }
}

/**
 * Reads a whole file's bytes; the tensors are views of them, nothing is copied.
 * @param path names the file in messages
 * @throws NeufError `weights-broken` with what is wrong and where
 */
export function readSafetensors(bytes: Uint8Array, path: string, limits = defaultLimits): Safetensors {
  const wrong = (why: string): never => {
    throw new NeufError('weights-broken', { path, why })
  }
  const start = prefixBytes + headerLength(bytes.subarray(0, prefixBytes), bytes.byteLength, { wrong, limits })
  const body = bytes.subarray(start)
  const { places, metadata } = readHeader(bytes.subarray(prefixBytes, start), body.byteLength, { wrong, limits })
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { dtype, shape, begin, end }] of places) {
    tensors.set(name, { dtype, shape, data: body.subarray(begin, end) })
  }
  return { tensors, metadata }
}

/** `readSafetensors` of a file. @throws NeufError `file-missing`, `file-unreadable`, `weights-broken` */
export async function readSafetensorsFile(path: string, limits = defaultLimits): Promise<Safetensors> {
  const bytes = await boundedRead(path, limits.fileBytes)
  if (bytes === undefined) throw new NeufError('weights-broken', { path, why: `it is over ${limits.fileBytes} bytes` })
  return readSafetensors(bytes, path, limits)
}

type Wrong = (why: string) => never

function parseHeader(bytes: Uint8Array, wrong: Wrong): Record<string, unknown> {
  let text: string
  let header: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    header = JSON.parse(text)
  } catch {
    return wrong('its header is not JSON in UTF-8')
  }
  // JSON.parse silently keeps the last of two; another reader might keep the first, and see another network.
  const twice = duplicateKey(text)
  if (twice !== undefined) wrong(`its header names ${quoted(twice)} twice`)
  return isObject(header) && text.startsWith('{') ? header : wrong('its header is not a JSON object')
}

function readEntry(name: string, entry: unknown, bodyBytes: number, wrong: Wrong): Place {
  if (!isObject(entry)) return wrong(`tensor ${quoted(name)} is not described by an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype)) {
    return wrong(`tensor ${quoted(name)} has the unknown element type ${quoted(String(dtype))}`)
  }
  if (!Array.isArray(shape) || shape.length > maximumAxes || !shape.every(isCount)) {
    return wrong(`tensor ${quoted(name)} has no sound shape`)
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return wrong(`tensor ${quoted(name)} has no sound data_offsets`)
  }
  const [begin, end] = offsets as [number, number]
  if (begin > end || end > bodyBytes)
    return wrong(`tensor ${quoted(name)} lies outside of the file (${begin} to ${end} of ${bodyBytes})`)
  const elements = (shape as number[]).reduce((product, size) => product * size, 1)
  const bytes = elements * elementBytes[dtype as ElementType]
  // Beyond 2^53 the product is only near the truth, but then far above any size that could pass.
  if (bytes !== end - begin)
    return wrong(
      `tensor ${quoted(name)} of shape [${shape.join(', ')}] and type ${dtype} needs ${bytes} bytes and has ${end - begin}`,
    )
  return { dtype: dtype as ElementType, shape: shape as number[], begin, end }
}

/** A file before its tensors' numbers: all that comes before them, and where each goes. */
export type Layout = {
  /** Length, JSON, and spaces up to a multiple of eight, so that the tensors' bytes begin aligned. */
  readonly header: Uint8Array
  /** In the order of the file; places count from the header's end. */
  readonly places: ReadonlyMap<string, Place>
  /** Of the whole file. */
  readonly bytes: number
}

/**
 * Lays a file out. The same tensors and metadata give the same header, whatever their order: wide element types first, so
 * that every tensor is aligned to its own, then by name.
 * @throws RangeError for a name that the format keeps for itself
 */
export function layOut(
  tensors: ReadonlyMap<string, TensorKind>,
  metadata: Readonly<Record<string, string>> = {},
): Layout {
  const sorted = [...tensors].sort(([a, x], [b, y]) => {
    return elementBytes[y.dtype] - elementBytes[x.dtype] || (a < b ? -1 : a > b ? 1 : 0)
  })
  const header: [string, unknown][] = []
  const keys = Object.keys(metadata).sort()
  if (keys.length > 0) header.push(['__metadata__', Object.fromEntries(keys.map((key) => [key, metadata[key]]))])
  const places = new Map<string, Place>()
  let begin = 0
  for (const [name, { dtype, shape }] of sorted) {
    if (name === '__metadata__') throw new RangeError(`no tensor can be called ${quoted(name)}`)
    const end = begin + shape.reduce((product, size) => product * size, elementBytes[dtype])
    header.push([name, { dtype, shape, data_offsets: [begin, end] }])
    places.set(name, { dtype, shape, begin, end })
    begin = end
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const padded = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(prefixBytes + padded).fill(0x20, prefixBytes + json.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true)
  bytes.set(json, prefixBytes)
  return { header: bytes, places, bytes: bytes.length + begin }
}

/**
 * Where in the file a tensor's data go.
 * @throws RangeError when it is not the tensor that was laid out, for that is a fault in the caller
 */
export function placeOf({ places, header }: Layout, name: string, { dtype, shape, data }: StoredTensor): number {
  const place = places.get(name)
  const fits = place?.dtype === dtype && place.shape.join() === shape.join()
  if (place === undefined || !fits || place.end - place.begin !== data.byteLength) {
    throw new RangeError(`tensor ${quoted(name)} [${shape.join(', ')}] ${dtype} cannot have ${data.byteLength} bytes`)
  }
  return header.length + place.begin
}

/** The bytes of a file with these tensors. @throws RangeError when a tensor's data do not fit its shape */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const layout = layOut(tensors, metadata)
  for (const [name, tensor] of tensors) placeOf(layout, name, tensor)
  const file = new Uint8Array(layout.bytes)
  file.set(layout.header)
  for (const [name, tensor] of tensors) file.set(tensor.data, placeOf(layout, name, tensor))
  return file
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
