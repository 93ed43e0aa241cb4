/** Where a server is for whoever asks it: what addresses in answers begin with. */
import { NeufError } from '../../errors/errors.ts'
import type { Call } from './route.ts'

/** An origin of the web, without anything behind it. @throws NeufError `option-value` */
export function checkPublicUrl(url: string): string {
  const origin = URL.canParse(url) ? new URL(url).origin : ''
  if (/^https?:/.test(origin) && origin === url.toLowerCase().replace(/\/$/, '')) return origin
  const expected = 'an address with nothing behind the name, as https://neuf.example.org'
  throw new NeufError('option-value', { option: '--public-url', value: url, expected })
}

/**
 * The server's public URL, or else the address that a request came to; a proxy that speaks TLS says so. The name is one that the
 * server answers to: it was checked before.
 */
export function originOf({ publicUrl, request }: Pick<Call, 'publicUrl' | 'request'>): string {
  if (publicUrl !== undefined) return publicUrl
  const { host, protocol } = new URL(request.url)
  return `${request.headers.get('x-forwarded-proto') === 'https' ? 'https:' : protocol}//${host}`
}
