import { describe, expect, it } from 'vitest'
import { createSpoiler } from './spoil-codes.ts'

const [rows, columns, codes] = [4, 6, 10]
const length = rows * columns
/** Entries on a line: the nearest others of k are k - 1 and k + 1. */
const codebook = Float32Array.from({ length: codes }, (_, k) => k)
/** Example k holds code k throughout, but the last, which must not be taken from, 9. */
const tokens = Uint16Array.from({ length: 5 * length }, (_, i) => (i < 4 * length ? Math.floor(i / length) : 9))
const spoiler = createSpoiler({
  codeVectors: codebook,
  codes,
  tokens,
  grid: [rows, columns],
  count: 4,
  near: 2,
  seed: 3,
})

const scattered = (share: number, draw: number): Int32Array => {
  const row = new Int32Array(length).fill(6)
  spoiler.scatter(row, share, draw)
  return row
}

describe('scatter', () => {
  it('replaces about the share, three of four by a neighbour in the codebook, the rest from an example learnt from', () => {
    const all = Array.from({ length: 400 }, (_, draw) => [...scattered(0.4, draw)]).flat()
    const changed = all.filter((code) => code !== 6)
    expect(changed.length / all.length).toBeCloseTo(0.4, 1)
    expect(new Set(changed)).toEqual(new Set([5, 7, 0, 1, 2, 3]))
    const near = changed.filter((code) => code === 5 || code === 7)
    expect(near.length / changed.length).toBeCloseTo(0.75, 1)
  })

  it('is a function of the draw, and nothing happens at a share of nothing', () => {
    expect(scattered(0.5, 7)).toEqual(scattered(0.5, 7))
    expect(scattered(0.5, 7)).not.toEqual(scattered(0.5, 8))
    expect(new Set(scattered(0, 1))).toEqual(new Set([6]))
  })
})

describe('graft', () => {
  it('takes one side of a straight line from the other picture', () => {
    for (let draw = 0; draw < 50; draw++) {
      const row = new Int32Array(length).fill(6)
      spoiler.graft(row, 2, draw)
      const taken = row.filter((code) => code === 2).length
      expect(taken + row.filter((code) => code === 6).length).toBe(length)
      expect(taken).toBeGreaterThan(length / 5)
      expect(taken).toBeLessThan((length * 4) / 5)
      // One side: along a row it changes from one picture to the other at most once.
      for (let y = 0; y < rows; y++) {
        const line = [...row.subarray(y * columns, (y + 1) * columns)]
        expect(line.slice(1).filter((code, i) => code !== line[i]).length).toBeLessThan(2)
      }
    }
  })
})
