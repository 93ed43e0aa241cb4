import { describe, expect, it } from 'vitest'
import { add, createParameters, embedding, input, linear, lower, matmul, mul, type Tensor } from '../index.ts'
import { relativeError } from '../testing/compare.ts'
import { prepare } from '../testing/evaluate.ts'
import { pseudoRandom } from '../testing/pseudo-random.ts'
import type { BlockWeight, WeightData } from './lowering.ts'

/** Codes and scales that look like noise, and the numbers they stand for. */
function blockWeight(name: string, rows: number, columns: number, bits: 4 | 8) {
  const blocks = Math.ceil(columns / 32)
  const noise = pseudoRandom(name, rows * blocks * 4 * bits)
  const codes = Uint8Array.from(noise, (value) => Math.floor((value + 1) * 127.9))
  const scales = Float32Array.from({ length: rows * blocks }, (_, i) => (1 + (i % 5)) / 500)
  const weight: BlockWeight = { shape: [rows, columns], bits, codes, scales }
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    const at = row * blocks * 32 + column
    const code = bits === 8 ? codes[at]! - 128 : ((codes[at >> 1]! >> (4 * (at % 2))) & 15) - 8
    return code * scales[row * blocks + Math.floor(column / 32)]!
  })
  return { weight, data }
}

const run = async (
  y: Tensor,
  weights: ReadonlyMap<string, WeightData>,
  x: Parameters<Awaited<ReturnType<typeof prepare>>>[0],
) => (await (await prepare(lower({ y }, weights)))(x)).y!

describe.each([
  [8, 64],
  [8, 70],
  [4, 64],
  [4, 70],
] as const)('a weight in blocks of %i bits, %i columns', (bits, columns) => {
  const { weight, data } = blockWeight('w', 48, columns, bits)
  const blocks = new Map([['w', weight]])
  const wide = new Map([['w', { shape: weight.shape, data }]])
  const w = createParameters().get('w', [48, columns], 'zeros')

  it('is a product that no other row changes', async () => {
    const x = pseudoRandom('x', 33 * columns)
    const y = linear(input('x', ['rows', columns]), w)
    const some = (rows: number) => ({ x: { shape: [rows, columns], data: x.slice(0, rows * columns) } })
    const all = await run(y, blocks, some(33))
    // What is left is the rounding of `x` to 8 bit in each 32 of a row.
    expect(relativeError(all.values, (await run(y, wide, some(33))).values)).toBeLessThan(0.015)
    for (const rows of [1, 2, 3, 8, 17, 32]) {
      expect((await run(y, blocks, some(rows))).values, `${rows}`).toEqual(all.values.slice(0, rows * 48))
    }
  })

  it('is a table of exactly its numbers', async () => {
    const ids = { i: { shape: [2, 3], data: [47, 0, 5, 5, 31, 1], type: 'int32' as const } }
    const rows = embedding(w, input('i', [2, 3], 'int32'))
    const found = await run(rows, blocks, ids)
    expect(found.shape).toEqual([2, 3, columns])
    expect(found.values).toEqual((await run(rows, wide, ids)).values)
  })

  it('is widened for any other op, and each use gets its own', async () => {
    const x = { x: { shape: [2, 48], data: pseudoRandom('other', 96) } }
    const other = mul(matmul(input('x', [2, 48]), w), 2)
    expect((await run(other, blocks, x)).values).toEqual((await run(other, wide, x)).values)
    // As a product and widened in one graph: the codes are handed over once.
    const both = add(linear(other, w), 0)
    const lowered = lower({ y: both }, blocks)
    expect(lowered.externalData).toHaveLength(2)
    expect(relativeError((await run(both, blocks, x)).values, (await run(both, wide, x)).values)).toBeLessThan(0.015)
  })
})

it('widens a weight of more axes', async () => {
  const { weight, data } = blockWeight('v', 12, 40, 8)
  const v = createParameters().get('v', [3, 4, 40], 'zeros')
  const given = new Map([['v', { ...weight, shape: [3, 4, 40] }]])
  expect(await run(mul(v, 1), given, {})).toEqual({ shape: [3, 4, 40], values: [...data] })
})

it('refuses blocks that do not fill their shape', () => {
  const { weight } = blockWeight('w', 48, 64, 8)
  const w = createParameters().get('w', [48, 64], 'zeros')
  const refused = (change: Partial<BlockWeight>) => () =>
    lower({ y: mul(w, 1) }, new Map([['w', { ...weight, ...change }]]))
  expect(refused({ codes: weight.codes.subarray(1) })).toThrow(/"w" has 3071 bytes of codes/)
  expect(refused({ scales: weight.scales.subarray(1) })).toThrow(/"w" has 95 scales/)
  expect(refused({ bits: 4 })).toThrow(/"w" has 3072 bytes of codes/)
  expect(refused({ shape: [64, 48] })).toThrow(/"w" is \[64, 48\]/)
})

it('refuses a weight of over 2 GiB, which the engine would', () => {
  const shape = [2 ** 16 + 1, 2 ** 13]
  const w = createParameters().get('w', shape, 'zeros')
  // Nothing touches it, so it takes no memory.
  const weights = new Map([['w', { shape, data: new Float32Array(shape[0]! * shape[1]!) }]])
  expect(() => lower({ y: embedding(w, input('i', [1], 'int32')) }, weights)).toThrow(
    /"w" has 2147516416 bytes, more than the 2147483648 of the largest/,
  )
})
