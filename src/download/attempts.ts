/** Trying again what may pass, more and more slowly, and no longer than a person would. */
import { setTimeout as sleep } from 'node:timers/promises'

export type Attempts = {
  /** Aborted, it ends the work with its reason. */
  readonly signal: AbortSignal
  /** Waits between attempts; a test's own does not take as long. */
  readonly pause?: Pause
  /** The fault when it does not pass. */
  readonly unreachable: (why: string, cause: Passing) => Error
  /** Whether the last attempt brought something: then counting begins anew with it. */
  readonly advanced?: () => boolean
}

export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>

/** Attempts in a row that bring nothing: the pauses between them are 0.5, 1, 2 and 4 seconds. */
const attempts = 5
const firstPause = 500
/** A server that wants to be left alone for longer is: what is there is kept, and the person asks again later. */
const longestPause = 60_000

/** What another attempt may cure. */
export class Passing extends Error {
  /** Milliseconds that the server asked to be left alone for. */
  readonly wait: number
  constructor(why: string, wait = 0, options?: ErrorOptions) {
    super(why, options)
    this.wait = wait
  }
}

/** What `work` gives, once it throws nothing that is `Passing`. */
export async function tryAgain<T>(work: () => Promise<T>, settings: Attempts): Promise<T> {
  const { signal, pause = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) } = settings
  for (let failed = 1; ; failed++) {
    try {
      signal.throwIfAborted()
      return await work()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (!(error instanceof Passing)) throw error
      if (settings.advanced?.() === true) failed = 1
      if (failed === attempts || error.wait > longestPause) throw settings.unreachable(error.message, error)
      await pause(Math.max(error.wait, firstPause * 2 ** (failed - 1)), signal).catch((fault: unknown) => {
        throw signal.aborted ? signal.reason : fault
      })
    }
  }
}
