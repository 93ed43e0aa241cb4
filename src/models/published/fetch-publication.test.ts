import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NeufError } from '../../errors/errors.ts'
import { partialOf, placeIn } from './fetch-file.ts'
import { fetchPublication, listPublication, missingBytes } from './fetch-publication.ts'
import type { HubSettings } from './hub.ts'
import { type HubServer, noise, startHub } from './testing/hub-server.ts'

let server: HubServer
let folder = ''
let pauses: number[] = []
beforeEach(async () => {
  server = await startHub()
  object = objects + server.publication.files[1]!.sha256
  folder = mkdtempSync(join(tmpdir(), 'neuf-published-'))
  pauses = []
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const settings = (change: Partial<HubSettings> = {}, signal = new AbortController().signal) => ({
  hub: {
    base: server.base,
    userAgent: 'neuf/test',
    pause: async (milliseconds: number) => pauses.push(milliseconds),
    ...change,
  },
  folder,
  signal,
})
const pull = async (change: Partial<HubSettings> = {}, signal?: AbortSignal) => {
  const all = settings(change, signal)
  return fetchPublication(await listPublication(server.publication, all), all)
}
const place = (path: string) => placeIn(folder, server.publication.files.find((file) => file.path === path)!)
const weights = 'flax_model.msgpack'
/** Compared at once: byte by byte takes a test seconds. */
const isWhole = (path: string) => server.content(path).equals(readFileSync(place(path)))
/** On the other server. */
const objects = '/objects/'
let object = ''
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
const whole = ['.listing.json', '.listing.json', 'all.txt', 'config.json', 'config.json', weights, 'vocab.json'].sort()

/** Does something once so much of the weights is on the disk, however busy the machine is. */
function onArrival(bytes: number, then: () => void): void {
  const timer = setInterval(() => {
    if (statSync(partialOf(place(weights)), { throwIfNoEntry: false })?.size !== bytes) return
    clearInterval(timer)
    then()
  }, 5)
}

describe('what is fetched', () => {
  it('is every file at its commit, held to the hash that is known or listed', async () => {
    const located = await pull()
    for (const { at, path, bytes } of located) {
      expect(statSync(at).size).toBe(bytes)
      if (path !== 'config.json') expect(server.content(path).equals(readFileSync(at))).toBe(true)
    }
    expect(located.map(({ path, checked }) => [path, checked])).toEqual([
      ['config.json', 'listed'],
      [weights, 'known'],
      ['vocab.json', 'listed'],
      ['words/all.txt', 'listed'],
      ['config.json', 'listed'],
    ])
    expect(files()).toEqual(whole)
    expect(new Set(server.asked.map(({ agent, encoding }) => `${agent} ${encoding}`))).toEqual(
      new Set(['neuf/test identity']),
    )
    expect(server.asked.filter(({ path }) => path.includes('paths-info'))).toHaveLength(2)
  })

  it('needs no server where all is there', async () => {
    await pull()
    server.asked.length = 0
    const all = settings()
    const wanted = await listPublication(server.publication, all)
    expect(await missingBytes(wanted)).toBe(0)
    await fetchPublication(wanted, all)
    expect(server.asked).toEqual([])
  })

  it('is fetched again where it was damaged on the disk', async () => {
    await pull()
    const spoilt = Buffer.from(server.content(weights))
    spoilt[1000]! ^= 1
    writeFileSync(place(weights), spoilt)
    writeFileSync(place('vocab.json'), 'short')
    server.asked.length = 0
    await pull()
    expect(isWhole(weights)).toBe(true)
    expect(server.asked.filter(({ at }) => at === 'hub').map(({ path }) => path.split('/').at(-1))).toEqual([
      weights,
      'vocab.json',
    ])
  })

  it('counts its bytes, those of wrong ones taken back', async () => {
    server.answer(object, (request, response, times) => {
      if (times > 1) return false
      server.send(request, response, server.content(weights).subarray(0, 100_000))
      return true
    })
    const seen: number[] = []
    const all = settings()
    const wanted = await listPublication(server.publication, all)
    const total = wanted.reduce((sum, { expected }) => sum + expected.bytes, 0)
    expect(await missingBytes(wanted)).toBe(total)
    await fetchPublication(wanted, all, (bytes) => seen.push(bytes))
    expect(seen.at(-1)).toBe(total)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })
})

describe('a token', () => {
  it('goes to the hub and to no other server', async () => {
    await pull({ token: 'hf_secret' })
    expect(server.asked.some(({ at }) => at === 'storage')).toBe(true)
    for (const { at, authorization } of server.asked) {
      expect(authorization).toBe(at === 'hub' ? 'Bearer hf_secret' : undefined)
    }
  })

  it('is not sent where nobody set one', async () => {
    await pull()
    expect(server.asked.map(({ authorization }) => authorization).filter((sent) => sent !== undefined)).toEqual([])
  })
})

describe('a broken download', () => {
  it('goes on where it broke off, wherever that is', async () => {
    const content = server.content(weights)
    // Cut off at places of no particular kind, one of them before the first byte.
    const cuts = [0, 1, 70_001, 70_002, 123_456, 299_999]
    server.answer(object, (request, response, times) => {
      const at = cuts[times - 1]
      if (at === undefined) return false
      const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const status = from === 0 ? 200 : 206
      const headers = { 'content-length': content.length - from }
      response.writeHead(status, {
        ...headers,
        'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
      })
      response.write(content.subarray(from, Math.max(from, at)), () => setTimeout(() => response.destroy(), 20))
      return true
    })
    await pull()
    expect(isWhole(weights)).toBe(true)
    const starts = server.asked
      .filter(({ at, path }) => at === 'storage' && path === object)
      .map(({ range }) => Number(/^bytes=(\d+)-299999$/.exec(range ?? 'bytes=0-299999')![1]))
    expect(starts).toHaveLength(cuts.length + 1)
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
    // The last bytes before a cut may be lost on the way; never does it begin anew.
    expect(starts.at(-1)).toBeGreaterThan(70_000)
    for (const [i, cut] of cuts.entries()) expect(starts[i + 1]).toBeLessThanOrEqual(cut)
  })

  it('goes on after a stop, in the next call', async () => {
    const stop = new AbortController()
    const reason = new NeufError('cancelled', { what: 'as you asked' })
    server.answer(object, (_, response) => {
      response.writeHead(200, { 'content-length': 300_000 })
      response.write(server.content(weights).subarray(0, 90_000))
      onArrival(90_000, () => stop.abort(reason))
      return true
    })
    await expect(pull({}, stop.signal)).rejects.toBe(reason)
    const partial = statSync(partialOf(place(weights))).size
    expect(partial).toBe(90_000)
    expect(existsSync(place(weights))).toBe(false)
    expect(files().filter((name) => name.startsWith('.fetching'))).toEqual([])
    server.answer(object, () => false)
    server.asked.length = 0
    await pull()
    expect(server.asked.find(({ at }) => at === 'storage')?.range).toBe('bytes=90000-299999')
    expect(isWhole(weights)).toBe(true)
    expect(files()).toEqual(whole)
  })

  it('goes on at a server that ignores the range and sends everything', async () => {
    mkdirSync(join(place(weights), '..'), { recursive: true })
    writeFileSync(partialOf(place(weights)), server.content(weights).subarray(0, 123_457))
    server.answer(object, (request, response) => {
      delete request.headers.range
      server.send(request, response, server.content(weights))
      return true
    })
    await pull()
    expect(server.asked.find(({ at }) => at === 'storage')?.range).toBe('bytes=123457-299999')
    expect(isWhole(weights)).toBe(true)
  })

  it('takes a partial that is whole, and leaves one that is too long', async () => {
    mkdirSync(join(place(weights), '..'), { recursive: true })
    writeFileSync(partialOf(place(weights)), server.content(weights))
    mkdirSync(join(place('words/all.txt'), '..'), { recursive: true })
    writeFileSync(partialOf(place('words/all.txt')), Buffer.alloc(60_000))
    await pull()
    expect(server.asked.filter(({ at }) => at === 'storage').map(({ range }) => range)).toEqual([undefined])
    expect(isWhole(weights)).toBe(true)
    expect(isWhole('words/all.txt')).toBe(true)
  })

  it('tries again after 500, 503 and 429, as late as it is asked to', async () => {
    server.answer(object, (_, response, times) => {
      if (times > 3) return false
      response.writeHead([500, 503, 429][times - 1]!, times === 3 ? { 'retry-after': '7' } : {}).end()
      return true
    })
    await pull()
    expect(pauses.slice(0, 3)).toEqual([500, 1000, 7000])
    expect(isWhole(weights)).toBe(true)
  })

  it('gives up after five attempts that bring nothing, and keeps what came', async () => {
    server.answer(object, (request, response, times) => {
      if (times === 1) {
        response.writeHead(200, { 'content-length': 300_000 })
        response.write(server.content(weights).subarray(0, 90_000))
        onArrival(90_000, () => response.destroy())
      } else if (request.headers.range === 'bytes=90000-299999') response.writeHead(502).end()
      return true
    })
    await expect(pull()).rejects.toMatchObject({
      code: 'hub-unreachable',
      message: expect.stringMatching(/status 502\. What is there is kept/),
    })
    expect(statSync(partialOf(place(weights))).size).toBe(90_000)
    expect(pauses).toEqual([500, 1000, 2000, 4000])
  })

  it('does not wait for an hour, nor for what never comes', async () => {
    server.answer(object, (_, response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end()
      return true
    })
    await expect(pull()).rejects.toMatchObject({
      code: 'hub-unreachable',
      message: expect.stringMatching(/asked again in 3600 s/),
    })
    server.answer(object, (_, response) => {
      response.writeHead(200, { 'content-length': 300_000 }).flushHeaders()
      return true
    })
    await expect(pull({ patience: 40 })).rejects.toMatchObject({
      code: 'hub-unreachable',
      message: expect.stringMatching(/nothing came for 0\.04 s/),
    })
  })
})

describe('what is not the published file', () => {
  it('is removed, and told of', async () => {
    const spoilt = Buffer.from(server.content(weights))
    spoilt[299_999]! ^= 1
    server.answer(object, (request, response) => {
      server.send(request, response, spoilt)
      return true
    })
    await expect(pull()).rejects.toMatchObject({
      code: 'published-file-other',
      message: expect.stringMatching(/its SHA-256 is [0-9a-f]{64} instead of [0-9a-f]{64}\. What came was removed/),
    })
    expect(existsSync(partialOf(place(weights)))).toBe(false)
    expect(existsSync(place(weights))).toBe(false)
    expect(server.asked.filter(({ at }) => at === 'storage')).toHaveLength(1)
  })

  it('is found out where its beginning was wrong on the disk, and comes anew in the next call', async () => {
    mkdirSync(join(place(weights), '..'), { recursive: true })
    writeFileSync(partialOf(place(weights)), noise(1000, 9))
    await expect(pull()).rejects.toMatchObject({ code: 'published-file-other' })
    await pull()
    expect(isWhole(weights)).toBe(true)
  })

  it('ends where it goes on too long, and where a small file has another git id', async () => {
    server.answer('vocab.json', (request, response) => {
      server.send(request, response, Buffer.from('{"é": 2}'))
      return true
    })
    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/its git id is [0-9a-f]{40} instead of/),
    })
    server.answer('vocab.json', (_, response) => {
      response.end(Buffer.alloc(5_000_000))
      return true
    })
    await expect(pull()).rejects.toMatchObject({ message: expect.stringMatching(/it goes on after its 9 bytes/) })
    expect(existsSync(partialOf(place('vocab.json')))).toBe(false)
  })

  it('is not even begun where the hub lists another one', async () => {
    server.list(weights, {
      type: 'file',
      path: weights,
      size: 5,
      oid: 'f'.repeat(40),
      lfs: { oid: 'a'.repeat(64), size: 5 },
    })
    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/the hub lists the SHA-256 a{64} instead of/),
    })
    expect(server.asked.every(({ path }) => path.includes('paths-info'))).toBe(true)
  })
})

