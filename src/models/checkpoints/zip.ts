/**
 * A zip archive's directory (PKWARE's APPNOTE 6.3, with zip64), for reading entries by position. Nothing is unpacked to
 * files; what the directory says is held against the file and against the entries' own headers.
 */
import { crc32, inflateRawSync } from 'node:zlib'
import { quoted } from '../../errors/quoted.ts'
import type { RandomAccess } from '../../storage/random-access.ts'

export const zipLimits = {
  /** A file of tensors has an entry each: under 1,000 for DALL·E mega. */
  entries: 2 ** 14,
  /** 46 bytes and a name each. */
  directoryBytes: 2 ** 22,
} as const

export type ZipEntry = {
  readonly name: string
  /** Unpacked. */
  readonly bytes: number
  readonly crc32: number
  /** Where its data lie, as they are stored. */
  readonly position: number
  readonly storedBytes: number
  readonly method: 'stored' | 'deflate'
}

type Wrong = (why: string) => never

const endBytes = 22
const longestComment = 0xffff
const locatorBytes = 20
const end64Bytes = 56
const localBytes = 30
const centralBytes = 46
const inZip64 = 0xffffffff

/**
 * The entries by name, in bounds, apart from each other, and named alike in both places.
 * @param wrong throws
 */
export async function readZipDirectory(source: RandomAccess, wrong: Wrong): Promise<Map<string, ZipEntry>> {
  const { count, size, position } = await findDirectory(source, wrong)
  const directory = await view(source, position, size)
  const entries = new Map<string, ZipEntry>()
  const taken: { begin: number; end: number; name: string }[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const { entry, header, next } = readCentral(directory, at, wrong)
    at = next
    if (entries.has(entry.name)) wrong(`its directory names ${quoted(entry.name)} twice`)
    const begin = await checkLocal(source, entry, header, position, wrong)
    const end = begin + entry.storedBytes
    if (end > position) wrong(`entry ${quoted(entry.name)} goes on beyond the entries`)
    taken.push({ begin: header, end, name: entry.name })
    entries.set(entry.name, { ...entry, position: begin })
  }
  if (at !== size) wrong(`${size - at} bytes of its directory belong to no entry`)
  taken.sort((a, b) => a.begin - b.begin)
  taken.forEach(({ begin, name }, i) => {
    if (i > 0 && begin < taken[i - 1]!.end) wrong(`entry ${quoted(name)} overlaps the one before it`)
  })
  return entries
}

/** A small entry's content. @param most the caller's bound in bytes; @param wrong throws */
export async function readZipEntry(source: RandomAccess, entry: ZipEntry, most: number, wrong: Wrong) {
  const { name, bytes, storedBytes, position, method } = entry
  if (Math.max(bytes, storedBytes) > most) wrong(`entry ${quoted(name)} of ${bytes} bytes is over the limit of ${most}`)
  const stored = new Uint8Array(storedBytes)
  await source.read(position, stored)
  const content = method === 'stored' ? stored : inflate(stored, bytes)
  if (content?.length !== bytes || crc32(content) !== entry.crc32) return wrong(`entry ${quoted(name)} is damaged`)
  return content
}

function inflate(stored: Uint8Array, bytes: number): Uint8Array | undefined {
  try {
    // One more than is said, so that too much is told from enough; never without a bound.
    return inflateRawSync(stored, { maxOutputLength: bytes + 1 })
  } catch {
    return undefined
  }
}

async function findDirectory(source: RandomAccess, wrong: Wrong) {
  const tail = Math.min(source.size, endBytes + longestComment + locatorBytes)
  const start = source.size - tail
  const bytes = await view(source, start, tail)
  let at = tail - endBytes
  // The last record whose comment reaches exactly to the file's end.
  while (
    at >= 0 &&
    !(bytes.getUint32(at, true) === 0x06054b50 && at + endBytes + bytes.getUint16(at + 20, true) === tail)
  )
    at--
  if (at < 0) return wrong('it has no directory at its end, so it was cut')
  let [disk, directoryDisk] = [bytes.getUint16(at + 4, true), bytes.getUint16(at + 6, true)]
  let [here, count] = [bytes.getUint16(at + 8, true), bytes.getUint16(at + 10, true)]
  let [size, position] = [bytes.getUint32(at + 12, true), bytes.getUint32(at + 16, true)]
  let end = start + at
  if (at >= locatorBytes && bytes.getUint32(at - locatorBytes, true) === 0x07064b50) {
    const record = safe(bytes.getBigUint64(at - locatorBytes + 8, true), wrong)
    if (record + end64Bytes > end - locatorBytes) wrong('its zip64 record lies outside of it')
    const end64 = await view(source, record, end64Bytes)
    if (end64.getUint32(0, true) !== 0x06064b50) wrong('its zip64 record is not where it says')
    ;[disk, directoryDisk] = [end64.getUint32(16, true), end64.getUint32(20, true)]
    here = safe(end64.getBigUint64(24, true), wrong)
    count = safe(end64.getBigUint64(32, true), wrong)
    size = safe(end64.getBigUint64(40, true), wrong)
    position = safe(end64.getBigUint64(48, true), wrong)
    end = record
  }
  if (disk !== 0 || directoryDisk !== 0 || here !== count) wrong('it is a part of an archive in several files')
  if (count > zipLimits.entries) wrong(`${count} entries are over the limit of ${zipLimits.entries}`)
  if (size > zipLimits.directoryBytes)
    wrong(`a directory of ${size} bytes is over the limit of ${zipLimits.directoryBytes}`)
  // So that bytes before the archive, or between its parts, cannot move what is read.
  if (position + size !== end) wrong('its directory does not end where its last record begins')
  return { count, size, position }
}

