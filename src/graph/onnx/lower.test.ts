import { describe, expect, it } from 'vitest'
import {
  add,
  attention,
  constant,
  createParameters,
  expand,
  input,
  linear,
  lower,
  mul,
  reshape,
  type Tensor,
  transpose,
} from '../index.ts'
import { decodeOnnx } from '../testing/decode-onnx.ts'
import { evaluate, prepare } from '../testing/evaluate.ts'

const weight = (shape: number[], data: number[]) => ({ shape, data: Float32Array.from(data) })

describe('the model that is written', () => {
  const p = createParameters()
  const x = input('x', ['batch', 2])
  const y = mul(linear(x, p.get('w', [3, 2], 'zeros')), 0.5)

  it('is ONNX: versions, names, types, shapes, attributes', () => {
    const model = decodeOnnx(lower({ y: transpose(reshape(y, ['batch', 3, 1]), [0, 2, 1]) }).model)
    expect(model.irVersion).toBe(10)
    expect(model.opsets).toEqual([
      { domain: '', version: 21 },
      { domain: 'com.microsoft', version: 1 },
    ])
    expect(model.inputs).toEqual([
      { name: 'x', type: 1, shape: ['batch', 2] },
      { name: 'w', type: 1, shape: [3, 2] },
    ])
    expect(model.outputs).toEqual([{ name: 'y', type: 1, shape: ['batch', 1, 3] }])
    const product = model.nodes.find(({ type }) => type === 'FusedMatMul')!
    expect(product).toMatchObject({ domain: 'com.microsoft', inputs: ['x', 'w'], attributes: { transB: 1, alpha: 1 } })
    expect(model.nodes.find(({ type }) => type === 'Transpose')!.attributes).toEqual({ perm: [0, 2, 1] })
    const made = model.nodes.flatMap(({ outputs }) => outputs)
    expect(new Set(made).size).toBe(made.length)
    expect(new Set(model.nodes.map(({ name }) => name)).size).toBe(model.nodes.length)
  })

  it('with weights refers to them and does not copy them', async () => {
    const data = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)
    // A view into a larger buffer, as a weights file gives it.
    const weights = new Map([['w', { shape: [3, 2], data: data.subarray(2) }]])
    const lowered = lower({ y }, weights)
    expect(Object.keys(lowered.inputs)).toEqual(['x'])
    expect(lowered.outputs).toEqual({ y: { shape: ['batch', 3], type: 'float32' } })
    expect(lowered.externalData).toHaveLength(1)
    expect(lowered.externalData[0]!.data.buffer).toBe(data.buffer)
    const stored = decodeOnnx(lowered.model).initialisers.find(({ name }) => name === 'w')!
    expect(stored).toMatchObject({ external: { location: 'w', offset: '0', length: '24' }, location: 1 })
    expect(stored.raw).toBeUndefined()

    const run = await prepare(lowered)
    for (const rows of [
      [1, 2],
      [1, 2, 10, 20, -1, 0],
    ]) {
      const found = await run({ x: { shape: [rows.length / 2, 2], data: rows } })
      expect(found.y!.shape).toEqual([rows.length / 2, 3])
      const expected = Array.from({ length: rows.length / 2 }, (_, i) =>
        [2, 4, 6].map((w) => (rows[2 * i]! * w + rows[2 * i + 1]! * (w + 1)) / 2),
      )
      expect(found.y!.values).toEqual(expected.flat())
    }
  })

  it('writes equal constants once, and unequal ones apart', () => {
    const [a, b] = [input('a', []), input('b', [2])]
    const once = decodeOnnx(
      lower({ y: add(mul(a, 2), mul(mul(a, 2), add(mul(b, constant([2, 2])), constant([2, 2])))) }).model,
    )
    expect(once.initialisers).toHaveLength(2)
    const others = [constant(1), constant(1, [1]), constant(1, [], 'int32'), constant([1, 1]), constant(0)]
    const apart = decodeOnnx(lower(Object.fromEntries(others.map((c, i) => [`y${i}`, c]))).model)
    expect(apart.initialisers).toHaveLength(others.length)
    expect(apart.initialisers.map(({ type, shape }) => ({ type, shape }))).toEqual([
      { type: 1, shape: [] },
      { type: 1, shape: [1] },
      { type: 6, shape: [] },
      { type: 1, shape: [2] },
      { type: 1, shape: [] },
    ])
  })

  it('does not write what no output needs', () => {
    const a = input('a', [2])
    const lowered = lower({ y: add(a, 1) })
    expect(decodeOnnx(lowered.model).nodes.map(({ type }) => type)).toEqual(['Add', 'Identity'])
  })
})

