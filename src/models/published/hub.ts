/**
 * The hub that models are published on, through its own client library; what the library leaves to its `fetch` is here:
 * redirects, on which the token stays behind, patience, and faults in words.
 */
import { answerOf, connectionFault, passingStatus } from '../../download/answer.ts'
import { Passing, type Pause, tryAgain } from '../../download/attempts.ts'
import { isTrusted, readBase } from '../../download/base-address.ts'
import { NeufError } from '../../errors/errors.ts'
import type { PublishedFile } from './publications.ts'

export type HubSettings = {
  /** Where the hub is; from `hubBase`. */
  readonly base: URL
  /** Sent to that address and to no other. */
  readonly token?: string | undefined
  /** What this program says it is. */
  readonly userAgent: string
  /** Milliseconds without a byte after which an attempt has failed. */
  readonly patience?: number
  readonly pause?: Pause
}

/** What the hub says of a file at its commit. */
export type Listed = {
  readonly bytes: number
  /** The SHA-256 of a file in large-file storage. */
  readonly sha256?: string
  /** Git's id of any other. */
  readonly gitId?: string
}

export const publicHub = 'https://huggingface.co'
const defaultPatience = 60_000
/** Hub, storage, content network: three or four in practice. */
const mostRedirects = 10

/**
 * The address and the token that a person set: HF_ENDPOINT, HF_TOKEN.
 * @throws NeufError `option-value`, without showing the token
 */
export function hubOf(environment: Readonly<Record<string, string | undefined>>): Pick<HubSettings, 'base' | 'token'> {
  const endpoint = environment.HF_ENDPOINT ?? ''
  const token = environment.HF_TOKEN?.trim() ?? ''
  if (token !== '' && !/^hf_[\x21-\x7e]+$/.test(token)) {
    throw new NeufError('option-value', { option: 'HF_TOKEN', value: '...', expected: 'a token that begins with hf_' })
  }
  return {
    base: readBase(endpoint === '' ? publicHub : endpoint, 'HF_ENDPOINT'),
    token: token === '' ? undefined : token,
  }
}

/** Where a file is on the hub. */
export function fileUrl({ repository, commit, path }: PublishedFile, base: URL): URL {
  return new URL(
    `${baseText(base)}/${repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`,
  )
}

/**
 * What the hub has of `paths` in a repository at a commit, by path; what it has not is not there.
 * @throws NeufError `hub-unreachable`, `hub-refused`, `hub-missing`, `hub-strange`
 */
export async function listFiles(
  { repository, commit }: Pick<PublishedFile, 'repository' | 'commit'>,
  paths: readonly string[],
  settings: HubSettings,
  signal: AbortSignal,
): Promise<Map<string, Listed>> {
  // Only here: a command line that draws has no need of it.
  const { pathsInfo } = await import('@huggingface/hub')
  const url = new URL(`${baseText(settings.base)}/api/models/${repository}/paths-info/${commit}`)
  const { pause, token, patience = defaultPatience } = settings
  const ask = async () => {
    const late = AbortSignal.timeout(patience)
    const failure: Failure = {}
    try {
      const credentials = token === undefined ? {} : { accessToken: token }
      return await pathsInfo({
        repo: repository,
        revision: commit,
        paths: [...paths],
        hubUrl: baseText(settings.base),
        fetch: hubFetch(settings, AbortSignal.any([signal, late]), failure),
        ...credentials,
      })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (late.aborted) throw new Passing(`no answer came within ${patience / 1000} s`, 0, { cause: error })
      throw failure.reason ?? strange(url, 'it is not the list that was asked for', error)
    }
  }
  const found = await tryAgain(ask, {
    signal,
    ...(pause !== undefined && { pause }),
    unreachable: (why, cause) => new NeufError('hub-unreachable', { url: url.href, why }, { cause }),
  })
  const wanted = new Set(paths)
  return new Map(found.flatMap((entry) => (wanted.has(entry?.path) ? [[entry.path, asListed(entry, url)]] : [])))
}

type Entry = {
  readonly type: string
  readonly size: number
  readonly oid?: string
  readonly lfs?: { readonly oid: string }
}

function asListed({ type, size, oid, lfs }: Entry, url: URL): Listed {
  if (type !== 'file' || !Number.isSafeInteger(size) || size < 0) throw strange(url, 'it lists no sizes of files')
  if (lfs != null && /^[0-9a-f]{64}$/.test(lfs.oid)) return { bytes: size, sha256: lfs.oid }
  if (lfs == null && oid !== undefined && /^[0-9a-f]{40}$/.test(oid)) return { bytes: size, gitId: oid }
  throw strange(url, 'it lists no hashes')
}

