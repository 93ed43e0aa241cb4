/**
 * Reads tar files (POSIX ustar and pax, and GNU's long names), plain or gzipped, from front to back. Nothing is ever unpacked
 * to the disk. Written here and not taken from a package: only reading is needed, and every limit has to be ours: names,
 * members, the size that pax may claim, what gzip may unpack to.
 */
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'

export type Member = {
  /** As it stands in the archive: not to be trusted. */
  readonly name: string
  readonly kind: 'file' | 'link' | 'folder' | 'other'
  readonly size: number
  /** The content; only before the next member is asked for, and only once. */
  read(): Promise<Uint8Array>
}

const block = 512

/** Headers that tell of the member after them: longer would be no name and no size. */
const extensionBytes = 64 << 10

/**
 * The members in order. Throws Refused `bad-archive` where it is damaged or cut short (what came before is sound), `bomb`,
 * `over-limit`; and what the system throws.
 */
export async function* tarMembers(path: string): AsyncGenerator<Member> {
  const bytes = await openBytes(path)
  try {
    let extended: Record<string, string> = {}
    let longName: string | undefined
    for (let members = 0; ; ) {
      const header = await bytes.read(block, true)
      // Some writers leave out the two empty blocks at the end.
      if (header.length === 0) return
      if (header.length < block) throw damaged(bytes.position)
      if (header.every((byte) => byte === 0)) return
      const { name, size, type } = parseHeader(header, bytes.position)
      if (type === 'x' || type === 'L' || type === 'g' || type === 'K') {
        if (size > extensionBytes) throw new Refused('bad-archive', `a header of ${size} bytes`)
        const content = await bytes.read(size)
        await bytes.skip(padding(size))
        if (type === 'x') extended = paxFields(content)
        if (type === 'L') longName = textOf(content)
        continue
      }
      if (++members > limits.entries) throw new Refused('over-limit', `more than ${limits.entries} members`)
      // Links, folders and devices have nothing behind them, whatever size they claim.
      const length = /[1-6]/.test(type) ? 0 : extended.size === undefined ? size : Number(extended.size)
      if (!Number.isSafeInteger(length) || length < 0) throw damaged(bytes.position)
      let left = length
      yield {
        name: extended.path ?? longName ?? name,
        kind: kindOf(type),
        size: length,
        read: async () => {
          const content = await bytes.read(length)
          left = 0
          return content
        },
      }
      await bytes.skip(left + padding(length))
      extended = {}
      longName = undefined
    }
  } finally {
    await bytes.close()
  }
}

const padding = (size: number): number => (block - (size % block)) % block
const damaged = (position: number): Refused => new Refused('bad-archive', `at byte ${position}`)
const kindOf = (type: string): Member['kind'] =>
  type === '0' || type === '\0' || type === '7'
    ? 'file'
    : type === '5'
      ? 'folder'
      : /[12]/.test(type)
        ? 'link'
        : 'other'

/** Up to the first zero. */
const textOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

function parseHeader(header: Uint8Array, position: number): { name: string; size: number; type: string } {
  // The sum over the header with its own field as spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0)
  if (Number.parseInt(textOf(header.subarray(148, 156)).trim(), 8) !== sum) throw damaged(position - block)
  const ustar = textOf(header.subarray(257, 263)).startsWith('ustar')
  const prefix = ustar ? textOf(header.subarray(345, 500)) : ''
  const name = textOf(header.subarray(0, 100))
  return {
    // GNU's own form keeps times where ustar has a prefix; it ends its mark with a space.
    name: prefix !== '' && header[262] === 0 ? `${prefix}/${name}` : name,
    size: sizeField(header.subarray(124, 136), position),
    type: String.fromCharCode(header[156]!),
  }
}

/** Octal digits, or, for 8 GB and more, a number of 11 bytes behind a set bit. */
function sizeField(field: Uint8Array, position: number): number {
  if (field[0]! & 0x80) {
    const value = field.subarray(1).reduce((total, byte) => total * 256 + byte, field[0]! & 0x7f)
    if (!Number.isSafeInteger(value)) throw damaged(position - block)
    return value
  }
  const text = textOf(field).trim()
  if (!/^[0-7]*$/.test(text)) throw damaged(position - block)
  return text === '' ? 0 : Number.parseInt(text, 8)
}

/** `17 path=some/name\n`: the length of the whole, a space, name, equals sign, value. */
function paxFields(content: Uint8Array): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at)
    const length = Number(textOf(content.subarray(at, space)))
    if (space < 0 || !Number.isInteger(length) || length < space - at + 3 || at + length > content.length) break
    const record = new TextDecoder().decode(content.subarray(space + 1, at + length - 1))
    const equals = record.indexOf('=')
    if (equals > 0) fields[record.slice(0, equals)] = record.slice(equals + 1)
    at += length
  }
  return fields
}

type Bytes = {
  readonly position: number
  /** So many bytes; fewer only at the end, where `short` allows it. */
  read(count: number, short?: boolean): Promise<Uint8Array>
  skip(count: number): Promise<void>
  close(): Promise<void>
}

async function openBytes(path: string): Promise<Bytes> {
  const file = await open(path)
  const start = new Uint8Array(2)
  await file.read(start, 0, 2, 0)
  if (start[0] === 0x1f && start[1] === 0x8b) {
    await file.close()
    return unpackedBytes(path)
  }
  let position = 0
  const { size } = await file.stat()
  return {
    get position() {
      return position
    },
    async read(count, short = false) {
      if (position + count > size && !short) throw damaged(position)
      if (count > limits.pictureBytes) throw new Refused('too-many-bytes')
      const bytes = new Uint8Array(Math.min(count, size - position))
      for (let filled = 0; filled < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled)
        if (bytesRead === 0) throw damaged(position)
        filled += bytesRead
      }
      position += bytes.length
      return bytes
    },
    async skip(count) {
      if (position + count > size) throw damaged(position)
      position += count
    },
    close: () => file.close(),
  }
}

async function unpackedBytes(path: string): Promise<Bytes> {
  const packed = (await stat(path)).size
  const most = Math.min(limits.archiveBytes, Math.max(limits.archiveRatioFrom, packed * limits.archiveRatio))
  const source = createReadStream(path)
  const stream = source.pipe(createGunzip())
  source.on('error', (error) => stream.destroy(error))
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let current: Uint8Array = new Uint8Array(0)
  let position = 0
  let unpacked = 0
  /** Hands up to `count` bytes to `take`; false at the end. */
  const take = async (count: number, into: (piece: Uint8Array) => void): Promise<number> => {
    let left = count
    while (left > 0) {
      if (current.length === 0) {
        const next = await pieces.next().catch(() => {
          throw damaged(position)
        })
        if (next.done) break
        current = next.value
        unpacked += current.length
        if (unpacked > most) throw new Refused('bomb', `${packed} bytes unpack to more than ${most}`)
      }
      const piece = current.subarray(0, left)
      into(piece)
      current = current.subarray(piece.length)
      left -= piece.length
      position += piece.length
    }
    return count - left
  }
  return {
    get position() {
      return position
    },
    async read(count, short = false) {
      if (count > limits.pictureBytes) throw new Refused('too-many-bytes')
      const parts: Uint8Array[] = []
      const filled = await take(count, (piece) => parts.push(piece))
      if (filled < count && !short) throw damaged(position)
      return new Uint8Array(Buffer.concat(parts))
    },
    async skip(count) {
      if ((await take(count, () => {})) < count) throw damaged(position)
    },
    async close() {
      source.destroy()
      stream.destroy()
    },
  }
}
