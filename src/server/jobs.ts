/**
 * The core that every API sits on: ask for a job, look at it, watch it, cancel it, ask for more. It knows nothing of HTTP, and
 * draws nothing itself.
 */
import { createHash, randomInt, randomUUID } from 'node:crypto'
import { NeufError } from '../errors/errors.ts'
import type { SamplingSettings } from '../generate/contracts.ts'
import { checkRequest, limits } from '../generate/generate.ts'
import { maximumPromptCharacters } from '../generate/prompt.ts'
import type { Policy } from '../safety/policy.ts'
import { refusalOf } from '../safety/refusal.ts'
import { checkPrompt } from '../text/normalise.ts'
import { admit } from './admission.ts'
import { isFinished, type Job, type JobEvent, type JobRequest } from './job.ts'
import { chooseModel, costOfCandidate, type OfferedModel } from './models.ts'
import type { Notices } from './notices.ts'
import type { PictureFolder, PictureName } from './picture-folder.ts'
import type { Queue } from './queue.ts'
import type { Redraw } from './redraw.ts'
import { type Database, notify, readClock, type Sql } from './store/database.ts'
import {
  addEvent,
  deleteJob,
  findByKey,
  insertJob,
  type JobsPage,
  listJobs,
  markFavourite,
  readJob,
} from './store/job-rows.ts'
import { readLoad, readPlace, readTags } from './store/load.ts'
import { copyRedraw, redrawColumns, saveRedraw } from './store/redraw-rows.ts'
import { createVerdicts, type JobVerdict, type Judged } from './verdicts.ts'
import { watchJob } from './watch.ts'

/** What somebody asks for; what is left out is the model's default, and the seed a random one. */
export type JobOrder = {
  readonly prompt: string
  readonly model?: string | undefined
  readonly seed?: number | undefined
  readonly count?: number | undefined
  readonly candidates?: number | undefined
  readonly sampling?: { readonly [K in keyof SamplingSettings]?: SamplingSettings[K] | undefined } | undefined
  /** A picture to draw anew in part; all is drawn unless told. */
  readonly redraw?: Redraw | undefined
}

export type Place = { readonly place: number; readonly seconds: number }

export type Jobs = {
  /**
   * Takes a job into the queue. With a `key`, the same order under the same key is one job, however often it comes.
   * @throws NeufError a prompt's faults, `prompt-refused`, `option-value`, `queue-full`, `key-reused`
   */
  submit(order: JobOrder, client: string, key?: string): Promise<Job>
  /**
   * A new job of so many further candidates of the same prompt and seed; those drawn before are not drawn again.
   * @throws NeufError `job-missing`, `prompt-refused` by the policy as it is today, `option-value`, `queue-full`, `nothing-to-add`
   */
  more(id: string, candidates: number, client: string): Promise<Job>
  /** @throws NeufError `job-missing` */
  read(id: string): Promise<Job>
  /** Jobs of the client's owner, newest first. @throws NeufError `body-malformed` for a cursor that is none */
  list(client: string, page: JobsPage): Promise<Job[]>
  /** Marks a picture as liked, or not. @throws NeufError `job-missing`, `picture-missing` */
  favour(id: string, index: number, favourite: boolean): Promise<Job>
  /** Where a job waits; null for one that does not. */
  place(id: string): Promise<Place | null>
  /** Everything that happens to a job after the event given, to its end. @throws NeufError `job-missing`, `event-unknown` */
  watch(id: string, options: { readonly after: number; readonly signal: AbortSignal }): AsyncIterable<JobEvent>
  /** Stops a job; what is drawn of it stays. One that is finished is left as it is. @throws NeufError `job-missing` */
  cancel(id: string): Promise<Job>
  /** Stops it and removes all of it; links that show it to others end. @throws NeufError `job-missing` */
  remove(id: string): Promise<void>
  /** What the policy says of a job, today: `blurred` pictures are shown when somebody asks for them. */
  verdict(judged: Judged): JobVerdict
  /** A PNG file. @throws NeufError `job-missing`, `picture-missing` */
  picture(id: string, name: PictureName): Promise<Uint8Array>
}

