/** What each client has drawn right now: these clients know no jobs, and ask how far "it" is. */
import type { Job, JobEvent, JobPicture } from '../job.ts'

export type Drawing = {
  readonly job: Job
  /** 0 to 1. */
  done: number
  drawn: number
  /** Place in the queue and seconds until it is begun, while it waits. */
  waiting: { readonly place: number; readonly seconds: number } | undefined
  /** Best first. */
  pictures: readonly JobPicture[]
  /** When it was begun to be drawn, in milliseconds of the same clock as `now`. */
  begun: number | undefined
  interrupted: boolean
}

export type Drawings = {
  begin(client: string, job: Job): Drawing
  end(client: string, drawing: Drawing): void
  /** In the order in which they were begun. */
  of(client: string): readonly Drawing[]
}

export function createDrawings(): Drawings {
  const all = new Map<string, Set<Drawing>>()
  return {
    begin(client, job) {
      const { drawn } = job
      const drawing = { job, drawn, done: 0, waiting: undefined, pictures: [], begun: undefined, interrupted: false }
      all.set(client, (all.get(client) ?? new Set()).add(drawing))
      return drawing
    },
    end(client, drawing) {
      const own = all.get(client)
      own?.delete(drawing)
      if (own?.size === 0) all.delete(client)
    },
    of: (client) => [...(all.get(client) ?? [])],
  }
}

/** Takes note of what happened to a job. */
export function note(drawing: Drawing, event: JobEvent, now: number): void {
  if (event.kind === 'place') drawing.waiting = event.data
  else drawing.waiting = undefined
  if (event.kind === 'started') drawing.begun ??= now
  if (event.kind === 'progress') {
    drawing.begun ??= now
    drawing.done = Math.max(drawing.done, event.data.done / event.data.total)
  }
  if (event.kind === 'candidates') {
    const { drawn, pictures } = event.data as { drawn: number; pictures: readonly JobPicture[] }
    drawing.drawn = drawn
    drawing.pictures = pictures
    drawing.done = Math.max(drawing.done, drawn / drawing.job.request.candidates)
  }
}

/** About how many seconds are left. */
export function secondsLeft({ done, begun, waiting }: Drawing, now: number): number {
  if (begun === undefined || done === 0) return waiting?.seconds ?? 0
  return ((now - begun) / 1000) * (1 / done - 1)
}
