/** The API's client: one function a thing to ask for. Everything that goes wrong is an `ApiFault`. */
import { readEvents, type StreamEvent } from './sse.ts'
import type { Credit, Fault, Job, Jobs, Models, Order, Session, Share, ShareOrder, Shares } from './types.ts'

export class ApiFault extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

export type Client = {
  /** Whether the server wants a token, and whose cookie this browser has. */
  session(): Promise<Session>
  /** Gives a token for a cookie, which the browser keeps and sends by itself. */
  signIn(token: string): Promise<Session>
  signOut(): Promise<void>
  models(): Promise<Models>
  draw(order: Order): Promise<Job>
  job(id: string): Promise<Job>
  jobs(before?: string): Promise<Job[]>
  more(id: string, candidates: number): Promise<Job>
  cancel(id: string): Promise<Job>
  remove(id: string): Promise<void>
  /** Your own jobs that are like this, the newest first. */
  gallery(query: GalleryQuery, signal?: AbortSignal): Promise<Jobs>
  /** Likes a picture, or not. */
  favour(id: string, index: number, favourite: boolean): Promise<Job>
  shares(id: string): Promise<Shares>
  share(id: string, order: ShareOrder): Promise<Share>
  revoke(id: string, share: string): Promise<void>
  /** The drawings that a picture looks most like. */
  credits(id: string, index: number): Promise<Credit[]>
  /** A picture or a sheet. */
  file(url: string): Promise<Blob>
  /** What happened after the event with the id given, and what happens, to the job's end; connects anew when it breaks off. */
  watch(id: string, options: WatchOptions): AsyncGenerator<StreamEvent, void, undefined>
}

export type GalleryQuery = {
  /** Words of the prompt. */
  readonly search: string
  readonly favourites: boolean
  /** What the page before named as next. */
  readonly cursor?: string | undefined
}

export type WatchOptions = {
  readonly after: string | undefined
  readonly signal: AbortSignal
  /** Told when a connection broke and when it stands again. */
  readonly onConnection?: (stands: boolean) => void
}

export type ClientParts = {
  readonly fetch?: typeof fetch
  /** Told when the server wants a token, or one that it knows: the cookie ran out, or its token was taken away. */
  readonly onUnauthorised?: () => void
  /** Milliseconds; tests wait less. */
  readonly pause?: (milliseconds: number) => Promise<void>
}

/** Between two tries to connect: longer each time, up to a bound. */
const pauses = [500, 1000, 2000, 4000, 8000] as const
/** After these, nothing more is told of a job. */
const last: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled'])

const sleep = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

/** What a token in a header is made of. */
const headerText = /^[\x21-\x7e]+$/

export function createClient(parts: ClientParts = {}): Client {
  const { fetch: ask = (...a) => fetch(...a), pause = sleep, onUnauthorised } = parts

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response
    try {
      response = await ask(path, init)
    } catch (cause) {
      if (init.signal?.aborted) throw cause
      throw new ApiFault({ code: 'unreachable', message: 'The server does not answer.' })
    }
    if (response.ok) return response
    const fault = await faultOf(response)
    if (fault.code === 'unauthorised') onUnauthorised?.()
    throw new ApiFault(fault)
  }
  const read = async <T>(path: string, init?: RequestInit): Promise<T> => (await send(path, init)).json() as Promise<T>
  const post = <T>(path: string, body: object): Promise<T> =>
    read<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  const pathOf = (id: string) => `/api/v1/jobs/${encodeURIComponent(id)}`

  async function* watch(id: string, { after, signal, onConnection }: WatchOptions) {
    let lastId = after
    let tries = 0
    while (!signal.aborted) {
      try {
        const headers = { accept: 'text/event-stream', ...(lastId !== undefined && { 'last-event-id': lastId }) }
        const response = await send(`${pathOf(id)}/events`, { headers, signal })
        // All was told before.
        if (response.status === 204 || response.body === null) return
        onConnection?.(true)
        for await (const event of readEvents(response.body)) {
          tries = 0
          if (event.id !== undefined) lastId = event.id
          yield event
          if (last.has(event.kind)) return
        }
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof ApiFault && error.fault.code === 'event-unknown' && lastId !== undefined) {
          lastId = undefined
          continue
        }
        if (error instanceof ApiFault && !passing(error.fault)) throw error
      }
      onConnection?.(false)
      await pause(pauses[Math.min(tries++, pauses.length - 1)]!)
    }
  }

  return {
    session: () => read('/api/v1/session'),
    async signIn(token) {
      // No header can carry it, so it is nobody's: fetch would only say that it failed.
      if (!headerText.test(token))
        throw new ApiFault({ code: 'unauthorised', message: 'No token has such characters.' })
      return read('/api/v1/session', { method: 'POST', headers: { authorization: `Bearer ${token}` } })
    },
    signOut: async () => void (await send('/api/v1/session', { method: 'DELETE' })),
    models: () => read('/api/v1/models'),
    draw: (order) => post('/api/v1/jobs', order),
    job: (id) => read(pathOf(id)),
    jobs: async (before) => (await read<Jobs>(`/api/v1/jobs?limit=20${before ? `&before=${before}` : ''}`)).jobs,
    more: (id, candidates) => post(`${pathOf(id)}/more`, { candidates }),
    cancel: (id) => post(`${pathOf(id)}/cancel`, {}),
    remove: async (id) => void (await send(pathOf(id), { method: 'DELETE' })),
    gallery({ search, favourites, cursor }, signal) {
      const query = new URLSearchParams({
        limit: '12',
        ...(search.trim() !== '' && { search: search.trim() }),
        ...(favourites && { favourites: 'true' }),
        ...(cursor !== undefined && { cursor }),
      })
      return read(`/api/v1/jobs?${query}`, signal === undefined ? {} : { signal })
    },
    favour: (id, index, favourite) =>
      favourite
        ? post(`${pathOf(id)}/favourites`, { index })
        : read(`${pathOf(id)}/favourites/${index}`, { method: 'DELETE' }),
    shares: (id) => read(`${pathOf(id)}/shares`),
    share: (id, order) => post(`${pathOf(id)}/shares`, order),
    revoke: async (id, share) => {
      await send(`${pathOf(id)}/shares/${encodeURIComponent(share)}`, { method: 'DELETE' })
    },
    credits: async (id, index) => (await read<{ nearest: Credit[] }>(`${pathOf(id)}/credits/${index}`)).nearest,
    file: async (url) => (await send(url)).blob(),
    watch,
  }
}

/** Faults that go by themselves. */
const passing = ({ code }: Fault): boolean =>
  ['unreachable', 'stopping', 'database', 'too-many-requests'].includes(code)

async function faultOf(response: Response): Promise<Fault> {
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  const seconds = Number.isFinite(wait) ? { seconds: wait } : {}
  try {
    const { error } = (await response.json()) as { error: Fault }
    return { code: String(error.code), message: String(error.message), ...seconds }
  } catch {
    // Something between answered, or the server broke in the middle of a word.
    const code = response.status >= 500 ? 'unreachable' : 'unexpected'
    return { code, message: `The server answered with status ${response.status}.`, ...seconds }
  }
}

/** What was thrown, as a fault to show. */
export function faultFrom(error: unknown): Fault {
  if (error instanceof ApiFault) return error.fault
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) }
}
