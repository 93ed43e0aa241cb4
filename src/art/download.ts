/** Fetches one file whose size and SHA-256 are known: nothing else than that file ever comes back. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { NeufError } from '../errors/errors.ts'

export type DownloadSettings = {
  /** What this program says it is. */
  readonly userAgent: string
  /** Aborted, it ends the download with its reason. */
  readonly signal: AbortSignal
  /** Milliseconds that one attempt may take. */
  readonly patience?: number
  /** Waits between attempts; a test's own does not take as long. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/** Attempts at one file: the pauses between them are 0.5, 1, 2 and 4 seconds. */
const attempts = 5
const firstPause = 500
/** A minute for files of at most half a megabyte. */
const defaultPatience = 60_000
/** A server that wants to be left alone for longer is: what is there is kept, and the person asks again later. */
const longestPause = 60_000
/** Within one host. */
const mostRedirects = 3

/** What another attempt may cure. */
class Passing extends Error {
  /** Milliseconds that the server asked to be left alone for. */
  readonly wait: number
  constructor(why: string, wait = 0, options?: ErrorOptions) {
    super(why, options)
    this.wait = wait
  }
}

/**
 * The bytes of `url`, once they are `expected`. Faults that may pass (no connection, no answer in time, status 408, 425,
 * 429 and 5xx, an answer cut short) are tried again, more and more slowly.
 * @throws NeufError `art-unreachable` where they do not pass; `art-upstream-missing`, `art-upstream-other`: of this file
 */
export async function download(
  url: URL,
  expected: { readonly bytes: number; readonly sha256: string },
  settings: DownloadSettings,
): Promise<Uint8Array> {
  const { signal, pause = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) } = settings
  for (let attempt = 1; ; attempt++) {
    try {
      signal.throwIfAborted()
      const bytes = await attemptOnce(url, expected.bytes, settings)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      if (sha256 === expected.sha256) return bytes
      throw other(url, `its SHA-256 is ${sha256} instead of ${expected.sha256}`)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (!(error instanceof Passing)) throw error
      if (attempt === attempts || error.wait > longestPause) {
        throw new NeufError('art-unreachable', { url: url.href, why: error.message }, { cause: error })
      }
      await pause(Math.max(error.wait, firstPause * 2 ** (attempt - 1)), signal).catch((fault: unknown) => {
        throw signal.aborted ? signal.reason : fault
      })
    }
  }
}

async function attemptOnce(url: URL, bytes: number, settings: DownloadSettings): Promise<Uint8Array> {
  const { userAgent, patience = defaultPatience } = settings
  const late = AbortSignal.timeout(patience)
  const signal = AbortSignal.any([settings.signal, late])
  try {
    let at = url
    for (let redirects = 0; ; redirects++) {
      const response = await fetch(at.href, { headers: { 'user-agent': userAgent }, redirect: 'manual', signal })
      if (response.status === 200) return await readWhole(response, url, bytes)
      await response.body?.cancel()
      const to = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
      if (to === null) throw refusal(response, url)
      // Where the next address is checked anew, a server that was trusted cannot hand over to one that was not.
      if (!URL.canParse(to, at.href)) throw other(url, 'it leads to no address')
      const next = new URL(to, at.href)
      if (next.origin !== url.origin) throw other(url, `it leads to another server, ${next.origin}`)
      if (redirects === mostRedirects) throw other(url, `it leads on and on, over ${mostRedirects} times`)
      at = next
    }
  } catch (error) {
    if (error instanceof NeufError || error instanceof Passing || settings.signal.aborted) throw error
    if (late.aborted) throw new Passing(`no whole answer came within ${patience / 1000} s`, 0, { cause: error })
    throw new Passing(connectionFault(error), 0, { cause: error })
  }
}

/** The body, as long as it has no more bytes than it should: an endless answer ends here, unpacked ones too. */
async function readWhole(response: Response, url: URL, bytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes)
  let filled = 0
  for await (const piece of response.body ?? []) {
    // Leaving the loop closes the connection.
    if (filled + piece.length > bytes) throw other(url, `it has more than its ${bytes} bytes`)
    whole.set(piece, filled)
    filled += piece.length
  }
  if (filled < bytes) throw new Passing(`the answer ended after ${filled} of ${bytes} bytes`)
  return whole
}

function refusal(response: Response, url: URL): Error {
  const { status } = response
  if (status < 500 && ![408, 425, 429].includes(status)) {
    return new NeufError('art-upstream-missing', { url: url.href, status })
  }
  const wait = waitAsked(response.headers.get('retry-after'))
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

/** fetch says only "fetch failed"; why stands in its cause. */
function connectionFault(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return (
    connectionFaults[code] ?? (cause instanceof Error && cause.message !== '' ? cause.message : code || String(cause))
  )
}

function other(url: URL, why: string): NeufError {
  return new NeufError('art-upstream-other', { url: url.href, why })
}
