/** The HTTP application: every request passes the same checks, finds its route, and leaves with the same headers and errors. */
import { randomUUID } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { NeufError } from '../../errors/errors.ts'
import { publicFault, type ToldFault } from '../public-fault.ts'
import { createDecoding } from '../upload.ts'
import { type Access, addressOf, checkHost, checkOrigin, checkToken } from './access.ts'
import { check, readBody } from './body.ts'
import { jobRoutes } from './job-routes.ts'
import { openApi } from './openapi.ts'
import { type PageFiles, pageResponse } from './page.ts'
import { createRateLimit } from './rate-limit.ts'
import { redrawRoutes } from './redraw-routes.ts'
import { type Call, defineRoute, type Route, type Surroundings, type Visit, type Wait } from './route.ts'
import { sessionHolder } from './session.ts'
import { sessionRoutes } from './session-routes.ts'
import { systemRoutes } from './system-routes.ts'
import { createUploads } from './uploads.ts'

export type AppSettings = Surroundings & {
  readonly access: Access
  readonly version: string
  readonly log: (what: string, error: unknown) => void
  /** Routes of further APIs, over the same core. */
  readonly routes?: readonly Route[]
  /** For people: anybody who reaches the server may have the page; what it asks for needs the token like all else. */
  readonly page?: PageFiles
}

type Environment = { Bindings: Partial<HttpBindings>; Variables: { id: string; route: string; client: string } }

/** Requests of one client: at once, and a second in the long run. */
const usualRate = { atOnce: 60, perSecond: 20 }
/** Pictures of one client: a page of all candidates and of earlier drawings at once. */
const pictureRate = { atOnce: 300, perSecond: 60 }
/** Tokens that were wrong, by address: guessing takes for ever. */
const guessRate = { atOnce: 10, perSecond: 0.2 }

