/** The drawing that the address names (`#job=ID`): read once, where it is not known, then followed by its events, over breaks and reloads. */
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { ApiFault, type Client, faultFrom } from '../api/client.ts'
import type { Fault, Job } from '../api/types.ts'
import { type Action, type Drawing, reduce } from './drawing.ts'
import { forgetDrawing, saveDrawing, savedDrawing } from './stored.ts'

export type Followed = {
  readonly drawing: Drawing | undefined
  readonly connected: boolean
  readonly fault: Fault | undefined
  readonly dispatch: (action: Action) => void
  /** A job that was just asked for and will be gone to: it need not be read. */
  readonly expect: (job: Job) => void
}

/** What an address's fragment names as a drawing's id, whether there can be such a one or not. */
export function idInFragment(fragment: string): string | undefined {
  return /^#job=(.*)$/.exec(fragment)?.[1]
}

/** Whether the server could have given it. */
const isId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id)

export function useFragmentId(): [id: string | undefined, go: (id: string | undefined) => void] {
  const [id, setId] = useState(() => idInFragment(location.hash))
  useEffect(() => {
    const onChange = () => setId(idInFragment(location.hash))
    addEventListener('hashchange', onChange)
    return () => removeEventListener('hashchange', onChange)
  }, [])
  const go = (to: string | undefined) => {
    location.hash = to === undefined ? 'start' : `job=${to}`
  }
  return [id, go]
}

/** @param onEnd told when the drawing comes to its end, for lists that show it */
export function useDrawing(client: Client, id: string | undefined, onEnd: () => void): Followed {
  const [state, dispatch] = useReducer(followed, undefined)
  const [connected, setConnected] = useState(true)
  const [fault, setFault] = useState<Fault>()
  const drawing = state?.id === id ? state : undefined
  const expected = useRef<Job>(undefined)
  const expect = useCallback((job: Job) => {
    expected.current = job
  }, [])

  useEffect(() => {
    setFault(undefined)
    setConnected(true)
    if (id === undefined) return
    const stop = new AbortController()
    const saved = savedDrawing(id)
    if (saved !== undefined) dispatch({ kind: 'restored', drawing: saved })
    const follow = async () => {
      if (!isId(id)) throw new ApiFault({ code: 'job-missing', message: '' })
      if (saved === undefined) {
        const job = expected.current?.id === id ? expected.current : await client.job(id)
        if (stop.signal.aborted) return
        dispatch({ kind: 'opened', job })
      }
      const options = { after: saved?.lastEvent, signal: stop.signal, onConnection: setConnected }
      for await (const event of client.watch(id, options)) dispatch({ kind: 'event', event, now: performance.now() })
      if (!stop.signal.aborted) onEnd()
    }
    follow().catch((error: unknown) => {
      if (stop.signal.aborted) return
      const thrown = faultFrom(error)
      if (thrown.code === 'job-missing') {
        forgetDrawing(id)
        dispatch({ kind: 'restored', drawing: undefined })
      }
      setFault(thrown)
    })
    return () => stop.abort()
  }, [client, id, onEnd])

  useEffect(() => {
    if (drawing !== undefined) saveDrawing(drawing)
  }, [drawing])
  return { drawing, connected, fault, dispatch, expect }
}

type Restored = { readonly kind: 'restored'; readonly drawing: Drawing | undefined }

const followed = (state: Drawing | undefined, action: Action | Restored): Drawing | undefined =>
  action.kind === 'restored' ? action.drawing : reduce(state, action)
