import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { type BuildProgress, buildCorpus } from './build.ts'
import { corpusInfo, shardFiles } from './format.ts'
import { inspectCorpus } from './inspect.ts'
import { openCorpus } from './read.ts'
import { makeScene } from './shard.ts'
import { drawSmallArt, smallConcepts, smallSample, smallStyles } from './testing/small-art.ts'

let root: string
let art: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'neuf-corpus-'))
  art = join(root, 'art')
  await drawSmallArt(art)
})
afterAll(() => rm(root, { recursive: true, force: true }))

const settings = (out: string, count = 4300) => ({
  art,
  out: join(root, out),
  side: 16,
  count,
  seed: 7,
  sample: smallSample,
})

async function hashes(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  const entries = names.map(async (name) => [
    name,
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex'),
  ])
  return Object.fromEntries(await Promise.all(entries))
}

describe('buildCorpus', () => {
  it('writes every scene, the same with one worker and with two, and as drawn here', async () => {
    const progress: BuildProgress[] = []
    const info = await buildCorpus({ ...settings('one'), concurrency: 1, onProgress: (p) => progress.push(p) })
    await buildCorpus({ ...settings('two'), concurrency: 2 })
    expect(await hashes(join(root, 'one'))).toEqual(await hashes(join(root, 'two')))
    expect(progress.at(-1)).toEqual({ stage: 'scenes', done: 4300, total: 4300 })

    const corpus = await openCorpus(join(root, 'one'))
    expect([corpus.count, corpus.side]).toEqual([4300, 16])
    expect(corpus.info).toEqual(info)
    const sprites = await readArt({ folder: art, concepts: smallConcepts, styles: smallStyles, side: 16 })
    for (const index of [0, 4095, 4096, 4299]) {
      const { record, pixels } = makeScene(corpusInfo({ ...settings('one'), artSha256: '' }), sprites, index)
      expect(corpus.record(index)).toEqual(record)
      expect(corpus.pixels(index)).toEqual(pixels)
    }
    for (const index of [-1, 4300, 0.5, Number.NaN]) expect(() => corpus.record(index)).toThrow(RangeError)
    corpus.dispose()
  })

  it('goes on after a kill and ends with the same bytes', async () => {
    const whole = await hashes(join(root, 'one'))
    const folder = join(root, 'two')
    await rm(shardFiles(folder, 0).records) // killed between the two renames
    await truncate(shardFiles(folder, 1).pixels, 100)
    await writeFile(join(folder, '.shard-00001.pixels.1-2-abc.tmp'), 'half')
    await expect(openCorpus(folder)).rejects.toMatchObject({ code: 'corpus-damaged' })
    await buildCorpus(settings('two'))
    expect(await hashes(folder)).toEqual(whole)
  })

  it('refuses a folder that holds another corpus, and says what differs', async () => {
    const before = await hashes(join(root, 'one'))
    const other = buildCorpus({ ...settings('one'), seed: 8 })
    await expect(other).rejects.toMatchObject({ code: 'corpus-other-settings' })
    await expect(other).rejects.toThrow(/seed is 7 there and 8 here/)
    expect(await hashes(join(root, 'one'))).toEqual(before)
  })

  it('stops when told to and leaves nothing half-written', async () => {
    const controller = new AbortController()
    const run = buildCorpus({
      ...settings('stopped', 20_000),
      concurrency: 1,
      signal: controller.signal,
      onProgress: (p) => {
        if (p.stage === 'scenes' && p.done >= 256) controller.abort()
      },
    })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(join(root, 'stopped'))).toEqual(['corpus.json'])
  })

  it.each([{ side: 4 }, { count: 0 }, { count: 1.5 }, { concurrency: 0 }])('refuses %o', async (wrong) => {
    await expect(buildCorpus({ ...settings('wrong'), ...wrong })).rejects.toMatchObject({ code: 'option-value' })
  })

  it('says so when the folder cannot be written', async () => {
    await writeFile(join(root, 'file'), '')
    await expect(buildCorpus(settings('file/below'))).rejects.toMatchObject({ code: 'file-unwritable' })
    await mkdir(join(root, 'blocked', 'corpus.json'), { recursive: true })
    await expect(buildCorpus(settings('blocked'))).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})

describe('openCorpus', () => {
  it('refuses what is no corpus, and settings that do not fit the files', async () => {
    await expect(openCorpus(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'file-missing' })
    const path = join(root, 'two', 'corpus.json')
    const good = await readFile(path, 'utf8')
    const hostile = [
      'nonsense',
      'null',
      good.replace('"format": 1', '"format": 2'),
      good.replace('"side": 16', '"side": 32'),
      good.replace('"side": 16', '"side": 1e9'),
      good.replace('"count": 4300', '"count": 4301'),
      good.replace('"shardSize": 4096', '"shardSize": 0'),
    ]
    for (const text of hostile) {
      await writeFile(path, text)
      await expect(openCorpus(join(root, 'two')), text.slice(0, 60)).rejects.toMatchObject({ code: 'corpus-damaged' })
    }
    await writeFile(path, good)
    const { records } = shardFiles(join(root, 'two'), 1)
    await writeFile(records, (await readFile(records, 'utf8')).split('\n').slice(1).join('\n'))
    await expect(openCorpus(join(root, 'two'))).rejects.toThrow(/203 records instead of 204/)
  })

  it('names the record that is damaged', async () => {
    const { records } = shardFiles(join(root, 'one'), 1)
    const good = await readFile(records, 'utf8')
    await writeFile(records, good.replace(/^\{/m, '['))
    const corpus = await openCorpus(join(root, 'one'))
    expect(() => corpus.record(4096)).toThrow(/shard-00001\.jsonl: record 0 is not JSON/)
    expect(corpus.record(4097).seed).toBeGreaterThan(0)
    corpus.dispose()
    await writeFile(records, good)
  })
})

describe('inspectCorpus', () => {
  it('draws a sheet of scenes', async () => {
    const corpus = await openCorpus(join(root, 'one'))
    const sheet = await inspectCorpus(corpus, { count: 6, seed: 1, columns: 3 })
    corpus.dispose()
    const { format, width, height } = await sharp(sheet).metadata()
    expect(format).toBe('png')
    expect(width).toBeGreaterThan(3 * 160)
    expect(height).toBeGreaterThan(2 * 160)
  })
})
