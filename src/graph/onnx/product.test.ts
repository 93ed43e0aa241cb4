import { describe, expect, it } from 'vitest'
import { attention, cachedAttention, createParameters, input, linear, lower, matmul, type Tensor } from '../index.ts'
import { relativeError } from '../testing/compare.ts'
import { decodeOnnx } from '../testing/decode-onnx.ts'
import { prepare } from '../testing/evaluate.ts'
import { count, pseudoRandom } from '../testing/pseudo-random.ts'

const [q, k, v] = ['q', 'k', 'v'].map((name) => input(name, ['rows', 6])) as [Tensor, Tensor, Tensor]
const past = {
  keys: input('keys', ['rows', 2, 5, 3]),
  values: input('values', ['rows', 2, 5, 3]),
  mask: input('mask', [5]),
}
const [x, y, a, b] = [input('x', [2, 4, 6]), input('y', [2, 5, 6]), input('a', [2, 7, 3]), input('b', [5, 7])]

const cases: Readonly<Record<string, Tensor>> = {
  plain: matmul(b, a),
  'of a transposed first': matmul(a, input('c', [7, 4]), { transposeA: true }),
  'of a transposed second, scaled': matmul(b, input('d', [2, 3, 7]), { transposeB: true, scale: 0.5 }),
  'of two transposed': matmul(a, b, { transposeA: true, transposeB: true, scale: -3 }),
  'of a weight': linear(x, createParameters().get('w', [3, 6], 'zeros')),
  'in attention': attention(x, y, y, { heads: 2 }),
  'in cached attention': cachedAttention(q, k, v, past, 2),
}

const given = (shape: readonly (number | string)[], name: string) => {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 4))
  return { shape: sizes, data: pseudoRandom(name, count(sizes)) }
}

describe('a product', () => {
  it.each(Object.entries(cases))('%s is the same in the standard’s ops alone', async (_, result) => {
    const lowered = lower({ result })
    const model = lowered.standardModel!()
    const { nodes } = decodeOnnx(model)
    expect(nodes.map(({ type }) => type)).toContain('MatMul')
    expect(new Set(nodes.map(({ domain }) => domain))).toEqual(new Set(['']))
    const inputs = Object.fromEntries(
      Object.entries(lowered.inputs).map(([name, { shape }]) => [name, given(shape, name)]),
    )
    const [fused, standard] = [await prepare(lowered), await prepare({ ...lowered, model })]
    const [expected, found] = [(await fused(inputs)).result!, (await standard(inputs)).result!]
    expect(found.shape).toEqual(expected.shape)
    expect(relativeError(found.values, expected.values)).toBeLessThan(1e-6)
  })

  it('refers to the same weights either way', () => {
    const weights = new Map([['w', { shape: [3, 6], data: pseudoRandom('w', 18) }]])
    const lowered = lower({ y: cases['of a weight']! }, weights)
    const stored = (model: Uint8Array) => decodeOnnx(model).initialisers.filter(({ external }) => external)
    expect(stored(lowered.standardModel!())).toEqual(stored(lowered.model))
  })
})
