/** Mending of text as ftfy 6.3 does it with its defaults (Robyn Speer, ftfy.readthedocs.io). */
import { entityCharacter, entityWithSemicolon, unescapeNumber } from '../html-entities.ts'
import { letterForC1, repairEncoding } from './repair-encoding.ts'

/** A longer line is mended in parts of this many characters. */
const longestSegment = 1_000_000

/**
 * Mends each line by itself: encodings taken for others, entities of HTML, ligatures, widths, curly quotes, line breaks, lone
 * surrogates, escapes of terminals, control characters; then NFC. From the first line with a `<` on, entities stay: the text
 * is HTML, and means them.
 */
export function fixText(text: string): string {
  let unescapes = true
  let out = ''
  for (const segment of segments(text)) {
    if (segment.includes('<')) unescapes = false
    out += fixSegment(segment, unescapes)
  }
  return out
}

/** Lines with their line feeds. */
function* segments(text: string): Generator<string> {
  for (const [line] of text.matchAll(/[^\n]*\n|[^\n]+/g)) {
    if (line.length <= longestSegment) yield line
    else {
      const characters = Array.from(line)
      for (let at = 0; at < characters.length; at += longestSegment) {
        yield characters.slice(at, at + longestSegment).join('')
      }
    }
  }
}

/** The steps in turn, again and again until they change nothing. */
function fixSegment(text: string, unescapes: boolean): string {
  for (let before = text; ; ) {
    let after = unescapes ? unescapeEntities(before) : before
    after = repairEncoding(after)
    after = letterForC1(after)
    after = splitLigatures(after)
    after = usualWidth(after)
    after = straightQuotes(after)
    after = after.replace(/\r\n|[\r\u2028\u2029\x85]/g, '\n')
    after = after.toWellFormed()
    after = after.replace(terminalEscape, '')
    after = after.replace(control, '')
    after = after.normalize('NFC')
    if (after === before) return after
    before = after
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes of terminals begin with one
const terminalEscape = /\x1b\[[\p{Nd};]*[a-zA-Z]/gu

/** Controls but for white space; the deprecated ones of Arabic, of annotations, of objects; the byte order mark. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is for them
const control = /[\0-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]/g

/** Entities that end in a semicolon, by name (Latin letters in capitals throughout, too) or by number. */
function unescapeEntities(text: string): string {
  return text.replace(/&#?[0-9A-Za-z]{1,24};/g, (entity) => {
    const named = entityWithSemicolon(entity.slice(1, -1)) ?? capitalEntity(entity.slice(1, -1))
    if (named !== undefined) return named
    // A semicolon as a number stays a number: ftfy takes it for one that it could not read.
    if (!/^&#(?:\d+|[xX][\da-fA-F]+);$/.test(entity)) return entity
    const numbered = unescapeNumber(entity.slice(2, -1))
    return numbered === ';' ? entity : numbered
  })
}

/** `NTILDE` for `ntilde`, unless HTML reads the capitals as an entity or as the beginning of one. */
function capitalEntity(name: string): string | undefined {
  if (name !== name.toUpperCase() || entityCharacter(`${name};`) !== undefined) return undefined
  return entityWithSemicolon(name.toLowerCase())?.toUpperCase()
}

const ligatures = new Map(
  [
    ...[
      'Ĳ IJ',
      'ĳ ij',
      'ŉ ʼn',
      'Ǳ DZ',
      'ǲ Dz',
      'ǳ dz',
      'Ǆ DŽ',
      'ǅ Dž',
      'ǆ dž',
      'Ǉ LJ',
      'ǈ Lj',
      'ǉ lj',
      'Ǌ NJ',
      'ǋ Nj',
      'ǌ nj',
    ],
    ...['ﬀ ff', 'ﬁ fi', 'ﬂ fl', 'ﬃ ffi', 'ﬄ ffl', 'ﬅ ſt', 'ﬆ st'],
  ].map((pair) => pair.split(' ') as [string, string]),
)

const splitLigatures = (text: string): string => text.replace(/[ĲĳŉǄ-ǌǱ-ǳﬀ-ﬆ]/g, (ligature) => ligatures.get(ligature)!)

/** Full-width letters, half-width kana and Hangul, and the ideographic space, in their usual widths. */
const usualWidth = (text: string): string =>
  text.replace(/[\u3000\uff01-\uffef]/g, (wide) => (wide === '\u3000' ? ' ' : wide.normalize('NFKC')))

const straightQuotes = (text: string): string =>
  text.replace(/[\u201c-\u201f]/g, '"').replace(/[\u02bc\u2018-\u201b]/g, "'")
