/** Fetches one file whose size and SHA-256 are known: nothing else than that file ever comes back. */
import { createHash } from 'node:crypto'
import { answerOf, connectionFault, passingStatus } from '../download/answer.ts'
import { Passing, type Pause, tryAgain } from '../download/attempts.ts'
import { NeufError } from '../errors/errors.ts'

export type DownloadSettings = {
  /** What this program says it is. */
  readonly userAgent: string
  /** Aborted, it ends the download with its reason. */
  readonly signal: AbortSignal
  /** Milliseconds that one attempt may take. */
  readonly patience?: number
  /** Waits between attempts; a test's own does not take as long. */
  readonly pause?: Pause
}

/** A minute for files of at most half a megabyte. */
const defaultPatience = 60_000
/** Within one host. */
const mostRedirects = 3

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
  const { signal, pause } = settings
  const bytes = await tryAgain(() => attemptOnce(url, expected.bytes, settings), {
    signal,
    ...(pause !== undefined && { pause }),
    unreachable: (why, cause) => new NeufError('art-unreachable', { url: url.href, why }, { cause }),
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 === expected.sha256) return bytes
  throw other(url, `its SHA-256 is ${sha256} instead of ${expected.sha256}`)
}

async function attemptOnce(url: URL, bytes: number, settings: DownloadSettings): Promise<Uint8Array> {
  const { userAgent, patience = defaultPatience } = settings
  const late = AbortSignal.timeout(patience)
  try {
    const response = await answerOf(url, {
      headers: new Headers({ 'user-agent': userAgent }),
      signal: AbortSignal.any([settings.signal, late]),
      mostRedirects,
      onward: (next, headers) => {
        if (next.origin === url.origin) return headers
        throw other(url, `it leads to another server, ${next.origin}`)
      },
      wrong: (why) => other(url, why),
    })
    if (response.status === 200) return await readWhole(response, url, bytes)
    await response.body?.cancel()
    throw passingStatus(response) ?? new NeufError('art-upstream-missing', { url: url.href, status: response.status })
  } catch (error) {
    if (error instanceof NeufError || error instanceof Passing || settings.signal.aborted) throw error
    if (late.aborted) throw new Passing(`no whole answer came within ${patience / 1000} s`, 0, { cause: error })
    throw connectionFault(error)
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

function other(url: URL, why: string): NeufError {
  return new NeufError('art-upstream-other', { url: url.href, why })
}
