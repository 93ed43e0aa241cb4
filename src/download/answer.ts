/** One request: its redirects followed by hand, and what a server or the way to it did wrong as a fault in words. */
import { Passing } from './attempts.ts'

export type Asking = {
  readonly method?: string | undefined
  readonly headers: Headers
  readonly body?: string
  readonly signal: AbortSignal
  readonly mostRedirects: number
  /** The headers for the next address, or a fault: where each is looked at, none hands over to one not trusted. */
  readonly onward: (next: URL, headers: Headers) => Headers
  /** The fault for an answer that cannot be followed. */
  readonly wrong: (why: string) => Error
}

/** The last answer, whatever its status. Redirects that change the method are only followed where it is GET. */
export async function answerOf(url: URL, asking: Asking): Promise<Response> {
  const { method = 'GET', body, signal, mostRedirects, onward, wrong } = asking
  let at = url
  let headers = asking.headers
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(at.href, {
      method,
      headers,
      redirect: 'manual',
      signal,
      ...(body !== undefined && { body }),
    })
    const to = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (to === null || (method !== 'GET' && response.status !== 307 && response.status !== 308)) return response
    await response.body?.cancel()
    if (!URL.canParse(to, at.href)) throw wrong('it leads to no address')
    if (redirects === mostRedirects) throw wrong(`it leads on and on, over ${mostRedirects} times`)
    at = new URL(to, at.href)
    headers = onward(at, headers)
  }
}

/** What may pass of an answer that is not the one wanted: 408, 425, 429 and 5xx; undefined for every other. */
export function passingStatus({ status, headers }: Response): Passing | undefined {
  if (status < 500 && ![408, 425, 429].includes(status)) return undefined
  const wait = waitAsked(headers.get('retry-after'))
  const after = wait === 0 ? '' : ` and wants to be asked again in ${Math.ceil(wait / 1000)} s`
  return new Passing(`it answers with status ${status}${status === 429 ? ' (too many requests)' : ''}${after}`, wait)
}

/** Milliseconds, from seconds or a date (RFC 9110, 10.2.3); 0 where nothing sensible is said. */
function waitAsked(header: string | null): number {
  if (header === null) return 0
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(wait) ? Math.max(0, wait) : 0
}

const connectionFaults: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known (is this machine online?)',
  EAI_AGAIN: 'its name cannot be looked up (is this machine online?)',
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
  UND_ERR_SOCKET: 'it broke the connection off',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  ENETUNREACH: 'there is no way to it (is this machine online?)',
  EHOSTUNREACH: 'there is no way to it (is this machine online?)',
}

/** What fetch, or a body being read, threw: it says only "fetch failed"; why stands in its cause. */
export function connectionFault(error: unknown): Passing {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const why =
    connectionFaults[code] ?? (cause instanceof Error && cause.message !== '' ? cause.message : code || String(cause))
  return new Passing(why, 0, { cause: error })
}
