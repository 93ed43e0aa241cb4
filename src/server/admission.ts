/**
 * Who is let into the queue, and when the others are told to come back. Who is refused gets a place in a line, so that not all of a
 * crowd come back for the same room: each is told when there is room behind those before.
 */
import type { Sql } from './store/database.ts'
import type { Load } from './store/load.ts'
import { type Ask, type Reservation, readLine, removeReservation, saveReservation } from './store/reservation-rows.ts'

export type Room = {
  readonly load: Pick<Load, 'seconds' | 'secondsOf'>
  /** Work that may wait, in seconds of drawing. */
  readonly queueSeconds: number
  readonly now: Date
  /** Seconds since the order came to the door; 0 unless told. */
  readonly waited?: number
}

/**
 * Who comes when they were told to is let in though there is not all of the room yet: what is told is in whole seconds, and a machine's
 * speed is not steady. In seconds, or as a share of what was told, whichever is more.
 */
const tolerance = { seconds: 1, share: 0.1 }

/** Nobody is told to come back sooner, so whoever of equal orders comes within so many seconds of another is not that one. */
const leastTold = 1

/**
 * Lets an order in, or says after how many seconds to come back; orders are asked about one after the other. An order is let in where
 * it fits into the queue with all that stand before it in the line, or so that each of those still fits when it was told to come; an empty
 * queue takes any order.
 * @returns whole seconds, at least 1; null for one that is let in
 */
export async function admit(sql: Sql, schema: string, ask: Ask, room: Room): Promise<number | null> {
  const { load, queueSeconds, now, waited = 0 } = room
  const line = await readLine(sql, schema, now)
  let at = line.findIndex((one) => isOf(ask, { ...one, left: one.left + waited }))
  if (at >= 0 && isOtherWork(ask, line[at]!)) {
    // The room that was kept is for what was asked then.
    const [changed] = line.splice(at, 1)
    await removeReservation(sql, schema, changed!)
    at = -1
  }
  const own = line[at]
  const { reserved, harmed } = lookAhead(
    line.filter((one, i) => i !== at && isBefore(one, ask, at < 0 || i < at)),
    ask,
    room,
  )
  const work = load.secondsOf(ask.model, ask.cost)
  const until = load.seconds + roomFor(work, reserved, queueSeconds)
  const asTold = own !== undefined && isAsTold(own)
  const tolerated = asTold ? Math.max(tolerance.seconds, tolerance.share * own.told) : 0
  const between = load.seconds + work <= queueSeconds && !harmed
  if (load.seconds === 0 || until <= tolerated || between) {
    if (own !== undefined) await removeReservation(sql, schema, own)
    return null
  }
  const told = Math.max(leastTold, Math.round(until))
  await saveReservation(sql, schema, ask, { own, told, now })
  return told
}

const isAsTold = ({ left }: Reservation): boolean => left <= tolerance.seconds / 2

/**
 * Whether a place, as it was when the order came, is this order's, asked for again. Of equal orders without a key, each that is
 * asked for within a second of the others has a place of its own, and takes it up again in the order in which they came.
 */
const isOf = ({ client, order, keyed }: Ask, one: Reservation): boolean =>
  client === one.client && order === one.order && (keyed || isAsTold(one) || one.told - one.left >= leastTold)

/** Whether a place was kept for something else: what is asked for under a key can change as long as nothing of it is drawn. */
const isOtherWork = ({ model, cost }: Ask, one: Reservation): boolean => model !== one.model || cost !== one.cost

/**
 * Whether a place counts as before an order's: it was given earlier; but of one client's orders the smaller come first, so that who
 * asks for less after all does not wait for what they wanted before.
 */
const isBefore = (one: Reservation, { client, cost }: Ask, earlier: boolean): boolean =>
  one.client === client && one.cost !== cost ? one.cost < cost : earlier

/** Seconds of work that must be gone from a queue for an order to fit behind others; all of it for one that is larger than the queue. */
const roomFor = (work: number, others: number, queueSeconds: number): number =>
  others + Math.min(0, work - queueSeconds)

/**
 * Seconds that are reserved by places, and whether somebody among them would find too little room when they come, were the order let
 * in now. Another client's places count for no more than the queue holds, however many there are.
 */
function lookAhead(before: readonly Reservation[], ask: Ask, { load, queueSeconds }: Room) {
  const clients = new Map<string, number>()
  const ahead = load.seconds + load.secondsOf(ask.model, ask.cost)
  let reserved = 0
  let harmed = false
  for (const { client, model, cost, left } of before) {
    const work = load.secondsOf(model, cost)
    const sum = clients.get(client) ?? 0
    clients.set(client, sum + work)
    harmed ||= ahead + roomFor(work, reserved, queueSeconds) > Math.max(0, left)
    reserved += client === ask.client ? work : Math.min(work, Math.max(0, queueSeconds - sum))
  }
  return { reserved, harmed }
}
