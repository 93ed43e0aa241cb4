import { describe, expect, it } from 'vitest'
import { add, createParameters, input, linear, lower, matmul, mul, type Tensor } from '../index.ts'
import { relativeError } from '../testing/compare.ts'
import { decodeOnnx } from '../testing/decode-onnx.ts'
import { prepare } from '../testing/evaluate.ts'
import { pseudoRandom } from '../testing/pseudo-random.ts'
import type { RowWeight, WeightData } from './lowering.ts'
import { mostRowInputs } from './row-weight.ts'

/** Codes and scales that look like noise, and the numbers they stand for. */
function rowWeight(name: string, outputs: number, inputs: number) {
  const codes = Int8Array.from(pseudoRandom(name, outputs * inputs), (value) => Math.round(value * 127))
  const scales = Float32Array.from({ length: outputs }, (_, i) => (1 + (i % 5)) / 500)
  const data = Float32Array.from(codes, (_, i) => {
    const [output, input] = [Math.floor(i / inputs), i % inputs]
    return codes[input * outputs + output]! * scales[output]!
  })
  const weight: RowWeight = { shape: [outputs, inputs], codes, scales }
  return { weight, data, of: createParameters().get(name, [outputs, inputs], 'zeros') }
}

type Inputs = Parameters<Awaited<ReturnType<typeof prepare>>>[0]

async function run(y: Tensor, name: string, weight: WeightData, inputs: Inputs, ops: 'fused' | 'standard' = 'fused') {
  const lowered = lower({ y }, new Map([[name, weight]]))
  const model = ops === 'fused' ? lowered.model : lowered.standardModel!()
  return (await (await prepare({ ...lowered, model }))(inputs)).y!
}

/** A row of x as the product reads it. */
function inBytes(row: readonly number[]): number[] {
  const most = Math.max(...row.map(Math.abs), 1e-30)
  return row.map((value) => (Math.round((value * 127) / most) * most) / 127)
}

describe.each([64, 70])('a product with a scale an output, %i inputs', (inputs) => {
  const { weight, data, of } = rowWeight('w', 48, inputs)
  const wide = { shape: weight.shape, data }
  const x = Array.from(pseudoRandom('x', 33 * inputs))
  // Nothing, and one number among zeros.
  x.fill(0, 0, 2 * inputs)
  x[inputs + 3] = 1e20
  const some = (rows: number) => ({ x: { shape: [rows, inputs], data: x.slice(0, rows * inputs) } })
  const y = linear(input('x', ['rows', inputs]), of)

  it('is that of rows that are rounded to bytes, summed exactly', async () => {
    const found = (await run(y, 'w', weight, some(33))).values
    for (let row = 0; row < 33; row++) {
      const bytes = inBytes(x.slice(row * inputs, (row + 1) * inputs))
      const expected = Array.from({ length: 48 }, (_, o) =>
        bytes.reduce((sum, value, i) => sum + value * data[o * inputs + i]!, 0),
      )
      // A number halfway between two may go either way.
      expect(relativeError(found.slice(row * 48, (row + 1) * 48), expected), `${row}`).toBeLessThan(
        row < 2 ? 1e-6 : 5e-4,
      )
    }
    expect(found.slice(0, 48).every((value) => value === 0)).toBe(true)
  })

  it('changes by no other row, nor by ops', async () => {
    const all = (await run(y, 'w', weight, some(33))).values
    for (const rows of [1, 2, 3, 8, 17, 32]) {
      expect((await run(y, 'w', weight, some(rows))).values, `${rows}`).toEqual(all.slice(0, rows * 48))
    }
    expect(relativeError((await run(y, 'w', weight, some(33), 'standard')).values, all)).toBeLessThan(1e-6)
  })

  it('reads any axes before the last', async () => {
    const deep = linear(input('x', [2, 3, 'rows', inputs]), of, createParameters().get('b', [48], 'zeros'))
    const bias = { shape: [48], data: new Float32Array(48).fill(7) }
    const weights = new Map<string, WeightData>([['w', weight]]).set('b', bias)
    const lowered = lower({ y: deep }, weights)
    const given = { x: { shape: [2, 3, 5, inputs], data: x.slice(0, 30 * inputs) } }
    const flat = (await run(y, 'w', weight, some(30))).values
    expect((await (await prepare(lowered))(given)).y!.values).toEqual(flat.map((value) => Math.fround(value + 7)))
  })

  it('is widened for any other op', async () => {
    const other = mul(matmul(input('x', [2, 48]), of), 2)
    const given = { x: { shape: [2, 48], data: pseudoRandom('other', 96) } }
    const expected = await run(other, 'w', wide, given)
    for (const ops of ['fused', 'standard'] as const)
      expect(await run(other, 'w', weight, given, ops)).toEqual(expected)
    // As a product and widened in one graph: the codes are handed over once.
    expect(lower({ y: add(linear(other, of), 0) }, new Map([['w', weight]])).externalData).toHaveLength(2)
  })
})

