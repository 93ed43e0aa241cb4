import { describe, expect, it } from 'vitest'
import { createParameters, input, lower, meanOfAll, mul, sub } from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { evaluate, prepare } from '../graph/testing/evaluate.ts'
import { count, pseudoRandom, pseudoRandomWeight } from '../graph/testing/pseudo-random.ts'
import { type CodebookTokenizerSettings, decodeEntryCodes, encodePatches, nearestCodes } from './codebook-tokenizer.ts'
import { fromPatches, patchCount, toPatches } from './patch-transformer.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'

const oracle = vectors<CodebookTokenizerSettings>('codebook-tokenizer')
const { settings } = oracle

describe('the tokenizer with a codebook', () => {
  it("agrees with an independent implementation, every parameter's gradient too", () =>
    expectAgreement(oracle, { pixels: 'uint8' }, (p) => {
      const pixels = input('pixels', [3, 8, 8, 3], 'uint8')
      const codes = encodePatches(p, settings, pixels)
      const picture = decodeEntryCodes(p, settings, codes)
      const error = sub(picture, fromPatches(toPatches(pixels, settings.patch), 8, settings.patch))
      return { loss: meanOfAll(mul(error, error)), outputs: { codes, picture } }
    }))

  it('draws each picture of a batch as it draws it alone', async () => {
    const p = createParameters()
    const picture = decodeEntryCodes(p, settings, input('codes', ['batch', 8], 'int32'))
    const weights = new Map(
      [...p.all()].map(([name, { shape }]) => {
        const sizes = shape as number[]
        return [name, { shape: sizes, data: pseudoRandomWeight(name, sizes) }] as const
      }),
    )
    const run = await prepare(lower({ picture }, weights))
    const codes = [
      [0, 1, 2, 3, 4, 5, 6, 0],
      [6, 6, 5, 4, 1, 1, 1, 2],
      [3, 0, 0, 6, 2, 4, 2, 5],
    ]
    const of = async (rows: number[][]) =>
      (await run({ codes: { shape: [rows.length, 8], data: rows.flat(), type: 'int32' } })).picture!
    const together = await of(codes)
    expect(together.shape).toEqual([3, 8, 8, 3])
    for (const [at, row] of codes.entries()) {
      const alone = await of([row])
      expect(relativeError(together.values.slice(at * 192, (at + 1) * 192), alone.values)).toBeLessThan(1e-5)
    }
  })
})

describe('nearestCodes', () => {
  it('finds the entry at the smallest distance, not the one with the largest product', async () => {
    const [entries, width, patches] = [9, 12, 50]
    // Entries of very different lengths: the longest would win every product.
    const codebook = Array.from(pseudoRandom('codebook', entries * width), (v, i) => v * (1 + Math.floor(i / width)))
    const data = Array.from(pseudoRandom('patches', patches * width), (v) => v * 3)
    const distance = (patch: number, entry: number) =>
      Array.from({ length: width }, (_, i) => (data[patch * width + i]! - codebook[entry * width + i]!) ** 2).reduce(
        (a, b) => a + b,
      )
    const expected = Array.from({ length: patches }, (_, patch) => {
      const distances = Array.from({ length: entries }, (_, entry) => distance(patch, entry))
      return distances.indexOf(Math.min(...distances))
    })
    expect(new Set(expected).size).toBeGreaterThan(4)
    const codes = nearestCodes(input('codebook', [entries, width]), input('patches', [5, 10, width]))
    const found = await evaluate(
      { codes },
      { codebook: { shape: [entries, width], data: codebook }, patches: { shape: [5, 10, width], data } },
    )
    expect(found.codes).toEqual({ shape: [5, 10], values: expected })
  })
})

describe('toPatches', () => {
  it('cuts in raster order, scales to -1..1, and is undone by fromPatches', async () => {
    const pixels = input('pixels', ['batch', 4, 4, 3], 'uint8')
    const patches = toPatches(pixels, [1, 2])
    expect(patchCount(4, [1, 2])).toBe(8)
    const data = Array.from({ length: count([2, 4, 4, 3]) }, (_, i) => (i * 37) % 256)
    const found = await evaluate(
      { patches, whole: fromPatches(patches, 4, [1, 2]) },
      { pixels: { shape: [2, 4, 4, 3], data, type: 'uint8' } },
    )
    expect(found.patches!.shape).toEqual([2, 8, 6])
    const scaled = data.map((v) => v / 127.5 - 1)
    expect(relativeError(found.whole!.values, scaled)).toBeLessThan(1e-6)
    // Patches one pixel high lie one after the other in the picture as in memory.
    expect(relativeError(found.patches!.values, scaled)).toBeLessThan(1e-6)
    const tall = toPatches(pixels, [2, 1])
    const { values } = (await evaluate({ tall }, { pixels: { shape: [2, 4, 4, 3], data, type: 'uint8' } })).tall!
    // Second picture, patch 6: rows 2 and 3 of column 2.
    const expected = [2, 3].flatMap((y) => scaled.slice(48 + (y * 4 + 2) * 3, 48 + (y * 4 + 3) * 3))
    expect(relativeError(values.slice(48 + 6 * 6, 48 + 7 * 6), expected)).toBeLessThan(1e-6)
  })

  it('refuses a patch that does not divide the side', () => {
    expect(() => toPatches(input('pixels', [1, 5, 5, 3], 'uint8'), [2, 2])).toThrow('a size must be a whole number')
  })
})
