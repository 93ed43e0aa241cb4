/** How much memory the bodies of large requests may take, of all that are read or answered at the same time. */
import { NeufError } from '../../errors/errors.ts'

/** Half a gigabyte: six of the largest, or hundreds of usual ones. */
const usualBytes = 2 ** 29
/** Of a body there are at once, at most: the pieces it came in, all of it, its parts, and the file that is read. */
const copies = 4

export type Uploads = {
  /** Counts a request's body in; the result counts it out. @throws NeufError `too-many-requests` where there is no room */
  enter(request: Request, mostBytes: number): () => void
}

export function createUploads(all: number = usualBytes): Uploads {
  let held = 0
  return {
    enter(request, mostBytes) {
      // One that does not say how long it is may be as long as any.
      const length = request.headers.get('content-length') ?? ''
      const bytes = copies * (/^\d+$/.test(length) ? Math.min(Number(length), mostBytes) : mostBytes)
      if (held + bytes > all) throw new NeufError('too-many-requests', { seconds: 5 })
      held += bytes
      let inside = true
      return () => {
        if (inside) held -= bytes
        inside = false
      }
    },
  }
}
