/** Names that stand in tables and archives: what may be looked for below a folder, and what leads elsewhere. */
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'

/** What Windows takes for a device, with any ending. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

/**
 * The name with single slashes and without `./`. Backslashes are refused, not read as slashes: what one system takes for a
 * letter is another's way out of the folder.
 * @throws Refused `unsafe-name`
 */
export function safeName(name: string): string {
  const refuse = (why: string): never => {
    throw new Refused('unsafe-name', why)
  }
  if (name.length > limits.nameLength) refuse(`${name.length} characters long`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) refuse('a control character')
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) refuse('a drive or an address')
  if (name.startsWith('/') || name.includes('\\')) refuse(name.startsWith('/') ? 'an absolute path' : 'a backslash')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.length === 0) refuse('an empty name')
  if (parts.includes('..')) refuse('it goes up')
  if (parts.some((part) => device.test(part))) refuse('a device')
  return parts.join('/')
}
