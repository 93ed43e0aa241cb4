/**
 * The byte-level alphabet and the word split of GPT-2 (Radford 2019), as in `ByteLevel` of the Hugging Face tokenizers format.
 * Each of the 256 bytes has a visible character of its own, so any text at all is written with a base vocabulary of 256.
 */

/** Character of each byte, indexed by byte. Visible Latin-1 stands for itself; the rest is shifted to U+0100 and up. */
export const byteAlphabet: readonly string[] = (() => {
  const visible = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  let shifted = 0
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(visible(byte) ? byte : 0x100 + shifted++))
})()

const utf8 = new TextEncoder()

/** UTF-8 bytes of a text, written in the byte alphabet: one character a byte. */
export function toByteCharacters(text: string): string {
  let characters = ''
  for (const byte of utf8.encode(text)) characters += byteAlphabet[byte]
  return characters
}

/** English contractions, then runs of letters, digits or other characters with the space before them, then spaces. */
const wordPattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** The pieces that merges never cross. A text that does not start with a space gets one (`add_prefix_space`). */
export function splitPieces(text: string): readonly string[] {
  if (text === '') return []
  return (text.startsWith(' ') ? text : ` ${text}`).match(wordPattern) ?? []
}
