/** The native API's way to draw a picture of a job anew in part. */
import { randomInt } from 'node:crypto'
import { NeufError } from '../../errors/errors.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import { keptByPlaces, keptByStrength } from '../redraw.ts'
import { negotiate } from './accept.ts'
import { accepted, full, jobId, noJob, representations, shown, submitted } from './job-routes.ts'
import { defineRoute } from './route.ts'
import { errorSchema, redrawSchema } from './schemas.ts'

export const redrawRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/jobs/{id}/redraw',
    name: 'redrawPicture',
    summary: 'A new job that draws one picture anew in part; the answer is as for a new prompt.',
    body: redrawSchema,
    answers: {
      200: shown,
      202: accepted,
      400: { says: 'The order cannot be.', types: { 'application/json': errorSchema } },
      404: noJob,
      409: { says: 'Its model is not served any more.', types: { 'application/json': errorSchema } },
      429: full,
    },
    async handle(call) {
      negotiate(call.request.headers.get('accept') ?? undefined, representations)
      const { room, client, body } = call
      const { picture, places, strength = 0, seed = randomInt(2 ** 32), prompt, ...order } = body
      const job = await room.jobs.read(jobId(call))
      const model = room.models.find(({ sha256 }) => sha256 === job.model.sha256)
      if (model === undefined) throw new NeufError('nothing-to-add', { why: 'its model is not served any more' })
      const carried = readRecipe(await room.jobs.picture(job.id, picture))
      if (carried.kind !== 'picture')
        throw new NeufError('picture-missing', { what: 'such picture', why: 'it is a sheet' })
      const kept = places === undefined ? keptByStrength(model, strength, seed) : keptByPlaces(model, places)
      const redraw = { source: { tokens: carried.record.tokens }, kept }
      const own = { prompt: prompt ?? job.request.prompt, model: model.name, seed, redraw }
      return submitted(call, await room.jobs.submit({ ...order, ...own }, client))
    },
  }),
]
