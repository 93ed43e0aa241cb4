/**
 * One request, asked several times: OpenAI's client gives an answer up that does not begin within five minutes, or breaks off, and
 * asks again by itself. The drawing of the attempt before is gone on with, so an answer may take longer than any client waits.
 */
import { createHash } from 'node:crypto'
import type { Call } from '../http/route.ts'
import type { Job } from '../job.ts'

/** Longer than the longest pause that client makes before it asks again, 8 s. */
const millisecondsOfGrace = 10_000

type Attempt = { readonly job: string; readers: number; timer: NodeJS.Timeout | undefined }

export type Attempts = {
  /**
   * The answer made of the job of an earlier attempt, where this says that it is a further one, else of a new job. When nobody has
   * waited for a job for a while, it is cancelled.
   */
  answer(call: Call, submit: () => Promise<Job>, respond: (job: Job) => Promise<Response>): Promise<Response>
}

export function createAttempts(): Attempts {
  const attempts = new Map<string, Attempt>()

  function leave(key: string, attempt: Attempt, { room }: Call): void {
    attempt.readers--
    if (attempt.readers > 0) return
    attempt.timer = setTimeout(() => {
      if (attempts.get(key) === attempt) attempts.delete(key)
      // One that is done stays as it is.
      room.jobs.cancel(attempt.job).catch(() => undefined)
    }, millisecondsOfGrace)
    attempt.timer.unref()
  }

  return {
    async answer(call, submit, respond) {
      const key = keyOf(call)
      const further = Number(call.request.headers.get('x-stainless-retry-count') ?? 0) > 0
      // A first attempt is about a new drawing, also where it comes to nothing: what follows it must not find an older one.
      if (!further) attempts.delete(key)
      let attempt = attempts.get(key)
      if (attempt === undefined) {
        const { id } = await submit()
        attempt = { job: id, readers: 0, timer: undefined }
        attempts.set(key, attempt)
      }
      clearTimeout(attempt.timer)
      attempt.readers++
      try {
        return await respond(await call.room.jobs.read(attempt.job))
      } finally {
        leave(key, attempt, call)
      }
    },
  }
}

const keyOf = ({ client, body }: Call): string =>
  createHash('sha256')
    .update(JSON.stringify([client, body]))
    .digest('hex')
