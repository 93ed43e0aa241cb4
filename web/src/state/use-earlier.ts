/** The list of earlier jobs, as the server keeps it. */
import { useCallback, useEffect, useState } from 'react'
import { type Client, faultFrom } from '../api/client.ts'
import type { Fault, Job } from '../api/types.ts'

const pageLength = 20

export type Earlier = {
  readonly jobs: readonly Job[] | undefined
  readonly older: boolean
  readonly fault: Fault | undefined
  readonly refresh: () => void
  readonly loadOlder: () => void
  readonly remove: (id: string) => Promise<void>
}

/** @param allowed whether the server may be asked yet */
export function useEarlier(client: Client, allowed: boolean): Earlier {
  const [jobs, setJobs] = useState<readonly Job[]>()
  const [older, setOlder] = useState(false)
  const [fault, setFault] = useState<Fault>()
  const load = useCallback(
    async (before?: string) => {
      try {
        const page = await client.jobs(before)
        setOlder(page.length === pageLength)
        setJobs((known = []) => (before === undefined ? page : [...known, ...page]))
        setFault(undefined)
      } catch (error) {
        setFault(faultFrom(error))
      }
    },
    [client],
  )
  const refresh = useCallback(() => void load(), [load])
  useEffect(() => {
    if (allowed) refresh()
    else {
      // Nobody who is not signed in sees what was drawn by who was.
      setJobs(undefined)
      setFault(undefined)
    }
  }, [allowed, refresh])
  return {
    jobs,
    older,
    fault,
    refresh,
    loadOlder: () => void load(jobs?.at(-1)?.id),
    async remove(id) {
      try {
        await client.remove(id)
      } catch (error) {
        const thrown = faultFrom(error)
        // Gone is gone, whoever removed it.
        if (thrown.code !== 'job-missing') return setFault(thrown)
      }
      setJobs((known) => known?.filter((job) => job.id !== id))
    },
  }
}
