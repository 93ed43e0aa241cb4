/** A job's pictures as OpenAI's clients get them: all together, or one after the other as server-sent events. */
import { NeufError } from '../../errors/errors.ts'
import { decodePicture, encodePng } from '../../image/codec.ts'
import { fitPicture, type PictureFit } from '../../image/fit-picture.ts'
import { eventStream, type StreamedEvent } from '../http/event-stream.ts'
import { originOf } from '../http/origin.ts'
import type { Visit } from '../http/route.ts'
import { waitForJob } from '../http/wait-for-job.ts'
import { isFinished, type Job, type JobPicture, type UnfinishedCandidate } from '../job.ts'
import type { OfferedModel } from '../models.ts'
import { faultOfJob, publicFault } from '../public-fault.ts'
import { addressOfPicture } from './picture-address.ts'
import { manners, openAiError } from './refuse.ts'
import type { ImageJson, ImagesJson } from './schemas.ts'

/** What an answer is made of besides the job. */
export type AnswerSettings = {
  readonly model: OfferedModel
  readonly fit: PictureFit
  readonly background: 'transparent' | 'opaque'
  /** Addresses in place of the pictures themselves. */
  readonly urls: boolean
  /** The prompt that was drawn, where it is not the one that was sent. */
  readonly revised: string | undefined
  readonly ignored: string | undefined
  /** What addresses are signed with. */
  readonly key: Buffer
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)

const sizeOf = ({ fit: { size }, model }: AnswerSettings): string =>
  size === undefined ? `${model.side}x${model.side}` : `${size.width}x${size.height}`

function headersOf(job: Job, { ignored }: AnswerSettings): Headers {
  const headers = new Headers({ 'x-neuf-job': job.id, 'x-neuf-seed': String(job.request.seed) })
  if (ignored !== undefined) headers.set('x-neuf-ignored', ignored)
  return headers
}

/** One picture as base64. */
async function base64Of({ room }: Pick<Visit, 'room'>, job: Job, index: number, fit: PictureFit): Promise<string> {
  return inBase64(await fitPicture(await room.jobs.picture(job.id, index), fit))
}

const inBase64 = (file: Uint8Array): string =>
  Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('base64')

/** A candidate that is still being drawn, of the size and format that were asked for. */
async function previewInBase64(
  { url }: UnfinishedCandidate,
  { fit, model: { side } }: AnswerSettings,
): Promise<string> {
  const preview = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
  const png = encodePng(await decodePicture(preview, { alpha: 'keep' }))
  return inBase64(await fitPicture(png, { ...fit, size: fit.size ?? { width: side, height: side } }))
}

const aboutPicture = (job: Job, { index, score, matchProbability }: JobPicture) => ({
  index,
  seed: job.request.seed,
  score,
  match_probability: matchProbability,
})

/**
 * Waits for a job and gives its pictures, best first. Whoever goes away cancels it, but with `keep`.
 * @throws NeufError `cancelled`, what waiting throws
 */
