import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readArt } from '../corpus/art.ts'
import { NeufError } from '../errors/errors.ts'
import { type FetchSettings, fetchArt } from './fetch.ts'
import { indexRow } from './source-list.ts'
import { startUpstream, type Upstream } from './testing/upstream.ts'
import { verifyArt } from './verify.ts'

const names = [
  'noto/1f408 cat',
  'noto/1f415 dog',
  'noto/1f418 elephant',
  'noto/1f427 penguin',
  'twemoji/1f408 cat',
  'twemoji/1f415 dog',
  'fxemoji/1f408 cat',
  'fxemoji/1f415 dog',
]
let folder = ''
let upstream: Upstream
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'neuf-art-')), 'a', 'pack')
  upstream = await startUpstream(names)
})
afterEach(async () => {
  await upstream.close()
  rmSync(join(folder, '..', '..'), { recursive: true, force: true })
})

const fetchIt = (change: Partial<FetchSettings> = {}) =>
  fetchArt({
    folder,
    pictures: upstream.pictures,
    wanted: () => true,
    base: upstream.base,
    connections: 3,
    userAgent: 'neuf/test',
    pause: async () => undefined,
    ...change,
  })
const index = () =>
  readFileSync(join(folder, 'index.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
const refuse = (response: { writeHead(status: number): { end(): unknown } }, status: number): true => {
  response.writeHead(status).end()
  return true
}

describe('fetchArt', () => {
  it('makes a pack that the corpus reads, with its credits', async () => {
    const seen: [number, number][] = []
    const report = await fetchIt({ onProgress: (done, total) => seen.push([done, total]) })
    expect(report).toEqual({ wanted: 8, there: 8, fetched: 8, faults: [], reshaped: [] })
    expect(seen).toEqual(Array.from({ length: 9 }, (_, done) => [done, 8]))
    expect(index()).toEqual(upstream.pictures.map((picture) => indexRow(picture, 192, 96)))
    const art = await readArt({ folder, concepts: ['cat', 'dog'], styles: ['cartoon', 'sticker', 'icon'], side: 32 })
    expect(art.sprites.size).toBe(6)
    const credits = readFileSync(join(folder, 'LICENCES.md'), 'utf8')
    for (const text of ['Noto Emoji, Copyright', 'Twemoji graphics', 'Mozilla', 'Unicode License v3', '9ee6e4b252']) {
      expect(credits).toContain(text)
    }
    expect(credits).not.toContain('Blobmoji')
    expect(readdirSync(join(folder, 'licences')).sort()).toEqual(['Apache-2.0.txt', 'CC-BY-4.0.txt', 'Unicode-3.0.txt'])
    for (const name of readdirSync(join(folder, 'licences'))) {
      expect(statSync(join(folder, 'licences', name)).size).toBeGreaterThan(1000)
    }
    expect(await verifyArt({ folder, pictures: upstream.pictures })).toMatchObject({ findings: [] })
  })

  it('asks for no more at a time than it was told', async () => {
    await fetchIt({ connections: 2 })
    expect(upstream.mostOpen()).toBe(2)
    expect(upstream.asked).toHaveLength(8)
  })

  it('fetches again only what is not there, or not right any more', async () => {
    await fetchIt({ wanted: ({ set }) => set === 'noto' })
    expect(index().map(({ id }) => id)).toEqual(['noto/1f408', 'noto/1f415', 'noto/1f418', 'noto/1f427'])
    const before = readFileSync(join(folder, 'noto/1f408.webp'))
    upstream.asked.length = 0
    // Of two the file is damaged or gone; of one the upstream file is another than it was.
    writeFileSync(join(folder, 'noto/1f408.webp'), before.subarray(0, 50))
    rmSync(join(folder, 'noto/1f415.webp'))
    const record = readFileSync(join(folder, 'sources.jsonl'), 'utf8').trim().split('\n')
    const older = { ...JSON.parse(record[3]!), sha256: '0'.repeat(64) }
    writeFileSync(join(folder, 'sources.jsonl'), [...record.slice(0, 3), JSON.stringify(older), ''].join('\n'))
    // What is there stays in the index, asked for or not; what is not, does not.
    expect(await fetchIt({ wanted: ({ set }) => set === 'fxemoji' })).toMatchObject({ wanted: 2, there: 3, fetched: 2 })
    expect(index().map(({ id }) => id)).toEqual(['noto/1f418', 'fxemoji/1f408', 'fxemoji/1f415'])
    upstream.asked.length = 0
    expect(await fetchIt()).toMatchObject({ wanted: 8, there: 8, fetched: 5 })
    expect(upstream.asked).toHaveLength(5)
    expect(readFileSync(join(folder, 'noto/1f408.webp'))).toEqual(before)
    expect(await fetchIt()).toMatchObject({ there: 8, fetched: 0 })
    expect(upstream.asked).toHaveLength(5)
  })

  it('makes the same pack in one go and in several', async () => {
    await fetchIt()
    const once = files().map((file) => [
      file,
      statSync(join(folder, file)).isFile() && readFileSync(join(folder, file)),
    ])
    rmSync(folder, { recursive: true })
    await fetchIt({ wanted: ({ subject }) => subject.concept === 'dog' })
    await fetchIt({ connections: 8 })
    expect(
      files().map((file) => [file, statSync(join(folder, file)).isFile() && readFileSync(join(folder, file))]),
    ).toEqual(once)
  })

  it('leaves out what is not the known file or cannot be had, and says so of each', async () => {
    upstream.answer('1f415.svg', (_, response) => {
      response.end(Buffer.alloc(upstream.pictures[0]!.bytes, 60))
      return true
    })
    upstream.answer('1f418.svg', (_, response) => refuse(response, 404))
    const { faults, ...counts } = await fetchIt()
    expect(counts).toMatchObject({ wanted: 8, there: 4, fetched: 4 })
    expect(faults.map(({ code }) => code).sort()).toEqual([
      'art-upstream-missing',
      'art-upstream-other',
      'art-upstream-other',
      'art-upstream-other',
    ])
    expect(faults[0]!.message).toMatch(/Pi%C3%B1ata%203\/1f41\d\.svg/)
    expect(index().map(({ concept }) => concept)).toEqual(['cat', 'penguin', 'cat', 'cat'])
    expect(files().filter((file) => /1f41[58]/.test(file))).toEqual([])
  })

  it('stops early where everything is wrong', async () => {
    await upstream.close()
    upstream = await startUpstream(Array.from({ length: 60 }, (_, i) => `noto/1f${i + 100} cat`))
    upstream.answer('.svg', (_, response) => refuse(response, 404))
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'art-too-many-faults',
      message: expect.stringMatching(/^Stopped after 20 files .* The first: There is no http:.*\(status 404\)/),
    })
    expect(upstream.asked.length).toBeLessThan(25)
  })

  it('keeps what it has when the server goes away, and goes on from there', async () => {
    upstream.answer('fxemoji', () => undefined)
    let down = true
    for (const { path } of upstream.pictures.slice(4)) {
      upstream.answer(`twemoji-assets/9ee6e4b252b5c3038bfda9f9bd41cce3e48a34b8/${path}`, (_, response) =>
        down ? refuse(response, 503) : undefined,
      )
    }
    await expect(fetchIt({ connections: 1 })).rejects.toMatchObject({ code: 'art-unreachable' })
    expect(files()).toEqual([
      'fxemoji',
      'noto',
      ...['1f408', '1f415', '1f418', '1f427'].map((n) => `noto/${n}.webp`),
      'sources.jsonl',
      'twemoji',
    ])
    down = false
    upstream.asked.length = 0
    expect(await fetchIt()).toMatchObject({ there: 8, fetched: 4 })
    expect(upstream.asked).toHaveLength(4)
  })

  it('leaves nothing half-written when it is stopped', async () => {
    const stop = new AbortController()
    const onProgress = (done: number) => {
      if (done === 3) stop.abort(new NeufError('cancelled', { what: 'as you asked' }))
    }
    await expect(fetchIt({ signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
      message: expect.stringMatching(/goes on from there/),
    })
    expect(files().filter((file) => !/^((noto|twemoji|fxemoji)(\/1f4\d\d\.webp)?|sources\.jsonl)$/.test(file))).toEqual(
      [],
    )
    const { fetched } = await fetchIt()
    expect(fetched).toBeLessThanOrEqual(5)
    expect(await verifyArt({ folder, pictures: upstream.pictures })).toMatchObject({ findings: [] })
  })

  it('never writes over a pack that is not its own', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'index.jsonl'), 'mine')
    await expect(fetchIt()).rejects.toMatchObject({ code: 'art-other-pack' })
    writeFileSync(join(folder, 'sources.jsonl'), '{"id":"noto/1f408","sha256":"00"}\n')
    await expect(fetchIt()).rejects.toMatchObject({ code: 'art-other-pack' })
    expect(readFileSync(join(folder, 'index.jsonl'), 'utf8')).toBe('mine')
    expect(upstream.asked).toEqual([])
  })

  it('says at once where it cannot write', async () => {
    writeFileSync(join(folder, '..', '..', 'file'), '')
    await expect(fetchIt({ folder: join(folder, '..', '..', 'file', 'pack') })).rejects.toMatchObject({
      code: 'file-unwritable',
    })
    // A folder in the place of a picture: the first that cannot be written ends it.
    mkdirSync(join(folder, 'noto', '1f408.webp'), { recursive: true })
    await expect(fetchIt({ connections: 1 })).rejects.toMatchObject({ code: 'file-unwritable' })
    expect(upstream.asked).toHaveLength(1)
  })

  it('tells of pictures that come out in another shape', async () => {
    const pictures = upstream.pictures.map((picture, i) => (i === 2 ? { ...picture, height: 101 } : picture))
    expect(await fetchIt({ pictures })).toMatchObject({ reshaped: ['noto/1f418'], faults: [] })
  })
})

