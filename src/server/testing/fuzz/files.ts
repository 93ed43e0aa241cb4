/** Pictures as an attacker sends them: whole ones in all formats, cut off, with bytes changed, with sizes that lie. */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import type { Random } from './random.ts'

type Named = { readonly name: string; readonly type: string; readonly bytes: Buffer }

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

const chunk = (type: string, data: Uint8Array, length = data.length): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
const header = (width: number, height: number, depth = 8, colour = 6): Buffer => {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([depth, colour, 0, 0, 0], 8)
  return chunk('IHDR', data)
}
const png = (...chunks: Buffer[]): Buffer => Buffer.concat([signature, ...chunks, chunk('IEND', Buffer.alloc(0))])

/** Ten megabytes of nothing, packed to ten thousand bytes. */
const bomb = deflateSync(Buffer.alloc(10_000_000))
const text = (keyword: string, said: string) => chunk('tEXt', Buffer.from(`${keyword}\0${said}`, 'latin1'))
const packedText = (keyword: string, packed: Uint8Array) =>
  chunk('zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`, 'latin1'), packed]))
const longText = (keyword: string, packed: Uint8Array) =>
  chunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\x01\0\0\0`, 'latin1'), packed]))

const pixel = chunk('IDAT', deflateSync(Uint8Array.of(0, 1, 2, 3, 4)))
/** Made to be refused, or to be read at no cost. */
const crafted: readonly Named[] = [
  ['no pixels', png(header(65_535, 65_535), chunk('IDAT', bomb))],
  ['no size', png(header(0, 0), pixel)],
  ['the largest size', png(header(2 ** 31 - 1, 2 ** 31 - 1), pixel)],
  ['an odd depth', png(header(1, 1, 16, 2), pixel)],
  ['an unknown colour', png(header(1, 1, 8, 7), pixel)],
  ['a chunk without end', Buffer.concat([signature, header(1, 1), chunk('IDAT', Buffer.alloc(4), 0xffffffff)])],
  ['a packed text that bursts', png(header(1, 1), packedText('parameters', bomb), pixel)],
  ['a recipe that bursts', png(header(1, 1), longText('neuf', bomb), pixel)],
  ['a recipe that is none', png(header(1, 1), text('neuf', '{"recipe":[]}'), text('neuf-tokens', '!!!'), pixel)],
  ['parameters of A1111', png(header(1, 1), text('parameters', 'a cat\nSteps: 1e999, Seed: -1, Size: 0x0'), pixel)],
  ['many chunks', png(header(1, 1), ...Array.from({ length: 5000 }, () => text('a', '')), pixel)],
  ['no header', png(pixel)],
].map(([name, bytes]) => ({ name: name as string, type: 'image/png', bytes: bytes as Buffer }))

const others: readonly Named[] = [
  { name: 'nothing', type: 'image/png', bytes: Buffer.alloc(0) },
  { name: 'the signature alone', type: 'image/png', bytes: signature },
  {
    name: 'SVG that reads files',
    type: 'image/svg+xml',
    bytes: Buffer.from(
      '<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&f;</text></svg>',
    ),
  },
  { name: 'a PPM with a size that lies', type: 'image/x-portable-pixmap', bytes: Buffer.from('P6 99999 99999 255\n') },
  { name: 'a GIF of one byte', type: 'image/gif', bytes: Buffer.from('GIF89a\xff\xff\xff\xff', 'latin1') },
  {
    name: 'WebP with a length that lies',
    type: 'image/webp',
    bytes: Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8X', 'latin1'),
  },
  { name: 'a PDF', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7\n') },
  { name: 'a page', type: 'text/html', bytes: Buffer.from('<script>alert(1)</script>') },
]

/** Whole pictures of each format. `own` are some that the server drew, with recipes in them. */
export async function wholePictures(own: readonly Uint8Array[]): Promise<Named[]> {
  const pixels = {
    create: { width: 24, height: 16, channels: 4, background: { r: 9, g: 99, b: 199, alpha: 0.5 } },
  } as const
  const formats = ['png', 'webp', 'jpeg', 'gif', 'tiff', 'avif'] as const
  const made = formats.map(async (format) => {
    return { name: format, type: `image/${format}`, bytes: await sharp(pixels).toFormat(format).toBuffer() }
  })
  const drawn = own.map((bytes, i) => ({ name: `drawn ${i}`, type: 'image/png', bytes: Buffer.from(bytes) }))
  return [...(await Promise.all(made)), ...drawn]
}

/** One file: as it is, made to be refused, or a whole one that something happened to. */
export function anyFile(random: Random, whole: readonly Named[]): Named {
  const kind = random.below(6)
  if (kind === 0) return random.pick(crafted)
  if (kind === 1) return random.pick(others)
  const { name, type, bytes } = random.pick(whole)
  if (kind === 2) return { name, type: random.once(4) ? 'application/octet-stream' : type, bytes }
  const changed = Buffer.from(bytes)
  if (kind === 3) return { name: `${name}, cut off`, type, bytes: changed.subarray(0, random.below(bytes.length + 1)) }
  if (kind === 4) {
    for (let i = 0; i <= random.below(8); i++) changed[random.below(changed.length)] = random.below(256)
    return { name: `${name}, bytes changed`, type, bytes: changed }
  }
  // A piece of it, again in another place.
  const from = random.below(bytes.length)
  const piece = bytes.subarray(from, from + random.below(200))
  const to = random.below(bytes.length)
  return {
    name: `${name}, a piece twice`,
    type,
    bytes: Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]),
  }
}
