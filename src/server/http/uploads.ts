/** How much memory the bodies of large requests may take, of all that are under way at the same time, and of one client's. */
import { NeufError } from '../../errors/errors.ts'

/** Half a gigabyte: six of the largest, or hundreds of usual ones. */
const usualBytes = 2 ** 29
/** One client gets a quarter of it: the largest of all bodies, and no crowd of them. */
const share = 1 / 4
/** Of a body there are at once, at most: the pieces it came in, all of it, its parts, and the file that is read. */
const copies = 4
const secondsToWait = 5

/** One body, as long as anything of it is held. */
export type Upload = {
  /** Counts in bytes that came. @throws NeufError `too-many-requests` where there is no room for them */
  take(bytes: number): void
  /** Counts all of it out. */
  leave(): void
}

export type Uploads = {
  /**
   * Counts in what a request of a client's declares as its length, as far as it is read; of one that declares none, what comes.
   * @throws NeufError `too-many-requests` where the client, or all together, have no room for it
   */
  enter(client: string, request: Request, mostBytes: number): Upload
}

export function createUploads(mostOfAll: number = usualBytes): Uploads {
  const mostOfClient = share * mostOfAll
  const clients = new Map<string, number>()
  let all = 0

  function count(client: string, bytes: number): void {
    const own = (clients.get(client) ?? 0) + copies * bytes
    const full = own > mostOfClient ? 'client' : all + copies * bytes > mostOfAll ? 'all' : undefined
    if (bytes > 0 && full !== undefined) throw new NeufError('too-many-requests', { seconds: secondsToWait, full })
    all += copies * bytes
    if (own === 0) clients.delete(client)
    else clients.set(client, own)
  }

  return {
    enter(client, request, mostBytes) {
      const length = request.headers.get('content-length') ?? ''
      let counted = /^\d+$/.test(length) ? Math.min(Number(length), mostBytes) : 0
      let came = 0
      count(client, counted)
      return {
        take(bytes) {
          came += bytes
          const more = Math.max(0, came - counted)
          count(client, more)
          counted += more
        },
        leave() {
          count(client, -counted)
          counted = 0
        },
      }
    },
  }
}
