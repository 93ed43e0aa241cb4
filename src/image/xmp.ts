/**
 * XMP packets (ISO 16684-1), which other programs look for in pictures: the mark of one that a network made, and texts of ours by
 * keyword.
 */

/** IPTC NewsCodes, Digital Source Type: a picture that a model trained on sampled content made. */
export const trainedAlgorithmicMedia = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'

/** A packet of ours has five; each that is looked for costs a walk over the packet. */
export const maxXmpTexts = 64

const prefix = 'neuf:'

/** Whether a packet can carry a text under a keyword: `neuf:` and a name of small letters. */
export const isXmpKeyword = (keyword: string): boolean => /^neuf:[a-z]{1,40}$/.test(keyword)

/**
 * A packet that says how the picture came to be (IPTC's `DigitalSourceType`, and the program), and carries these texts. Without any it
 * is the same for all pictures, so nothing that a person typed can get into it. Throws RangeError for a keyword it cannot carry.
 */
export function writeXmp(texts: Readonly<Record<string, string>> = {}): string {
  const properties = Object.entries(texts).map(([keyword, text]) => {
    if (!isXmpKeyword(keyword)) throw new RangeError(`not a property: ${JSON.stringify(keyword)}`)
    return `<${keyword}>${escaped(text)}</${keyword}>`
  })
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about=""',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ...(properties.length > 0 ? [' xmlns:neuf="https://neuf.invalid/ns/1.0/"'] : []),
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/">',
    `<Iptc4xmpExt:DigitalSourceType>${trainedAlgorithmicMedia}</Iptc4xmpExt:DigitalSourceType>`,
    '<xmp:CreatorTool>Neuf</xmp:CreatorTool>',
    ...properties,
    '</rdf:Description>',
    '</rdf:RDF>',
    '</x:xmpmeta>',
    '<?xpacket end="r"?>',
  ].join('\n')
}

/** The texts of a packet; where a keyword comes twice, the first counts. Undefined where there are more than `maxXmpTexts`. */
export function readXmp(xmp: string): Record<string, string> | undefined {
  const texts = new Map<string, string>()
  let at = 0
  for (let count = 0; ; ) {
    const start = xmp.indexOf(`<${prefix}`, at)
    const open = start < 0 ? -1 : xmp.indexOf('>', start)
    if (open < 0) return Object.fromEntries(texts)
    const keyword = xmp.slice(start + 1, open)
    at = open + 1
    if (!isXmpKeyword(keyword)) continue
    if (count++ === maxXmpTexts) return undefined
    const end = xmp.indexOf(`</${keyword}>`, open)
    if (end < 0) continue
    at = end
    if (!texts.has(keyword)) texts.set(keyword, plain(xmp.slice(open + 1, end)))
  }
}

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
