/**
 * Signing in for a browser: a cookie that stands for a token, which no script can read and no other site's page sends. It is
 * signed with the token's hash, so every server that knows the token takes it, and taking the token away ends it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Access } from './access.ts'

export const sessionCookieName = 'neuf-session'
const secondsOfSession = 30 * 86_400
/** Of a Cookie header: browsers send less than 8 KiB of all headers. */
const mostCharacters = 8192

type Tokens = Pick<Access, 'tokens'>

/** A Set-Cookie header for the holder of a token; undefined for a name that holds none. `now` in milliseconds. */
export function sessionCookie(holder: string, { tokens }: Tokens, now: number, secure: boolean): string | undefined {
  const token = tokens.get(holder)
  if (token === undefined) return undefined
  const expires = Math.floor(now / 1000) + secondsOfSession
  return setCookie(`${holder}.${expires}.${signature(holder, expires, token)}`, secondsOfSession, secure)
}

/** A Set-Cookie header that ends a session in a browser. */
export const endedCookie = (secure: boolean): string => setCookie('', 0, secure)

/**
 * The holder whom a request's cookie stands for; undefined where it has none that counts. It counts for pages of this very
 * server only: those of another port share its cookies.
 */
export function sessionHolder(headers: Headers, { tokens }: Tokens, now: number): string | undefined {
  const site = headers.get('sec-fetch-site') ?? 'none'
  if (site !== 'none' && site !== 'same-origin') return undefined
  const given = (headers.get('cookie') ?? '').slice(0, mostCharacters)
  for (const part of given.split(';')) {
    const [, holder = '', seconds = '', mac = ''] =
      /^\s*neuf-session=([a-z0-9-]{1,40})\.(\d{1,12})\.([\w-]{43})\s*$/i.exec(part) ?? []
    const token = tokens.get(holder)
    if (token === undefined || Number(seconds) * 1000 <= now) continue
    if (timingSafeEqual(Buffer.from(mac), Buffer.from(signature(holder, Number(seconds), token)))) return holder
  }
  return undefined
}

/** Whether a browser came over HTTPS, as the page that asks says: a proxy in front of the server may have taken it off. */
export const isSecure = (headers: Headers): boolean => headers.get('origin')?.startsWith('https://') ?? false

function setCookie(value: string, seconds: number, secure: boolean): string {
  return `${sessionCookieName}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}

/** HMAC-SHA-256 (RFC 2104), 43 characters of base64url. */
function signature(holder: string, expires: number, token: Buffer): string {
  return createHmac('sha256', token).update(`neuf session\n${holder}\n${expires}`).digest('base64url')
}
