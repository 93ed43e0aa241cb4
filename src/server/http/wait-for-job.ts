/** An answer that is the pictures themselves: it comes when the job has come to its end. */
import { NeufError } from '../../errors/errors.ts'
import { isFinished, type Job, type JobEvent } from '../job.ts'
import type { Call } from './route.ts'

/**
 * Waits for a job's end, whatever it is, and tells of what happens on the way. Whoever goes away before, and cannot have
 * learnt the job's id, cancels it; with `keep` it is drawn all the same.
 * @throws NeufError `stopping`, `too-many-requests`, `job-missing`
 */
export async function waitForJob(
  { room, request, stopping, streams, client }: Pick<Call, 'room' | 'request' | 'stopping' | 'streams' | 'client'>,
  id: string,
  { keep = false, heard }: { readonly keep?: boolean; readonly heard?: (event: JobEvent) => void } = {},
): Promise<Job> {
  try {
    const leave = streams.enter(client)
    try {
      const signal = AbortSignal.any([request.signal, stopping])
      for await (const event of room.jobs.watch(id, { after: 0, signal })) heard?.(event)
    } finally {
      leave()
    }
    if (request.signal.aborted && !keep) return await room.jobs.cancel(id)
  } catch (error) {
    // Nobody waits for it any more.
    if (!keep) await room.jobs.cancel(id).catch(() => undefined)
    throw error
  }
  const job = await room.jobs.read(id)
  if (stopping.aborted && !request.signal.aborted && !isFinished(job.state)) throw new NeufError('stopping', {})
  return job
}
