import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from './art.ts'
import { buildCorpus } from './build.ts'
import { openDrawnCorpus } from './drawn.ts'
import { type ScenesInfo, scenesInfo } from './format.ts'
import { openCorpus } from './read.ts'
import type { SampleSettings } from './sample.ts'
import { sceneHash } from './scene-hash.ts'
import type { Art } from './sprite.ts'
import { drawSmallArt, smallSample } from './testing/small-art.ts'

const side = 24
const count = 300
/** With clear backgrounds, so that coverage is stored. */
const sample: SampleSettings = { ...smallSample, backgrounds: ['white', 'field', 'transparent'], transparentShare: 0.2 }

let root: string
let art: Art
let info: ScenesInfo
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'neuf-drawn-'))
  await drawSmallArt(join(root, 'art'))
  art = await readArt({
    folder: join(root, 'art'),
    concepts: sample.concepts,
    styles: sample.styles,
    people: sample.people,
    side,
  })
  info = await buildCorpus({ art: join(root, 'art'), out: join(root, 'built'), side, count, seed: 7, sample })
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('openDrawnCorpus', () => {
  it('gives the records and pictures of the same corpus built, byte for byte, in any order', async () => {
    expect(scenesInfo({ side, count, seed: 7, sample, artSha256: art.sha256 })).toEqual(info)
    const built = await openCorpus(join(root, 'built'))
    const drawn = openDrawnCorpus({ art, info })
    expect([drawn.side, drawn.count, drawn.info]).toEqual([built.side, built.count, built.info])
    let clear = 0
    for (let k = 0; k < count; k++) {
      const index = (k * 77) % count
      expect(drawn.pixels(index), `${index}`).toEqual(built.pixels(index))
      expect(drawn.record(index)).toEqual(built.record(index))
      expect(drawn.alpha(index)).toEqual(built.alpha(index))
      if (drawn.alpha(index)) clear++
    }
    expect(clear).toBeGreaterThan(20)
    expect(clear).toBeLessThan(count)
    built.dispose()
    drawn.dispose()
  })

  it('keeps for validation scenes that show what none of the others does', () => {
    const validationCount = 40
    const apart = openDrawnCorpus({ art, info: { ...info, validationCount } })
    const hashes = Array.from({ length: count }, (_, index) => sceneHash(apart.record(index).scene))
    const learnt = new Set(hashes.slice(0, -validationCount))
    expect(hashes.slice(-validationCount).filter((hash) => learnt.has(hash))).toEqual([])
    // Without it, the same scenes come again: the small pack has few.
    const mixed = openDrawnCorpus({ art, info })
    const all = Array.from({ length: count }, (_, index) => sceneHash(mixed.record(index).scene))
    const seen = new Set(all.slice(0, -validationCount))
    expect(all.slice(-validationCount).some((hash) => seen.has(hash))).toBe(true)
  })

  it('forgets what it has no memory for and draws it again', () => {
    const large = openDrawnCorpus({ art, info })
    const tiny = openDrawnCorpus({ art, info, memory: 3 * side * side * 4 })
    for (const index of [0, 1, 2, 3, 4, 0, 4, 2, 0]) expect(tiny.pixels(index)).toEqual(large.pixels(index))
    const own = tiny.pixels(0)
    own.fill(0)
    expect(tiny.pixels(0)).toEqual(large.pixels(0))
  })

  it('has what threads drew ahead', async () => {
    const threads = openDrawnCorpus({ art, info, threads: 2 })
    const here = openDrawnCorpus({ art, info })
    try {
      const indices = Array.from({ length: 40 }, (_, k) => (k * 31) % count)
      await Promise.all([threads.prefetch(indices), threads.prefetch(indices.slice(0, 5)), threads.prefetch([])])
      for (const index of indices) {
        expect(threads.pixels(index)).toEqual(here.pixels(index))
        expect(threads.alpha(index)).toEqual(here.alpha(index))
      }
      await expect(threads.prefetch([0, count])).rejects.toThrow(RangeError)
    } finally {
      threads.dispose()
    }
    await expect(threads.prefetch([1, 2, 3])).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('hears what a thread throws', async () => {
    const sprites = new Map([...art.sprites].slice(0, 1))
    const broken = openDrawnCorpus({ art: { ...art, sprites }, info, threads: 1 })
    await expect(broken.prefetch([0, 1, 2, 3, 4, 5, 6, 7])).rejects.toThrow(/the art has no/)
    broken.dispose()
  })

  it('refuses an index that is none', () => {
    const drawn = openDrawnCorpus({ art, info })
    for (const index of [-1, count, 0.5, Number.NaN]) {
      for (const ask of [drawn.record, drawn.pixels, drawn.alpha]) expect(() => ask(index)).toThrow(RangeError)
    }
  })
})
