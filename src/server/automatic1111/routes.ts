/** AUTOMATIC1111's API over the job core: its clients draw here by another address. */
import { type Answer, type Call, defineRoute, type Route, type Visit, type Wait } from '../http/route.ts'
import { waitForJob } from '../http/wait-for-job.ts'
import type { Job } from '../job.ts'
import type { JobOrder } from '../jobs.ts'
import type { OfferedModel } from '../models.ts'
import { faultOfJob } from '../public-fault.ts'
import { readUpload } from '../upload.ts'
import { base64, drawnPictures, infoOf, type Size, sizeOf, timestamp, toldBack } from './answer.ts'
import { createDrawings, type Drawing, note, secondsLeft } from './drawings.ts'
import { checkpointOf, lists, memory, optionsOf } from './listings.ts'
import { createChoices, findCheckpoint } from './models.ts'
import { ignoredFields, orderOf } from './order.ts'
import { bytesOf, pngInfo } from './png-info.ts'
import { redrawOrder } from './redraw-order.ts'
import { manners } from './refuse.ts'
import {
  type DrawingRequest,
  drawnSchema,
  errorSchema,
  optionsSchema,
  pictureSchema,
  pngInfoSchema,
  progressQuery,
  progressSchema,
  textSchema,
  understood,
  understoodOfPicture,
} from './schemas.ts'

const under = '/sdapi/v1'

const error = (says: string): Answer => ({ says, types: { 'application/json': errorSchema } })
const json = (says: string): Answer => ({ says, types: { 'application/json': 'text' } })
const drawn = {
  200: { says: 'The pictures.', types: { 'application/json': drawnSchema } },
  401: error('The password, which is the token, is missing or wrong.'),
  422: error('The request cannot be, or the policy refuses the prompt.'),
  429: error('Too much is waiting. The header retry-after says after how many seconds there is room.'),
} as const satisfies Record<number, Answer>

/** These clients send a file in base64 within JSON: a picture of 12 MB. */
const bodyOptions = { mostBytes: 16 * 2 ** 20 }

/** For loops that ask how far it is; nothing of a client is drawn. */
const idle = {
  skipped: false,
  interrupted: false,
  stopping_generation: false,
  job: '',
  job_count: 0,
  job_timestamp: '0',
  job_no: 0,
  sampling_step: 0,
  sampling_steps: 0,
}

const stateOf = ({ job, drawn: step, interrupted }: Drawing) => ({
  ...idle,
  interrupted,
  job: job.id,
  job_count: 1,
  job_timestamp: timestamp(job.created),
  // What can be counted is candidates: all of them are drawn position by position, side by side.
  sampling_step: step,
  sampling_steps: job.request.candidates,
})

