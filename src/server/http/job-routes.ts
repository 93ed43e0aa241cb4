/** The native API: jobs first. What a client accepts decides whether it gets the job, its events, or waits for the pictures. */
import { NeufError } from '../../errors/errors.ts'
import { webpOf } from '../../image/codec.ts'
import { withMetadata } from '../../image/provenance.ts'
import { sheetOf } from '../../image/sheet-file.ts'
import { isFinished, type Job } from '../job.ts'
import { faultOfJob } from '../public-fault.ts'
import { judgedOf } from '../verdicts.ts'
import { negotiate } from './accept.ts'
import { eventStream, type StreamedEvent } from './event-stream.ts'
import { eventJson, jobJson, jobPath } from './job-json.ts'
import { type Answer, type Call, defineRoute } from './route.ts'
import {
  errorSchema,
  favouriteSchema,
  jobSchema,
  jobsSchema,
  moreSchema,
  orderSchema,
  pageSchema,
  pictureQuerySchema,
  sheetSchema,
} from './schemas.ts'
import { waitForJob } from './wait-for-job.ts'

export const representations = ['application/json', 'image/png', 'text/event-stream'] as const

export const error = (says: string): Answer => ({ says, types: { 'application/json': errorSchema } })
export const noJob = error('There is no such job.')
export const full = error('Too much is waiting. The header retry-after says after how many seconds there is room.')
export const accepted: Answer = { says: 'Taken into the queue.', types: { 'application/json': jobSchema } }
export const shown: Answer = {
  says: 'The pictures, or the events until there are any: as the header accept asks.',
  types: { 'image/png': 'binary', 'text/event-stream': 'text' },
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws NeufError `job-missing` for what is no id, too */
export function jobId({ parameters }: Call): string {
  const id = parameters.id ?? ''
  if (!uuid.test(id)) throw new NeufError('job-missing', { id: id.slice(0, 40).toWellFormed() })
  return id
}

async function jobResponse({ room }: Call, job: Job, status: 200 | 202): Promise<Response> {
  const json = jobJson(job, await room.jobs.place(job.id), room.jobs.verdict(judgedOf(job)))
  return Response.json(json, { status, headers: { location: jobPath(job.id) } })
}

export function fileResponse(job: Job, bytes: Uint8Array, name: string, type: 'png' | 'webp' = 'png'): Response {
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      'content-type': `image/${type}`,
      'content-disposition': `inline; filename="neuf-${job.request.seed}-${name}.${type}"`,
      // The same name never becomes another picture.
      'cache-control': 'private, max-age=31536000, immutable',
      location: jobPath(job.id),
      'x-neuf-job': job.id,
      'x-neuf-seed': String(job.request.seed),
    },
  })
}

/** The sheet, or the picture itself where only one was asked for. @throws NeufError what the job failed with */
async function wholeJob({ room }: Call, id: string): Promise<Response> {
  const job = await room.jobs.read(id)
  if (job.state === 'failed') {
    const { fault, status } = faultOfJob(job.fault)
    return Response.json({ error: fault }, { status })
  }
  const [best] = job.pictures
  if (job.state === 'done' && job.request.count === 1 && best !== undefined) {
    return fileResponse(job, await room.jobs.picture(id, best.index), String(best.index))
  }
  return fileResponse(job, await room.jobs.picture(id, 'sheet'), 'sheet')
}

/** A stream of a job's events; they go on whether or not somebody listens. */
async function eventsResponse(call: Call, id: string, after: number): Promise<Response> {
  const { room, stopping, streams, client } = call
  const job = await room.jobs.read(id)
  if (after > job.lastEvent) throw new NeufError('event-unknown', { id: String(after) })
  // Told all there is, a browser would ask again for ever; this is how it is told not to.
  if (isFinished(job.state) && after === job.lastEvent) return new Response(null, { status: 204 })
  const leave = streams.enter(client)
  const gone = new AbortController()
  async function* source(): AsyncGenerator<StreamedEvent> {
    for await (const event of room.jobs.watch(id, { after, signal: gone.signal })) {
      yield { id: event.id, kind: event.kind, data: eventJson(id, event, room.jobs.verdict) }
    }
  }
  const onEnd = () => {
    gone.abort()
    leave()
  }
  return new Response(eventStream(source(), { stopping, onEnd }), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', location: jobPath(id) },
  })
}