/** The holder on routes where no token is needed. */
const anybody = 'anybody'

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; " +
    "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export function createApp(settings: AppSettings): Hono<Environment> {
  const { access, metrics, version, log, page } = settings
  const app = new Hono<Environment>()
  const usual = createRateLimit(usualRate)
  const pictures = createRateLimit(pictureRate)
  const guesses = createRateLimit(guessRate)
  const uploads = createUploads()
  const decoding = createDecoding()

  const document = defineRoute({
    method: 'get',
    path: '/api/v1/openapi.json',
    name: 'readOpenApi',
    summary: 'This API as an OpenAPI document.',
    answers: { 200: { says: 'OpenAPI 3.1.', types: { 'application/json': z.looseObject({ openapi: z.string() }) } } },
    handle: async () => Response.json(openApi(routes, { version })),
  })
  const routes: Route[] = [
    ...jobRoutes,
    ...redrawRoutes,
    ...sessionRoutes(access),
    ...systemRoutes,
    document,
    ...(settings.routes ?? []),
  ]

  app.use(async (c, next) => {
    c.set('id', randomUUID())
    c.set('route', 'none')
    await next()
    // A page for visitors has a policy of its own.
    for (const [name, value] of Object.entries(securityHeaders)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
    c.res.headers.set('x-request-id', c.get('id'))
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
    metrics.count('neuf_http_requests_total', {
      route: c.get('route'),
      method: c.req.method,
      status: String(c.res.status),
    })
  })

  app.use(async (c, next) => {
    checkHost(c.req.header('host'), access)
    const origin = checkOrigin(c.req.raw.headers, c.req.method, access)
    const preflight = origin !== undefined && c.req.method === 'OPTIONS'
    if (preflight) c.res = new Response(null, { status: 204 })
    else await next()
    if (origin === undefined) return
    c.res.headers.set('access-control-allow-origin', origin)
    c.res.headers.append('vary', 'origin')
    c.res.headers.set(
      'access-control-expose-headers',
      'location, retry-after, x-neuf-ignored, x-neuf-job, x-neuf-seed, x-request-id',
    )
    if (!preflight) return
    c.res.headers.set('access-control-allow-methods', 'GET, POST, DELETE')
    c.res.headers.set('access-control-allow-headers', c.req.header('access-control-request-headers') ?? '')
  })

  type Asker = Pick<Call, 'holder' | 'client'>
  const askerOf = (c: Context<Environment>, holder: string): Asker => {
    return { holder, client: `${holder}@${addressOf(c.env.incoming?.socket.remoteAddress)}` }
  }
  const identify = (c: Context<Environment>): Asker => {
    const address = addressOf(c.env.incoming?.socket.remoteAddress)
    const authorization = c.req.header('authorization')
    const session = authorization === undefined ? sessionHolder(c.req.raw.headers, access, Date.now()) : undefined
    if (session !== undefined) return askerOf(c, session)
    guesses.check(address)
    try {
      return askerOf(c, checkToken(authorization, access))
    } catch (error) {
      // Who sends none guesses none.
      if (authorization !== undefined) guesses.take(address)
      throw error
    }
  }

  /** All that is done with a body: when it is over, its room is free, and nothing holds it. */
  async function handle(route: Route, visit: Visit): Promise<Response | Wait> {
    const { body: schema, bodyOptions = {} } = route
    const { mostBytes } = bodyOptions
    const upload = mostBytes === undefined ? undefined : uploads.enter(visit.client, visit.request, mostBytes)
    try {
      const body = schema && (await readBody(visit.request, schema, bodyOptions, upload?.take))
      return await route.handle({ ...visit, body })
    } finally {
      upload?.leave()
    }
  }

  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1')
    app.on(route.method.toUpperCase(), path, async (c) => {
      c.set('route', route.path)
      const { holder, client } = route.open ? askerOf(c, anybody) : identify(c)
      if (route.budget === 'pictures') pictures.take(client)
      else if (!route.open) usual.take(client)
      const request = c.req.raw
      const query = route.query === undefined ? {} : check(route.query, c.req.query())
      const parameters = c.req.param() as Record<string, string>
      const answer = await handle(route, { ...settings, request, parameters, query, holder, client, decoding })
      return typeof answer === 'function' ? answer() : answer
    })
  }
  const methods = Map.groupBy(routes, ({ path }) => path)
  for (const [path, all] of methods) {
    const allowed = all.map(({ method }) => method.toUpperCase()).join(', ')
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (c) => {
      c.header('allow', allowed)
      throw new NeufError('method-refused', { method: c.req.method.slice(0, 20), allowed })
    })
  }
  app.notFound((c) => {
    const read = c.req.method === 'GET' || c.req.method === 'HEAD'
    const asset = read ? pageResponse(page ?? new Map(), c.req.path, c.req.raw.headers) : undefined
    if (asset !== undefined) {
      c.set('route', 'page')
      return asset
    }
    throw new NeufError('route-missing', { path: c.req.path.slice(0, 100).toWellFormed() })
  })
  app.onError((error, c) => {
    const told = publicFault(error)
    const requestId = c.get('id')
    if (told.unexpected) log(`request ${requestId}, ${c.get('route')}`, error)
    const { manners } = routes.find(({ manners }) => manners && c.req.path.startsWith(manners.under)) ?? {}
    const answer = manners?.refuse(told) ?? refusal(told, requestId)
    const headers = new Headers(c.res.headers)
    for (const [name, value] of answer.headers) headers.set(name, value)
    if (told.retryAfter !== undefined) headers.set('retry-after', String(told.retryAfter))
    return new Response(answer.body, { status: answer.status, headers })
  })
  return app
}

/** A fault as the native API tells it. */
function refusal({ fault, status }: ToldFault, requestId: string): Response {
  const headers = new Headers(fault.code === 'unauthorised' ? { 'www-authenticate': 'Bearer' } : {})
  return Response.json({ error: { ...fault, requestId } }, { status, headers })
}
