/** Who may use the server: by name of the host, by the page a request comes from, by token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { NeufError } from '../../errors/errors.ts'

export type Access = {
  /** The sha256 of each token by its holder's name; empty: nobody needs one, and only this machine can reach the server. */
  readonly tokens: ReadonlyMap<string, Buffer>
  /** Names that the server answers to besides localhost and addresses written as numbers. */
  readonly names: readonly string[]
  /** Origins of pages elsewhere that may use it: `https://example.org`. */
  readonly origins: readonly string[]
  /** The origin under which others reach this server: its own pages come from there, whatever a proxy makes of the host. */
  readonly publicUrl?: string | undefined
}

/** Whoever asks a server that needs no token. */
const localHolder = 'local'
/** The token of this name is that of whoever runs the server. */
const hostHolder = 'host'

/** Shorter secrets can be guessed. */
const leastTokenCharacters = 16

/**
 * Tokens from NEUF_TOKEN: one secret, or several with the names of their holders, `ann=SECRET,bob=SECRET`. Holders take turns
 * in the queue.
 * @throws NeufError `option-value`
 */
export function readTokens(text: string | undefined): Map<string, Buffer> {
  const tokens = new Map<string, Buffer>()
  for (const part of (text ?? '').split(',').map((each) => each.trim())) {
    if (part === '') continue
    const [, name = 'token', secret = ''] = /^(?:([a-z0-9-]{1,40})=)?(.*)$/i.exec(part)!
    const taken = tokens.has(name) || name === localHolder
    if (secret.length < leastTokenCharacters || !/^[\x21-\x7e]+$/.test(secret) || taken) {
      const expected = `secrets of ${leastTokenCharacters} characters or more without spaces, each with a name of its own`
      throw new NeufError('option-value', { option: 'NEUF_TOKEN', value: `${part.slice(0, 4)}...`, expected })
    }
    tokens.set(name, sha256(secret))
  }
  return tokens
}

/**
 * Against DNS rebinding: a page of a name that its owner points at this machine sends that name. An address in numbers, or
 * localhost, nobody can point elsewhere.
 * @throws NeufError `host-refused`
 */
export function checkHost(header: string | undefined, { names }: Access): void {
  const host = (header ?? '').toLowerCase()
  const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(host)?.[1]
  const plain = name?.replace(/^\[|\]$/g, '') ?? ''
  if (plain === 'localhost' || isIP(plain) !== 0 || names.includes(plain)) return
  throw new NeufError('host-refused', { host: host.slice(0, 100) })
}

/**
 * Against pages elsewhere that send requests by a visitor's browser: a request that names an origin must come from this
 * server's own pages or an allowed one. What is no browser names none.
 * @returns the origin when it is another one that is allowed
 * @throws NeufError `origin-refused`
 */
export function checkOrigin(headers: Headers, method: string, { origins, publicUrl }: Access): string | undefined {
  const origin = headers.get('origin')
  if (origin === null) {
    const site = headers.get('sec-fetch-site') ?? 'none'
    const safe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
    if (safe || site === 'none' || site === 'same-origin') return undefined
    throw new NeufError('origin-refused', { origin: 'another site' })
  }
  if (origin === publicUrl) return undefined
  if (origins.includes(origin)) return origin
  const own = headers.get('host')?.toLowerCase()
  if (own !== undefined && (origin === `http://${own}` || origin === `https://${own}`)) return undefined
  throw new NeufError('origin-refused', { origin: origin.slice(0, 100) })
}

/** The name of a token's holder. @throws NeufError `unauthorised` */
export function checkToken(authorization: string | undefined, { tokens }: Access): string {
  if (tokens.size === 0) return localHolder
  const given = sha256(secretIn(authorization ?? ''))
  let holder: string | undefined
  // All are compared, each in the same time, whatever is given.
  for (const [name, token] of tokens) if (timingSafeEqual(given, token)) holder = name
  if (holder === undefined) throw new NeufError('unauthorised', {})
  return holder
}

/** Whether the holder of a token, or of a cookie for it, runs the server. @throws NeufError `host-only` for any other */
export function checkHostHolder(holder: string): void {
  if (holder !== localHolder && holder !== hostHolder) throw new NeufError('host-only', {})
}

/** A bearer's token (RFC 6750), or the password of HTTP Basic (RFC 7617), whose user may be anybody; empty where there is none. */
function secretIn(authorization: string): string {
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return credentials
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Somebody's address: one of the old kind, or the network of the new kind that a household gets (its first 64 bits). */
export function addressOf(remote: string | undefined): string {
  const address = (remote ?? 'unknown').replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => '0')
  return `${[...left, ...middle, ...right].slice(0, 4).join(':')}::/64`
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
