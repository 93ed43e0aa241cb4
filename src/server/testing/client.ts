/** A client that does what it is told: waits where it has to, and asks again where nobody answers. */
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { JobJson, JobsJson, OrderJson } from '../http/schemas.ts'
import { isFinished } from '../job.ts'
import { post, readStream } from './server.ts'

/** What a job drew: pictures in their order with their scores, and the bytes of all files by their sha256. */
export type Drawn = {
  readonly pictures: readonly { readonly index: number; readonly score: number; readonly sha256: string }[]
  readonly sheet: string
}

export type Client = {
  /** Orders until the order is taken. */
  order(order: OrderJson, key?: string): Promise<JobJson>
  read(id: string): Promise<JobJson>
  /** Ids of all of this client's jobs, the newest first. */
  list(): Promise<string[]>
  /** Waits for a job's end. */
  finished(id: string): Promise<JobJson>
  /** Indexes of candidates as they landed. */
  landed(job: JobJson): Promise<number[]>
  drawn(job: JobJson): Promise<Drawn>
}

export type ClientSettings = {
  /** Where the server is now. */
  readonly url: () => string
  readonly token?: string
  /** Told how many seconds to wait each time when it is refused. */
  readonly onRefused?: (seconds: number) => void
  /** Whether nobody answering is no reason to give up: servers come back, busy ones answer late. */
  readonly stubborn?: () => boolean
}

const millisecondsBetweenTries = 200
/** Between two looks at a job: half of what it has to wait, within these. */
const millisecondsBetweenLooks = { least: 500, most: 5000 }
const mostOfPage = 100

export function createClient({ url, token, onRefused, stubborn = () => false }: ClientSettings): Client {
  const own = token === undefined ? {} : { authorization: `Bearer ${token}` }

  /** The whole answer: one that breaks off in the middle is none. */
  async function ask<T>(
    call: (url: string) => Promise<Response>,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      try {
        const response = await call(url())
        if (response.ok) return await read(response)
        const wait = Number(response.headers.get('retry-after'))
        const text = await response.text()
        if (wait < 1 || (response.status !== 429 && !stubborn())) throw new Refusal(`${response.status}: ${text}`)
        if (response.status === 429) onRefused?.(wait)
        await setTimeout(1000 * wait)
      } catch (error) {
        if (!stubborn() || error instanceof Refusal) throw error
        await setTimeout(millisecondsBetweenTries)
      }
    }
  }
  const get = <T>(path: string, read: (response: Response) => Promise<T>) =>
    ask((base) => fetch(base + path, { headers: own }), read)
  const json = async <T>(response: Response) => (await response.json()) as T
  const sha256 = async (response: Response) =>
    createHash('sha256')
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest('hex')

  const client: Client = {
    order: (order, key) => {
      const headers = { ...own, ...(key !== undefined && { 'idempotency-key': key }) }
      return ask((base) => post(`${base}/api/v1/jobs`, order, headers), json<JobJson>)
    },
    read: (id) => get(`/api/v1/jobs/${id}`, json<JobJson>),
    async list() {
      const ids: string[] = []
      for (let page = mostOfPage; page === mostOfPage; ) {
        const before = ids.length === 0 ? '' : `&before=${ids.at(-1)}`
        const { jobs } = await get(`/api/v1/jobs?limit=${mostOfPage}${before}`, json<JobsJson>)
        ids.push(...jobs.map(({ id }) => id))
        page = jobs.length
      }
      return ids
    },
    async finished(id) {
      for (;;) {
        const job = await client.read(id)
        if (isFinished(job.state)) return job
        const { least, most } = millisecondsBetweenLooks
        await setTimeout(Math.max(least, Math.min(most, 500 * (job.secondsToWait ?? 0))))
      }
    },
    async landed({ events }) {
      const told = await get(events, readStream)
      return told.flatMap(({ data }) =>
        ((data.landed as { index: number }[] | undefined) ?? []).map(({ index }) => index),
      )
    },
    async drawn({ pictures, sheet }) {
      const files: Drawn['pictures'][number][] = []
      for (const { index, score, url: path } of pictures) files.push({ index, score, sha256: await get(path, sha256) })
      return { pictures: files, sheet: await get(sheet!, sha256) }
    },
  }
  return client
}

class Refusal extends Error {}