/** What an answer is made of besides the job. */
type AnswerSettings = Pick<DrawingRequest, 'batch_size' | 'send_images'> & {
  readonly model: OfferedModel
  readonly size: Size
  readonly ignored: string | undefined
  /** What the request asked for, as its answer tells it. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Its own state (what each client draws, and with which model) is this process's: several servers do not share it. */
export function automatic1111Routes(): Route[] {
  const drawings = createDrawings()
  const choices = createChoices()

  const modelFor = ({ room, client }: Visit, { override_settings }: DrawingRequest): OfferedModel => {
    const named = override_settings?.sd_model_checkpoint
    return named == null ? choices.of(client, room.models) : findCheckpoint(room.models, named)
  }

  /** What waits for the pictures gets the visit, not the call: it outlasts the uploads in its body. */
  async function draw(
    { body: asked, ...visit }: Call<DrawingRequest>,
    {
      model,
      order,
      used,
    }: { readonly model: OfferedModel; readonly order: JobOrder; readonly used: ReadonlySet<string> },
  ): Promise<Wait> {
    const { batch_size, send_images } = asked
    const size = sizeOf(asked, model)
    const ignored = ignoredFields(asked, used)
    const settings = { batch_size, send_images, model, size, ignored, parameters: toldBack(asked) }
    const queued = await visit.room.jobs.submit(order, visit.client)
    return () => drawnResponse(visit, queued, settings)
  }

  async function drawnResponse(visit: Visit, queued: Job, settings: AnswerSettings): Promise<Response> {
    const { room, client } = visit
    const { ignored, parameters, send_images } = settings
    const drawing = drawings.begin(client, queued)
    const heard = (event: Parameters<typeof note>[1]) => note(drawing, event, performance.now())
    const job = await waitForJob(visit, queued.id, { heard }).finally(() => drawings.end(client, drawing))
    if (job.state === 'failed') return manners.refuse(faultOfJob(job.fault))
    // One that was interrupted has what was drawn until then.
    const { images, infotexts } = await drawnPictures(room, job, settings.size)
    const info = infoOf(job, { ...settings, infotexts })
    const headers = new Headers({ 'x-neuf-job': job.id, 'x-neuf-seed': String(job.request.seed) })
    if (ignored !== undefined) headers.set('x-neuf-ignored', ignored)
    return Response.json({ images: send_images === false ? [] : images, parameters, info }, { headers })
  }

  async function interrupt({ room }: Visit, which: readonly Drawing[]): Promise<Response> {
    for (const drawing of which) {
      drawing.interrupted = true
      await room.jobs.cancel(drawing.job.id)
    }
    return Response.json({})
  }

  return [
    defineRoute({
      method: 'post',
      path: `${under}/txt2img`,
      name: 'drawAutomatic1111Text',
      summary: "Pictures of a prompt, the best of the candidates drawn, as AUTOMATIC1111's clients ask for them.",
      manners,
      body: textSchema,
      answers: drawn,
      async handle(call) {
        const model = modelFor(call, call.body)
        return draw(call, { model, order: orderOf(call.body, model), used: understood })
      },
    }),
    defineRoute({
      method: 'post',
      path: `${under}/img2img`,
      name: 'drawAutomatic1111Picture',
      summary: 'A picture drawn anew: what is white in a mask, or without one scattered places.',
      manners,
      body: pictureSchema,
      bodyOptions,
      answers: drawn,
      async handle(call) {
        const model = modelFor(call, call.body)
        const order = await redrawOrder(call.body, { model, decoding: call.decoding })
        // Under a mask everything is drawn anew, whatever the strength.
        const used = new Set(understoodOfPicture)
        if (call.body.mask != null) used.delete('denoising_strength')
        return draw(call, { model, order, used })
      },
    }),
    defineRoute({
      method: 'get',
      path: `${under}/progress`,
      name: 'readAutomatic1111Progress',
      summary: "How far the drawing is that this client's was begun first.",
      manners,
      query: progressQuery,
      answers: { 200: { says: 'Progress.', types: { 'application/json': progressSchema } } },
      async handle({ client, room, query }) {
        const [drawing] = drawings.of(client)
        if (drawing === undefined) {
          return Response.json({ progress: 0, eta_relative: 0, state: idle, current_image: null, textinfo: null })
        }
        const { job, pictures, waiting, done } = drawing
        const [best] = pictures
        const skip = /^(true|1|on|yes)$/i.test(query.skip_current_image ?? '')
        return Response.json({
          // 0 would say that there is nothing, and 1 that it is there.
          progress: Math.min(0.99, Math.max(0.01, done)),
          eta_relative: secondsLeft(drawing, performance.now()),
          state: stateOf(drawing),
          current_image: skip || best === undefined ? null : base64(await room.jobs.picture(job.id, best.index)),
          textinfo: waiting === undefined ? null : `Waiting: number ${waiting.place} in the queue`,
        })
      },
    }),
    defineRoute({
      method: 'post',
      path: `${under}/interrupt`,
      name: 'interruptAutomatic1111',
      summary: 'Stop all that this client has drawn; it is answered with what is there.',
      manners,
      answers: { 200: json('An empty object.') },
      handle: async (call) => interrupt(call, drawings.of(call.client)),
    }),
    defineRoute({
      method: 'post',
      path: `${under}/skip`,
      name: 'skipAutomatic1111',
      summary: 'Stop the one that was begun first.',
      manners,
      answers: { 200: json('An empty object.') },
      handle: async (call) => interrupt(call, drawings.of(call.client).slice(0, 1)),
    }),
    defineRoute({
      method: 'get',
      path: `${under}/options`,
      name: 'readAutomatic1111Options',
      summary: 'The settings: the model that this client has chosen.',
      manners,
      answers: { 200: json('Settings.') },
      handle: async ({ client, room }) => Response.json(optionsOf(choices.of(client, room.models))),
    }),
    defineRoute({
      method: 'post',
      path: `${under}/options`,
      name: 'setAutomatic1111Options',
      summary: 'Choose the model for what this client draws from now on; all other settings are left as they are.',
      manners,
      body: optionsSchema,
      answers: { 200: json('null.'), 422: error('There is no such model.') },
      async handle({ client, room, body: { sd_model_checkpoint: name } }) {
        if (name != null) choices.choose(client, findCheckpoint(room.models, name))
        return Response.json(null)
      },
    }),
    defineRoute({
      method: 'get',
      path: `${under}/sd-models`,
      name: 'listAutomatic1111Models',
      summary: 'The models there are.',
      manners,
      answers: { 200: json('Models.') },
      handle: async ({ room }) => Response.json(room.models.map(checkpointOf)),
    }),
    defineRoute({
      method: 'post',
      path: `${under}/refresh-checkpoints`,
      name: 'refreshAutomatic1111Models',
      summary: 'Nothing: models are those that the server was started with.',
      manners,
      answers: { 200: json('null.') },
      handle: async () => Response.json(null),
    }),
    defineRoute({
      method: 'get',
      path: `${under}/memory`,
      name: 'readAutomatic1111Memory',
      summary: 'Bytes of memory of the machine that answers.',
      manners,
      answers: { 200: json('Memory.') },
      handle: async () => Response.json(memory()),
    }),
    defineRoute({
      method: 'post',
      path: `${under}/png-info`,
      name: 'readAutomatic1111PngInfo',
      summary: "What a picture's file says of how it was made.",
      manners,
      body: pngInfoSchema,
      bodyOptions,
      answers: { 200: json('The text, and its values.'), 422: error('It is no picture, or damaged.') },
      async handle({ body }) {
        const file = bytesOf(body.image, ['image'])
        return Response.json(await readUpload(['image'], () => pngInfo(file)))
      },
    }),
    ...Object.entries(lists).map(([path, { name, holds }]) =>
      defineRoute({
        method: 'get',
        path: `${under}/${path}`,
        name: `listAutomatic1111${name}`,
        summary: 'What there is of these.',
        manners,
        answers: { 200: json('A list.') },
        handle: async () => Response.json(holds),
      }),
    ),
  ]
}