describe('named sizes', () => {
  it('are taken from the inputs of each run', async () => {
    const [q, k] = [input('q', ['batch', 'rows', 4]), input('k', ['batch', 'keys', 4])]
    const run = await prepare(lower({ y: attention(q, k, k, { heads: 2 }) }))
    for (const [batch, rows, keys] of [
      [1, 2, 3],
      [3, 5, 1],
    ] as const) {
      const of = (length: number) => ({ shape: [batch, length, 4], data: new Float32Array(batch * length * 4).fill(1) })
      const { y } = await run({ q: of(rows), k: of(keys) })
      expect(y!.shape).toEqual([batch, rows, 4])
      expect(y!.values.every((v) => Math.abs(v - 1) < 1e-6)).toBe(true)
    }
  })

  it('that no input carries are an error', () => {
    const repeated = expand(constant([1, 2]), ['batch', 2])
    expect(() => lower({ repeated })).toThrow('lower: no input carries the size "batch"')
    expect(() => lower({ y: add(repeated, input('x', ['batch', 2])) })).not.toThrow()
  })
})

describe('errors', () => {
  const p = createParameters()
  const w = p.get('w', [2, 3], 'zeros')
  const x = input('x', [2, 3])

  it('a weight that is missing or misshapen', () => {
    expect(() => lower({ y: add(w, x) }, new Map())).toThrow('lower: there is no weight "w" (given float32[2, 3])')
    expect(() => lower({ y: add(w, x) }, new Map([['w', weight([3, 2], [1, 2, 3, 4, 5, 6])]]))).toThrow(
      'lower: the weight "w" is [3, 2] (given float32[2, 3])',
    )
    expect(() => lower({ y: add(w, x) }, new Map([['w', weight([2, 3], [1, 2, 3])]]))).toThrow(
      'lower: the weight "w" has 3 values (given float32[2, 3])',
    )
  })

  it('two values of one name, whatever they are', () => {
    const weights = new Map([['w', weight([2, 3], [0, 0, 0, 0, 0, 0])]])
    const other = createParameters().get('w', [2, 3], 'zeros')
    for (const [what, outputs] of Object.entries({
      inputs: { y: add(x, input('x', [2, 3])) },
      parameters: { y: add(w, other) },
      'an input and a parameter': { y: add(w, input('w', [2, 3])) },
      'an input and an output': { x: add(x, x) },
      'a parameter and an output': { w: add(w, x) },
    } as Record<string, Record<string, Tensor>>)) {
      expect(() => lower(outputs), what).toThrow(/lower: two values are called "[xw]"/)
      expect(() => lower(outputs, weights), what).toThrow(/lower: two values are called "[xw]"/)
    }
  })

  it('names that could be mistaken for those made here', async () => {
    expect(() => lower({ '%t0': add(x, x) })).toThrow('"%t0" cannot be a name')
    const [t0, c1] = [input('t0', []), input('c1', [])]
    const { c0 } = await evaluate(
      { c0: add(mul(t0, 3), mul(c1, 5)) },
      {
        t0: { shape: [], data: [1] },
        c1: { shape: [], data: [10] },
      },
    )
    expect(c0!.values).toEqual([53])
  })
})
