/**
 * Which drawings a picture looks like, found by a thread of its own: it takes a tenth of a second and more, and the one that answers
 * computes nothing. The thread starts with the first question.
 */
import { Worker } from 'node:worker_threads'
import type { Credit } from '../credits/credits-of.ts'
import { NeufError } from '../errors/errors.ts'
import type { SentFault } from './worker/messages.ts'

export type Credits = {
  /**
   * The drawings nearest to a picture's file among those that the model in `folder` was trained on, nearest first; undefined for a
   * model that carries no index of them. @throws NeufError `model-broken`, `file-unreadable`, `engine`
   */
  of(folder: string, picture: Uint8Array): Promise<readonly Credit[] | undefined>
  close(): Promise<void>
}

export type CreditsQuestion = { readonly id: number; readonly folder: string; readonly picture: Uint8Array }
export type CreditsAnswer = { readonly id: number } & (
  | { readonly credits: readonly Credit[] | undefined }
  | { readonly fault: SentFault }
)

type Waiting = {
  readonly resolve: (credits: readonly Credit[] | undefined) => void
  readonly reject: (e: Error) => void
}

export function createCredits(): Credits {
  let thread: Worker | undefined
  let asked = 0
  const waiting = new Map<number, Waiting>()

  function start(): Worker {
    // What this process was started with (a test runner's hooks) is not for the thread.
    const fresh = new Worker(new URL('./credits-thread.ts', import.meta.url), { execArgv: [] })
    fresh.on('message', (answer: CreditsAnswer) => {
      const asker = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('credits' in answer) asker?.resolve(answer.credits)
      else asker?.reject(new NeufError(answer.fault.code as 'engine', answer.fault.details as never))
    })
    const gone = (why: string) => {
      if (thread !== fresh) return
      thread = undefined
      for (const { reject } of waiting.values()) reject(new NeufError('engine', { what: 'comparing drawings', why }))
      waiting.clear()
    }
    fresh.on('error', (error) => gone(error.message))
    fresh.on('exit', (status) => gone(`exit status ${status}`))
    fresh.unref()
    return fresh
  }

  return {
    of(folder, picture) {
      thread ??= start()
      const id = asked++
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        thread!.postMessage({ id, folder, picture } satisfies CreditsQuestion)
      })
    },
    async close() {
      await thread?.terminate()
    },
  }
}
