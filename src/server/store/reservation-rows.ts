/** Places in the line of those who were refused for want of room and told when to come back, as rows. */
import type { Sql } from './database.ts'

/** An order at the door: whose it is, which it is (a hash), and its work. */
export type Ask = {
  readonly client: string
  readonly order: string
  /** It has a key, so it is one order however often it is asked for; of others, equal ones may be several. */
  readonly keyed: boolean
  readonly model: string
  readonly cost: number
}

export type Reservation = Omit<Ask, 'keyed'> & {
  readonly place: string
  /** Seconds that it was told last, and those that are left of them; below 0 once they are over. */
  readonly told: number
  readonly left: number
}

/** Who does not come loses the place: so many seconds late, and a share of what was told. */
const secondsOfGrace = 10
const shareOfGrace = 0.1

const stands = `due + make_interval(secs => ${secondsOfGrace} + ${shareOfGrace} * told)`

/** Places that are kept, and read with every order; further ones who are refused are told when the line ends, and keep none. */
const mostKept = 1000
const mostOfClient = 250

/** Who is in the line at a moment, the first first. */
export async function readLine(sql: Sql, schema: string, now: Date): Promise<Reservation[]> {
  return sql.query<Reservation>(
    `select place::text, client, order_sha256 as order, model_sha256 as model, cost, told,
       extract(epoch from due - $1::timestamptz)::float8 as left
     from ${schema}.reservations where ${stands} > $1::timestamptz order by reservations.place`,
    [now],
  )
}

/** Keeps what an order was told, at its own place or at the end of the line, and lets go of who did not come. */
export async function saveReservation(
  sql: Sql,
  schema: string,
  { client, order, model, cost }: Ask,
  { own, told, now }: { readonly own: Reservation | undefined; readonly told: number; readonly now: Date },
): Promise<void> {
  const due = '$1::timestamptz + make_interval(secs => $2::float8)'
  if (own !== undefined) {
    const values = [now, told, own.place]
    await sql.query(
      `update ${schema}.reservations set told = $2::float8, due = ${due} where place = $3::text::bigint`,
      values,
    )
    return
  }
  await removeLapsed(sql, schema, now)
  await sql.query(
    `insert into ${schema}.reservations (client, order_sha256, model_sha256, cost, told, due)
     select $3, $4, $5, $6, $2::float8, ${due}
     where (select count(*) < ${mostKept} and count(*) filter (where client = $3) < ${mostOfClient}
       from ${schema}.reservations)`,
    [now, told, client, order, model, cost],
  )
}

/** Removes the places of those who did not come. */
export async function removeLapsed(sql: Sql, schema: string, now: Date): Promise<void> {
  await sql.query(`delete from ${schema}.reservations where ${stands} <= $1::timestamptz`, [now])
}

export async function removeReservation(sql: Sql, schema: string, { place }: Reservation): Promise<void> {
  await sql.query(`delete from ${schema}.reservations where place = $1::text::bigint`, [place])
}
