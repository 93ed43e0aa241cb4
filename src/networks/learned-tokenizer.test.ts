import { describe, expect, it } from 'vitest'
import { createParameters, differentiate, input, lower, meanOfAll, mul, sub } from '../graph/index.ts'
import { evaluate, prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandomWeight } from '../graph/testing/pseudo-random.ts'
import { channelsOf, codeCount, decodeCodes, encodePicture, gridOf, tokenCount } from './image-tokenizer.ts'
import {
  asNumbers,
  codesOfLevels,
  decodeLevels,
  encodeLevels,
  type LearnedTokenizerSettings,
  levelsOfCodes,
  levelsOfPicture,
} from './learned-tokenizer.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'

const oracle = vectors<LearnedTokenizerSettings>('learned-tokenizer')
const { settings } = oracle
const allCodes = (rows: number): number[] => Array.from({ length: rows * 16 }, (_, i) => (i * 5) % 24)

function randomWeights() {
  const p = createParameters()
  encodePicture(p, settings, input('pixels', [1, 8, 8, 4], 'uint8'))
  decodeCodes(p, settings, input('codes', [1, 16], 'int32'))
  return new Map(
    [...p.all()].map(([name, { shape }]) => {
      const sizes = shape as number[]
      return [name, { shape: sizes, data: pseudoRandomWeight(name, sizes) }] as const
    }),
  )
}

describe('the tokenizer that learns its codes', () => {
  it("agrees with an independent implementation, every parameter's gradient through the rounding too", () =>
    expectAgreement(oracle, { pixels: 'uint8' }, (p) => {
      const pixels = input('pixels', [3, 8, 8, 4], 'uint8')
      const found = encodeLevels(p, settings, pixels)
      const picture = decodeLevels(p, settings, found)
      const error = sub(picture, asNumbers(pixels))
      return { loss: meanOfAll(mul(error, error)), outputs: { codes: codesOfLevels(settings, found), picture } }
    }))

  it('has a grid, a number of codes and channels, all told by its settings', () => {
    expect([gridOf(settings), tokenCount(settings), codeCount(settings), channelsOf(settings)]).toEqual([
      [2, 8],
      16,
      24,
      4,
    ])
  })

  it('gives every code levels of its own, and the code back', async () => {
    const table = levelsOfCodes([3, 2, 4])
    expect(new Set(Array.from({ length: 24 }, (_, code) => table.slice(code * 3, code * 3 + 3).join())).size).toBe(24)
    const codes = input('codes', ['batch', 16], 'int32')
    const run = await prepare(lower({ back: codesOfLevels(settings, levelsOfPicture(settings, codes)) }))
    const data = allCodes(3)
    const { back } = await run({ codes: { shape: [3, 16], data, type: 'int32' } })
    expect([...back!.values]).toEqual(data)
  })

  it('draws from codes what it draws from the levels that they stand for, each picture as if alone', async () => {
    const p = createParameters()
    const codes = input('codes', ['batch', 16], 'int32')
    const picture = decodeCodes(p, settings, codes)
    const same = decodeLevels(p, settings, levelsOfPicture(settings, codes))
    const run = await prepare(lower({ picture, same }, randomWeights()))
    const data = allCodes(2)
    const both = await run({ codes: { shape: [2, 16], data, type: 'int32' } })
    expect(both.picture!.shape).toEqual([2, 8, 8, 4])
    expect(both.picture!.values).toEqual(both.same!.values)
    const alone = await run({ codes: { shape: [1, 16], data: data.slice(16), type: 'int32' } })
    const second = [...both.picture!.values].slice(8 * 8 * 4)
    expect(Math.max(...second.map((value, i) => Math.abs(value - alone.picture!.values[i]!)))).toBeLessThan(1e-5)
  })

  it('has no gradient to levels beyond the last, where a generator that errs cannot go either', async () => {
    const found = input('found', [1, 2, 4, 6])
    const p = createParameters()
    const [gradient] = differentiate(meanOfAll(mul(decodeLevels(p, settings, found), 3)), [found])
    const given = Object.fromEntries([...randomWeights()].filter(([name]) => name.startsWith('decoder.')))
    const values = Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? 7 : i % 3 === 1 ? 0.4 : -2))
    const asked = { gradient: gradient! }
    const { gradient: found2 } = await evaluate(asked, { ...given, found: { shape: [1, 2, 4, 6], data: values } })
    for (const [i, value] of [...found2!.values].entries()) expect(value !== 0).toBe(i % 3 === 1)
  })
})
