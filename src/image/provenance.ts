/** The mark of a picture that a trained network made, as other programs read it, and taking marks off again. */
import { readChunks, writeChunks } from './png-chunks.ts'
import { withText, xmpKeyword } from './png-metadata.ts'
import { writeXmp } from './xmp.ts'

/** A copy of a PNG that carries the mark, and all else that it carried. @throws NeufError `file-unreadable` */
export const withMark = (png: Uint8Array): Uint8Array<ArrayBuffer> => withText(png, { [xmpKeyword]: writeXmp() })

/** What a file is to carry besides its pixels: all there is, or nothing. */
export type Metadata = 'all' | 'none'

/** A PNG with as much about it as is wanted. @throws NeufError `file-unreadable` */
export const withMetadata = (png: Uint8Array, metadata: Metadata = 'all'): Uint8Array =>
  metadata === 'all' ? png : withoutMetadata(png)

/** What says something about a picture and not how it looks (PNG specification, 11.3.3 and 11.3.4). */
const metadataChunks: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME'])

/** A copy of a PNG without anything but what is to be seen: no text, no mark. @throws NeufError `file-unreadable` */
export const withoutMetadata = (png: Uint8Array): Uint8Array<ArrayBuffer> =>
  writeChunks(readChunks(png, 'the picture').filter(({ type }) => !metadataChunks.has(type)))
