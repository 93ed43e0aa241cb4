/** Character references of HTML (the standard of whatwg.org, section 13.5), as Python's `html.unescape` reads them. */
import { windows1252 } from './fix-text/single-byte-encodings.ts'
import entities from './html-entities.json' with { type: 'json' }

const names = new Map(Object.entries(entities.names))
const withoutSemicolon = new Set(entities.withoutSemicolon)

/** The character of `name;`. */
export const entityWithSemicolon = (name: string): string | undefined => names.get(name)

/** What `&` and these characters stand for: a name with its semicolon, or an old one without, and then the rest. */
export function entityCharacter(reference: string): string | undefined {
  const whole = reference.endsWith(';') ? names.get(reference.slice(0, -1)) : undefined
  if (whole !== undefined) return whole
  for (let end = reference.length; end > 1; end--) {
    const name = reference.slice(0, end)
    if (withoutSemicolon.has(name)) return names.get(name)! + reference.slice(end)
  }
  return undefined
}

/** The character of a number: decimal digits, or hexadecimal ones behind an `x`. What no text may hold is left out. */
export function unescapeNumber(digits: string): string {
  const hexadecimal = /^x/i.test(digits)
  const code = Number.parseInt(hexadecimal ? digits.slice(1) : digits, hexadecimal ? 16 : 10)
  if (code === 0) return '\ufffd'
  if (code === 0x0d) return '\r'
  // Old pages number the characters of windows-1252.
  if (code >= 0x80 && code <= 0x9f) return windows1252[code - 0x80]!
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return '\ufffd'
  return isForbidden(code) ? '' : String.fromCodePoint(code)
}

const isForbidden = (code: number): boolean =>
  (code >= 0x1 && code <= 0x8) ||
  code === 0xb ||
  (code >= 0xe && code <= 0x1f) ||
  code === 0x7f ||
  (code >= 0xfdd0 && code <= 0xfdef) ||
  (code & 0xfffe) === 0xfffe

/** Every reference as the character it stands for; what is none stays. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/gu, (whole, reference: string) => {
    if (reference.startsWith('#')) return unescapeNumber(reference.slice(1).replace(';', ''))
    return entityCharacter(reference) ?? whole
  })
}
