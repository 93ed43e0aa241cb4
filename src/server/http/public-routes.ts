/** Pages for everybody, without a token: what a link shows, reporting it, and the feed. Faults are pages, too. */
import { NeufError } from '../../errors/errors.ts'
import { feedPage, gonePage, linkedPage, linkedPagePolicy, reportedPage } from '../../share/linked-page.ts'
import { type ShareLanguage, shareLanguage, shareTexts } from '../../share/texts.ts'
import { publicFault } from '../public-fault.ts'
import { originOf } from './origin.ts'
import { createRateLimit } from './rate-limit.ts'
import { type Call, defineRoute, type Route } from './route.ts'
import { feedQuerySchema, reportSchema } from './schemas.ts'
import { type Sharing, sharePath } from './share-routes.ts'

/** Pages and pictures of one address: a visit takes eleven at once. */
const visits = { atOnce: 120, perSecond: 10 }
/** Reports of one address. */
const reports = { atOnce: 5, perSecond: 1 / 60 }

const itemsOfFeed = 24

/** The pages' routes. */
export function publicRoutes(sharing: Sharing): Route[] {
  const visitRate = createRateLimit(visits)
  const reportRate = createRateLimit(reports)

  /** Answers with a page; what goes wrong becomes a page that says so kindly. */
  async function answer(call: Call, make: (language: ShareLanguage) => Promise<string>): Promise<Response> {
    const language = shareLanguage(call.request.headers.get('accept-language') ?? undefined)
    try {
      visitRate.take(call.client)
      return pageResponse(await make(language), 200)
    } catch (error) {
      const { status, retryAfter, unexpected } = publicFault(error)
      if (unexpected) sharing.log('a shared page', error)
      const why = status === 410 ? 'ended' : status === 429 ? 'busy' : status < 500 ? 'missing' : 'failed'
      return pageResponse(gonePage(language, why), status, retryAfter)
    }
  }

  async function showPage({ room, ...call }: Call, language: ShareLanguage): Promise<string> {
    const shown = await room.shares.show(call.parameters.share ?? '')
    const { share, job, veil } = shown
    const records = await room.shares.records(shown)
    const path = sharePath(share.id)
    const origin = originOf(call)
    const [first] = records
    const { prompt } = job.request
    return linkedPage(
      {
        language,
        prompt: share.recipe ? prompt : null,
        pictures: records.map(({ score }, i) => ({ source: `${path}/${i + 1}.png`, score })),
        made: share.recipe ? { recipe: first!.recipe, engine: first!.engine } : null,
        ...(share.recipe && { drawHere: `/?${new URLSearchParams({ prompt })}` }),
        ...(veil !== null && { veil: shareTexts[language].veil(veil[language]) }),
      },
      { url: origin + path, image: `${origin}${path}/sheet.png` },
      `${path}/report`,
    )
  }

  return [
    defineRoute({
      method: 'get',
      path: '/s/{share}',
      name: 'showShare',
      summary: 'What a link shows, as a page for everybody; one that ended says so (410).',
      open: true,
      answers: {
        200: { says: 'A page.', types: { 'text/html': 'text' } },
        404: { says: 'There is no such link.', types: { 'text/html': 'text' } },
        410: { says: 'It was taken back, taken down, or its time is over.', types: { 'text/html': 'text' } },
      },
      handle: (call) => answer(call, (language) => showPage(call, language)),
    }),
    defineRoute({
      method: 'get',
      path: '/s/{share}/{picture}',
      name: 'readSharedPicture',
      summary:
        'A picture that a link shows, `1.png` for the first, or all as `sheet.png`; marked as made by a network.',
      open: true,
      answers: {
        200: { says: 'A PNG file.', types: { 'image/png': 'binary' } },
        404: { says: 'There is no such link or picture.' },
        410: { says: 'The link shows nothing any more.' },
      },
      async handle({ room, parameters, client }) {
        visitRate.take(client)
        const shown = await room.shares.show(parameters.share ?? '')
        const name = /^([1-9]|sheet)\.png$/.exec(parameters.picture ?? '')?.[1]
        const why = 'names are 1.png, 2.png, and sheet.png'
        if (name === undefined) throw new NeufError('picture-missing', { what: 'such picture', why })
        const png = await room.shares.picture(shown, name === 'sheet' ? name : Number(name))
        return new Response(png as Uint8Array<ArrayBuffer>, {
          headers: {
            'content-type': 'image/png',
            'content-disposition': `inline; filename="neuf-${name}.png"`,
            // A link can be taken back at any moment.
            'cache-control': 'no-cache',
            'cross-origin-resource-policy': 'cross-origin',
            'x-robots-tag': 'noindex, noimageindex',
          },
        })
      },
    }),
    defineRoute({
      method: 'post',
      path: '/s/{share}/report',
      name: 'reportShare',
      summary: 'Tell whoever runs the server that something is wrong with what a link shows.',
      open: true,
      body: reportSchema,
      answers: {
        200: { says: 'A page that says thank you.', types: { 'text/html': 'text' } },
        404: { says: 'There is no such link.', types: { 'text/html': 'text' } },
        429: { says: 'Too many reports.', types: { 'text/html': 'text' } },
      },
      handle: (call) =>
        answer(call, async (language) => {
          reportRate.take(call.client)
          const { reason, words } = call.body
          await call.room.shares.report(call.parameters.share ?? '', { reason, words: words.toWellFormed() })
          const waiting = await call.room.shares.countReports()
          sharing.log('shared pages', `${waiting} reported and not settled: see /api/v1/host/reports`)
          return reportedPage(language)
        }),
    }),
    ...(sharing.feed
      ? [
          defineRoute({
            method: 'get',
            path: '/feed',
            name: 'showFeed',
            summary: 'What people chose to show to everybody, the newest first.',
            open: true,
            query: feedQuerySchema,
            answers: { 200: { says: 'A page.', types: { 'text/html': 'text' } } },
            handle: (call) =>
              answer(call, async (language) => {
                const { shown, next } = await call.room.shares.feed({ limit: itemsOfFeed, cursor: call.query.cursor })
                const items = shown.map(({ share, job }) => ({
                  path: sharePath(share.id),
                  picture: `${sharePath(share.id)}/1.png`,
                  prompt: share.recipe ? job.request.prompt : null,
                }))
                return feedPage(language, items, next === null ? null : `/feed?cursor=${encodeURIComponent(next)}`)
              }),
          }),
        ]
      : []),
  ]
}

function pageResponse(page: string, status: number, retryAfter?: number): Response {
  return new Response(page, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': linkedPagePolicy,
      // With no referrer at all a browser would not say that a report comes from this server's own page.
      'referrer-policy': 'same-origin',
      'cache-control': 'no-cache',
      'x-robots-tag': 'noindex, noimageindex',
      vary: 'accept-language',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
  })
}
