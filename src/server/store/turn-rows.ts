/**
 * What a worker writes while it draws. A job is drawn in turns; whoever holds the turn, in its latest attempt, may write,
 * and everybody else finds that nothing was changed: so two workers never write the same job.
 */
import type { PictureScore } from '../../image/recipe-metadata.ts'
import type { Job, JobPicture, PublicFault, RefusedCandidate, SeenPicture, StoredCandidate } from '../job.ts'
import type { Redraw } from '../redraw.ts'
import type { Database, Sql } from './database.ts'
import { addEvent, readJob } from './job-rows.ts'
import { readRedraw } from './redraw-rows.ts'
import { bytesOf, tokensOf } from './tokens.ts'

/** The right to write a job. */
export type Hold = { readonly job: string; readonly turn: string; readonly attempt: number }

export type Begun =
  | {
      readonly kind: 'begun'
      readonly job: Job
      /** Of one candidate. */
      readonly cost: number
      /** Those that have landed. */
      readonly candidates: StoredCandidate[]
      /** Those that have landed and are not to be shown. */
      readonly refused: RefusedCandidate[]
      /** Those whose pictures are files, and were looked at where a classifier has to. */
      readonly pictured: number[]
      /** Those whose pictures were drawn before there was a classifier, which has not seen them. */
      readonly unseen: number[]
      readonly redraw: Redraw | undefined
    }
  /** It belongs to workers with another fingerprint. */
  | { readonly kind: 'elsewhere'; readonly model: string; readonly engine: string }
  /** It ended, or another turn stands for it now. */
  | { readonly kind: 'over' }
  /** Turn after turn began and nothing landed. */
  | { readonly kind: 'hopeless'; readonly tries: number }

/** Turns that may begin without a candidate landing before a job is given up. */
const mostTries = 3

type TakenRow = {
  engine: string | null
  model_sha256: string
  cost: number
  tries: number
  started: Date | null
}

type CandidateRow = {
  index: number
  /** Null for one that is refused. */
  tokens: Uint8Array | null
  score: number
  match_probability: number | null
  has_picture: boolean
  seen: boolean
}

/** A worker as its turns know it. */
export type TurnWorker = {
  readonly id: string
  readonly engine: string
  /** The models, by sha256, whose pictures it has a classifier for. */
  readonly judged: { has(model: string): boolean }
}

/** Takes a job for a turn. */
export async function beginTurn(db: Database, hold: Hold, worker: TurnWorker): Promise<Begun> {
  const { schema } = db
  return db.transaction(async (sql) => {
    const [row] = await sql.query<TakenRow>(
      `select engine, model_sha256, cost, tries, started from ${schema}.jobs
       where id = $1 and turn = $2 and state in ('queued', 'drawing') for update`,
      [hold.job, hold.turn],
    )
    if (row === undefined) return { kind: 'over' }
    const elsewhere = row.engine !== null && row.engine !== worker.engine
    await sql.query(
      `update ${schema}.jobs set state = 'drawing', engine = coalesce(engine, $2), worker = $3, turn_attempt = $4,
         tries = tries + 1, started = coalesce(started, now()), landed = now() where id = $1`,
      [hold.job, worker.engine, worker.id, hold.attempt],
    )
    if (elsewhere) return { kind: 'elsewhere', model: row.model_sha256, engine: row.engine! }
    if (row.tries >= mostTries) return { kind: 'hopeless', tries: row.tries }
    if (row.started === null) {
      await addEvent(sql, schema, hold.job, 'started', { engine: worker.engine })
    }
    const rows = await readCandidates(sql, schema, hold.job)
    const unseen = worker.judged.has(row.model_sha256) ? rows.pictured.filter((index) => !rows.seen.has(index)) : []
    return {
      kind: 'begun',
      job: await readJob(sql, schema, hold.job),
      cost: row.cost,
      candidates: rows.candidates,
      refused: rows.refused,
      pictured: rows.pictured.filter((index) => !unseen.includes(index)),
      unseen,
      redraw: await readRedraw(sql, schema, hold.job),
    }
  })
}

async function readCandidates(sql: Sql, schema: string, job: string) {
  const rows = await sql.query<CandidateRow>(
    `select index, tokens, score, match_probability, has_picture, seen is not null as seen from ${schema}.candidates where job = $1
     order by index`,
    [job],
  )
  const candidates: StoredCandidate[] = []
  const refused: RefusedCandidate[] = []
  for (const { index, tokens, score, match_probability } of rows) {
    const one = { index, score: { score, matchProbability: match_probability } satisfies PictureScore }
    if (tokens === null) refused.push(one)
    else candidates.push({ ...one, tokens: tokensOf(tokens) })
  }
  const indexes = (those: readonly CandidateRow[]) => those.map(({ index }) => index)
  const pictured = indexes(rows.filter((row) => row.has_picture))
  return { candidates, refused, pictured, seen: new Set(indexes(rows.filter((row) => row.seen))) }
}

