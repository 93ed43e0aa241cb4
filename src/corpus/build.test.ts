import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { type BuildProgress, buildCorpus } from './build.ts'
import { scenesInfo, shardFiles, shardSizeOf } from './format.ts'
import { inspectCorpus } from './inspect.ts'
import { openCorpus, scenesOf } from './read.ts'
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
      const { record, pixels } = makeScene(scenesInfo({ ...settings('one'), artSha256: '' }), sprites, index)
      expect(corpus.record(index)).toEqual(record)
      expect(corpus.pixels(index)).toEqual(pixels)
    }
    for (const index of [-1, 4300, 0.5, Number.NaN]) {
      for (const ask of [corpus.record, corpus.pixels, corpus.alpha]) expect(() => ask(index)).toThrow(RangeError)
    }
    expect([corpus.info.alpha, corpus.alpha(0)]).toEqual([false, null])
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

  it.skipIf(process.platform === 'win32')('leaves no folder that it made when the disk takes nothing', () => {
    const made = settings('full/deep', 20)
    // A limit on the size of files stands in for a full disk: the system refuses the first byte.
    const script = `
      import { buildCorpus } from ${JSON.stringify(join(import.meta.dirname, 'build.ts'))}
      buildCorpus(${JSON.stringify(made)}).catch(({ code }) => console.log(code))
    `
    const argv = ['-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script]
    expect(spawnSync('bash', argv, { encoding: 'utf8' }).stdout).toBe('file-unwritable\n')
    expect(existsSync(join(root, 'full'))).toBe(false)
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
      good.replace('"format": 2', '"format": 3'),
      good.replace('"format": 2', '"format": "2"'),
      good.replace('"kind": "scenes"', '"kind": "sounds"'),
      good.replace('"alpha": false', '"alpha": 1'),
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
    const corpus = await openCorpus(join(root, 'two'))
    expect(() => corpus.record(4096)).toThrow(/203 records instead of 204/)
    expect(corpus.pixels(4096).length).toBe(16 * 16 * 3)
    corpus.dispose()
  })

  it('says of a corpus of format 1 that it is to be built again, reading and building', async () => {
    const folder = join(root, 'older')
    await mkdir(folder)
    await writeFile(join(folder, 'corpus.json'), '{\n  "format": 1,\n  "side": 16,\n  "count": 20\n}\n')
    const said = /was built by an older version: build it again/
    await expect(openCorpus(folder)).rejects.toThrow(said)
    await expect(buildCorpus(settings('older'))).rejects.toThrow(said)
    await expect(openCorpus(folder)).rejects.toMatchObject({ code: 'corpus-older' })
  })

  it('reads many shards with few files open, in any order', async () => {
    const folder = join(root, 'many')
    await mkdir(folder)
    const count = 150
    const info = { ...scenesInfo({ ...settings('many', count), artSha256: '' }), side: 8, shardSize: 1, alpha: true }
    await writeFile(join(folder, 'corpus.json'), JSON.stringify(info))
    for (let k = 0; k < count; k++) {
      const files = shardFiles(folder, k)
      await writeFile(files.pixels, new Uint8Array(8 * 8 * 3).fill(k))
      await writeFile(files.alpha, new Uint8Array(8 * 8).fill(k < 100 ? 255 : k))
      await writeFile(files.records, `${JSON.stringify({ captions: [], scene: {}, seed: k })}\n`)
    }
    const corpus = scenesOf(await openCorpus(folder))
    for (let k = 0; k < 3 * count; k++) {
      const index = (k * 97) % count
      expect(corpus.pixels(index)[5]).toBe(index)
      expect(corpus.alpha(index)?.[5] ?? 255).toBe(index < 100 ? 255 : index)
      expect(corpus.record(index).seed).toBe(index)
    }
    if (process.platform === 'linux') expect((await readdir('/proc/self/fd')).length).toBeLessThan(count)
    corpus.dispose()
    await rm(shardFiles(folder, 149).alpha)
    await expect(openCorpus(folder)).rejects.toThrow(/00149\.alpha: it is missing/)
  })

  it('makes shards smaller as pictures grow', () => {
    expect([8, 64, 128, 256, 512].map(shardSizeOf)).toEqual([4096, 4096, 1024, 256, 64])
  })

  it('names the record that is damaged', async () => {
    const { records } = shardFiles(join(root, 'one'), 1)
    const good = await readFile(records, 'utf8')
    await writeFile(records, good.replace(/^\{/m, '['))
    const corpus = scenesOf(await openCorpus(join(root, 'one')))
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
