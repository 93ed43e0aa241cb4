/** One turn, from taking the job to letting go of it: drawn to its end, or until another client's job comes first. */
import { NeufError } from '../../errors/errors.ts'
import { sheetOf } from '../../image/sheet-file.ts'
import type { ReasonText } from '../../safety/explain.ts'
import { stricterLevel } from '../../safety/policy.ts'
import type { JobPicture } from '../job.ts'
import { publicFault } from '../public-fault.ts'
import type { Turn } from '../queue.ts'
import { notify } from '../store/database.ts'
import {
  type Begun,
  beginTurn,
  endJob,
  forgetPictures,
  giveBack,
  type Hold,
  land,
  letGo,
  saveReading,
} from '../store/turn-rows.ts'
import { othersFirst, type WorkerRow } from '../store/worker-rows.ts'
import { lookAt } from './look.ts'
import type { DrawEvent, Picture } from './messages.ts'
import type { Speed } from './speed.ts'
import type { WorkerParts } from './worker.ts'

type TurnParts = WorkerParts & {
  readonly worker: WorkerRow
  readonly speed: Speed
  /** From when on the time counts as spent on this turn. */
  readonly since: number
  /** The worker is asked to stop. */
  readonly stopping: AbortSignal
  /** The lease was lost: another worker has the turn, or will. */
  readonly lost: AbortSignal
}

type Begins = Begun & { readonly kind: 'begun' }

/** Why a turn ended before its job did. */
type Break = 'cancelled' | 'lost' | 'others' | 'stopping'

export async function takeTurn(parts: TurnParts, turn: Turn): Promise<void> {
  const { db, queue, worker } = parts
  const hold: Hold = { job: turn.job, turn: turn.id, attempt: turn.attempt }
  const begun = await beginTurn(db, hold, { ...worker, judged: parts.judges })
  if (begun.kind === 'hopeless') {
    const { fault } = publicFault(new NeufError('worker-lost', { times: begun.tries }))
    await endJob(db, hold, { fault })
  } else if (begun.kind === 'elsewhere') {
    await putBack(parts, hold, { model: begun.model, engine: begun.engine, forgiven: true })
  } else if (begun.kind === 'begun') await drawTurn(parts, hold, begun)
  await queue.finish(turn)
}

type Back = { readonly model: string; readonly engine: string; readonly forgiven: boolean }

async function putBack({ db, queue }: TurnParts, hold: Hold, { model, engine, forgiven }: Back): Promise<void> {
  const to = await queue.prepare(model, engine)
  await giveBack(db, hold, { queue: to, forgiven }, (sql, tag) => queue.send(sql, to, hold.job, tag))
  await notify(db, db.schema, { kind: 'waiting' })
}

async function drawTurn(parts: TurnParts, hold: Hold, begun: Begins): Promise<void> {
  const { notices, drawing, worker, log } = parts
  const { job } = begun
  const stop = new AbortController()
  const dropped = new AbortController()
  let why: Break | undefined
  const interrupt = (because: Break) => {
    why ??= because
    const reason = new NeufError('cancelled', { what: because })
    stop.abort(reason)
    // What landed before others came first is still looked at: it would be drawn again and again.
    if (because !== 'others') dropped.abort(reason)
  }
  const onStopping = () => interrupt('stopping')
  const onLost = () => interrupt('lost')
  parts.stopping.addEventListener('abort', onStopping)
  parts.lost.addEventListener('abort', onLost)
  const deafen = notices.hear(job.id, ({ kind }) => {
    if (kind === 'cancelled') interrupt('cancelled')
  })
  if (parts.stopping.aborted) onStopping()
  const keep = createKeeper(parts, hold, begun, dropped.signal)
  try {
    if (begun.unseen.length > 0) {
      // Files first: what is left of this when it is killed is found again.
      for (const index of begun.unseen) await parts.pictures.remove(job.id, index)
      await forgetPictures(parts.db, hold, begun.unseen)
    }
    const { candidates: drawn, refused, pictured, redraw } = begun
    let left = job.request.candidates - drawn.length - refused.length
    const { model, request } = job
    const task = { model: model.sha256, request, redraw, drawn, refused, pictured, atOnce: parts.atOnce }
    for await (const event of drawing.draw(task, stop.signal)) {
      if (!(await keep(event))) interrupt('lost')
      if (event.kind !== 'landed') continue
      left -= event.candidates.length
      if (left > 0 && (await othersFirst(parts.db, job.id, worker))) interrupt('others')
    }
  } catch (error) {
    if (why === 'cancelled') return
    if (why === 'lost') {
      await letGo(parts.db, hold)
      return notify(parts.db, parts.db.schema, { kind: 'waiting' })
    }
    const back = { model: job.model.sha256, engine: worker.engine }
    if (why !== undefined) return putBack(parts, hold, { ...back, forgiven: true })
    log(`job ${job.id}`, error)
    // A process that died, a database that could not be reached: nothing that this job must end for, unless it goes on.
    const passing = !(error instanceof NeufError) || error.code === 'drawing-ended' || error.code === 'database'
    if (passing) return putBack(parts, hold, { ...back, forgiven: false })
    await endJob(parts.db, hold, { fault: publicFault(error).fault })
  } finally {
    deafen()
    parts.stopping.removeEventListener('abort', onStopping)
    parts.lost.removeEventListener('abort', onLost)
  }
}