/**
 * The content of a file from byte `start` on, once: what breaks off throws `Passing`, and another call goes on from there.
 * @param bytes how long the whole file is
 */
export async function* readFrom(
  file: PublishedFile,
  { bytes, start }: { readonly bytes: number; readonly start: number },
  settings: HubSettings,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { downloadFile } = await import('@huggingface/hub')
  const { token, patience = defaultPatience } = settings
  const url = fileUrl(file, settings.base)
  const late = new AbortController()
  const failure: Failure = {}
  const timer = setTimeout(() => late.abort(), patience)
  try {
    const whole = await downloadFile({
      repo: file.repository,
      path: file.path,
      revision: file.commit,
      hubUrl: baseText(settings.base),
      // The plain download that every mirror has, not the hub's storage protocol of chunks.
      xet: false,
      downloadInfo: { url: url.href, size: bytes, etag: '' },
      fetch: hubFetch(settings, AbortSignal.any([signal, late.signal]), failure),
      ...(token !== undefined && { accessToken: token }),
    })
    for await (const piece of whole!.slice(start).stream()) {
      timer.refresh()
      yield piece
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (late.signal.aborted) throw new Passing(`nothing came for ${patience / 1000} s`, 0, { cause: error })
    // The library's stream keeps only the words of what its fetch threw.
    throw failure.reason ?? connectionFault(error)
  } finally {
    clearTimeout(timer)
    late.abort()
  }
}

/** What the last call of a `hubFetch` threw. */
type Failure = { reason?: unknown }

/** `fetch` for the library: follows redirects, takes the token off for others, turns every status into words. */
function hubFetch(settings: HubSettings, signal: AbortSignal, failure: Failure): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init.headers)
    headers.set('user-agent', settings.userAgent)
    // Sizes and ranges count what is stored, not what a server packs it into.
    headers.set('accept-encoding', 'identity')
    try {
      const response = await answerOf(url, {
        method: init.method,
        headers,
        ...(typeof init.body === 'string' && { body: init.body }),
        signal,
        mostRedirects,
        onward: (next, sent) => onward(next, sent, url, settings.base),
        wrong: (why) => strange(url, why),
      })
      if (response.ok) return await fromStart(response, headers, url)
      await response.body?.cancel()
      throw refusal(response, url, settings)
    } catch (error) {
      const known = error instanceof NeufError || error instanceof Passing || signal.aborted
      failure.reason = known ? error : connectionFault(error)
      throw failure.reason
    }
  }
}

function onward(next: URL, headers: Headers, url: URL, base: URL): Headers {
  // A hub on this machine may send on to this machine; one that is far away may not.
  const allowed = base.protocol === 'http:' ? isTrusted(next) : next.protocol === 'https:'
  if (!allowed) throw strange(url, `it leads to ${next.origin}, which is not to be trusted`)
  const kept = new Headers(headers)
  if (next.origin !== base.origin) kept.delete('authorization')
  return kept
}

function refusal(response: Response, url: URL, { token }: HubSettings): Error {
  const { status } = response
  const passing = passingStatus(response)
  if (passing !== undefined) return passing
  if (status === 401 || status === 403)
    return new NeufError('hub-refused', { url: url.href, status, token: token !== undefined })
  if (status === 416) return strange(url, 'the file is shorter there than it is listed')
  return new NeufError('hub-missing', { url: url.href, status })
}

/** The answer with its body beginning at the byte asked for: a server may ignore that, and send everything. */
async function fromStart(response: Response, headers: Headers, url: URL): Promise<Response> {
  const start = Number(/^bytes=(\d+)-/.exec(headers.get('range') ?? '')?.[1] ?? 0)
  if (response.status !== 206) return start === 0 ? response : new Response(response.body?.pipeThrough(without(start)))
  const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
  if (Number(from) === start) return response
  await response.body?.cancel()
  throw strange(url, `it sends from byte ${from} on instead of ${start}`)
}

function without(start: number): TransformStream<Uint8Array, Uint8Array> {
  let left = start
  return new TransformStream({
    transform(piece, out) {
      if (piece.length > left) out.enqueue(piece.subarray(left))
      left = Math.max(0, left - piece.length)
    },
  })
}

const strange = (url: URL, why: string, cause?: unknown): NeufError =>
  new NeufError('hub-strange', { url: url.href, why }, { cause })

const baseText = (base: URL): string => base.href.replace(/\/+$/, '')
