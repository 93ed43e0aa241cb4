import { describe, expect, it } from 'vitest'
import { createTestApp } from '../testing/app.ts'
import { type Access, readTokens } from './access.ts'
import { endedCookie, isSecure, sessionCookie, sessionHolder } from './session.ts'

const tokens = readTokens('ann=0123456789abcdef, bob=fedcba9876543210')
const now = Date.UTC(2026, 0, 1)
const day = 86_400_000
const given = sessionCookie('ann', { tokens }, now, false)!.split(';')[0]!

const holder = (cookie: string, headers: Record<string, string> = {}, at = now) =>
  sessionHolder(new Headers({ cookie, ...headers }), { tokens }, at)

describe('a session', () => {
  it('stands for a token for thirty days, and for no other holder', () => {
    expect(holder(given)).toBe('ann')
    expect(holder(`theme=dark; ${given}; other=1`)).toBe('ann')
    expect(holder(given, {}, now + 29 * day)).toBe('ann')
    expect(holder(given, {}, now + 30 * day)).toBe(undefined)
    expect(sessionCookie('eve', { tokens }, now, false)).toBe(undefined)
  })

  it('ends when the token is taken away or changed', () => {
    const headers = new Headers({ cookie: given })
    expect(sessionHolder(headers, { tokens: readTokens('bob=fedcba9876543210') }, now)).toBe(undefined)
    expect(sessionHolder(headers, { tokens: readTokens('ann=another-secret-0') }, now)).toBe(undefined)
    expect(sessionHolder(headers, { tokens: new Map() }, now)).toBe(undefined)
  })

  it('counts for the pages of this very server alone', () => {
    expect(holder(given, { 'sec-fetch-site': 'same-origin' })).toBe('ann')
    expect(holder(given, { 'sec-fetch-site': 'none' })).toBe('ann')
    expect(holder(given, { 'sec-fetch-site': 'same-site' })).toBe(undefined)
    expect(holder(given, { 'sec-fetch-site': 'cross-site' })).toBe(undefined)
  })

  const [name, value = ''] = given.split('=')
  const [who, until, mac = ''] = value.split('.')
  it.each([
    ['none', ''],
    ['another holder', `${name}=bob.${until}.${mac}`],
    ['a longer time', `${name}=${who}.${Number(until) + 1}.${mac}`],
    ['the same time written otherwise', `${name}=${who}.0${until}.${mac}`],
    ['another signature', `${name}=${who}.${until}.${mac.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`],
    ['a shorter signature', `${name}=${who}.${until}.${mac.slice(1)}`],
    ['no signature', `${name}=${who}.${until}.`],
    ['a token itself', `${name}=0123456789abcdef`],
    ['a long nothing', `${name}=${'a.'.repeat(100_000)}`],
  ])('is not %s', (what, cookie) => {
    // A number is one number, however it is written: what is signed is the number.
    expect(holder(cookie)).toBe(what === 'the same time written otherwise' ? 'ann' : undefined)
  })

  it('cannot be read by a script, nor sent by another site; over HTTPS by nothing else', () => {
    const cookie = sessionCookie('ann', { tokens }, now, true)!
    for (const cookieText of [cookie, endedCookie(true)]) {
      expect(cookieText).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
      expect(cookieText).toContain('; Path=/;')
    }
    expect(endedCookie(false)).toMatch(/^neuf-session=; .*Max-Age=0;.*SameSite=Strict$/)
    expect(isSecure(new Headers({ origin: 'https://neuf.example.org' }))).toBe(true)
    expect(isSecure(new Headers({ origin: 'http://127.0.0.1:8123' }))).toBe(false)
    expect(isSecure(new Headers())).toBe(false)
  })
})

