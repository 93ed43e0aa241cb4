/** The address in front of all files that are fetched, as a person names it. */
import { NeufError } from '../errors/errors.ts'

/**
 * Checked: https, or http on this machine.
 * @param option who named it, for the message
 * @throws NeufError `option-value`
 */
export function readBase(text: string, option: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const bare = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url !== undefined && bare && isTrusted(url)) return url
  const expected = 'an https address without a name, a password, a query or a fragment'
  throw new NeufError('option-value', { option, value: text, expected })
}

/** Whether nobody on the way can read or change what comes: https, or http on this machine. */
export function isTrusted({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
}
