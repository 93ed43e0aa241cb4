/** Zip archives as torch.save writes them, and as it does not. */
import { crc32, deflateRawSync } from 'node:zlib'

export type Entry = {
  readonly name: string
  readonly data: Uint8Array
  readonly deflate?: boolean
  /** Sizes as written in place of the true ones. */
  readonly bytes?: number
  readonly crc?: number
  readonly flags?: number
  readonly method?: number
  /** In the entry's own header. */
  readonly ownName?: string
  /** Where the directory says that its header is. */
  readonly header?: number
}

export type Archive = {
  readonly entries: readonly Entry[]
  /** Sizes in 64 bits in the directory's entries too, not at its end alone. */
  readonly wide?: boolean
  readonly comment?: Uint8Array
  readonly count?: number
  readonly directoryOffset?: number
  /** Bytes between the entries and the directory. */
  readonly gap?: number
}

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256)

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)]

/** An entry's own header. */
export const localHeader = (name: string, method: number): number[] => [
  ...[0x50, 0x4b, 3, 4, 0, 0, 0, 8, ...little(method, 2), 0, 0, 0, 0],
  ...[...Array(12).fill(0), ...little(ascii(name).length, 2), 0, 0, ...ascii(name)],
]

type Central = {
  readonly name: string
  readonly header: number
  readonly bytes: number
  readonly stored: number
  readonly crc: number
  readonly method: number
  readonly flags?: number
  readonly wide?: boolean
}

/** An entry of the directory. */
export function centralEntry({ name, header, bytes, stored, crc, method, flags = 0x808, wide = false }: Central) {
  const extra = wide
    ? [9, 9, 1, 0, 0, 1, 0, 24, 0, ...little(bytes, 8), ...little(stored, 8), ...little(header, 8)]
    : []
  const size = (value: number) => (wide ? [255, 255, 255, 255] : little(value, 4))
  return [
    ...[0x50, 0x4b, 1, 2, 0, 0, 0, 0, ...little(flags, 2), ...little(method, 2), 0, 0, 0, 0, ...little(crc, 4)],
    ...[...size(stored), ...size(bytes), ...little(ascii(name).length, 2), ...little(extra.length, 2), 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, ...size(header), ...ascii(name), ...extra],
  ]
}

/** What stands behind the directory: the zip64 record and its place, and the record of old. */
export function archiveEnd(count: number, size: number, offset: number, comment: Uint8Array = new Uint8Array()) {
  return [
    ...[0x50, 0x4b, 6, 6, ...little(44, 8), 0, 0, 0, 0, ...little(0, 8), ...little(count, 8), ...little(count, 8)],
    ...[...little(size, 8), ...little(offset, 8)],
    ...[0x50, 0x4b, 6, 7, 0, 0, 0, 0, ...little(offset + size, 8), 1, 0, 0, 0],
    ...[
      0x50,
      0x4b,
      5,
      6,
      0,
      0,
      0,
      0,
      255,
      255,
      255,
      255,
      ...Array(8).fill(255),
      ...little(comment.length, 2),
      ...comment,
    ],
  ]
}

export function buildZip({ entries, wide = false, comment, count, directoryOffset, gap = 0 }: Archive): Uint8Array {
  const file: number[] = []
  const directory: number[] = []
  for (const { name, data, deflate = false, ...as } of entries) {
    const stored = deflate ? deflateRawSync(data) : data
    const method = as.method ?? (deflate ? 8 : 0)
    const header = as.header ?? file.length
    const { crc = crc32(data), bytes = data.length, flags } = as
    const length = deflate ? stored.length : bytes
    directory.push(...centralEntry({ name, header, bytes, stored: length, crc, method, wide, ...(flags && { flags }) }))
    file.push(...localHeader(as.ownName ?? name, method))
    // One at a time: a call takes only so many arguments.
    for (const byte of stored) file.push(byte)
  }
  file.push(...Array(gap).fill(0))
  const end = archiveEnd(count ?? entries.length, directory.length, directoryOffset ?? file.length, comment)
  return Uint8Array.from([...file, ...directory, ...end])
}
