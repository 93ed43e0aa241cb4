import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { type DownloadSettings, download } from './download.ts'
import { upstreamUrl } from './fetch.ts'
import { startUpstream, type Upstream } from './testing/upstream.ts'

let upstream: Upstream
let pauses: number[] = []
beforeEach(async () => {
  upstream = await startUpstream(['noto/1f600 cat'])
  pauses = []
})
afterEach(() => upstream.close())

const get = (change: Partial<DownloadSettings> = {}) => {
  const picture = upstream.pictures[0]!
  return download(upstreamUrl(picture, upstream.base), picture, {
    userAgent: 'neuf/test',
    signal: new AbortController().signal,
    pause: async (milliseconds) => pauses.push(milliseconds),
    ...change,
  })
}
const body = () => upstream.file(upstream.pictures[0]!)

it('fetches a file and says who asks', async () => {
  expect(Buffer.from(await get())).toEqual(body())
  expect([...upstream.agents]).toEqual(['neuf/test'])
})

it('takes a compressed answer, measured unpacked', async () => {
  upstream.answer('.svg', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body()))
    return true
  })
  expect(Buffer.from(await get())).toEqual(body())
  upstream.answer('.svg', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)))
    return true
  })
  await expect(get()).rejects.toMatchObject({ code: 'art-upstream-other' })
})

it('tries again what may pass, more and more slowly', async () => {
  upstream.answer('.svg', (_, response, times) => {
    if (times === 5) return undefined
    if (times === 1) response.destroy()
    else if (times === 2) response.writeHead(503).end()
    else if (times === 3) response.writeHead(200).end(body().subarray(0, 20))
    else
      response
        .writeHead(200, { 'content-length': body().length })
        .write(body().subarray(0, 20), () => response.destroy())
    return true
  })
  expect(Buffer.from(await get())).toEqual(body())
  expect(pauses).toEqual([500, 1000, 2000, 4000])
})

it('waits as long as it is asked to, within reason', async () => {
  let wait = '7'
  upstream.answer('.svg', (_, response, times) => {
    if (times % 2 === 0) return undefined
    response.writeHead(429, { 'retry-after': wait }).end()
    return true
  })
  await get()
  wait = new Date(Date.now() + 30_000).toUTCString()
  await get()
  expect(pauses[0]).toBe(7000)
  expect(pauses[1]).toBeGreaterThan(20_000)
  wait = '3600'
  await expect(get()).rejects.toMatchObject({
    code: 'art-unreachable',
    message: expect.stringMatching(/status 429 \(too many requests\) and wants to be asked again in 3600 s/),
  })
  expect(pauses).toHaveLength(2)
})

it('gives up after five attempts', async () => {
  upstream.answer('.svg', (_, response) => {
    response.writeHead(500).end()
    return true
  })
  await expect(get()).rejects.toMatchObject({ code: 'art-unreachable', message: expect.stringMatching(/status 500/) })
  expect(upstream.asked).toHaveLength(5)
})

it('gives up on what never answers, or drips', async () => {
  upstream.answer('.svg', (_, response) => {
    response.writeHead(200).write('<')
    return true
  })
  await expect(get({ patience: 30 })).rejects.toMatchObject({
    code: 'art-unreachable',
    message: expect.stringMatching(/no whole answer came within 0\.03 s/),
  })
})

it('says that there is nobody', async () => {
  await upstream.close()
  await expect(get()).rejects.toMatchObject({
    code: 'art-unreachable',
    message: expect.stringMatching(/refuses the connection\. What is there is kept/),
  })
  upstream = await startUpstream(['noto/1f600 cat'])
})

it('takes no other file, and does not ask for it again', async () => {
  const changed = Buffer.from(body())
  changed[40]! ^= 1
  for (const [answer, why] of [
    [changed, /its SHA-256 is [0-9a-f]{64} instead of [0-9a-f]{64}/],
    [Buffer.concat([body(), Buffer.from(' ')]), /more than its \d+ bytes/],
  ] as const) {
    upstream.asked.length = 0
    upstream.answer('.svg', (_, response) => {
      response.writeHead(200).end(answer)
      return true
    })
    await expect(get()).rejects.toMatchObject({ code: 'art-upstream-other', message: expect.stringMatching(why) })
    expect(upstream.asked).toHaveLength(1)
  }
})

it('ends an endless answer', async () => {
  let sent = 0
  let closed = false
  upstream.answer('.svg', (_, response) => {
    response.on('close', () => {
      closed = true
    })
    const more = () => {
      if (closed || sent > 50_000_000) return response.end()
      sent += 65536
      return response.write(Buffer.alloc(65536), more)
    }
    response.writeHead(200)
    more()
    return true
  })
  await expect(get()).rejects.toMatchObject({ code: 'art-upstream-other' })
  expect(sent).toBeLessThan(50_000_000)
})

it.each([
  [404, 'art-upstream-missing'],
  [403, 'art-upstream-missing'],
  [204, 'art-upstream-missing'],
])('names the file that status %i keeps back', async (status, code) => {
  upstream.answer('.svg', (_, response) => {
    response.writeHead(status).end()
    return true
  })
  await expect(get()).rejects.toMatchObject({ code, details: { status } })
  expect(upstream.asked).toHaveLength(1)
})

it('follows a redirect on its host, and none to another', async () => {
  let strangers = 0
  const stranger = createServer((_, response) => {
    strangers++
    response.end(body())
  })
  await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening))
  const elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/file.svg`
  let to = '/moved'
  upstream.answer('.svg', (_, response) => {
    response.writeHead(302, { location: to }).end()
    return true
  })
  upstream.answer('/moved', (_, response) => {
    response.end(body())
    return true
  })
  expect(Buffer.from(await get())).toEqual(body())
  for (const [where, why] of [
    [elsewhere, /leads to another server, http:\/\/127\.0\.0\.1:\d+\. /],
    ['file:///etc/passwd', /leads to another server/],
    ['http://[', /leads to no address/],
    ['round.svg', /leads on and on/],
  ] as const) {
    to = where
    await expect(get()).rejects.toMatchObject({ code: 'art-upstream-other', message: expect.stringMatching(why) })
  }
  expect(strangers).toBe(0)
  await new Promise((closed) => stranger.close(closed))
})

it('stops with the reason it is given, while it fetches and while it waits', async () => {
  const reason = new NeufError('cancelled', { what: 'test' })
  const stop = new AbortController()
  upstream.answer('.svg', () => {
    stop.abort(reason)
    return true
  })
  await expect(get({ signal: stop.signal })).rejects.toBe(reason)
  await expect(get({ signal: stop.signal })).rejects.toBe(reason)
  expect(upstream.asked).toHaveLength(1)
  upstream.answer('.svg', (_, response) => {
    response.writeHead(503, { 'retry-after': '50' }).end()
    setTimeout(() => late.abort(reason), 20)
    return true
  })
  const late = new AbortController()
  const picture = upstream.pictures[0]!
  const settings = { userAgent: 'neuf/test', signal: late.signal }
  await expect(download(upstreamUrl(picture, upstream.base), picture, settings)).rejects.toBe(reason)
})
