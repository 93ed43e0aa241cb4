/** The format of a picture by its first bytes: names lie, and what is not known here never reaches a decoder. */

const read = ['PNG', 'JPEG', 'WebP', 'GIF', 'AVIF', 'TIFF'] as const
export type ReadFormat = (typeof read)[number]
export type OtherFormat = 'BMP' | 'HEIC' | 'JPEG XL' | 'JPEG 2000' | 'SVG' | 'Photoshop' | 'icon' | 'PDF'

export const isRead = (format: ReadFormat | OtherFormat): format is ReadFormat =>
  (read as readonly string[]).includes(format)

/** null for what is no picture. Those that are not read are known so that the report can name them. */
export function formatOf(bytes: Uint8Array): ReadFormat | OtherFormat | null {
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'PNG'
  if (ascii(0, 3) === '\xff\xd8\xff') return 'JPEG'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'WebP'
  if (/^GIF8[79]a/.test(ascii(0, 6))) return 'GIF'
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*' || ascii(0, 4) === 'II+\0') return 'TIFF'
  if (ascii(4, 8) === 'ftyp')
    return /avi[fs]/.test(ascii(8, 32)) ? 'AVIF' : /hei[cxms]|mif1/.test(ascii(8, 32)) ? 'HEIC' : null
  if (ascii(0, 2) === 'BM' && bytes.length > 26) return 'BMP'
  if (ascii(0, 2) === '\xff\x0a' || ascii(4, 8) === 'JXL ') return 'JPEG XL'
  if (ascii(4, 8) === 'jP  ' || ascii(0, 4) === '\xff\x4f\xff\x51') return 'JPEG 2000'
  if (ascii(0, 4) === '8BPS') return 'Photoshop'
  if (ascii(0, 4) === '\0\0\x01\0') return 'icon'
  if (ascii(0, 4) === '%PDF') return 'PDF'
  return /<svg[\s>]/i.test(ascii(0, 1000)) ? 'SVG' : null
}