/**
 * What landed together: candidates, the best of all there are now, and those whose pictures are in the folder. Of those that are refused,
 * these or earlier ones, no tokens are kept and no picture is named.
 */
export type Landing = {
  readonly candidates: readonly StoredCandidate[]
  readonly pictures: readonly JobPicture[]
  readonly pictured: readonly number[]
  readonly refused: readonly number[]
  readonly seen: Seen
}

/** What was seen on pictures; `notable` where a policy can have something against one of them. */
export type Seen = { readonly pictures: readonly SeenPicture[]; readonly notable: boolean }

/** Keeps what landed. False when the turn is not held any more: then nothing was kept. */
export async function land(
  db: Database,
  hold: Hold,
  { candidates, pictures, pictured, refused, seen }: Landing,
): Promise<boolean> {
  return whileHeld(db, hold, async (sql, schema) => {
    const rows = candidates.map(({ index, tokens, score: { score, matchProbability } }) => {
      // The tokens are the picture.
      const text = refused.includes(index) ? null : Buffer.from(bytesOf(tokens)).toString('base64')
      return { index, tokens: text, score, probability: matchProbability, picture: pictured.includes(index) }
    })
    await sql.query(
      `insert into ${schema}.candidates (job, index, tokens, refused, score, match_probability, has_picture)
       select $1, index, decode(tokens, 'base64'), tokens is null, score, probability, picture
       from jsonb_to_recordset($2::text::jsonb) as landed (index integer, tokens text, score double precision,
         probability double precision, picture boolean)
       on conflict (job, index) do nothing`,
      [hold.job, JSON.stringify(rows)],
    )
    const earlier = (indexes: readonly number[]) => {
      return indexes.filter((index) => !candidates.some((landed) => landed.index === index))
    }
    await savePictured(sql, schema, hold.job, { pictured: earlier(pictured), refused: earlier(refused), seen })
    const [row] = await sql.query<{ drawn: number }>(
      `update ${schema}.jobs set tries = 0, landed = now(), chosen = $2::text::jsonb,
         drawn = (select count(*)::int from ${schema}.candidates where job = $1) where id = $1 returning drawn`,
      [hold.job, JSON.stringify(pictures)],
    )
    await addEvent(sql, schema, hold.job, 'candidates', {
      drawn: row!.drawn,
      landed: candidates.map(({ index, score }) => ({ index, ...score })),
      pictures,
    })
  })
}

/** Notes which candidates that stand as rows have pictures now, what was seen on those, and lets go of those that are refused. */
async function savePictured(
  sql: Sql,
  schema: string,
  job: string,
  { pictured, refused, seen }: Pick<Landing, 'pictured' | 'refused' | 'seen'>,
): Promise<void> {
  const indexed = 'job = $1 and index = any($2::integer[])'
  if (pictured.length > 0) {
    await sql.query(`update ${schema}.candidates set has_picture = true where ${indexed}`, [job, pictured])
  }
  if (refused.length > 0) {
    await sql.query(
      `update ${schema}.candidates
       set tokens = null, refused = true, has_picture = false, favourite = false, seen = null where ${indexed}`,
      [job, refused],
    )
    await unchoose(sql, schema, job, refused)
  }
  await saveSeen(sql, schema, job, seen)
}

/**
 * Keeps what was seen on pictures. Where there is something to note, what the model made of the prompt is told once more with it, before
 * the pictures are: by that event others know what the policy says.
 */
async function saveSeen(sql: Sql, schema: string, job: string, { pictures, notable }: Seen): Promise<void> {
  if (pictures.length === 0) return
  await sql.query(
    `update ${schema}.candidates set seen = saw.sight from jsonb_to_recordset($2::text::jsonb) as saw (index integer, sight jsonb)
     where job = $1 and candidates.index = saw.index`,
    [job, JSON.stringify(pictures.map(({ index, ...sight }) => ({ index, sight })))],
  )
  if (!notable) return
  const { reading, seen } = await readJob(sql, schema, job)
  await addEvent(sql, schema, job, 'prompt', { ...reading, seen })
}

