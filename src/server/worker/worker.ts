/** A worker: takes turns from the queue, has them drawn by another process, and keeps what lands. It computes nothing itself. */
import { randomUUID } from 'node:crypto'
import { NeufError } from '../../errors/errors.ts'
import type { Policy } from '../../safety/policy.ts'
import type { Notices } from '../notices.ts'
import type { PictureFolder } from '../picture-folder.ts'
import type { PictureJudges } from '../picture-judges.ts'
import type { Queue, Turn } from '../queue.ts'
import type { Database } from '../store/database.ts'
import { beat, readQueues, removeWorker, secondsBetweenBeats } from '../store/worker-rows.ts'
import { createBell } from '../watch.ts'
import type { Drawing } from './drawing.ts'
import type { Opened } from './messages.ts'
import { createSpeed, type Speed } from './speed.ts'
import { takeTurn } from './turn.ts'

export type WorkerParts = {
  readonly db: Database
  readonly queue: Queue
  readonly notices: Notices
  readonly pictures: PictureFolder
  readonly drawing: Drawing
  /** Which classifiers look at pictures before they are kept. */
  readonly judges: PictureJudges
  /** By what they are judged, unless their job was ordered under a stricter one. */
  readonly policy: Pick<Policy, 'level'>
  /** Candidates that land together: few show something soon and lose little to a crash, many are drawn faster. */
  readonly atOnce: number
  /** Told what went wrong in a way that no job's owner can mend. */
  readonly log: (what: string, error: unknown) => void
  readonly onDrawn?: (candidates: number) => void
}

export type Worker = {
  readonly id: string
  /** Stops, at once: what is being drawn goes back into the queue with what has landed. */
  close(): Promise<void>
}

/** How often an idle worker looks without having been told. */
const millisecondsBetweenLooks = 1000
const millisecondsAfterFault = 2000

export function startWorker(parts: WorkerParts): Worker {
  const { db, queue, notices, drawing, log } = parts
  const id = randomUUID()
  const stop = new AbortController()
  const bell = createBell()
  const deafen = notices.hear('all', ({ kind }) => {
    if (kind === 'waiting') bell.ring()
  })
  let opened: Opened | undefined
  let speed: Speed | undefined
  /** When the last turn ended, while one follows another: what lies between them is time spent on drawing, too. */
  let busySince: number | undefined
  let holding: { turn: Turn; lost: () => void } | undefined

  async function signOfLife(): Promise<void> {
    if (opened !== undefined && drawing.pid !== undefined) await beat(db, { id, ...opened })
    const held = holding
    if (held !== undefined && !(await queue.keep(held.turn)) && holding === held) held.lost()
  }
  const heart = setInterval(() => {
    signOfLife().catch((error: unknown) => log('a sign of life', error))
  }, secondsBetweenBeats * 1000)

  async function nextTurn(able: Opened): Promise<Turn | undefined> {
    for (const name of await readQueues(db, able)) {
      const turn = await queue.take(name)
      if (turn !== undefined) return turn
    }
    return undefined
  }

  async function step(): Promise<void> {
    const able = await drawing.ready()
    if (able !== opened) {
      opened = able
      speed = createSpeed(db, able.engine)
      await signOfLife()
    }
    const turn = stop.signal.aborted ? undefined : await nextTurn(able)
    if (turn === undefined) {
      busySince = undefined
      await bell.heard(millisecondsBetweenLooks)
      return
    }
    const lost = new AbortController()
    holding = { turn, lost: () => lost.abort() }
    try {
      const worker = { id, ...able }
      const since = busySince ?? performance.now()
      await takeTurn({ ...parts, worker, speed: speed!, since, stopping: stop.signal, lost: lost.signal }, turn)
    } finally {
      holding = undefined
      busySince = performance.now()
    }
  }

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await step()
      } catch (error) {
        if (stop.signal.aborted) return
        // Told apart, since it is what a person can mend: the folder of a model that is not there any more.
        log(error instanceof NeufError ? error.code : 'working', error)
        await bell.heard(millisecondsAfterFault)
      }
    }
  }
  const looping = loop()

  return {
    id,
    async close() {
      clearInterval(heart)
      stop.abort(new NeufError('stopping', {}))
      bell.ring()
      // Opening a model cannot be interrupted; ending its process can.
      if (opened === undefined) await drawing.close()
      await looping
      deafen()
      await drawing.close()
      await removeWorker(db, id).catch((error: unknown) => log('leaving', error))
    },
  }
}
