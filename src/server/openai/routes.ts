/** OpenAI's image API over the job core: a client of it draws here by another base address (`http://127.0.0.1:8123/v1`). */
import { randomBytes } from 'node:crypto'
import { fitPicture } from '../../image/fit-picture.ts'
import { type Answer, type Call, defineRoute, type Route, type Visit, type Wait } from '../http/route.ts'
import type { JobOrder } from '../jobs.ts'
import type { OfferedModel } from '../models.ts'
import { type AnswerSettings, type EventKind, imageStream, imagesResponse } from './answer.ts'
import { createAttempts } from './attempts.ts'
import { editOrder, type Reading, variationOrder } from './edit.ts'
import { fitOf, ignoredFields, modelOf, orderOf } from './order.ts'
import { readAddress } from './picture-address.ts'
import { manners } from './refuse.ts'
import {
  editSchema,
  errorSchema,
  generationSchema,
  type ImageRequest,
  imagesSchema,
  modelListSchema,
  modelSchema,
  mostBytesOfForm,
  variationSchema,
} from './schemas.ts'

const error = (says: string): Answer => ({ says, types: { 'application/json': errorSchema } })
const images = {
  200: {
    says: 'The pictures; with `stream`, events.',
    types: { 'application/json': imagesSchema, 'text/event-stream': 'text' },
  },
  400: error('The request cannot be, or the policy refuses the prompt.'),
  401: error('The token is missing or wrong.'),
  404: error('There is no such model.'),
  429: error('Too much is waiting. The header retry-after says after how many seconds there is room.'),
} as const satisfies Record<number, Answer>

const bodyOptions = { mostBytes: mostBytesOfForm, multipart: true }

/** With what uploads are read. */
const reading = ({ room, decoding }: Visit): Reading => ({ models: room.models, decoding })

/** What is asked for; of a variation the prompt may be left out. */
type Asked = Omit<ImageRequest, 'prompt'> & { readonly prompt?: string | null | undefined }

export function openAiRoutes(): Route[] {
  // These clients want to know since when a model is there.
  const started = new Date()
  // Addresses end with the process, an hour at most before they would by themselves.
  const key = randomBytes(32)
  const attempts = createAttempts()

  const modelJson = ({ name }: OfferedModel) => ({
    id: name,
    object: 'model' as const,
    created: Math.floor(started.getTime() / 1000),
    owned_by: 'neuf',
  })

  /** What the answer is made of. @throws NeufError `option-value` */
  function settingsOf({ room }: Visit, asked: Asked, { prompt }: JobOrder): AnswerSettings {
    const ofOpenAi = /^dall-e-/.test(asked.model ?? '')
    return {
      model: modelOf(room.models, asked.model),
      fit: fitOf(asked),
      background: asked.background === 'transparent' ? 'transparent' : 'opaque',
      // The older ones answer with addresses unless told, the newer ones with the picture, and so do all others.
      urls: (asked.response_format ?? (ofOpenAi ? 'url' : 'b64_json')) === 'url',
      revised: prompt === asked.prompt ? undefined : prompt,
      ignored: ignoredFields(asked),
      key,
    }
  }

  /** What waits for the pictures and what streams them get the visit, not the call: they outlast the uploads in its body. */
  async function draw(
    { body: asked, ...visit }: Call<Asked>,
    order: JobOrder,
    kind: EventKind,
  ): Promise<Response | Wait> {
    const settings = settingsOf(visit, asked, order)
    const job = await visit.room.jobs.submit(order, visit.client)
    if (!asked.stream) return () => imagesResponse(visit, job, settings)
    return imageStream(visit, job, settings, { kind, partials: asked.partial_images ?? 0 })
  }

  return [
    defineRoute({
      method: 'post',
      path: '/v1/images/generations',
      name: 'createImage',
      summary: "Pictures of a prompt, the best of the candidates drawn, as OpenAI's clients ask for them.",
      manners,
      body: generationSchema,
      answers: images,
      async handle(call) {
        const asked = call.body
        const order = orderOf(asked, call.room.models)
        if (asked.stream) return draw(call, order, 'image_generation')
        const settings = settingsOf(call, asked, order)
        return attempts.answer(
          call,
          () => call.room.jobs.submit(order, call.client),
          (job) => imagesResponse(call, job, settings, { keep: true }),
        )
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/images/edits',
      name: 'editImage',
      summary: 'A picture drawn anew where a mask is clear.',
      manners,
      body: editSchema,
      bodyOptions,
      answers: images,
      async handle(call) {
        return draw(call, await editOrder(call.body, reading(call)), 'image_edit')
      },
    }),
    defineRoute({
      method: 'post',
      path: '/v1/images/variations',
      name: 'varyImage',
      summary: 'A picture drawn anew in scattered places.',
      manners,
      body: variationSchema,
      bodyOptions,
      answers: images,
      async handle(call) {
        return draw(call, await variationOrder(call.body, reading(call)), 'image_edit')
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/images/files/{job}/{picture}',
      name: 'readImageFile',
      summary: 'A picture, at an address that an answer gave; it is good for an hour and needs no token.',
      open: true,
      // Each is made anew to fit.
      budget: 'pictures',
      manners,
      answers: {
        200: { says: 'A picture.', types: { 'image/png': 'binary', 'image/jpeg': 'binary', 'image/webp': 'binary' } },
        404: error('There is no such picture, or not any more.'),
        429: error('Too many pictures at a time.'),
      },
      async handle({ request, room }) {
        const { job, index, fit } = readAddress(new URL(request.url), key, Date.now())
        const file = await fitPicture(await room.jobs.picture(job, index), fit)
        return new Response(file as Uint8Array<ArrayBuffer>, { headers: { 'content-type': `image/${fit.format}` } })
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/models',
      name: 'listOpenAiModels',
      summary: "The models there are, as OpenAI's clients list them.",
      manners,
      answers: { 200: { says: 'Models.', types: { 'application/json': modelListSchema } } },
      handle: async ({ room }) => Response.json({ object: 'list', data: room.models.map(modelJson) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/models/{model}',
      name: 'readOpenAiModel',
      summary: 'One of them.',
      manners,
      answers: {
        200: { says: 'A model.', types: { 'application/json': modelSchema } },
        404: error('There is no such model.'),
      },
      async handle({ room, parameters }) {
        return Response.json(modelJson(modelOf(room.models, parameters.model ?? '')))
      },
    }),
  ]
}
