import { expect, it } from 'vitest'
import { automatic1111Routes } from '../automatic1111/routes.ts'
import { errorSchema as automatic1111Error } from '../automatic1111/schemas.ts'
import { openAiRoutes } from '../openai/routes.ts'
import { errorSchema as openAiError } from '../openai/schemas.ts'
import { createTestApp } from '../testing/app.ts'
import { createUploads } from './uploads.ts'

it('lets in what there is room for, by what a request says of its length', () => {
  const uploads = createUploads(400)
  const request = (length?: string) =>
    new Request('http://127.0.0.1/', length === undefined ? {} : { headers: { 'content-length': length } })
  const leave = uploads.enter(request('60'), 80)
  expect(() => uploads.enter(request('41'), 80)).toThrow(/Too many requests/)
  const last = uploads.enter(request('40'), 80)
  last()
  // Twice is once.
  last()
  // Of one that says nothing, or nonsense, or more than is read, the most is taken.
  for (const length of [undefined, '-1', '1e9', '999']) expect(() => uploads.enter(request(length), 50)).toThrow()
  leave()
  for (const length of [undefined, '-1', '1e9', '999']) uploads.enter(request(length), 100)()
  uploads.enter(request('100'), 100)
  expect(() => uploads.enter(request('1'), 100)).toThrow()
})

it('refuses, of many uploads at once, those that there is no room for, each API in its own shape', async () => {
  const app = createTestApp({
    room: { models: [] } as never,
    access: { tokens: new Map(), names: [], origins: [] },
    routes: [...openAiRoutes(), ...automatic1111Routes()],
  })
  const headers = { host: '127.0.0.1' }
  const edit = { path: '/v1/images/edits', type: 'multipart/form-data; boundary=x', megabytes: 20 }
  const redraw = { path: '/sdapi/v1/img2img', type: 'application/json', megabytes: 16 }
  const bodies: ReadableStreamDefaultController[] = []
  /** Says how much it will send, and sends nothing yet. */
  const begin = ({ path, type, megabytes }: typeof edit) =>
    app.request(
      path,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': type, 'content-length': String(megabytes * 2 ** 20) },
        body: new ReadableStream({ start: (controller) => void bodies.push(controller) }),
        duplex: 'half',
      } as RequestInit,
      {},
    )
  const under: ReturnType<typeof begin>[] = []
  const told: Response[] = []
  // Half a gigabyte, each body four times: there is room for these, and not for as many more as a crowd likes to try.
  for (const one of [edit, edit, edit, redraw, redraw, redraw, redraw]) under.push(begin(one))
  for (let i = 0; i < 20; i++) told.push(await begin(edit), await begin(redraw))
  for (const [i, response] of told.entries()) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '5'])
    if (i % 2 === 1) automatic1111Error.parse(await response.json())
    else expect(openAiError.parse(await response.json()).error).toMatchObject({ code: 'rate_limit_exceeded' })
  }
  const small = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } }
  expect((await app.request('/sdapi/v1/txt2img', { ...small, body: '{"prompt":7}' }, {})).status).toBe(422)
  // Those who vanish make room.
  for (const body of bodies) body.error(new Error('gone'))
  for (const response of await Promise.all(under)) expect([400, 422]).toContain(response.status)
  const later = begin(edit)
  bodies.at(-1)!.close()
  expect((await later).status).toBe(400)
})
