import { describe, expect, it } from 'vitest'
import type { Pixels } from '../image/pixels.ts'
import type { Sampler, UnfinishedCandidate } from './contracts.ts'
import { createUnfinishedPictures } from './unfinished.ts'

const length = 10
const picture = (value: number): Pixels => ({ width: 1, height: 1, channels: 3, data: Uint8Array.of(value, 0, 0) })

/** A sampler whose pictures cost 6 ms each, and a clock that nothing else moves. */
function slowDecoder(cost = 6) {
  const clock = { time: 1000 }
  const decoded: number[][] = []
  const sampler: Sampler = {
    async *sample() {},
    decode: () => Promise.reject(new Error('not asked for')),
    async decodeUnfinished(unfinished) {
      decoded.push(unfinished.map(({ index }) => index))
      clock.time += cost * unfinished.length
      return unfinished.map(({ tokens }) => picture(tokens.length))
    },
  }
  return { clock, decoded, sampler, now: () => clock.time }
}

const unfinished = (count: number, ...indices: number[]): UnfinishedCandidate[] =>
  indices.map((index) => ({ index, tokens: new Uint16Array(count), of: length }))

describe('pictures of unfinished candidates', () => {
  it('take no more than their share of the time, once it is known what one costs', async () => {
    const { clock, decoded, sampler, now } = slowDecoder()
    const start = clock.time
    const indices = [0, 1, 2, 3]
    const look = createUnfinishedPictures(sampler, { share: 0.2, indices, now })
    let spent = 0
    for (let count = 1; count <= 300; count++) {
      clock.time += 5
      const before = clock.time
      const found = await look(unfinished(count, 0, 1, 2, 3))
      spent += clock.time - before
      // The first two are what the cost is learnt from.
      if (decoded.length > 1) expect(spent).toBeLessThanOrEqual(0.2 * (clock.time - start) + 4 * 6)
      if (found.length === 0) expect(clock.time).toBe(before)
    }
    expect(spent).toBeGreaterThan(0.15 * (clock.time - start))
    expect(Math.max(...decoded.map((all) => all.length))).toBeLessThanOrEqual(4)
    expect(new Set(decoded.flat())).toEqual(new Set(indices))
  })

  it('are of those shown longest ago, of the candidates asked for, and only where something is new', async () => {
    const { clock, decoded, sampler, now } = slowDecoder()
    const look = createUnfinishedPictures(sampler, { share: 1, indices: [0, 1, 2, 3, 4, 5], now })
    // Of so little, hardly anything is seen.
    expect(await look(unfinished(2, 0, 1, 2, 3, 4, 7))).toEqual([])
    const found = await look(unfinished(3, 0, 1, 2, 3, 4, 7))
    expect(found).toEqual([0, 1, 2, 3].map((index) => ({ index, drawn: 0.3, picture: picture(3) })))
    clock.time += 1000
    // What was drawn of those is known: one alone is not worth a run.
    expect(await look(unfinished(3, 0, 1, 2, 3, 4, 7))).toEqual([])
    await look(unfinished(4, 0, 1, 2, 3, 4, 7))
    // Where only one that is shown is drawn, on an engine of its own, it is not waited for others.
    await look(unfinished(3, 5, 8))
    expect(decoded).toEqual([[0, 1, 2, 3], [4, 0, 1, 2, 3], [5]])
    expect(await look(unfinished(5, 7, 8))).toEqual([])
  })

  it('are none without a share, nor of a sampler that cannot', async () => {
    const { decoded, sampler, now } = slowDecoder()
    const none = createUnfinishedPictures(sampler, { share: 0, indices: [0, 1], now })
    expect(await none(unfinished(5, 0, 1))).toEqual([])
    const { decodeUnfinished: _, ...cannot } = sampler
    const look = createUnfinishedPictures(cannot, { share: 1, indices: [0, 1], now })
    expect(await look(unfinished(5, 0, 1))).toEqual([])
    expect(decoded).toEqual([])
  })

  it.each([-0.1, 1.1, Number.NaN])('refuse a share of %s', (share) => {
    const { sampler, now } = slowDecoder()
    expect(() => createUnfinishedPictures(sampler, { share, indices: [], now })).toThrow(RangeError)
  })
})