/** An entry of the directory at `at`; its position is still to be found, behind its own header. */
function readCentral(directory: DataView, at: number, wrong: Wrong) {
  if (at + centralBytes > directory.byteLength) wrong('its directory ends within an entry')
  if (directory.getUint32(at, true) !== 0x02014b50) wrong('its directory is not one')
  const flags = directory.getUint16(at + 8, true)
  const methodCode = directory.getUint16(at + 10, true)
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => directory.getUint16(at + o, true)) as [
    number,
    number,
    number,
  ]
  const next = at + centralBytes + nameBytes + extraBytes + commentBytes
  if (next > directory.byteLength) wrong('its directory ends within an entry')
  const name = text(directory, at + centralBytes, nameBytes, wrong)
  if (flags & 0x2041) wrong(`entry ${quoted(name)} is encrypted`)
  if (methodCode !== 0 && methodCode !== 8)
    wrong(`entry ${quoted(name)} is packed by method ${methodCode}, which is not read`)
  const sizes = {
    bytes: directory.getUint32(at + 24, true),
    storedBytes: directory.getUint32(at + 20, true),
    header: directory.getUint32(at + 42, true),
  }
  const extra = new DataView(directory.buffer, directory.byteOffset + at + centralBytes + nameBytes, extraBytes)
  widenSizes(sizes, extra, name, wrong)
  const { bytes, storedBytes, header } = sizes
  const method = methodCode === 0 ? ('stored' as const) : ('deflate' as const)
  if (method === 'stored' && bytes !== storedBytes) wrong(`entry ${quoted(name)} has two lengths`)
  return { entry: { name, bytes, storedBytes, method, crc32: directory.getUint32(at + 16, true) }, header, next }
}

/** In zip64 the sizes that do not fit 32 bits stand in extra field 1, in this order. */
function widenSizes(
  sizes: { bytes: number; storedBytes: number; header: number },
  extra: DataView,
  name: string,
  wrong: Wrong,
): void {
  const wide = (['bytes', 'storedBytes', 'header'] as const).filter((field) => sizes[field] === inZip64)
  if (wide.length === 0) return
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const [kind, length] = [extra.getUint16(at, true), extra.getUint16(at + 2, true)]
    if (kind === 1) {
      if (length < 8 * wide.length || at + 4 + length > extra.byteLength) break
      wide.forEach((field, i) => {
        sizes[field] = safe(extra.getBigUint64(at + 4 + 8 * i, true), wrong)
      })
      return
    }
    at += 4 + length
  }
  wrong(`entry ${quoted(name)} lacks its zip64 sizes`)
}

/** Where an entry's data begin. Its own header has to agree; the sizes there may be left out. */
async function checkLocal(
  source: RandomAccess,
  { name, method }: { readonly name: string; readonly method: string },
  header: number,
  end: number,
  wrong: Wrong,
): Promise<number> {
  if (header + localBytes > end) return wrong(`entry ${quoted(name)} lies outside of the file`)
  const local = await view(source, header, localBytes)
  const [nameBytes, extraBytes] = [local.getUint16(26, true), local.getUint16(28, true)]
  const begin = header + localBytes + nameBytes + extraBytes
  if (local.getUint32(0, true) !== 0x04034b50 || begin > end)
    return wrong(`entry ${quoted(name)} has no header of its own`)
  const own = text(await view(source, header + localBytes, nameBytes), 0, nameBytes, wrong)
  if (own !== name || local.getUint16(8, true) !== (method === 'stored' ? 0 : 8)) {
    wrong(`entry ${quoted(name)} is described otherwise in its own header`)
  }
  return begin
}

async function view(source: RandomAccess, position: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length)
  await source.read(position, bytes)
  return new DataView(bytes.buffer)
}

function text(bytes: DataView, at: number, length: number, wrong: Wrong): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(bytes.buffer, bytes.byteOffset + at, length),
    )
  } catch {
    return wrong('an entry has a name that is not UTF-8')
  }
}

function safe(value: bigint, wrong: Wrong): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : wrong(`it speaks of byte ${value}`)
}
