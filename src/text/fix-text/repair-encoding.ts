/** Text that was UTF-8, read in a single-byte encoding, read again as it was meant; the way of ftfy 6.3. */
import { decodeUtf8 } from './decode-utf8.ts'
import { embeddedUtf8, looksLikeMojibake } from './mojibake.ts'
import { encodeBytes, type SingleByteEncoding, singleByteEncodings, windows1252 } from './single-byte-encodings.ts'

/** Repairs one layer after the other, until the text looks sound or nothing more can be done. */
export function repairEncoding(text: string): string {
  for (let before = text; ; ) {
    const after = repairOnce(before)
    if (after === before) return after
    before = after
  }
}

function repairOnce(text: string): string {
  if (!/[^\0-\x7f]/.test(text) || !looksLikeMojibake(text)) return text
  for (const encoding of singleByteEncodings) {
    const bytes = encodeBytes(text, encoding)
    const decoded = bytes === null ? null : decodeUtf8(restoreBytes(bytes, encoding))
    if (decoded !== null) return decoded
  }
  const pieced = repairEmbedded(text)
  return pieced === text ? letterForC1(text) : pieced
}

/** Controls U+0080 to U+009F as the letters and signs that windows-1252 has in their place. */
export const letterForC1 = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (control) => windows1252[control.charCodeAt(0) - 0x80]!)

/** Parts that were read wrongly in a text that as a whole was not. */
function repairEmbedded(text: string): string {
  return text.replace(embeddedUtf8, (part) =>
    part.length < text.length && looksLikeMojibake(part) ? repairEncoding(part) : part,
  )
}

/** UTF-8 sequences in which a space stands where A0 makes a likely character: `Â `, `Ã `, and some of three and four bytes. */
const spaceForA0 = new RegExp(
  [
    '[\\xc2\\xc3\\xc5\\xce\\xd0\\xd9] ',
    '[\\xe2\\xe3] [\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf]',
    '[\\xe0-\\xe3][\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf] ',
    '\\xf0 [\\x80-\\xbf]{2}',
    '\\xf0[\\x80-\\xbf] [\\x80-\\xbf]',
    '\\xf0[\\x80-\\xbf]{2} ',
  ].join('|'),
  'g',
)

/** `Ã ` at the end of a word is the word `à` and the space behind it, but for some words of Portuguese. */
const wordOfAGrave = /\xc3 (?! |quele|quela|quilo|s )/g

/** Sequences of which a byte was lost: it is 1A, or a question mark. */
const lossySequence = new RegExp(
  [
    '[\\xc2-\\xdf]\\x1a',
    '[\\xc2\\xc3]\\?',
    '\\xed[\\xa0-\\xaf][\\x1a?]\\xed[\\xb0-\\xbf][\\x1a?\\x80-\\xbf]',
    '\\xed[\\xa0-\\xaf][\\x1a?\\x80-\\xbf]\\xed[\\xb0-\\xbf][\\x1a?]',
    '[\\xe0-\\xef][\\x1a?][\\x1a\\x80-\\xbf]',
    '[\\xe0-\\xef][\\x1a\\x80-\\xbf][\\x1a?]',
    '[\\xf0-\\xf4][\\x1a?][\\x1a\\x80-\\xbf]{2}',
    '[\\xf0-\\xf4][\\x1a\\x80-\\xbf][\\x1a?][\\x1a\\x80-\\xbf]',
    '[\\xf0-\\xf4][\\x1a\\x80-\\xbf]{2}[\\x1a?]',
    '\\x1a',
  ].join('|'),
  'g',
)

/** U+FFFD in UTF-8. */
const replacement = '\xef\xbf\xbd'

function restoreBytes(bytes: string, { name, lossy }: SingleByteEncoding): string {
  let restored = bytes
  // In MacRoman it would take a dash with a space behind it for a letter.
  if (name !== 'macroman' && bytes.search(spaceForA0) >= 0) {
    restored = restored
      .replace(wordOfAGrave, '\xc3\xa0 ')
      .replace(spaceForA0, (sequence) => sequence.replaceAll(' ', '\xa0'))
  }
  return lossy ? restored.replace(lossySequence, replacement) : restored
}
