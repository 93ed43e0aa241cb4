/** Bytes to text: UTF-8, and what else can be told for certain. */
import { Refused } from './refusal.ts'

/**
 * Text of a file. UTF-8 and UTF-16 by their marks; without one UTF-8 where it is valid, UTF-16 where every other byte is 0, and
 * Western European (Windows-1252, of which Latin-1 is a part) where all of it reads as letters of such text.
 * @throws Refused `caption-binary`, `caption-encoding`
 */
export function decodeText(bytes: Uint8Array): string {
  const marked = byMark(bytes)
  if (marked !== undefined) return clean(marked)
  const wide = wideWithoutMark(bytes)
  if (wide !== undefined) return clean(decode(wide, bytes))
  if (bytes.includes(0)) throw new Refused('caption-binary')
  const text = tryDecode('utf-8', bytes)
  if (text !== undefined) return clean(text)
  if (!readsAsWestern(bytes)) throw new Refused('caption-encoding')
  return clean(decode('windows-1252', bytes))
}

function byMark(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return decode('utf-8', bytes.subarray(3))
  if (a === 0xff && b === 0xfe) return decode('utf-16le', bytes.subarray(2))
  if (a === 0xfe && b === 0xff) return decode('utf-16be', bytes.subarray(2))
  return undefined
}

/** UTF-16 of Western text has a 0 in nearly every unit, and never one in the other half. */
function wideWithoutMark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes.length < 4 || bytes.length % 2 === 1) return undefined
  const zeros = [0, 0]
  for (const [i, byte] of bytes.entries()) if (byte === 0) zeros[i % 2]!++
  const units = bytes.length / 2
  if (zeros[0] === 0 && zeros[1]! > 0.9 * units) return 'utf-16le'
  if (zeros[1] === 0 && zeros[0]! > 0.9 * units) return 'utf-16be'
  return undefined
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

function tryDecode(encoding: Encoding, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function decode(encoding: Encoding, bytes: Uint8Array): string {
  const text = tryDecode(encoding, bytes)
  if (text === undefined) throw new Refused('caption-encoding', `it is marked as ${encoding} and is not`)
  return text
}

/** Bytes above 127 of Western text: accented letters, quotation marks, dashes, a degree sign; mostly beside plain letters. */
const western = new Set([
  0x80, 0x85, 0x8c, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x9c, 0xa0, 0xa3, 0xa7, 0xa9, 0xab, 0xae, 0xb0, 0xb2,
  0xb3, 0xb7, 0xba, 0xbb, 0xbd, 0xbf,
])

function readsAsWestern(bytes: Uint8Array): boolean {
  let high = 0
  let letters = 0
  for (const byte of bytes) {
    if (byte >= 0x80) {
      high++
      const letter = byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7
      if (!letter && !western.has(byte)) return false
    } else if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) letters++
  }
  // Text of another script in an 8-bit encoding is nothing but high bytes.
  return letters >= 2 * high
}

/** Line ends made one kind; anything that no text holds is refused. */
function clean(text: string): string {
  const lines = text.replace(/\r\n?|\u2028|\u2029|\u0085/g, '\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/.test(lines)) throw new Refused('caption-binary')
  return lines
}
