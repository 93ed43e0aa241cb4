import { afterEach, expect, it, vi } from 'vitest'
import { createTestApp } from '../testing/app.ts'
import { openAiRoutes } from './routes.ts'

afterEach(() => void vi.useRealTimers())

it('gives pictures to whoever has no token, but not any number of them', async () => {
  const app = createTestApp({ room: { models: [], jobs: {} } as never, routes: openAiRoutes() })
  const ask = (path: string) => app.request(path, { headers: { host: '127.0.0.1:8123' } }, {})
  const file = '/v1/images/files/00000000-0000-4000-8000-000000000000/0.png'
  // No time goes by, so nothing is filled up again.
  vi.useFakeTimers({ toFake: ['performance'] })
  let asked = 0
  let refused: Response
  do {
    refused = await ask(file)
    asked++
  } while (refused.status === 404 && asked < 1000)
  expect([asked, refused.status]).toEqual([301, 429])
  expect(await refused.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } })
  expect(refused.headers.get('retry-after')).toBe('1')
}, 60_000)
