import { describe, expect, it } from 'vitest'
import { add, constant, differentiate, GraphError, input, mul, sum, type Tensor, where } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { evaluate } from '../testing/evaluate.ts'
import { errorFunction, map } from '../testing/plain.ts'
import * as ops from './elementwise.ts'

const unary: Record<string, { f: (x: number) => number; domain?: (v: number) => number }> = {
  neg: { f: (x) => -x },
  exp: { f: Math.exp },
  log: { f: Math.log, domain: (v) => v + 1.5 },
  sqrt: { f: Math.sqrt, domain: (v) => v + 1.5 },
  tanh: { f: Math.tanh, domain: (v) => 2 * v },
  sigmoid: { f: (x) => 1 / (1 + Math.exp(-x)), domain: (v) => 3 * v },
  abs: { f: Math.abs },
  erf: { f: errorFunction, domain: (v) => 2 * v },
}

const binary: Record<string, { f: (a: number, b: number) => number; domain?: (v: number) => number }> = {
  add: { f: (a, b) => a + b },
  sub: { f: (a, b) => a - b },
  mul: { f: (a, b) => a * b },
  div: { f: (a, b) => a / b, domain: (v) => v + 2 },
  maximum: { f: Math.max },
  minimum: { f: Math.min },
}

type Binary = (a: Tensor | number, b: Tensor | number) => Tensor

describe('ops of one operand', () => {
  for (const [name, { f, domain }] of Object.entries(unary)) {
    it(`${name}: values and gradient`, () =>
      checkOp({
        inputs: { x: [3, 4] },
        build: ({ x }) => (ops as unknown as Record<string, (x: Tensor) => Tensor>)[name]!(x),
        reference: ({ x }) => map(f, x),
        ...(domain && { domain }),
      }))
  }

  it('round and sign give values and refuse a gradient', async () => {
    const x = input('x', [6])
    const given = { x: { shape: [6], data: [-1.5, -0.5, 0.5, 1.5, 2.4, 0] } }
    const { rounded, signs } = await evaluate({ rounded: ops.round(x), signs: ops.sign(x) }, given)
    expect(rounded!.values.map((v) => v + 0)).toEqual([-2, 0, 0, 2, 2, 0])
    expect(signs!.values).toEqual([-1, -1, 1, 1, 1, 0])
    expect(() => differentiate(sum(ops.round(x)), [x])).toThrow(/round: has no gradient.*float32\[6\]/)
  })

  it('straightThroughRound rounds, and its gradient is as if it had not', async () => {
    const x = input('x', [4])
    const y = ops.straightThroughRound(x)
    const [dx] = differentiate(sum(mul(y, constant([1, 2, 3, 4]))), [x])
    const found = await evaluate({ y, dx: dx! }, { x: { shape: [4], data: [0.4, -1.7, 2.5, 3] } })
    expect(found.y!.values).toEqual([0, -2, 2, 3])
    expect(found.dx!.values).toEqual([1, 2, 3, 4])
  })

  it('names the op and the type it was given', () => {
    const whole = input('x', [2, 'batch'], 'int32')
    expect(() => ops.exp(whole)).toThrow(GraphError)
    expect(() => ops.exp(whole)).toThrow('exp: expected float32 (given int32[2, batch])')
  })
})

