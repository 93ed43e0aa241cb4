/**
 * Texts in a WebP file, by keyword as PNG has them: in the XMP packet (`xmp.ts`) of the file's `XMP ` chunk (RFC 9649, 2.7.1.5),
 * where other programs look for the mark of a picture that a network made.
 */
import { NeufError } from '../errors/errors.ts'
import { maxXmpTexts, readXmp } from './xmp.ts'

/** All text of one picture, as in PNG. */
const maxTextBytes = 16 * 2 ** 20
/** A picture has a handful; a moving one has one a frame. */
const maxChunks = 100_000

export function isWebp(bytes: Uint8Array): boolean {
  return fourLetters(bytes, 0) === 'RIFF' && fourLetters(bytes, 8) === 'WEBP'
}

/**
 * The texts of a WebP file; none where it carries no packet of ours. Where a keyword comes twice, the first counts.
 * Throws `file-unreadable` for a file that is not WebP, is cut short, or holds more text than is sensible.
 */
export function readWebpText(webp: Uint8Array, path = 'the picture'): Record<string, string> {
  const packet = xmpChunk(webp, path)
  if (packet === undefined) return {}
  if (packet.length > maxTextBytes) throw unreadableWebp(path, 'it holds too much text')
  let xmp: string
  try {
    xmp = new TextDecoder('utf-8', { fatal: true }).decode(packet)
  } catch {
    throw unreadableWebp(path, 'a text in it is not UTF-8')
  }
  const texts = readXmp(xmp)
  if (texts === undefined) throw unreadableWebp(path, `it holds more than ${maxXmpTexts} texts`)
  return texts
}

/** The data of the first `XMP ` chunk. */
function xmpChunk(webp: Uint8Array, path: string): Uint8Array | undefined {
  if (!isWebp(webp)) throw unreadableWebp(path, 'it is not a WebP picture')
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  const end = 8 + view.getUint32(4, true)
  if (end > webp.length) throw unreadableWebp(path, 'it is cut short')
  let at = 12
  for (let count = 0; at < end; count++) {
    if (at + 8 > end) throw unreadableWebp(path, 'it is cut short')
    const length = view.getUint32(at + 4, true)
    if (length > end - at - 8) throw unreadableWebp(path, `the length of a chunk is wrong (at byte ${at})`)
    if (count === maxChunks) throw unreadableWebp(path, `it holds more than ${maxChunks} chunks`)
    if (fourLetters(webp, at) === 'XMP ') return webp.subarray(at + 8, at + 8 + length)
    // Chunks begin at even places.
    at += 8 + length + (length % 2)
  }
  return undefined
}

const fourLetters = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

function unreadableWebp(path: string, why: string): NeufError<'file-unreadable'> {
  return new NeufError('file-unreadable', { path, why, todo: 'Use the file as it was written, or another picture.' })
}