/** An application that needs no engine room for what is asked here. */
function appWith(access: Access) {
  const app = createTestApp({ room: { models: [], jobs: {} } as never, access })
  return (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    app.request(path, { method, headers: { host: '127.0.0.1:8123', ...headers } }, {})
}

describe('signing in over HTTP', () => {
  const access: Access = { tokens, names: [], origins: ['https://pages.example.org'] }
  const own = { origin: 'http://127.0.0.1:8123', 'sec-fetch-site': 'same-origin' }
  const bearer = { authorization: 'Bearer 0123456789abcdef' }

  it('gives a cookie for a token, which then does instead of it, and takes it away', async () => {
    const ask = appWith(access)
    expect(await (await ask('/api/v1/session', 'GET', own)).json()).toEqual({ needed: true, holder: null })
    const signed = await ask('/api/v1/session', 'POST', { ...own, ...bearer })
    expect([signed.status, await signed.json()]).toEqual([200, { needed: true, holder: 'ann' }])
    const cookie = signed.headers.get('set-cookie')!.split(';')[0]!
    expect(cookie).not.toContain('0123456789abcdef')
    expect((await ask('/api/v1/models', 'GET', { ...own, cookie })).status).toBe(200)
    expect(await (await ask('/api/v1/session', 'GET', { ...own, cookie })).json()).toMatchObject({ holder: 'ann' })
    const ended = await ask('/api/v1/session', 'DELETE', { ...own, cookie })
    expect([ended.status, ended.headers.get('set-cookie')]).toEqual([204, endedCookie(false)])
  })

  it('takes bearer tokens as before, and a wrong one is wrong in spite of a cookie', async () => {
    const ask = appWith(access)
    expect((await ask('/api/v1/models', 'GET', bearer)).status).toBe(200)
    expect((await ask('/api/v1/models')).status).toBe(401)
    const cookie = sessionCookie('ann', access, Date.now(), false)!.split(';')[0]!
    expect((await ask('/api/v1/models', 'GET', { cookie, authorization: 'Bearer wrong' })).status).toBe(401)
  })

  it('does nothing for the page of another site, cookie or not', async () => {
    const ask = appWith(access)
    const cookie = sessionCookie('ann', access, Date.now(), false)!.split(';')[0]!
    for (const method of ['POST', 'DELETE']) {
      const other = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', cookie, ...bearer }
      const answer = await ask('/api/v1/session', method, other)
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
    }
    const allowed = { origin: 'https://pages.example.org', 'sec-fetch-site': 'cross-site', cookie }
    expect((await ask('/api/v1/models', 'GET', allowed)).status).toBe(401)
  })

  it('signs in from the public URL behind a proxy that names its own host, and from nowhere else', async () => {
    const page = { origin: 'https://neuf.example.org', 'sec-fetch-site': 'same-origin', ...bearer }
    const ask = appWith({ ...access, publicUrl: page.origin })
    const signed = await ask('/api/v1/session', 'POST', page)
    expect([signed.status, signed.headers.get('access-control-allow-origin')]).toEqual([200, null])
    expect(signed.headers.get('set-cookie')).toMatch(/; Secure$/)
    const cookie = signed.headers.get('set-cookie')!.split(';')[0]!
    const { authorization: _, ...later } = page
    expect((await ask('/api/v1/models', 'GET', { ...later, cookie })).status).toBe(200)
    expect((await appWith(access)('/api/v1/session', 'POST', page)).status).toBe(403)
  })

  it('lets nobody guess for long, but lets in who is signed in, and who only has not been yet', async () => {
    const ask = appWith(access)
    for (let i = 0; i < 30; i++) expect((await ask('/api/v1/models')).status).toBe(401)
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      statuses.push((await ask('/api/v1/session', 'POST', { ...own, authorization: `Bearer wrong-${i}` })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
    expect((await ask('/api/v1/session', 'POST', { ...own, ...bearer })).status).toBe(429)
    const cookie = sessionCookie('ann', access, Date.now(), false)!.split(';')[0]!
    expect((await ask('/api/v1/models', 'GET', { ...own, cookie })).status).toBe(200)
  })

  it('needs none where there are no tokens', async () => {
    const ask = appWith({ tokens: new Map(), names: [], origins: [] })
    expect(await (await ask('/api/v1/session')).json()).toEqual({ needed: false, holder: null })
    const signed = await ask('/api/v1/session', 'POST', own)
    expect([signed.status, signed.headers.get('set-cookie')]).toEqual([200, null])
  })
})

it('counts pictures apart from everything else', async () => {
  const ask = appWith({ tokens: new Map(), names: [], origins: [] })
  const statusesOf = async (path: string, times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, () => ask(path)))
    return new Set(answers.map(({ status }) => status))
  }
  // No such job: what counts is that it was asked for.
  expect(await statusesOf('/api/v1/jobs/x/pictures/1.png', 250)).toEqual(new Set([404]))
  expect(await statusesOf('/api/v1/models', 40)).toEqual(new Set([200]))
  expect((await statusesOf('/api/v1/jobs/x/pictures/1.png', 400)).has(429)).toBe(true)
  expect(await statusesOf('/api/v1/models', 10)).toEqual(new Set([200]))
  expect((await statusesOf('/api/v1/models', 300)).has(429)).toBe(true)
})
