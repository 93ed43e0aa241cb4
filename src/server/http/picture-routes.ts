/** What else can be had of a picture: a sticker of it, and whose drawings it looks like. */
import { NeufError } from '../../errors/errors.ts'
import { withMetadata } from '../../image/provenance.ts'
import type { PictureWork } from '../picture-work.ts'
import { error, fileResponse, jobId, noJob } from './job-routes.ts'
import { type Call, defineRoute, type Route } from './route.ts'
import { type CreditsJson, creditsSchema, pictureQuerySchema } from './schemas.ts'

/** The index that a path ends with. @throws NeufError `picture-missing` */
function indexIn({ parameters }: Pick<Call, 'parameters'>, names: 'INDEX' | 'INDEX.png'): number {
  const pattern = names === 'INDEX' ? /^(0|[1-9]\d{0,5})$/ : /^(0|[1-9]\d{0,5})\.png$/
  const index = pattern.exec(parameters.picture ?? '')?.[1]
  if (index !== undefined) return Number(index)
  throw new NeufError('picture-missing', { what: 'such picture', why: `names are ${names}` })
}

export function pictureRoutes(work: PictureWork): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/jobs/{id}/stickers/{picture}',
      name: 'readSticker',
      summary: 'One picture, `INDEX.png`, cut out of its ground, 512 x 512 with the rest clear.',
      query: pictureQuerySchema,
      answers: {
        200: { says: 'A PNG file.', types: { 'image/png': 'binary' } },
        404: noJob,
        422: error('Nothing stands out from its ground.'),
      },
      async handle(call) {
        const job = await call.room.jobs.read(jobId(call))
        const index = indexIn(call, 'INDEX.png')
        const sticker = await work.sticker(await call.room.jobs.picture(job.id, index))
        if (sticker === undefined) throw new NeufError('nothing-stands-out', {})
        return fileResponse(job, withMetadata(sticker, call.query.metadata), `${index}-sticker`)
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/jobs/{id}/credits/{picture}',
      name: 'readCredits',
      summary:
        'Which drawings that its model was trained on one picture, `INDEX`, looks most like, and whose they are.',
      answers: {
        200: { says: 'The nearest drawings.', types: { 'application/json': creditsSchema } },
        404: error('There is no such job or picture, or its model carries no index of drawings.'),
      },
      async handle(call) {
        const { room } = call
        const job = await room.jobs.read(jobId(call))
        const picture = await room.jobs.picture(job.id, indexIn(call, 'INDEX'))
        const model = room.models.find(({ sha256 }) => sha256 === job.model.sha256)
        const nearest = model === undefined ? undefined : await work.credits(model.folder, picture)
        if (nearest === undefined) throw new NeufError('credits-missing', { model: job.model.name })
        return Response.json({ nearest: [...nearest] } satisfies CreditsJson)
      },
    }),
  ]
}