describe('verifyArt', () => {
  it('finds what is missing, changed, doubled, unknown or made from something else', async () => {
    await fetchIt({ wanted: ({ set }) => set === 'noto' })
    const verify = async () => (await verifyArt({ folder, pictures: upstream.pictures })).findings
    expect(await verifyArt({ folder, pictures: upstream.pictures })).toMatchObject({
      sets: { noto: { there: 4, of: 4 }, twemoji: { there: 0, of: 2 }, blobmoji: { there: 0, of: 0 } },
      findings: [],
    })
    rmSync(join(folder, 'noto/1f408.webp'))
    const dog = readFileSync(join(folder, 'noto/1f415.webp'))
    dog[60]! ^= 1
    writeFileSync(join(folder, 'noto/1f415.webp'), dog)
    const record = readFileSync(join(folder, 'sources.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    record[2].sha256 = '0'.repeat(64)
    writeFileSync(join(folder, 'sources.jsonl'), record.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const rows = index()
    rows.push(rows[3], { ...rows[3], id: 'noto/../../x' })
    writeFileSync(join(folder, 'index.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    expect(await verify()).toEqual([
      'noto/1f408.webp: it is not there',
      expect.stringMatching(/^noto\/1f415\.webp: its SHA-256 is \w{64} instead of \w{64}$/),
      'noto/1f418.webp: it was made from another file than neuf knows',
      'index.jsonl: noto/1f427 is there twice',
      'index.jsonl: neuf knows no picture "noto/../../x"',
    ])
    rows[3].file = '../secret.webp'
    writeFileSync(join(folder, 'index.jsonl'), `${JSON.stringify(rows[3])}\n`)
    expect(await verify()).toEqual([expect.stringMatching(/the file of noto\/1f427 is "\.\.\/secret\.webp"/)])
    rmSync(join(folder, 'index.jsonl'))
    await expect(verify()).rejects.toMatchObject({ code: 'file-missing' })
  })
})