export type JobsParts = {
  readonly db: Database
  readonly queue: Queue
  readonly notices: Notices
  readonly pictures: PictureFolder
  readonly models: readonly OfferedModel[]
  /** What prompts are checked for. */
  readonly policy: Policy
  /** Work that may wait, in seconds of drawing. */
  readonly queueSeconds: number
  /** Told of every order that was refused for want of room. */
  readonly onRefused?: () => void
}

/** What an order has that not all have. */
type Circumstances = {
  /** Tells one of a client's orders from another, and not from one that is equal. */
  readonly order: string
  readonly key?: { readonly key: string; readonly bodySha256: string } | undefined
  readonly further?: { readonly from: Job; readonly candidates: number }
  readonly redraw?: Redraw | undefined
}

export function createJobs({ db, queue, notices, pictures, models, policy, queueSeconds, onRefused }: JobsParts): Jobs {
  const { schema } = db
  const verdict = createVerdicts(policy)

  async function enqueue(
    model: OfferedModel,
    request: JobRequest,
    client: string,
    { order, key, further, redraw }: Circumstances,
  ): Promise<Job> {
    const came = performance.now()
    const id = randomUUID()
    const engine = further?.from.engine ?? null
    const to = await queue.prepare(model.sha256, engine)
    const cost = costOfCandidate(model, request)
    const taken = await db.transaction(async (sql) => {
      // One order after the other: what each is told about the queue is so.
      await sql.query('select pg_advisory_xact_lock(hashtext($1))', [`${schema} orders`])
      const earlier = key === undefined ? undefined : await findByKey(sql, schema, client, key.key)
      if (earlier !== undefined) {
        if (earlier.body_sha256 === key!.bodySha256) return readJob(sql, schema, earlier.id)
        throw new NeufError('key-reused', { key: key!.key })
      }
      const drawn = further?.from.drawn ?? 0
      const ask = {
        client,
        order: sha256(order),
        keyed: key !== undefined,
        model: model.sha256,
        cost: cost * (request.candidates - drawn),
      }
      const load = await readLoad(sql, schema)
      const now = await readClock(sql)
      const waited = (performance.now() - came) / 1000
      const seconds = await admit(sql, schema, ask, { load, queueSeconds, now, waited })
      // What it was told is kept, so this transaction ends well.
      if (seconds !== null) return { seconds }
      const tags = await readTags(sql, schema, client)
      const startTag = Math.max(tags.now, tags.own)
      const turn = { id: await queue.send(sql, to, id, startTag), queue: to }
      // The candidates that are there stand before the start: what is left to draw begins at it.
      const job = { id, client, model, request, policyLevel: policy.level, cost, engine, turn, key }
      await insertJob(sql, schema, { ...job, startTag: startTag - drawn * cost })
      if (redraw !== undefined) await saveRedraw(sql, schema, id, redraw)
      if (further !== undefined) {
        await copyRedraw(sql, schema, further.from.id, id)
        await copyCandidates(sql, further.from.id, id)
      }
      await addEvent(sql, schema, id, 'queued', { prompt: request.prompt, seed: request.seed })
      await notify(sql, schema, { kind: 'waiting' })
      return readJob(sql, schema, id)
    })
    if (!('seconds' in taken)) return taken
    onRefused?.()
    throw new NeufError('queue-full', taken)
  }

  async function copyCandidates(sql: Sql, from: string, to: string): Promise<void> {
    await sql.query(
      `insert into ${schema}.candidates (job, index, tokens, refused, score, match_probability)
       select $2, index, tokens, refused, score, match_probability from ${schema}.candidates where job = $1`,
      [from, to],
    )
    await sql.query(
      `update ${schema}.jobs set drawn = (select count(*)::int from ${schema}.candidates where job = $1) where id = $1`,
      [to],
    )
  }

  async function cancel(id: string): Promise<Job> {
    const dropped = await db.transaction(async (sql) => {
      const [row] = await sql.query<{ turn: string; turn_queue: string }>(
        `update ${schema}.jobs set state = 'cancelled', finished = now()
         where id = $1 and state in ('queued', 'drawing') returning turn, turn_queue`,
        [id],
      )
      if (row === undefined) return undefined
      await addEvent(sql, schema, id, 'cancelled', {})
      return row
    })
    if (dropped !== undefined) await queue.drop(dropped.turn_queue, dropped.turn)
    return readJob(db, schema, id)
  }

  return {
    async submit(order, client, key) {
      const model = chooseModel(models, order.model)
      const request = completeOrder(order, model, verdict)
      // A seed that was left to chance must not make the same order another one.
      const redraw = order.redraw && redrawColumns(order.redraw)
      const body = JSON.stringify({ ...request, seed: order.seed ?? null, model: model.sha256, redraw })
      const bodySha256 = sha256(body)
      return enqueue(model, request, client, {
        order: key ?? body,
        key: key === undefined ? undefined : { key, bodySha256 },
        redraw: order.redraw,
      })
    },
    async more(id, candidates, client) {
      const from = await readJob(db, schema, id)
      const model = models.find(({ sha256 }) => sha256 === from.model.sha256)
      if (model === undefined) throw new NeufError('nothing-to-add', { why: 'its model is not served any more' })
      if (!isFinished(from.state)) throw new NeufError('nothing-to-add', { why: 'it is not finished yet' })
      const total = from.request.candidates + candidates
      if (total > limits.candidates) {
        throw new NeufError('nothing-to-add', { why: `a prompt has at most ${limits.candidates} candidates` })
      }
      checkAllowed(from.request.prompt, verdict)
      return enqueue(model, { ...from.request, candidates: total }, client, {
        order: `${id} and ${candidates}`,
        further: { from, candidates },
      })
    },
    verdict,
    read: (id) => readJob(db, schema, id),
    list: (client, page) => listJobs(db, client, page),
    async favour(id, index, favourite) {
      const there = await markFavourite(db, { job: id, index, favourite })
      const job = await readJob(db, schema, id)
      const why = 'no such candidate has one'
      if (!there) throw new NeufError('picture-missing', { what: `picture ${index}`, why })
      return job
    },
    place: (id) => readPlace(db, id),
    watch: (id, options) => watchJob({ db, notices }, id, options),
    cancel,
    async remove(id) {
      await cancel(id)
      await deleteJob(db, id)
      await pictures.remove(id)
    },
    async picture(id, name) {
      const job = await readJob(db, schema, id)
      if (name === 'sheet') {
        const why = `the job is ${job.state}`
        if (!job.hasSheet) throw new NeufError('picture-missing', { what: 'sheet', why })
      } else if (name >= job.request.candidates) {
        throw new NeufError('picture-missing', { what: `picture ${name}`, why: 'there is no such candidate' })
      }
      return pictures.read(id, name)
    },
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** @throws NeufError `prompt-refused` */
function checkAllowed(prompt: string, verdict: Jobs['verdict']): void {
  const refusal = refusalOf(verdict({ prompt }))
  if (refusal !== undefined) throw refusal
}

/** @throws NeufError a prompt's faults, `prompt-refused`, `option-value` */
function completeOrder(order: JobOrder, model: OfferedModel, verdict: Jobs['verdict']): JobRequest {
  const prompt = checkPrompt(order.prompt.toWellFormed(), { maxCharacters: maximumPromptCharacters })
  checkAllowed(prompt, verdict)
  const { seed = randomInt(2 ** 32), count, candidates, sampling = {} } = order
  const given = Object.entries(sampling).filter(([, value]) => value !== undefined)
  const request = {
    prompt,
    seed,
    ...(count !== undefined && { count }),
    ...(candidates !== undefined && { candidates }),
    sampling: Object.fromEntries(given) as Partial<SamplingSettings>,
  }
  return { prompt, ...checkRequest(request, model) }
}
