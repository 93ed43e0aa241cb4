/** Sharing for who has a job: a file, links and their end; and for whoever runs the server: reports and take-down. */
import { NeufError } from '../../errors/errors.ts'
import { withMetadata } from '../../image/provenance.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import { shareFile } from '../../share/share-page.ts'
import { shareLanguage } from '../../share/texts.ts'
import type { Share } from '../share.ts'
import { checkHostHolder } from './access.ts'
import { jobId } from './job-routes.ts'
import { originOf } from './origin.ts'
import { type Answer, type Call, defineRoute, type Route } from './route.ts'
import {
  errorSchema,
  reportsSchema,
  type ShareJson,
  shareFileSchema,
  shareOrderSchema,
  shareSchema,
  sharesSchema,
} from './schemas.ts'

/** How a server shares. */
export type Sharing = {
  /** Whether there is a feed. */
  readonly feed: boolean
  readonly log: (what: string, error: unknown) => void
}

export const sharePath = (id: string): string => `/s/${id}`

const error = (says: string): Answer => ({ says, types: { 'application/json': errorSchema } })
const noJob = error('There is no such job.')
const notHost = error('Only whoever runs the server may.')

const mostReports = 100

/** The API's routes for sharing. */
export function shareRoutes(sharing: Sharing): Route[] {
  const shareJson = (call: Pick<Call, 'publicUrl' | 'request'>, share: Share): ShareJson => ({
    id: share.id,
    url: originOf(call) + sharePath(share.id),
    pictures: [...share.pictures],
    recipe: share.recipe,
    feed: share.feed,
    created: share.created.toISOString(),
    expires: share.expires?.toISOString() ?? null,
  })

  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/jobs/{id}/share.html',
      name: 'readShareFile',
      summary: 'The nine as one file of HTML that anybody can open: pictures within it, no script, no server.',
      query: shareFileSchema,
      answers: {
        200: { says: 'A page.', types: { 'text/html': 'text' } },
        400: error('It cannot be.'),
        404: noJob,
        409: error('It has no pictures yet.'),
      },
      async handle(call) {
        const { room, request, query } = call
        const job = await room.jobs.read(jobId(call))
        const { pictures = job.pictures.slice(0, 9).map(({ index }) => index), metadata } = query
        const [first] = pictures
        if (first === undefined) throw new NeufError('nothing-to-share', { why: 'it has no pictures yet' })
        const files = await Promise.all(pictures.map((index) => room.jobs.picture(job.id, index)))
        const records = files.map((file) => {
          const carried = readRecipe(file)
          if (carried.kind === 'picture') return carried.record
          throw new NeufError('picture-missing', { what: 'such picture', why: 'its file is a sheet' })
        })
        const page = shareFile({
          language: query.language ?? shareLanguage(request.headers.get('accept-language') ?? undefined),
          pictures: files.map((file, i) => ({
            png: withMetadata(file, metadata),
            score: records[i]!.score,
          })),
          record: metadata === 'none' ? null : records[0]!,
        })
        return new Response(page, {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-disposition': `attachment; filename="neuf-${job.request.seed}.html"`,
            'cache-control': 'private, no-cache',
            vary: 'accept-language',
          },
        })
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/jobs/{id}/shares',
      name: 'createShare',
      summary: 'A link by which anybody sees pictures of a finished job, until it is taken back.',
      body: shareOrderSchema,
      answers: {
        201: { says: 'The link.', types: { 'application/json': shareSchema } },
        400: error('The date is over, or there is no feed.'),
        404: error('There is no such job, or no such picture.'),
        409: error('It cannot be shared: not finished, without pictures, or taken down before.'),
      },
      async handle(call) {
        const { expires, ...order } = call.body
        const date = expires === undefined ? null : new Date(expires)
        const share = await call.room.shares.create(jobId(call), { ...order, expires: date })
        const json = shareJson(call, share)
        return Response.json(json, { status: 201, headers: { location: json.url } })
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/jobs/{id}/shares',
      name: 'listShares',
      summary: 'The links to a job that stand, the newest first.',
      answers: { 200: { says: 'Links.', types: { 'application/json': sharesSchema } }, 404: noJob },
      async handle(call) {
        const shares = await call.room.shares.list(jobId(call))
        return Response.json({ shares: shares.map((share) => shareJson(call, share)), feed: sharing.feed })
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/jobs/{id}/shares/{share}',
      name: 'revokeShare',
      summary: 'Take a link back: from now on it shows nothing.',
      answers: { 204: { says: 'It is ended.' }, 404: error('The job has no such link that stands.') },
      async handle(call) {
        await call.room.shares.revoke(jobId(call), call.parameters.share ?? '')
        return new Response(null, { status: 204 })
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/host/reports',
      name: 'listReports',
      summary: 'For whoever runs the server: what visitors reported of links and nobody has settled, the oldest first.',
      answers: { 200: { says: 'Reports.', types: { 'application/json': reportsSchema } }, 403: notHost },
      async handle(call) {
        checkHostHolder(call.holder)
        const reports = await call.room.shares.reports(mostReports)
        const told = reports.map(({ id, share, reason, words, created, end }) => {
          const url = originOf(call) + sharePath(share)
          return { id, share, url, reason, words, created: created.toISOString(), end }
        })
        return Response.json({ reports: told, waiting: await call.room.shares.countReports() })
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/host/reports/{report}/dismiss',
      name: 'dismissReport',
      summary: 'For whoever runs the server: settle a report and leave the link.',
      answers: { 204: { says: 'Settled.' }, 403: notHost, 404: error('There is no such report that waits.') },
      async handle(call) {
        checkHostHolder(call.holder)
        const id = call.parameters.report ?? ''
        if (!/^[1-9]\d{0,8}$/.test(id)) throw new NeufError('report-missing', { id: id.slice(0, 40).toWellFormed() })
        await call.room.shares.dismiss(Number(id))
        return new Response(null, { status: 204 })
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/host/shares/{share}/take-down',
      name: 'takeDownShare',
      summary:
        'For whoever runs the server: end all links to what one shows for good, and settle what was reported of them.',
      answers: { 204: { says: 'It is ended.' }, 403: notHost, 404: error('There is no such link, or it is down.') },
      async handle(call) {
        checkHostHolder(call.holder)
        await call.room.shares.takeDown(call.parameters.share ?? '')
        return new Response(null, { status: 204 })
      },
    }),
  ]
}