/** Keeps what the model made of the prompt. */
export async function saveReading(db: Database, hold: Hold, reading: object): Promise<boolean> {
  return whileHeld(db, hold, async (sql, schema) => {
    const text = JSON.stringify(reading)
    const [changed] = await sql.query(
      `update ${schema}.jobs set reading = $2::text::jsonb where id = $1 and reading is null returning id`,
      [hold.job, text],
    )
    if (changed !== undefined) await addEvent(sql, schema, hold.job, 'prompt', reading)
  })
}

/** None of these is among a job's best any more. */
async function unchoose(sql: Sql, schema: string, job: string, indexes: readonly number[]): Promise<void> {
  await sql.query(
    `update ${schema}.jobs set chosen = (
       select coalesce(jsonb_agg(picture order by place), '[]') from jsonb_array_elements(chosen) with ordinality as best (picture, place)
       where (picture -> 'index')::integer <> all($2::integer[])) where id = $1`,
    [job, indexes],
  )
}

/** Names these pictures no more, until they are made again. False when the turn is not held any more. */
export async function forgetPictures(db: Database, hold: Hold, indexes: readonly number[]): Promise<boolean> {
  return whileHeld(db, hold, async (sql, schema) => {
    await sql.query(
      `update ${schema}.candidates set has_picture = false where job = $1 and index = any($2::integer[])`,
      [hold.job, indexes],
    )
    await unchoose(sql, schema, hold.job, indexes)
  })
}

/** How a job ends: with its pictures, or a fault; in both cases some may turn out to be refused. */
export type Ending =
  | Omit<Landing, 'candidates'>
  | { readonly fault: PublicFault; readonly refused?: Landing['refused'] }

/** Brings a job to its end. */
export async function endJob(db: Database, hold: Hold, end: Ending): Promise<boolean> {
  return whileHeld(db, hold, async (sql, schema) => {
    if ('pictures' in end) {
      const chosen = JSON.stringify(end.pictures)
      await savePictured(sql, schema, hold.job, end)
      await sql.query(
        `update ${schema}.jobs set state = 'done', finished = now(), has_sheet = true, chosen = $2::text::jsonb
         where id = $1`,
        [hold.job, chosen],
      )
      await addEvent(sql, schema, hold.job, 'done', { pictures: end.pictures })
    } else {
      const { fault, refused = [] } = end
      await savePictured(sql, schema, hold.job, { pictured: [], refused, seen: { pictures: [], notable: false } })
      await sql.query(
        `update ${schema}.jobs set state = 'failed', finished = now(), fault = $2::text::jsonb where id = $1`,
        [hold.job, JSON.stringify(fault)],
      )
      await addEvent(sql, schema, hold.job, 'failed', { error: fault })
    }
  })
}

/** Puts a job back into a queue under a new turn. `forgiven`: that this one came to nothing does not count. */
export async function giveBack(
  db: Database,
  hold: Hold,
  { queue, forgiven }: { readonly queue: string; readonly forgiven: boolean },
  send: (sql: Sql, tag: number) => Promise<string>,
): Promise<boolean> {
  return whileHeld(db, hold, async (sql, schema) => {
    const [row] = await sql.query<{ tag: number }>(
      `select start_tag + drawn * cost as tag from ${schema}.jobs where id = $1`,
      [hold.job],
    )
    const turn = await send(sql, row!.tag)
    await sql.query(
      `update ${schema}.jobs set state = 'queued', turn = $2, turn_queue = $3, turn_attempt = null, worker = null,
         tries = greatest(0, tries - $4) where id = $1`,
      [hold.job, turn, queue, forgiven ? 1 : 0],
    )
  })
}

/** Lets go of a job whose turn is not this worker's any more: it waits for who takes that turn next. */
export async function letGo(db: Database, hold: Hold): Promise<boolean> {
  return whileHeld(db, hold, async (sql, schema) => {
    await sql.query(`update ${schema}.jobs set state = 'queued', turn_attempt = null, worker = null where id = $1`, [
      hold.job,
    ])
  })
}

async function whileHeld(
  db: Database,
  { job, turn, attempt }: Hold,
  write: (sql: Sql, schema: string) => Promise<void>,
): Promise<boolean> {
  return db.transaction(async (sql) => {
    const [held] = await sql.query(
      `select id from ${db.schema}.jobs where id = $1 and turn = $2 and turn_attempt = $3 and state = 'drawing' for update`,
      [job, turn, attempt],
    )
    if (held === undefined) return false
    await write(sql, db.schema)
    return true
  })
}
