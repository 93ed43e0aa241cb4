/** Who is signed in, signing in and out: for pages; other programs send their token with every request. */
import type { Access } from './access.ts'
import { defineRoute, type Route } from './route.ts'
import { type SessionJson, sessionSchema } from './schemas.ts'
import { endedCookie, isSecure, sessionCookie, sessionHolder } from './session.ts'

const path = '/api/v1/session'
const answer = { says: 'Who is signed in.', types: { 'application/json': sessionSchema } }

export function sessionRoutes(access: Access): Route[] {
  const needed = access.tokens.size > 0
  return [
    defineRoute({
      method: 'get',
      path,
      name: 'readSession',
      summary: 'Whether this server wants a token, and who is signed in by a cookie.',
      open: true,
      answers: { 200: answer },
      async handle({ request }) {
        const holder = sessionHolder(request.headers, access, Date.now()) ?? null
        return Response.json({ needed, holder } satisfies SessionJson)
      },
    }),
    defineRoute({
      method: 'post',
      path,
      name: 'signIn',
      summary: 'Takes the token of the header authorization, and gives a cookie that stands for it.',
      answers: { 200: answer },
      async handle({ request, holder }) {
        const cookie = sessionCookie(holder, access, Date.now(), isSecure(request.headers))
        const json: SessionJson = { needed, holder: needed ? holder : null }
        return Response.json(json, cookie === undefined ? {} : { headers: { 'set-cookie': cookie } })
      },
    }),
    defineRoute({
      method: 'delete',
      path,
      name: 'signOut',
      summary: 'Takes the cookie away.',
      open: true,
      answers: { 204: { says: 'Signed out.' } },
      async handle({ request }) {
        return new Response(null, { status: 204, headers: { 'set-cookie': endedCookie(isSecure(request.headers)) } })
      },
    }),
  ]
}