it('says whether a graph multiplies bytes, and writes none signed in the standard’s ops', () => {
  const { weight, of } = rowWeight('w', 48, 64)
  const y = linear(input('x', ['rows', 64]), of)
  const lowered = lower({ y }, new Map([['w', weight]]))
  expect(lowered.multipliesBytes).toBe(true)
  const types = (model: Uint8Array) => decodeOnnx(model).nodes.map(({ type }) => type)
  expect(types(lowered.model)).toContain('MatMulIntegerToFloat')
  expect(types(lowered.standardModel!())).toEqual(expect.arrayContaining(['BitwiseXor', 'MatMulInteger']))
  expect(lower({ y }).multipliesBytes).toBe(false)
})

it('sums the largest codes of as many inputs as there can be, and refuses more', async () => {
  const of = (inputs: number) => {
    // -128 is no code of ours, and may stand in a file.
    const weight = { shape: [2, inputs], codes: new Int8Array(2 * inputs).fill(-128), scales: Float32Array.of(1, 1) }
    return { weight, y: linear(input('x', [2, inputs]), createParameters().get('w', [2, inputs], 'zeros')) }
  }
  const { weight, y } = of(mostRowInputs)
  const x = { shape: [2, mostRowInputs], data: new Float32Array(2 * mostRowInputs).fill(1) }
  for (const ops of ['fused', 'standard'] as const) {
    const found = (await run(y, 'w', weight, { x }, ops)).values
    expect(relativeError(found, Array(4).fill(-128 * mostRowInputs)), ops).toBeLessThan(1e-6)
  }
  const more = of(mostRowInputs + 1)
  expect(() => lower({ y: more.y }, new Map([['w', more.weight]]))).toThrow(/"w" has 132105 inputs, whose sums/)
})

it.each(['fused', 'standard'] as const)('of rows that are no numbers makes none, by %s ops', async (ops) => {
  const { weight, of } = rowWeight('w', 48, 64)
  const rows = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((odd) => Array(64).fill(1).with(5, odd))
  rows.push(Array(64).fill(Number.NaN), Array(64).fill(1e-40), Array(64).fill(-0))
  const x = { shape: [5, 64], data: rows.flat() as number[] }
  const found = (await run(linear(input('x', [5, 64]), of), 'w', weight, { x }, ops)).values
  expect(found.slice(0, 144).some((value) => Number.isFinite(value))).toBe(false)
  expect(found.slice(144, 192).every((value) => Math.abs(value) < 1e-37)).toBe(true)
  expect(found.slice(192).every((value) => value === 0)).toBe(true)
})

it('refuses codes that do not fill their shape', () => {
  const { weight, of } = rowWeight('w', 48, 64)
  const refused = (change: Partial<RowWeight>) => () =>
    lower({ y: mul(of, 1) }, new Map([['w', { ...weight, ...change }]]))
  expect(refused({ codes: weight.codes.subarray(1) })).toThrow(/"w" has 3071 codes/)
  expect(refused({ scales: weight.scales.subarray(1) })).toThrow(/"w" has 47 scales/)
  const cube = createParameters().get('c', [48, 8, 8], 'zeros')
  const deep = new Map([['c', { ...weight, shape: [48, 8, 8] }]])
  expect(() => lower({ y: mul(cube, 1) }, deep)).toThrow(/"c" has 3 axes, where codes with a scale an output have 2/)
})
