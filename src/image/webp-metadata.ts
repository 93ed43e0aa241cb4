/**
 * Texts in a WebP file, by keyword as PNG has them: properties of an XMP packet (ISO 16684-1) in the file's `XMP ` chunk
 * (RFC 9649, 2.7.1.5), so that other programs find them where they look, beside the mark of a picture that a network made.
 */
import { NeufError } from '../errors/errors.ts'

/** All text of one picture, as in PNG. */
const maxTextBytes = 16 * 2 ** 20
/** A packet of ours has five; each that is looked for costs a walk over the packet. */
const maxTexts = 64
/** A picture has a handful; a moving one has one a frame. */
const maxChunks = 100_000

/** A name, as XML wants one, and no address: nothing is to be found there. */
const namespace = 'https://neuf.invalid/ns/1.0/'
const prefix = 'neuf:'

export function isWebp(bytes: Uint8Array): boolean {
  return fourLetters(bytes, 0) === 'RIFF' && fourLetters(bytes, 8) === 'WEBP'
}

/** The packet for a WebP file that carries these texts; keywords are `neuf:` and a name of small letters. */
export function xmpOfTexts(texts: Readonly<Record<string, string>>): string {
  const properties = Object.entries(texts).map(([keyword, text]) => {
    if (!/^neuf:[a-z]+$/.test(keyword)) throw new RangeError(`not a property: ${JSON.stringify(keyword)}`)
    return `<${keyword}>${escaped(text)}</${keyword}>`
  })
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    `<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:neuf="${namespace}">`,
    '<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>',
    ...properties,
    '</rdf:Description>',
    '</rdf:RDF>',
    '</x:xmpmeta>',
    '<?xpacket end="r"?>',
  ].join('\n')
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
  const texts = new Map<string, string>()
  let at = 0
  for (let count = 0; ; ) {
    const start = xmp.indexOf(`<${prefix}`, at)
    const open = start < 0 ? -1 : xmp.indexOf('>', start)
    if (open < 0) return Object.fromEntries(texts)
    const keyword = xmp.slice(start + 1, open)
    at = open + 1
    if (!/^neuf:[a-z]{1,40}$/.test(keyword)) continue
    if (count++ === maxTexts) throw unreadableWebp(path, `it holds more than ${maxTexts} texts`)
    const end = xmp.indexOf(`</${keyword}>`, open)
    if (end < 0) continue
    at = end
    if (!texts.has(keyword)) texts.set(keyword, plain(xmp.slice(open + 1, end)))
  }
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

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;' } as const

/** What XML cannot hold stands in a JSON text only, where it can be written as an escape. */
function escaped(text: string): string {
  return text
    .replace(/[&<>]/g, (sign) => entities[sign as keyof typeof entities])
    .replace(/[\ufffe\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)
}

function plain(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function unreadableWebp(path: string, why: string): NeufError<'file-unreadable'> {
  return new NeufError('file-unreadable', { path, why, todo: 'Use the file as it was written, or another picture.' })
}
