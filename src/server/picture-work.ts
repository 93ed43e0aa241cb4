/**
 * What is made of a finished picture, and takes a tenth of a second and more: stickers, and which drawings it looks like. A thread of
 * its own does it, since the one that answers computes nothing; it starts with the first question.
 */
import { Worker } from 'node:worker_threads'
import type { Credit } from '../credits/credits-of.ts'
import { type FaultCode, NeufError } from '../errors/errors.ts'
import type { SentFault } from './worker/messages.ts'

export type PictureWork = {
  /**
   * The drawings nearest to a picture's file among those that the model in `folder` was trained on, nearest first; undefined for a
   * model that carries no index of them. @throws NeufError `model-broken`, `file-unreadable`, `too-many-requests`, `engine`
   */
  credits(folder: string, picture: Uint8Array): Promise<readonly Credit[] | undefined>
  /** A PNG, as `stickerOf` has it. @throws NeufError `file-unreadable`, `too-many-requests`, `engine` */
  sticker(picture: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined>
  close(): Promise<void>
}

export type PictureTask =
  | { readonly kind: 'credits'; readonly folder: string; readonly picture: Uint8Array }
  | { readonly kind: 'sticker'; readonly picture: Uint8Array }
export type PictureQuestion = { readonly id: number; readonly task: PictureTask }
export type PictureAnswer = { readonly id: number } & ({ readonly made: unknown } | { readonly fault: SentFault })

type Waiting = { readonly resolve: (made: never) => void; readonly reject: (error: Error) => void }

/** Questions that wait at most: the rest are told to come again. */
const mostWaiting = 32
const secondsToWait = 5

export function createPictureWork(): PictureWork {
  let thread: Worker | undefined
  let asked = 0
  const waiting = new Map<number, Waiting>()

  function start(): Worker {
    // What this process was started with (a test runner's hooks) is not for the thread.
    const fresh = new Worker(new URL('./picture-thread.ts', import.meta.url), { execArgv: [] })
    fresh.on('message', (answer: PictureAnswer) => {
      const asker = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('made' in answer) asker?.resolve(answer.made as never)
      else asker?.reject(new NeufError<FaultCode>(answer.fault.code, answer.fault.details as never))
    })
    const gone = (why: string) => {
      if (thread !== fresh) return
      thread = undefined
      for (const { reject } of waiting.values()) reject(new NeufError('engine', { what: 'looking at a picture', why }))
      waiting.clear()
    }
    fresh.on('error', (error) => gone(error.message))
    fresh.on('exit', (status) => gone(`exit status ${status}`))
    fresh.unref()
    return fresh
  }

  function ask<T>(task: PictureTask): Promise<T> {
    if (waiting.size >= mostWaiting) throw new NeufError('too-many-requests', { seconds: secondsToWait })
    thread ??= start()
    const id = asked++
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      thread!.postMessage({ id, task } satisfies PictureQuestion)
    })
  }

  return {
    credits: async (folder, picture) => ask({ kind: 'credits', folder, picture }),
    sticker: async (picture) => ask({ kind: 'sticker', picture }),
    async close() {
      await thread?.terminate()
    },
  }
}
