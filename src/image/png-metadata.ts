import { type PngChunk, readChunks, unreadablePng, writeChunks } from './png-chunks.ts'

/** All text of one picture: far above the recipes of a large sheet, far below what would fill a memory. */
const maxTextBytes = 16 * 2 ** 20
const maxTexts = 1024

/** Under it stands an XMP packet, which is looked for in iTXt alone (XMP specification, part 3, 1.1.5). */
export const xmpKeyword = 'XML:com.adobe.xmp'

/**
 * A copy of a PNG that carries these texts (PNG specification, 11.3.3). ASCII goes to tEXt, all else and XMP to iTXt, uncompressed, in
 * front of the pixels. Texts under the same keywords are replaced, others kept. A keyword is 1 to 79 printable ASCII characters, no space at
 * an end or beside another (else RangeError). Throws `file-unreadable` when `png` is not one.
 */
export function withText(
  png: Uint8Array,
  entries: Readonly<Record<string, string>>,
  path = 'the picture',
): Uint8Array<ArrayBuffer> {
  const keywords = new Set(Object.keys(entries))
  for (const keyword of keywords) {
    if (!/^[!-~]( ?[!-~]){0,78}$/.test(keyword) || keyword.length > 79) {
      throw new RangeError(`not a PNG keyword: ${JSON.stringify(keyword)}`)
    }
  }
  const texts = Object.entries(entries).map(([keyword, text]) => textChunk(keyword, text))
  const kept = readChunks(png, path).filter((chunk) => !keywords.has(keywordOf(chunk) ?? ''))
  const [header, ...rest] = kept
  // Colour chunks have to stand before the pixels too, in any order with texts.
  return writeChunks([header!, ...texts, ...rest])
}

/**
 * The uncompressed texts of a PNG by keyword; where a keyword comes twice, the first counts. Compressed texts, which we never write,
 * are left out. Throws `file-unreadable` for a file that is not a PNG, is damaged, or holds more text than is sensible.
 */
export function readText(png: Uint8Array, path = 'the picture'): Record<string, string> {
  const texts = new Map<string, string>()
  let bytes = 0
  for (const chunk of readChunks(png, path)) {
    const keyword = keywordOf(chunk)
    if (keyword === undefined || texts.has(keyword)) continue
    bytes += chunk.data.length
    if (bytes > maxTextBytes || texts.size === maxTexts) throw unreadablePng(path, 'it holds too much text')
    const text = textOf(chunk, keyword.length + 1, path)
    if (text !== undefined) texts.set(keyword, text)
  }
  return Object.fromEntries(texts)
}

function textChunk(keyword: string, text: string): PngChunk {
  const utf8 = new TextEncoder()
  const ascii = keyword !== xmpKeyword && /^[\t\n\r -~]*$/.test(text)
  // iTXt: keyword, no compression (two bytes), no language, no translated keyword.
  const head = utf8.encode(ascii ? `${keyword}\0` : `${keyword}\0\0\0\0\0`)
  const body = utf8.encode(text)
  const data = new Uint8Array(head.length + body.length)
  data.set(head)
  data.set(body, head.length)
  return { type: ascii ? 'tEXt' : 'iTXt', data }
}

/** The keyword of a text chunk, in Latin-1; undefined for any other chunk. */
function keywordOf({ type, data }: PngChunk): string | undefined {
  if (type !== 'tEXt' && type !== 'iTXt' && type !== 'zTXt') return undefined
  const end = data.subarray(0, 80).indexOf(0)
  return end < 1 ? undefined : latin1(data.subarray(0, end))
}

function textOf({ type, data }: PngChunk, from: number, path: string): string | undefined {
  if (type === 'zTXt') return undefined
  if (type === 'tEXt') return latin1(data.subarray(from))
  if (data[from] === 1) return undefined
  const language = data.indexOf(0, from + 2)
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1)
  if (data[from] !== 0 || translated < 0) throw unreadablePng(path, 'a text in it is damaged')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data.subarray(translated + 1))
  } catch {
    throw unreadablePng(path, 'a text in it is not UTF-8')
  }
}

/** TextDecoder's 'latin1' is windows-1252, which differs from 0x80 to 0x9f. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
