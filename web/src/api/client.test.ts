import { describe, expect, it } from 'vitest'
import { streamOf } from '../testing/streams.ts'
import { type ApiFault, createClient, faultFrom } from './client.ts'

type Asked = { readonly path: string; readonly headers: Headers; readonly init: RequestInit }

/** A client whose server answers as told, one answer after the other; `fail` is a connection that breaks. */
function clientOf(answers: readonly (Response | 'fail')[]) {
  const asked: Asked[] = []
  const waited: number[] = []
  const left = [...answers]
  const client = createClient({
    fetch: async (path, init = {}) => {
      asked.push({ path: String(path), headers: new Headers(init.headers), init })
      const answer = left.shift()
      if (answer === undefined || answer === 'fail') throw new TypeError('fetch failed')
      return answer
    },
    pause: async (milliseconds) => void waited.push(milliseconds),
  })
  return { client, asked, waited }
}

const stream = (...events: [id: number | undefined, kind: string][]) =>
  new Response(
    streamOf(events.map(([id, kind]) => `${id === undefined ? '' : `id: ${id}\n`}event: ${kind}\ndata: {}\n\n`)),
  )
const fault = (status: number, code: string, headers: HeadersInit = {}) =>
  Response.json({ error: { code, message: 'Words.' } }, { status, headers })

const watch = async (client: ReturnType<typeof clientOf>['client'], after?: string) => {
  const told: string[] = []
  const connection: boolean[] = []
  const options = { after, signal: new AbortController().signal, onConnection: (is: boolean) => connection.push(is) }
  for await (const { kind } of client.watch('x', options)) told.push(kind)
  return { told, connection }
}

describe('watching', () => {
  it('takes a stream up again after the last event that it had', async () => {
    const { client, asked, waited } = clientOf([
      stream([1, 'queued'], [2, 'started'], [undefined, 'progress']),
      'fail',
      fault(503, 'stopping'),
      new Response('nginx', { status: 502 }),
      stream([3, 'candidates'], [4, 'done'], [5, 'never read']),
    ])
    const { told, connection } = await watch(client)
    expect(told).toEqual(['queued', 'started', 'progress', 'candidates', 'done'])
    expect(asked.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '2', '2', '2', '2'])
    expect(connection).toEqual([true, false, false, false, false, true])
    expect(waited).toEqual([500, 1000, 2000, 4000])
  })

  it('begins where a reload left off, and ends where all was told', async () => {
    const { client, asked } = clientOf([new Response(null, { status: 204 })])
    expect((await watch(client, '9')).told).toEqual([])
    expect(asked[0]!.headers.get('last-event-id')).toBe('9')
    expect(asked[0]!.path).toBe('/api/v1/jobs/x/events')
  })

  it('begins anew where the server does not know the event', async () => {
    const { client, asked } = clientOf([fault(400, 'event-unknown'), stream([1, 'cancelled'])])
    expect((await watch(client, '9')).told).toEqual(['cancelled'])
    expect(asked[1]!.headers.get('last-event-id')).toBe(null)
  })

  it('does not go on for a job that is gone', async () => {
    const { client } = clientOf([stream([1, 'queued']), fault(404, 'job-missing')])
    await expect(watch(client)).rejects.toMatchObject({ fault: { code: 'job-missing' } })
  })

  it('stops when nobody watches any more', async () => {
    const stop = new AbortController()
    const { client, asked } = clientOf([stream([1, 'queued'])])
    for await (const _ of client.watch('x', { after: undefined, signal: stop.signal })) stop.abort()
    expect(asked).toHaveLength(1)
  })
})

describe('asking', () => {
  it('sends a token once, to sign in, and no more', async () => {
    const { client, asked } = clientOf([Response.json({ needed: true, holder: 'ann' }), Response.json({ models: [] })])
    expect(await client.signIn('secret')).toEqual({ needed: true, holder: 'ann' })
    await client.models()
    expect(asked.map(({ path, headers }) => [path, headers.get('authorization')])).toEqual([
      ['/api/v1/session', 'Bearer secret'],
      ['/api/v1/models', null],
    ])
  })

  it('takes a token that no header can carry for a wrong one, and asks nobody', async () => {
    const { client, asked } = clientOf([])
    await expect(client.signIn('sécrèt 🦊')).rejects.toMatchObject({ fault: { code: 'unauthorised' } })
    expect(asked).toEqual([])
  })

  it('tells of an end of the session, whatever was asked for, and of no other fault', async () => {
    let ends = 0
    const answers = [fault(401, 'unauthorised'), fault(403, 'host-only'), fault(401, 'unauthorised')]
    const client = createClient({ fetch: async () => answers.shift()!, onUnauthorised: () => void ends++ })
    await expect(client.shares('x')).rejects.toThrow('Words.')
    await expect(client.job('x')).rejects.toThrow('Words.')
    expect(ends).toBe(1)
    await expect(client.file('/x.png')).rejects.toThrow('Words.')
    expect(ends).toBe(2)
  })

  it('sends JSON', async () => {
    const { client, asked } = clientOf([Response.json({ id: 'x' }, { status: 202 })])
    expect(await client.draw({ prompt: 'a cat' })).toEqual({ id: 'x' })
    const [{ path, headers, init }] = asked as [Asked]
    expect([path, init.method, init.body]).toEqual(['/api/v1/jobs', 'POST', '{"prompt":"a cat"}'])
    expect(headers.get('content-type')).toBe('application/json')
  })

  it('looks through the gallery, and shares by the paths of the API', async () => {
    const empty = () => Response.json({ jobs: [], next: null })
    const answers = [empty(), empty(), new Response(null, { status: 204 }), Response.json({ id: 'x' })]
    const { client, asked } = clientOf(answers)
    await client.gallery({ search: ' ', favourites: false })
    await client.gallery({ search: ' é & b ', favourites: true, cursor: '1.x' })
    await client.revoke('j', 's/../t')
    await client.favour('j', 3, false)
    expect(asked.map(({ path, init }) => [init.method ?? 'GET', path])).toEqual([
      ['GET', '/api/v1/jobs?limit=12'],
      ['GET', '/api/v1/jobs?limit=12&search=%C3%A9+%26+b&favourites=true&cursor=1.x'],
      ['DELETE', '/api/v1/jobs/j/shares/s%2F..%2Ft'],
      ['DELETE', '/api/v1/jobs/j/favourites/3'],
    ])
  })

  it.each([
    [fault(429, 'queue-full', { 'retry-after': '40' }), { code: 'queue-full', message: 'Words.', seconds: 40 }],
    [new Response('<html>', { status: 502 }), { code: 'unreachable' }],
    [new Response('<html>', { status: 418 }), { code: 'unexpected' }],
    ['fail' as const, { code: 'unreachable' }],
  ])('says what went wrong', async (answer, expected) => {
    const { client } = clientOf([answer])
    const thrown: unknown = await client.models().catch((error: ApiFault) => error)
    expect(faultFrom(thrown)).toMatchObject(expected)
  })
})
