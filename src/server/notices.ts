/** What all processes tell each other, heard once in this one and handed to whoever waits for it here. */
import type { Notice } from './job.ts'
import type { Database } from './store/database.ts'

export type Notices = {
  /** Hears all notices of a job, or with `'all'` of every job. Returns how to stop. */
  hear(job: string, heard: (notice: Notice) => void): () => void
  close(): Promise<void>
}

export async function openNotices(db: Database): Promise<Notices> {
  const listeners = new Map<string, Set<(notice: Notice) => void>>()
  const unlisten = await db.listen((payload) => {
    const notice = readNotice(payload)
    if (notice === undefined) return
    const job = 'job' in notice ? notice.job : 'all'
    for (const heard of listeners.get(job) ?? []) heard(notice)
    if (job !== 'all') for (const heard of listeners.get('all') ?? []) heard(notice)
  })
  return {
    hear(job, heard) {
      const all = listeners.get(job) ?? new Set()
      listeners.set(job, all.add(heard))
      return () => {
        all.delete(heard)
        if (all.size === 0 && listeners.get(job) === all) listeners.delete(job)
      }
    },
    close: unlisten,
  }
}

/** Anybody with the database's password could send one. */
function readNotice(payload: string): Notice | undefined {
  try {
    const notice: unknown = JSON.parse(payload)
    return typeof notice === 'object' && notice !== null && 'kind' in notice ? (notice as Notice) : undefined
  } catch {
    return undefined
  }
}
