/** A pair of surrogates, each written as three bytes: CESU-8. */
const surrogatePairs = /\xed([\xa0-\xaf])([\x80-\xbf])\xed([\xb0-\xbf])([\x80-\xbf])/g

/**
 * Text of UTF-8 bytes (one character each), or null where they are not UTF-8. Two variants are read, too: CESU-8, in which
 * each half of a surrogate pair has three bytes, and Java's, in which U+0000 is C0 80.
 */
export function decodeUtf8(bytes: string): string | null {
  const plain = bytes
    .replace(surrogatePairs, (_, ...parts: string[]) => {
      const [first, second, third, fourth] = parts.slice(0, 4).map((part) => part.charCodeAt(0))
      const high = 0xd000 | ((first! & 0x3f) << 6) | (second! & 0x3f)
      const low = 0xd000 | ((third! & 0x3f) << 6) | (fourth! & 0x3f)
      return toUtf8(String.fromCharCode(high, low))
    })
    .replaceAll('\xc0\x80', '\0')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(plain, (byte) => byte.charCodeAt(0)),
    )
  } catch {
    return null
  }
}

const toUtf8 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))
