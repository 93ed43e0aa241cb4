/** What nobody else does: turns that got lost are sent again; jobs that are long finished, and places of who did not come, are removed. */
import type { PictureFolder } from './picture-folder.ts'
import type { Queue } from './queue.ts'
import { type Database, notify, readClock } from './store/database.ts'
import { deleteExpired } from './store/job-rows.ts'
import { removeLapsed } from './store/reservation-rows.ts'

type Unfinished = {
  id: string
  state: 'queued' | 'drawing'
  engine: string | null
  model_sha256: string
  tag: number
  turn: string
  turn_queue: string
  turn_attempt: number | null
}

/**
 * Unfinished jobs whose turn does not stand in the queue any more get a new one; those that stand as being drawn while their turn
 * waits, since who had it let go without a word, wait as well. With `alone`, no other process can be drawing (the database is
 * this one's alone and was just opened), so what stands as being drawn is not.
 */
export async function recoverTurns(
  db: Database,
  queue: Queue,
  { alone }: { readonly alone: boolean },
): Promise<number> {
  const { schema } = db
  const jobs = await db.query<Unfinished>(
    `select id, state, engine, model_sha256, start_tag + drawn * cost as tag, turn, turn_queue, turn_attempt
     from ${schema}.jobs
     where state in ('queued', 'drawing') order by start_tag + drawn * cost, created`,
  )
  let recovered = 0
  for (const job of jobs) {
    const turnIs = alone && job.state === 'drawing' ? 'gone' : await queue.stateOf(job.turn_queue, job.turn)
    if (turnIs === 'taken') continue
    if (turnIs === 'waits') {
      // Taken and begun in between, it has another attempt.
      const waits = await db.query(
        `update ${schema}.jobs set state = 'queued', turn_attempt = null, worker = null
         where id = $1 and turn = $2 and turn_attempt = $3 and state = 'drawing' returning id`,
        [job.id, job.turn, job.turn_attempt],
      )
      recovered += waits.length
      continue
    }
    await queue.drop(job.turn_queue, job.turn)
    const to = await queue.prepare(job.model_sha256, job.engine)
    const sent = await db.transaction(async (sql) => {
      // Another process may have seen to it in between.
      const [same] = await sql.query(
        `select id from ${schema}.jobs where id = $1 and turn = $2 and state in ('queued', 'drawing') for update`,
        [job.id, job.turn],
      )
      if (same === undefined) return false
      const turn = await queue.send(sql, to, job.id, job.tag)
      await sql.query(
        `update ${schema}.jobs set state = 'queued', turn = $2, turn_queue = $3, turn_attempt = null, worker = null
         where id = $1`,
        [job.id, turn, to],
      )
      return true
    })
    if (sent) recovered++
  }
  if (recovered > 0) await notify(db, schema, { kind: 'waiting' })
  return recovered
}

/** Removes what came to its end longer ago than `seconds`: rows first, since nothing names a picture then. */
export async function removeExpired(db: Database, pictures: PictureFolder, seconds: number): Promise<number> {
  const expired = await deleteExpired(db, seconds)
  for (const id of expired) await pictures.remove(id)
  return expired.length
}

export type Household = {
  readonly db: Database
  readonly queue: Queue
  readonly pictures: PictureFolder
  /** Seconds that a finished job is kept. */
  readonly keepSeconds: number
}

/** All of it, once. */
export async function keepHouse({ db, queue, pictures, keepSeconds }: Household): Promise<void> {
  await recoverTurns(db, queue, { alone: false })
  await removeExpired(db, pictures, keepSeconds)
  await removeLapsed(db, db.schema, await readClock(db))
}