export async function imagesResponse(
  visit: Visit,
  asked: Job,
  settings: AnswerSettings,
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<Response> {
  const job = await waitForJob(visit, asked.id, { keep })
  if (job.state === 'failed') return manners.refuse(faultOfJob(job.fault))
  if (job.state !== 'done') throw new NeufError('cancelled', { what: 'the job was cancelled' })
  const { fit, urls, key, revised, background } = settings
  const data: ImageJson[] = []
  for (const picture of job.pictures) {
    const { index } = picture
    const url = () => originOf(visit) + addressOfPicture({ job: job.id, index, fit }, key, Date.now())
    data.push({
      ...(urls ? { url: url() } : { b64_json: await base64Of(visit, job, index, fit) }),
      ...(revised !== undefined && { revised_prompt: revised }),
      ...aboutPicture(job, picture),
    })
  }
  const json: ImagesJson = {
    created: seconds(job.created),
    background,
    output_format: fit.format,
    size: sizeOf(settings),
    data,
  }
  return Response.json(json, { headers: headersOf(job, settings) })
}

/** The names of the two events: those of new pictures, or those of edited ones. */
export type EventKind = 'image_generation' | 'image_edit'

/**
 * In each place `partials` pictures at most, first of a candidate that is still being drawn, where that is seen, then the best so
 * far whenever candidates landed; and the chosen ones at the end, an event each. Whoever goes away cancels the job.
 */
export function imageStream(
  { room, streams, client, stopping }: Visit,
  asked: Job,
  settings: AnswerSettings,
  { kind, partials }: { readonly kind: EventKind; readonly partials: number },
): Response {
  const cancel = () => void room.jobs.cancel(asked.id).catch(() => undefined)
  const leave = entered(() => streams.enter(client), cancel)
  const gone = new AbortController()
  const { fit, background } = settings
  const about = {
    created_at: seconds(asked.created),
    size: sizeOf(settings),
    quality: 'auto',
    background,
    output_format: fit.format,
  }

  const told = (part: 'partial_image' | 'completed', data: object): StreamedEvent => {
    const type = `${kind}.${part}`
    return { id: null, kind: type, data: { type, ...about, ...data } }
  }
  const picture = async (image_index: number, chosen: JobPicture) => {
    const b64_json = await base64Of({ room }, asked, chosen.index, fit)
    return { b64_json, image_index, ...aboutPicture(asked, chosen) }
  }
  /** Partial pictures sent of each place. */
  const sent = Array<number>(asked.request.count).fill(0)

  async function* happening(): AsyncGenerator<StreamedEvent> {
    for await (const event of room.jobs.watch(asked.id, {
      after: 0,
      signal: AbortSignal.any([gone.signal, stopping]),
    })) {
      if (event.kind === 'unfinished') {
        const { index } = event.data
        if (partials === 0 || sent[index] !== 0) continue
        const b64_json = await previewInBase64(event.data, settings)
        const data = { b64_json, image_index: index, index, seed: asked.request.seed }
        yield told('partial_image', { ...data, partial_image_index: sent[index]++ })
      } else if (event.kind === 'candidates') {
        const { drawn, pictures: best } = event.data as { drawn: number; pictures: readonly JobPicture[] }
        // When all have landed, the chosen ones come at once.
        if (drawn === asked.request.candidates) continue
        for (const [place, chosen] of best.entries()) {
          if (sent[place]! >= partials) continue
          yield told('partial_image', { ...(await picture(place, chosen)), partial_image_index: sent[place]!++ })
        }
      }
    }
    const job = await room.jobs.read(asked.id)
    if (job.state === 'done') {
      for (const [place, chosen] of job.pictures.entries()) yield told('completed', await picture(place, chosen))
    } else if (job.state === 'failed') yield failure(openAiError(faultOfJob(job.fault)))
    else if (!gone.signal.aborted) {
      const stopped = stopping.aborted && !isFinished(job.state)
      throw stopped ? new NeufError('stopping', {}) : new NeufError('cancelled', { what: 'the job was cancelled' })
    }
  }
  async function* source(): AsyncGenerator<StreamedEvent> {
    try {
      yield* happening()
    } catch (error) {
      yield failure(openAiError(publicFault(error)))
    }
  }
  const onEnd = () => {
    gone.abort()
    leave()
    // What is done stays done; what nobody waits for any more is not drawn on. A stopping server draws it at its next start.
    if (!stopping.aborted) cancel()
  }
  const headers = headersOf(asked, settings)
  headers.set('content-type', 'text/event-stream')
  // The end is told here, in these clients' own way.
  return new Response(eventStream(source(), { stopping: new AbortController().signal, onEnd }), { headers })
}

/** Where there is no room for one stream more, nobody waits for what it would have told. */
function entered(enter: () => () => void, otherwise: () => void): () => void {
  try {
    return enter()
  } catch (error) {
    otherwise()
    throw error
  }
}

const failure = (error: object): StreamedEvent => ({ id: null, kind: 'error', data: { error } })
