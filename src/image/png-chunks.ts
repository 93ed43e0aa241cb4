import { NeufError } from '../errors/errors.ts'

/** One chunk of a PNG file (PNG specification, third edition, 5.3). */
export type PngChunk = {
  /** Four ASCII letters, for example `IHDR`. */
  readonly type: string
  /** A view of the file, or bytes of its own. */
  readonly data: Uint8Array
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** Length, type and checksum: what a chunk takes besides its data. */
const frame = 12

/** A picture of a million IDAT chunks is not one that anybody made in good faith. */
const maxChunks = 100_000

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte)
}

/**
 * All chunks from IHDR to IEND, each checksum checked, without copying. What stands behind IEND is left out.
 * Throws `file-unreadable` that names the fault: not a PNG, cut short, a wrong checksum, a length that leaves the file.
 */
export function readChunks(png: Uint8Array, path: string): PngChunk[] {
  const refuse = (why: string) => unreadablePng(path, why)
  if (!isPng(png)) throw refuse('it is not a PNG picture')
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const chunks: PngChunk[] = []
  let at = signature.length
  for (;;) {
    if (at + frame > png.length) throw refuse('it is cut short')
    const length = view.getUint32(at)
    if (length > png.length - at - frame)
      throw refuse(`it is cut short, or the length of a chunk is wrong (at byte ${at})`)
    const named = png.subarray(at + 4, at + 8 + length)
    const type = String.fromCharCode(...named.subarray(0, 4))
    if (!/^[A-Za-z]{4}$/.test(type)) throw refuse(`it holds a chunk without a name (at byte ${at})`)
    if (crc32(named) !== view.getUint32(at + 8 + length))
      throw refuse(`the checksum of its ${type} chunk is wrong (at byte ${at})`)
    if ((type === 'IHDR') !== (chunks.length === 0)) throw refuse('its IHDR chunk is not the first and only one')
    if (chunks.length === maxChunks) throw refuse(`it holds more than ${maxChunks} chunks`)
    chunks.push({ type, data: named.subarray(4) })
    if (type === 'IEND') return chunks
    at += frame + length
  }
}

/** A PNG file from its chunks, checksums made. */
export function writeChunks(chunks: readonly PngChunk[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { data }) => sum + frame + data.length, signature.length))
  const view = new DataView(bytes.buffer)
  bytes.set(signature)
  let at = signature.length
  for (const { type, data } of chunks) {
    view.setUint32(at, data.length)
    for (let letter = 0; letter < 4; letter++) bytes[at + 4 + letter] = type.charCodeAt(letter)
    bytes.set(data, at + 8)
    view.setUint32(at + 8 + data.length, crc32(bytes.subarray(at + 4, at + 8 + data.length)))
    at += frame + data.length
  }
  return bytes
}

export function unreadablePng(path: string, why: string): NeufError<'file-unreadable'> {
  return new NeufError('file-unreadable', { path, why, todo: 'Use the file as it was written, or another picture.' })
}

/** CRC-32 of ISO 3309, a byte at a time (PNG specification, annex D). */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  // Not "of": an iterator costs several times what the byte does.
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