describe('what cannot be had', () => {
  it.each([
    ['vocab.json', 404, 'hub-missing', /There is no http.*vocab\.json to be had \(status 404\)/],
    ['vocab.json', 401, 'hub-refused', /status 401\)\. It may be gone, or need a token: set HF_TOKEN/],
    ['vocab.json', 403, 'hub-refused', /status 403/],
    ['paths-info', 404, 'hub-missing', /paths-info/],
    ['paths-info', 401, 'hub-refused', /paths-info/],
    ['paths-info', 500, 'hub-unreachable', /status 500/],
    [objects, 404, 'hub-missing', /flax_model\.msgpack/],
    [objects, 416, 'hub-strange', /shorter there than it is listed/],
  ] as const)('%s with status %i is one clear line', async (part, status, code, words) => {
    server.answer(part, (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"error": "no"}')
      return true
    })
    await expect(pull()).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
  })

  it('a token that is not enough is named, never shown', async () => {
    server.answer('vocab.json', (_, response) => {
      response.writeHead(403).end()
      return true
    })
    const error = await pull({ token: 'hf_secret' }).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ message: expect.stringMatching(/The token in HF_TOKEN does not allow it/) })
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain('hf_secret')
  })

  it('a file that is not listed, and a list that is none', async () => {
    server.list('vocab.json', null)
    await expect(pull()).rejects.toMatchObject({ code: 'hub-missing', message: expect.stringMatching(/vocab\.json/) })
    for (const body of ['<html>', '{}', '[{"path":"vocab.json"}]', '[null]', '"x"']) {
      server.answer('paths-info', (_, response) => {
        response.writeHead(200).end(body)
        return true
      })
      await expect(pull(), body).rejects.toMatchObject({ code: expect.stringMatching(/^hub-(strange|missing)$/) })
    }
  })

  it('redirects in a circle, to nowhere, to a stranger', async () => {
    let to = ''
    server.answer(objects, (_, response) => {
      response.writeHead(302, { location: to }).end()
      return true
    })
    for (const [where, why] of [
      [`${server.storage.href}objects/round`, /leads on and on, over 10 times/],
      ['http://[', /leads to no address/],
      ['http://192.0.2.1/x', /leads to http:\/\/192\.0\.2\.1, which is not to be trusted/],
      ['file:///etc/passwd', /which is not to be trusted/],
    ] as const) {
      to = where
      await expect(pull()).rejects.toMatchObject({ code: 'hub-strange', message: expect.stringMatching(why) })
    }
    expect(pauses).toEqual([])
  })

  it('a server that sends another part than it was asked for', async () => {
    mkdirSync(join(place(weights), '..'), { recursive: true })
    writeFileSync(partialOf(place(weights)), server.content(weights).subarray(0, 500))
    server.answer(object, (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-299999/300000' }).end(server.content(weights))
      return true
    })
    await expect(pull()).rejects.toMatchObject({
      message: expect.stringMatching(/sends from byte 0 on instead of 500/),
    })
    expect(statSync(partialOf(place(weights))).size).toBe(500)
  })

  it('says that there is nobody', async () => {
    const gone = createServer()
    await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening))
    const base = new URL(`http://127.0.0.1:${(gone.address() as AddressInfo).port}`)
    await new Promise((closed) => gone.close(closed))
    await expect(pull({ base })).rejects.toMatchObject({
      code: 'hub-unreachable',
      message: expect.stringMatching(/refuses the connection/),
    })
  })
})

it('works on a repository once at a time, and leaves its claim to nobody', async () => {
  const results = await Promise.allSettled([pull(), pull()])
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  expect(failed).toHaveLength(1)
  expect(failed[0]).toMatchObject({ code: 'claimed', message: expect.stringMatching(/at work on somebody\/draws/) })
  expect(files()).toEqual(whole)
})