/** An Idempotency-Key as it may be: what can be stored and shown. @throws NeufError `body-malformed` */
function idempotencyKey({ request }: Call): string | undefined {
  const key = request.headers.get('idempotency-key') ?? undefined
  if (key === undefined || /^[\x21-\x7e]{1,200}$/.test(key)) return key
  throw new NeufError('body-malformed', { why: 'the Idempotency-Key is not 1 to 200 plain characters' })
}

/** What a new job is answered with: as the header accept asks. */
export async function submitted(call: Call, job: Job, key?: string): Promise<Response> {
  const type = negotiate(call.request.headers.get('accept') ?? undefined, representations)
  if (type === 'image/png') {
    await waitForJob(call, job.id, { keep: key !== undefined })
    return wholeJob(call, job.id)
  }
  if (type === 'text/event-stream') return eventsResponse(call, job.id, 0)
  return jobResponse(call, job, 202)
}

export const jobRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/jobs',
    name: 'createJob',
    summary:
      'Draw a prompt. With `accept: image/png` the answer is the pictures, with `text/event-stream` what happens.',
    body: orderSchema,
    answers: {
      200: shown,
      202: accepted,
      400: error('The order cannot be.'),
      413: error('The body or the prompt is too long.'),
      415: error('The body is neither JSON nor a form.'),
      422: error('The policy refuses the prompt, or the Idempotency-Key was used for another order.'),
      429: full,
    },
    async handle(call) {
      // Before anything is drawn: an answer that nobody can read would be work for nothing.
      negotiate(call.request.headers.get('accept') ?? undefined, representations)
      const key = idempotencyKey(call)
      return submitted(call, await call.room.jobs.submit(call.body, call.client, key), key)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/jobs',
    name: 'listJobs',
    summary: 'Your own jobs, the newest first: all, those whose prompts have these words, those with favourites.',
    query: pageSchema,
    answers: {
      200: { says: 'A page of them.', types: { 'application/json': jobsSchema } },
      400: error('The page cannot be.'),
    },
    async handle({ room, client, query: { limit, favourites, ...page } }) {
      // One more than is shown tells whether there is a further page.
      const jobs = await room.jobs.list(client, { ...page, limit: limit + 1, favourites: favourites === 'true' })
      const shown = jobs.slice(0, limit)
      const next = jobs.length > limit ? shown.at(-1)!.cursor : null
      return Response.json({ jobs: shown.map((job) => jobJson(job, null, room.jobs.verdict(judgedOf(job)))), next })
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/jobs/{id}',
    name: 'readJob',
    summary: 'A job as it is now; with `accept: image/png` its pictures, once it is done.',
    answers: { 200: { says: 'The job.', types: { 'application/json': jobSchema, 'image/png': 'binary' } }, 404: noJob },
    async handle(call) {
      const id = jobId(call)
      const type = negotiate(call.request.headers.get('accept') ?? undefined, ['application/json', 'image/png'])
      return type === 'image/png' ? wholeJob(call, id) : jobResponse(call, await call.room.jobs.read(id), 200)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/jobs/{id}/events',
    name: 'watchJob',
    summary: 'What happened and happens to a job, as server-sent events; Last-Event-ID takes a stream up again.',
    answers: {
      200: {
        says: 'Events. Those without an id are for the moment: progress, place, and unfinished, a picture of what is being drawn.',
        types: { 'text/event-stream': 'text' },
      },
      204: { says: 'It is finished, and all of its events were told.' },
      400: error('No event had this id.'),
      404: noJob,
    },
    async handle(call) {
      const id = jobId(call)
      const last = call.request.headers.get('last-event-id') ?? '0'
      if (!/^\d{1,9}$/.test(last)) throw new NeufError('event-unknown', { id: last.slice(0, 40).toWellFormed() })
      return eventsResponse(call, id, Number(last))
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/jobs/{id}/cancel',
    name: 'cancelJob',
    summary: 'Stop a job. What is drawn of it stays; a finished one is left as it is.',
    answers: { 200: { says: 'The job.', types: { 'application/json': jobSchema } }, 404: noJob },
    async handle(call) {
      return jobResponse(call, await call.room.jobs.cancel(jobId(call)), 200)
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/jobs/{id}/more',
    name: 'drawMore',
    summary: 'A new job with further candidates of the same seed; the answer is as for a new prompt.',
    body: moreSchema,
    answers: {
      200: shown,
      202: accepted,
      404: noJob,
      409: error('There can be no more.'),
      422: error('The policy refuses the prompt by now.'),
      429: full,
    },
    async handle(call) {
      negotiate(call.request.headers.get('accept') ?? undefined, representations)
      return submitted(call, await call.room.jobs.more(jobId(call), call.body.candidates, call.client))
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/jobs/{id}/favourites',
    name: 'addFavourite',
    summary: 'Like a picture: its job is found among favourites, and kept however old it is.',
    body: favouriteSchema,
    answers: { 200: { says: 'The job.', types: { 'application/json': jobSchema } }, 404: noJob },
    async handle(call) {
      return jobResponse(call, await call.room.jobs.favour(jobId(call), call.body.index, true), 200)
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/jobs/{id}/favourites/{index}',
    name: 'removeFavourite',
    summary: 'Like a picture no more.',
    answers: { 200: { says: 'The job.', types: { 'application/json': jobSchema } }, 404: noJob },
    async handle(call) {
      const index = /^(0|[1-9]\d{0,5})$/.exec(call.parameters.index ?? '')?.[1]
      const why = 'favourites are named by their index'
      if (index === undefined) throw new NeufError('picture-missing', { what: 'such picture', why })
      return jobResponse(call, await call.room.jobs.favour(jobId(call), Number(index), false), 200)
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/api/v1/jobs/{id}',
    name: 'removeJob',
    summary: 'Stop a job and remove it with its pictures. Links that show it to others end.',
    answers: { 204: { says: 'It is gone.' }, 404: noJob },
    async handle(call) {
      await call.room.jobs.remove(jobId(call))
      return new Response(null, { status: 204 })
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/jobs/{id}/sheet.png',
    name: 'readSheet',
    summary: 'All pictures of a finished job as one; with `pictures`, those of any job, in that order.',
    query: sheetSchema,
    answers: {
      200: { says: 'A PNG file.', types: { 'image/png': 'binary' } },
      400: error('The list of pictures cannot be.'),
      404: noJob,
    },
    async handle(call) {
      const job = await call.room.jobs.read(jobId(call))
      const { pictures, metadata } = call.query
      const respond = (png: Uint8Array, name: string) => fileResponse(job, withMetadata(png, metadata), name)
      if (pictures === undefined) return respond(await call.room.jobs.picture(job.id, 'sheet'), 'sheet')
      const files = pictures.map((index) => call.room.jobs.picture(job.id, index))
      return respond(await sheetOf(await Promise.all(files)), `sheet-${pictures.join('-')}`)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/jobs/{id}/pictures/{picture}',
    name: 'readPicture',
    budget: 'pictures',
    summary: 'One picture, `INDEX.png` or `INDEX.webp`, with its recipe, image tokens and score in the file.',
    query: pictureQuerySchema,
    answers: { 200: { says: 'A file.', types: { 'image/png': 'binary', 'image/webp': 'binary' } }, 404: noJob },
    async handle(call) {
      const job = await call.room.jobs.read(jobId(call))
      const [, index, type] = /^(0|[1-9]\d{0,5})\.(png|webp)$/.exec(call.parameters.picture ?? '') ?? []
      if (index === undefined)
        throw new NeufError('picture-missing', { what: 'such picture', why: 'names are INDEX.png and INDEX.webp' })
      const png = withMetadata(await call.room.jobs.picture(job.id, Number(index)), call.query.metadata)
      return type === 'webp' ? fileResponse(job, await webpOf(png), index, type) : fileResponse(job, png, index)
    },
  }),
]
