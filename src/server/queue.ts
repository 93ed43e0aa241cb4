/**
 * Turns on pg-boss: which worker has which, for how long it is believed to be alive, and that a turn of one that died comes
 * back. What a turn is about stands in our own tables; pg-boss knows a job's id and a priority.
 */
import { createHash, randomUUID } from 'node:crypto'
import { PgBoss } from 'pg-boss'
import { bossIn, type Database, type Sql } from './store/database.ts'

/** A turn that a worker has: `attempt` tells it from the same turn begun again after its worker was given up. */
export type Turn = { readonly id: string; readonly queue: string; readonly attempt: number; readonly job: string }

export type Queue = {
  /** The queue for turns that any worker with a model may take, or those that belong to one engine's fingerprint. */
  prepare(model: string, engine: string | null): Promise<string>
  /** Sends a turn in the caller's transaction, to a prepared queue; returns its id. The turn with the least tag is the next. */
  send(sql: Sql, queue: string, job: string, tag: number): Promise<string>
  /** The next turn of a queue, now this worker's, or undefined. */
  take(queue: string): Promise<Turn | undefined>
  /** Says that the worker is alive; false when the turn is not its own any more. */
  keep(turn: Turn): Promise<boolean>
  finish(turn: Turn): Promise<void>
  /** Takes a turn out, whoever has it. */
  drop(queue: string, turn: string): Promise<void>
  /** Whether a turn waits, a worker has it, or neither. */
  stateOf(queue: string, turn: string): Promise<'waits' | 'taken' | 'gone'>
  close(): Promise<void>
}

/** Seconds without a sign after which a worker is given up; pg-boss allows no less than 10. */
const leaseSeconds = 10
/** How often pg-boss looks for such. */
const superviseSeconds = 3
/** pg-boss gives a turn up after so many attempts; jobs have their own, lower count of those that came to nothing. */
const attempts = 1000
const longestTurnSeconds = 23 * 3600
/** Priorities are 32-bit. */
const leastPriority = -(2 ** 31)

const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

const nameOf = (model: string, engine: string | null): string =>
  engine === null ? `draw-${model.slice(0, 16)}` : `draw-${model.slice(0, 16)}-${short(engine)}`

/** @param onError hears what goes wrong in pg-boss's own loops; they go on */
export async function openQueue(db: Database, onError: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({
    ...db.boss,
    schema: `${db.schema}_boss`,
    backend: db.embedded ? 'pglite' : 'postgres',
    max: 4,
    schedule: false,
    registerInstance: false,
    // An index rebuild would hold the one connection of an embedded database; here tables stay small.
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    openTelemetry: { enabled: false },
  })
  boss.on('error', onError)
  await boss.start()
  const made = new Map<string, Promise<void>>()
  const ready = async (name: string): Promise<void> => {
    const making =
      made.get(name) ??
      boss.createQueue(name, {
        heartbeatSeconds: leaseSeconds,
        expireInSeconds: longestTurnSeconds,
        retryLimit: attempts,
        deleteAfterSeconds: 3600,
      })
    made.set(name, making)
    making.catch(() => made.delete(name))
    await making
  }
  const settled = (turn: Turn) => ({ id: turn.id, retryCount: turn.attempt })

  return {
    async prepare(model, engine) {
      const name = nameOf(model, engine)
      // Before any transaction, since an embedded database has one connection for both.
      await ready(name)
      return name
    },
    async send(sql, queue, job, tag) {
      const id = randomUUID()
      await boss.send(queue, { job }, { id, priority: Math.max(leastPriority, -Math.round(tag)), db: bossIn(sql) })
      return id
    },
    async take(queue) {
      await ready(queue)
      const [turn] = await boss.fetch<{ job: string }>(queue, { batchSize: 1 })
      return turn === undefined ? undefined : { id: turn.id, queue, attempt: turn.retryCount, job: turn.data.job }
    },
    async keep(turn) {
      // What it answers with is there, but not in its types.
      const { affected } = (await boss.touch(turn.queue, settled(turn))) as { affected?: number }
      return affected === undefined || affected > 0
    },
    finish: async (turn) => {
      await boss.complete(turn.queue, settled(turn))
    },
    drop: async (queue, turn) => {
      await ready(queue)
      await boss.cancel(queue, turn)
    },
    async stateOf(queue, turn) {
      await ready(queue)
      const [found] = await boss.findJobs(queue, { id: turn })
      if (found?.state === 'active') return 'taken'
      return found?.state === 'created' || found?.state === 'retry' ? 'waits' : 'gone'
    },
    close: () => boss.stop({ graceful: false, close: true }),
  }
}