describe('ops of two operands', () => {
  for (const [name, { f, domain }] of Object.entries(binary)) {
    const op = (ops as unknown as Record<string, Binary>)[name]!
    for (const [a, b] of [
      [
        [2, 3],
        [2, 3],
      ],
      [[2, 3], [3]],
      [
        [2, 1, 3],
        [4, 1],
      ],
      [[], [2, 2]],
    ] as const) {
      it(`${name}: values and gradients of [${a}] with [${b}]`, () =>
        checkOp({
          inputs: { a, b },
          build: (x) => op(x.a, x.b),
          reference: (x) => map(f, x.a, x.b),
          ...(domain && { domain }),
        }))
    }
    it(`${name} takes a number on either side`, () =>
      checkOp({
        inputs: { x: [3] },
        build: ({ x }) => add(op(x, 0.25), mul(2, op(0.5, x))),
        reference: ({ x }) => map((v) => f(v, 0.25) + 2 * f(0.5, v), x),
        domain: (v) => v + 2,
      }))
  }

  it('an operand used twice gets both gradients', () =>
    checkOp({
      inputs: { x: [3] },
      build: ({ x }) => mul(x, mul(x, x)),
      reference: ({ x }) => map((v) => v ** 3, x),
    }))

  it('at a tie the gradient of maximum and minimum goes to the first', async () => {
    const [a, b] = [input('a', [1]), input('b', [1])]
    for (const op of [ops.maximum, ops.minimum]) {
      const [da, db] = differentiate(sum(op(a, b)), [a, b])
      const tie = { shape: [1], data: [2] }
      const found = await evaluate({ da: da!, db: db! }, { a: tie, b: tie })
      expect([found.da!.values, found.db!.values]).toEqual([[1], [0]])
    }
  })

  it('compares', async () => {
    const [a, b] = [input('a', [3]), input('b', [3])]
    const given = { a: { shape: [3], data: [1, 2, 3] }, b: { shape: [3], data: [2, 2, 2] } }
    const { below, same } = await evaluate({ below: ops.less(a, b), same: ops.equal(a, b) }, given)
    expect([below!.values, same!.values]).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ])
    expect(ops.less(a, b).type).toBe('bool')
  })

  it('names the op and both shapes when they do not fit', () => {
    const [a, b] = [input('a', [2, 3]), input('b', [4])]
    for (const name of Object.keys(binary)) {
      const op = (ops as unknown as Record<string, Binary>)[name]!
      expect(() => op(a, b)).toThrow(`${name}: shapes do not broadcast (given float32[2, 3], float32[4])`)
      expect(() => op(a, input('c', [3], 'int32'))).toThrow(`${name}: operands differ in type`)
    }
    expect(() => ops.add(1, 2)).toThrow('add: one operand must be a tensor')
    expect(() => ops.add(input('x', ['batch']), input('y', ['length']))).toThrow('add: shapes do not broadcast')
    expect(ops.add(input('x', ['batch', 1]), input('y', [1, 3])).shape).toEqual(['batch', 3])
  })
})

describe('where', () => {
  for (const [a, b] of [
    [
      [2, 3],
      [2, 3],
    ],
    [[3], [2, 1]],
    [[], [1, 3]],
  ] as const) {
    it(`chooses between [${a}] and [${b}] and sends each its gradient`, () => {
      const chosen = [1, 0, 0, 1, 1, 0]
      const condition = ops.less(constant(0.5), constant(chosen, [2, 3]))
      return checkOp({
        inputs: { a, b },
        build: (x) => where(condition, x.a, x.b),
        reference: (x) => map((c, p, q) => (c > 0 ? p : q), { shape: [2, 3], data: chosen }, x.a, x.b),
      })
    })
  }

  it('broadcasts the condition', () =>
    checkOp({
      inputs: { a: [2, 3], b: [2, 3] },
      build: (x) => where(ops.less(constant(0.5), constant([1, 0, 1])), x.a, x.b),
      reference: (x) => map((c, p, q) => (c > 0 ? p : q), { shape: [3], data: [1, 0, 1] }, x.a, x.b),
    }))

  it('wants a condition and operands of one type', () => {
    const x = input('x', [2])
    expect(() => where(x, x, x)).toThrow('where: expected bool (given float32[2])')
    expect(() => where(ops.less(x, x), x, input('i', [2], 'int32'))).toThrow('where: operands differ in type')
    expect(() => where(ops.less(x, x), x, input('y', [3]))).toThrow('where: shapes do not broadcast')
  })
})

describe('cast', () => {
  it('converts, and passes gradients between floats only', async () => {
    const x = input('x', [3], 'uint8')
    const { y, whole } = await evaluate(
      { y: ops.cast(x, 'float32'), whole: ops.cast(input('f', [3]), 'int32') },
      { x: { shape: [3], data: [0, 7, 255], type: 'uint8' }, f: { shape: [3], data: [1.9, -1.9, 4] } },
    )
    expect(y!.values).toEqual([0, 7, 255])
    expect(whole!.values).toEqual([1, -1, 4])
    const f = input('f', [3])
    expect(ops.cast(f, 'float32')).toBe(f)
    const through = sum(ops.cast(ops.cast(f, 'int32'), 'float32'))
    expect(() => differentiate(through, [f])).toThrow('the loss does not depend on f')
  })
})
