/** The mark of a picture that a trained network made, as other programs read it, and taking marks off again. */
import { readChunks, writeChunks } from './png-chunks.ts'
import { withText, xmpKeyword } from './png-metadata.ts'

/** IPTC NewsCodes, Digital Source Type: a picture that a model trained on sampled content made. */
export const trainedAlgorithmicMedia = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'

/**
 * An XMP packet (ISO 16684-1) that says how the picture came to be: IPTC's `DigitalSourceType`, and the program. It is the same for
 * all pictures, so nothing that a person typed can get into it.
 */
export const provenanceXmp = [
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
  '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
  '<rdf:Description rdf:about=""',
  ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
  ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">',
  `<Iptc4xmpExt:DigitalSourceType>${trainedAlgorithmicMedia}</Iptc4xmpExt:DigitalSourceType>`,
  '<xmp:CreatorTool>Neuf</xmp:CreatorTool>',
  '</rdf:Description>',
  '</rdf:RDF>',
  '</x:xmpmeta>',
  '<?xpacket end="r"?>',
].join('\n')

/** A copy of a PNG that carries the mark, and all else that it carried. @throws NeufError `file-unreadable` */
export const withMark = (png: Uint8Array): Uint8Array<ArrayBuffer> => withText(png, { [xmpKeyword]: provenanceXmp })

/** What says something about a picture and not how it looks (PNG specification, 11.3.3 and 11.3.4). */
const metadata: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME'])

/** A copy of a PNG without anything but what is to be seen: no text, no mark. @throws NeufError `file-unreadable` */
export const withoutMetadata = (png: Uint8Array): Uint8Array<ArrayBuffer> =>
  writeChunks(readChunks(png, 'the picture').filter(({ type }) => !metadata.has(type)))
