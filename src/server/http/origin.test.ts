import { expect, it } from 'vitest'
import { checkPublicUrl, originOf } from './origin.ts'

const came = (url: string, headers: Record<string, string> = {}) => ({ request: new Request(url, { headers }) })

it('is the public URL wherever there is one, whatever a request says', () => {
  const publicUrl = checkPublicUrl('https://Neuf.example.org/')
  expect(publicUrl).toBe('https://neuf.example.org')
  const call = came('http://127.0.0.1:8123/v1/models', { 'x-forwarded-proto': 'http' })
  expect(originOf({ ...call, publicUrl })).toBe('https://neuf.example.org')
})

it('is else where the request came to, by TLS where a proxy says so, and by nothing else', () => {
  const origin = (proto?: string) =>
    originOf({
      ...came('http://localhost:8123/a?b', proto === undefined ? {} : { 'x-forwarded-proto': proto }),
      publicUrl: undefined,
    })
  expect(origin()).toBe('http://localhost:8123')
  expect(origin('https')).toBe('https://localhost:8123')
  for (const proto of ['http', 'javascript', 'https://evil.example.org/', 'HTTPS, http']) {
    expect(origin(proto)).toBe('http://localhost:8123')
  }
})
