/** Places in the line of those who were refused for want of room and told when to come back, as rows. */
import type { Sql } from './database.ts'

/** An order at the door: whose it is, which it is (a hash: the same order asked for again is the same), and its work. */
export type Ask = { readonly client: string; readonly order: string; readonly model: string; readonly cost: number }

export type Reservation = Ask & {
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
    `select client, order_sha256 as order, model_sha256 as model, cost, told,
       extract(epoch from due - $1::timestamptz)::float8 as left
     from ${schema}.reservations where ${stands} > $1::timestamptz order by place`,
    [now],
  )
}

/** Keeps what an order was told, at its place or at the end of the line, and lets go of who did not come. */
export async function saveReservation(
  sql: Sql,
  schema: string,
  { client, order, model, cost }: Ask,
  { told, now }: { readonly told: number; readonly now: Date },
): Promise<void> {
  await sql.query(`delete from ${schema}.reservations where ${stands} <= $1::timestamptz`, [now])
  await sql.query(
    `insert into ${schema}.reservations (client, order_sha256, model_sha256, cost, told, due)
     select $1, $2, $3, $4, $5::float8, $6::timestamptz + make_interval(secs => $5::float8)
     where exists (select from ${schema}.reservations where client = $1 and order_sha256 = $2)
       or (select count(*) < ${mostKept} and count(*) filter (where client = $1) < ${mostOfClient}
         from ${schema}.reservations)
     on conflict (client, order_sha256) do update set told = excluded.told, due = excluded.due`,
    [client, order, model, cost, told, now],
  )
}

export async function removeReservation(sql: Sql, schema: string, { client, order }: Ask): Promise<void> {
  await sql.query(`delete from ${schema}.reservations where client = $1 and order_sha256 = $2`, [client, order])
}
