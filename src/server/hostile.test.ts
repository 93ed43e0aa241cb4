/** Whatever is sent: an answer in the API's own shape, never a fault of the server's, never silence. */
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorSchema } from './http/schemas.ts'
import type { RunningServer } from './server.ts'
import { makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { jsonOf, post, startTestServer } from './testing/server.ts'

let place: TestFolder
let server: RunningServer
let jobsUrl: string
const logged: string[] = []
const token = 'a-token-of-the-tests'
const authorization = `Bearer ${token}`

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startTestServer(place, {
    draw: false,
    policy: { level: 'strict', block: { coarse: ['zorglub'] } },
    environment: { NEUF_TOKEN: `ann=${token}` },
    origins: ['https://pages.example.org'],
    apis: ['openai'],
    log: (what, error) => logged.push(`${what}: ${error}`),
  })
  jobsUrl = `${server.url}/api/v1/jobs`
}, 180_000)
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

const codeOf = async (response: Response) => [response.status, (await jsonOf(response)).error.code]
/** These are more requests than a client may send so fast: it waits as it is told to. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await ask()
    if (response.status !== 429) return response
    await response.body?.cancel()
    await wait(1000 * Number(response.headers.get('retry-after')))
  }
}
const order = (body: unknown, headers: Record<string, string> = {}) =>
  patiently(() => post(jobsUrl, body, { authorization, ...headers }))
const get = (url: string, method = 'GET') => patiently(() => fetch(url, { method, headers: { authorization } }))

describe('bad orders', () => {
  it.each([
    ['no JSON', '{"prompt":', 400, 'body-malformed'],
    ['nothing', '', 400, 'body-malformed'],
    ['no object', '"a cat"', 400, 'body-malformed'],
    ['null', 'null', 400, 'body-malformed'],
    ['a list', '[]', 400, 'body-malformed'],
    ['very deep JSON', '['.repeat(30_000), 400, 'body-malformed'],
    ['no prompt', {}, 400, 'body-malformed'],
    ['a number for a prompt', { prompt: 7 }, 400, 'body-malformed'],
    ['a field nobody knows', { prompt: 'a cat', steps: 20 }, 400, 'body-malformed'],
    ['a prototype', '{"prompt":"a cat","__proto__":{"count":1}}', 400, 'body-malformed'],
    ['a count in words', { prompt: 'a cat', count: 'nine' }, 400, 'body-malformed'],
    ['half a candidate', { prompt: 'a cat', candidates: 1.5 }, 400, 'body-malformed'],
    ['a seed that is not exact', '{"prompt":"a cat","seed":9007199254740993}', 400, 'body-malformed'],
    ['infinity', '{"prompt":"a cat","sampling":{"temperature":1e999}}', 400, 'body-malformed'],
    ['fewer candidates than pictures', { prompt: 'a cat', count: 9, candidates: 3 }, 400, 'option-value'],
    ['an empty prompt', { prompt: ' \n ' }, 400, 'prompt-empty'],
    ['only invisible marks', { prompt: '\u200b\u200d\ufeff' }, 400, 'prompt-empty'],
    ['a control character', { prompt: 'a\u0000cat' }, 400, 'prompt-control-characters'],
    ['an escape sequence', { prompt: 'a \u001b[31mcat' }, 400, 'prompt-control-characters'],
    ["a word of the host's list", { prompt: 'a ZORGLUB made of cheese' }, 422, 'prompt-refused'],
    ['a long prompt', { prompt: 'a '.repeat(600) }, 413, 'prompt-too-long'],
    ['a very long prompt', { prompt: 'a'.repeat(5000) }, 413, 'prompt-too-long'],
    ['a large body', { prompt: 'a cat', sampling: 'x'.repeat(100_000) }, 413, 'body-too-large'],
    ['a model there is none of', { prompt: 'a cat', model: '../../etc/passwd' }, 400, 'option-value'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await codeOf(await order(body))).toEqual([status, code])
  })

  it.each([
    [{ 'content-type': 'text/plain' }, 415, 'media-type'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 415, 'media-type'],
    [{ 'content-encoding': 'gzip' }, 415, 'media-type'],
    [{ accept: 'text/html' }, 406, 'not-acceptable'],
    [{ 'idempotency-key': 'with space' }, 400, 'body-malformed'],
    [{ 'idempotency-key': 'x'.repeat(201) }, 400, 'body-malformed'],
    [{ origin: 'https://evil.example' }, 403, 'origin-refused'],
    [{ authorization: 'Bearer wrong' }, 401, 'unauthorised'],
  ])('refuses what comes with %j', async (headers, status, code) => {
    const response = await order({ prompt: 'a cat' }, headers as unknown as Record<string, string>)
    expect(await codeOf(response)).toEqual([status, code])
  })

  it('refuses what is no text', async () => {
    const headers = { authorization, 'content-type': 'application/json' }
    const response = await fetch(jobsUrl, { method: 'POST', headers, body: Uint8Array.of(0x22, 0xff, 0xfe, 0x22) })
    expect(await codeOf(response)).toEqual([400, 'body-malformed'])
  })

  it('takes prompts of every script, and gives them back as they came', async () => {
    const prompts = [
      'un château à Noël',
      'красный кенгуру',
      '红色的袋鼠',
      'كنغر أحمر',
      'लाल कंगारू',
      '🦘🧀👨‍👩‍👧‍👦',
      'a\tb\nc',
      '"; drop table jobs; --',
      '{{7*7}} %s %n <script>alert(1)</script>',
      'e\u0301\u0323',
    ]
    for (const prompt of prompts) {
      const response = await order({ prompt, candidates: 1 })
      expect(await response.json()).toMatchObject({ prompt })
    }
    const halved = await jsonOf(await order('{"prompt":"half \\ud83d of one","candidates":1}'))
    expect(halved.prompt).toBe('half \ufffd of one')
  })
})

describe('what is not there', () => {
  const id = '00000000-0000-4000-8000-000000000000'
  it.each([
    ['GET', `/api/v1/jobs/${id}`, 404, 'job-missing'],
    ['GET', '/api/v1/jobs/x', 404, 'job-missing'],
    ['GET', '/api/v1/jobs/%00', 404, 'job-missing'],
    ['GET', '/api/v1/jobs/%ff', 404, 'job-missing'],
    ['GET', `/api/v1/jobs/${id}/events`, 404, 'job-missing'],
    ['GET', `/api/v1/jobs/${id}/sheet.png`, 404, 'job-missing'],
    ['GET', `/api/v1/jobs/${id}/pictures/0.png`, 404, 'job-missing'],
    ['GET', `/api/v1/jobs/..%2f..%2fetc%2fpasswd/pictures/0.png`, 404, 'job-missing'],
    ['POST', `/api/v1/jobs/${id}/cancel`, 404, 'job-missing'],
    ['DELETE', `/api/v1/jobs/${id}`, 404, 'job-missing'],
    ['PUT', `/api/v1/jobs/${id}`, 405, 'method-refused'],
    ['OPTIONS', '/api/v1/jobs', 405, 'method-refused'],
    ['GET', '/api/v1/jobs?limit=0', 400, 'body-malformed'],
    ['GET', '/api/v1/jobs?before=x', 400, 'body-malformed'],
    ['GET', '/api/v1/jobs?surprise=1', 400, 'body-malformed'],
    ['GET', '/nothing', 404, 'route-missing'],
    ['GET', '/.env', 404, 'route-missing'],
    ['POST', '/healthz', 405, 'method-refused'],
    // Of the further APIs this server has one, which tells its faults in its own way.
    ['GET', '/sdapi/v1/options', 404, 'route-missing'],
    ['GET', '/v1/nothing', 404, 'unknown_url'],
    ['GET', '/v1/models/nobody', 404, 'model_not_found'],
    ['DELETE', '/v1/models', 405, 'method_not_allowed'],
  ])('answers %s %s', async (method, path, status, code) => {
    const response = await get(server.url + path, method)
    expect(await codeOf(response)).toEqual([status, code])
  })

  it('has pictures under their own names alone', async () => {
    const job = await jsonOf(await order({ prompt: 'a cat', candidates: 3 }))
    for (const name of [
      '-1.png',
      '01.png',
      '1',
      '1.PNG',
      '1.png.png',
      '..%2fsheet.png',
      '9999999.png',
      '7.png',
      '0.png',
    ]) {
      const response = await get(`${jobsUrl}/${job.id}/pictures/${name}`)
      expect(await codeOf(response)).toEqual([404, 'picture-missing'])
    }
  })
})

describe('every answer', () => {
  it('carries what keeps browsers safe, and an id', async () => {
    for (const path of ['/healthz', '/nowhere', '/api/v1/jobs']) {
      const { headers } = await fetch(server.url + path)
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers.get('access-control-allow-origin')).toBe(null)
      expect(headers.get('server')).toBe(null)
    }
    const refused = await fetch(jobsUrl)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  it('lets pages of an allowed origin in, and no others', async () => {
    const origin = 'https://pages.example.org'
    const asked = { origin, 'access-control-request-headers': 'authorization', 'access-control-request-method': 'POST' }
    const preflight = await fetch(jobsUrl, { method: 'OPTIONS', headers: asked })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization')
    const answered = await order({ prompt: 'a cat' }, { origin })
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([202, origin])
    expect((await fetch(jobsUrl, { method: 'OPTIONS', headers: { ...asked, origin: 'null' } })).status).toBe(403)
  })

  it('refuses a name that somebody else points here', async () => {
    const { port } = new URL(server.url)
    const answer = await raw(Number(port), `GET /healthz HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 403 /)
    expect(answer).toContain('host-refused')
  })

  it.each([
    ['a Host that is none', 'GET /healthz HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n', 400],
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['a head that is too long', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('has the same shape for %s', async (_, request, status) => {
    const answer = await raw(Number(new URL(server.url).port), request)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im)
    expect(errorSchema.parse(JSON.parse(/\{.*\}/s.exec(answer)![0])).error.code).toBe('body-malformed')
  })

  it('says that it is not ready while nobody draws', async () => {
    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, missing: ['worker'] }])
  })
})

describe('anything at all', () => {
  it('gets an answer of the right shape', async () => {
    const { port } = new URL(server.url)
    const paths = [
      '/api/v1/jobs',
      '/api/v1/jobs/x/more',
      '/api/v1/jobs/x/cancel',
      '/api/v1/models',
      '/v1/images/generations',
      '/v1/images/edits',
      '/v1/models/x',
      '/metrics',
      '/readyz',
    ]
    for (let i = 0; i < 150; i++) {
      const pick = chooser(`fuzz ${i}`)
      const method = pick(['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'BREW'])
      const body = pick([
        '',
        '{',
        '{"prompt":"a cat"}',
        '{"candidates":-1}',
        '\0\0',
        'prompt=a+cat&count=%ff',
        'x'.repeat(pick([1, 70_000])),
      ])
      const headers = [
        `host: ${pick(['127.0.0.1', 'localhost', 'evil.example', '', '\x7f', '['])}`,
        pick([`authorization: ${authorization}`, 'authorization: Bearer', 'x-nothing: 1']),
        `content-type: ${pick(['application/json', 'application/json; charset=\xff', 'text/plain', '', 'a'.repeat(3000)])}`,
        `accept: ${pick(['*/*', 'image/png;q=x', ',,,', 'text/event-stream;q=2', 'application/json'])}`,
        `last-event-id: ${pick(['0', '-1', 'NaN', '9'.repeat(100)])}`,
        `content-length: ${pick([body.length, 0, body.length + 5])}`,
        pick(['origin: null', 'origin: http://127.0.0.1', 'x-forwarded-for: 1.2.3.4', `cookie: ${'c'.repeat(9000)}`]),
      ]
      const path = pick(paths) + pick(['', '?', '?limit=1e9', '/%2e%2e', '%', '//', '?a=%E0%A4%A'])
      const answer = await raw(
        Number(port),
        `${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`,
      )
      // What is no HTTP has no id; what breaks off in the middle gets no answer.
      if (answer === '' || !/^x-request-id:/im.test(answer)) continue
      const status = Number(/^HTTP\/1.1 (\d+)/.exec(answer)![1])
      expect(status, answer.slice(0, 300)).toSatisfy((s: number) => s < 500 || s === 503)
      const text = answer.slice(answer.indexOf('\r\n\r\n') + 4)
      if (status >= 400 && status !== 503 && method !== 'HEAD') {
        errorSchema.parse(JSON.parse(/\{.*\}/s.exec(text)![0]))
      }
      expect(text).not.toContain(place.folder)
    }
    expect(logged).toEqual([])
  })

  it('is answered 429 when it comes too fast, with the time to wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => fetch(jobsUrl, { headers: { authorization: 'Bearer x' } })),
    )
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })
})

/** Sends bytes as they are, and returns what comes until the other side closes or is silent. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(text, 'latin1')))
    socket.setTimeout(10_000, () => socket.destroy())
    socket.on('data', (piece) => {
      answer += piece.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

/** Choices that are the same each time for the same seed. */
function chooser(seed: string) {
  let hash = createHash('sha256').update(seed).digest()
  let at = 0
  return <T>(choices: readonly T[]): T => {
    if (at === 32) {
      hash = createHash('sha256').update(hash).digest()
      at = 0
    }
    return choices[hash[at++]! % choices.length]!
  }
}
