/** Watching a job: what is kept of its life so far, then what happens, in order and without gaps, to its end. */
import { NeufError } from '../errors/errors.ts'
import { isFinished, type JobEvent, type Notice, type UnfinishedCandidate } from './job.ts'
import type { Notices } from './notices.ts'
import type { Database } from './store/database.ts'
import { readEvents, readJob } from './store/job-rows.ts'
import { readPlace } from './store/load.ts'

/** How often is looked without having been told: a notice can be lost with a connection, and places move. */
const millisecondsBetweenLooks = 2000

/** @throws NeufError `job-missing`, `event-unknown` */
export async function* watchJob(
  { db, notices }: { readonly db: Database; readonly notices: Notices },
  id: string,
  { after, signal }: { readonly after: number; readonly signal: AbortSignal },
): AsyncGenerator<JobEvent, void, undefined> {
  const bell = createBell()
  let progress: Extract<Notice, { kind: 'progress' }> | undefined
  const unfinished = new Map<number, UnfinishedCandidate>()
  const deafen = notices.hear(id, (notice) => {
    // Only the newest is of interest to a reader that is slower than the drawing.
    if (notice.kind === 'progress') progress = notice
    if (notice.kind === 'unfinished') {
      const { index, drawn, url } = notice
      unfinished.set(index, { index, drawn, url })
    }
    bell.ring()
  })
  signal.addEventListener('abort', bell.ring)
  try {
    const job = await readJob(db, db.schema, id)
    if (after > job.lastEvent) throw new NeufError('event-unknown', { id: String(after) })
    if (isFinished(job.state) && after === job.lastEvent) return
    let last = after
    let landed = job.drawn
    let waits = job.state === 'queued'
    let place = ''
    while (!signal.aborted) {
      for (const event of await readEvents(db, id, last)) {
        if (event.id !== null) last = event.id
        if (event.kind === 'started') waits = false
        if (event.kind === 'candidates') landed = Math.max(landed, (event.data as { drawn: number }).drawn)
        yield event
        if (event.kind === 'done' || event.kind === 'failed' || event.kind === 'cancelled') return
      }
      const now = waits ? await readPlace(db, id) : null
      if (now !== null && place !== JSON.stringify(now)) {
        place = JSON.stringify(now)
        yield { id: null, kind: 'place', data: { place: now.place, seconds: Math.round(now.seconds) } }
      }
      if (progress !== undefined) {
        const { done, total } = progress
        progress = undefined
        waits = false
        yield { id: null, kind: 'progress', data: { done, total } }
      }
      for (const data of unfinished.values()) {
        unfinished.delete(data.index)
        // Candidates land in the order of their indexes; what is told of one that has landed comes too late.
        if (data.index >= landed) yield { id: null, kind: 'unfinished', data }
      }
      if (!(await bell.heard(millisecondsBetweenLooks))) {
        // Removed meanwhile, with all its events: there is nothing more to tell.
        const { state } = await readJob(db, db.schema, id)
        waits = state === 'queued'
      }
    }
  } catch (error) {
    if (!(error instanceof NeufError && error.code === 'job-missing' && signal.aborted)) throw error
  } finally {
    deafen()
    signal.removeEventListener('abort', bell.ring)
  }
}

/** Something to wait for that may have happened before one waits. */
export function createBell() {
  let rung = false
  let wake: () => void = () => undefined
  return {
    ring: () => {
      rung = true
      wake()
    },
    /** True when it rang since it was heard last, or within so many milliseconds. */
    async heard(milliseconds: number): Promise<boolean> {
      if (!rung) {
        let timer: NodeJS.Timeout | undefined
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, milliseconds)
        })
        clearTimeout(timer)
        wake = () => undefined
      }
      const heard = rung
      rung = false
      return heard
    },
  }
}