/**
 * Keeps what happens, files first: an event never names a picture that is not there. Pictures that the policy refuses, as a classifier
 * sees them, are kept nowhere. False when the turn is not held.
 */
function createKeeper(parts: TurnParts, hold: Hold, { job, cost }: Begins, signal: AbortSignal) {
  const { db, pictures, speed, onDrawn, policy } = parts
  const { id, model } = job
  const judge = parts.judges.get(model.sha256)
  const level = stricterLevel(job.policyLevel ?? policy.level, policy.level)
  const refused = new Map<number, ReasonText>()
  const look = async (made: readonly Picture[]) => {
    const looked = await lookAt(made, { judge, policy: { level }, signal })
    for (const [index, why] of looked.refused) {
      refused.set(index, why)
      // There is one where it was drawn before anybody looked.
      await pictures.remove(id, index)
    }
    const seen = { pictures: looked.seen, notable: looked.notable }
    const landing = { pictured: looked.kept.map(([index]) => index), refused: [...looked.refused.keys()], seen }
    return { made: looked.kept, landing }
  }
  const shown = (best: readonly JobPicture[]): readonly JobPicture[] =>
    refused.size === 0
      ? best
      : best.filter(({ index }) => !refused.has(index)).map((picture, i) => ({ ...picture, rank: i + 1 }))
  let { since } = parts
  const seconds = () => {
    const now = performance.now()
    const spent = (now - since) / 1000
    since = now
    return spent
  }
  return async (event: DrawEvent): Promise<boolean> => {
    if (event.kind === 'prompt') return saveReading(db, hold, event.reading)
    if (event.kind === 'progress') {
      const { done, total } = event
      await notify(db, db.schema, { kind: 'progress', job: id, done, total })
      return true
    }
    if (event.kind === 'unfinished') {
      // What a classifier has not seen is not shown.
      if (judge !== undefined) return true
      // One at a time: a notice holds no more.
      for (const { index, drawn, webp } of event.previews) {
        const url = `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`
        await notify(db, db.schema, { kind: 'unfinished', job: id, index, drawn, url })
      }
      return true
    }
    const { made, landing } = await look(event.pictures)
    const best = shown(event.best)
    if (event.kind === 'landed') {
      if (made.length > 0) await pictures.write(id, made)
      const kept = await land(db, hold, { ...landing, candidates: event.candidates, pictures: best })
      onDrawn?.(event.candidates.length)
      await speed.note(model.sha256, cost * event.candidates.length, seconds())
      return kept
    }
    if (made.length > 0) await pictures.write(id, made)
    if (best.length === 0) {
      // Where all of it was seen in an earlier turn, nothing is known but that.
      const why = refused.values().next().value?.en ?? 'what is seen on them'
      const refusal = new NeufError('prompt-refused', { level, matched: 'all images', why, others: 0 })
      return endJob(db, hold, { fault: publicFault(refusal).fault, refused: landing.refused })
    }
    const whole = best.length === event.best.length ? event.sheet : null
    const sheet = whole ?? (await sheetOf(await Promise.all(best.map(({ index }) => pictures.read(id, index)))))
    await pictures.write(id, [['sheet', sheet]])
    const kept = await endJob(db, hold, { ...landing, pictures: best })
    await speed.note(model.sha256, 0, seconds())
    return kept
  }
}
