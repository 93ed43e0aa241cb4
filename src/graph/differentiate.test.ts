import { describe, expect, it } from 'vitest'
import { add, cast, constant, differentiate, exp, gelu, input, mul, round, sum, type Tensor, tanh } from './index.ts'
import { inOrder } from './order.ts'
import { evaluate } from './testing/evaluate.ts'

const scalar = (data: number) => ({ shape: [], data: [data] })

describe('differentiate', () => {
  it('sums the gradients of all the ways a value takes', async () => {
    const x = input('x', [])
    const y = mul(x, x)
    const loss = add(mul(y, x), add(y, exp(x)))
    const [dx] = differentiate(loss, [x])
    const { found } = await evaluate({ found: dx! }, { x: scalar(0.7) })
    expect(found!.values[0]).toBeCloseTo(3 * 0.49 + 1.4 + Math.exp(0.7), 5)
  })

  it('gives gradients of values on the way, alone and together with what they are made of', async () => {
    const x = input('x', [])
    const y = mul(x, 3)
    const loss = mul(y, y)
    const [dy] = differentiate(loss, [y])
    const [dy2, dx] = differentiate(loss, [y, x])
    const found = await evaluate({ dy: dy!, dy2: dy2!, dx: dx! }, { x: scalar(2) })
    expect([found.dy!.values, found.dy2!.values, found.dx!.values]).toEqual([[12], [12], [36]])
  })

  it('does not ask ops before the sources for a gradient', () => {
    const y = round(input('x', []))
    expect(() => differentiate(mul(y, y), [y])).not.toThrow()
  })

  it('of the loss itself is 1', async () => {
    const loss = sum(input('x', [2]))
    const [d] = differentiate(loss, [loss])
    const { found } = await evaluate({ found: d! })
    expect(found).toEqual({ shape: [], values: [1] })
  })

  it('can be repeated where ops keep nothing for it', async () => {
    const x = input('x', [])
    const [first] = differentiate(tanh(x), [x])
    const [second] = differentiate(first!, [x])
    const { found } = await evaluate({ found: second! }, { x: scalar(0.3) })
    const t = Math.tanh(0.3)
    expect(found!.values[0]).toBeCloseTo(-2 * t * (1 - t * t), 5)
  })

  it('refuses, rather than gets wrong, what it cannot do', () => {
    const x = input('x', [2])
    expect(() => differentiate(x, [x])).toThrow('differentiate: the loss must be a float32 scalar (given float32[2])')
    expect(() => differentiate(sum(input('i', [2], 'int32')), [x])).toThrow('the loss must be a float32 scalar')
    expect(() => differentiate(sum(x), [x, input('unused', [3])])).toThrow('the loss does not depend on unused')
    expect(() => differentiate(sum(cast(cast(x, 'int32'), 'float32')), [x])).toThrow('the loss does not depend on x')
    const [d] = differentiate(sum(gelu(x)), [x])
    expect(() => differentiate(sum(d!), [x])).toThrow('gelu: a gradient of its gradient is not defined')
  })
})

describe('deep graphs', () => {
  const depth = 5000

  it('are ordered and differentiated without recursion', async () => {
    const x = input('x', [])
    let y: Tensor = x
    for (let i = 0; i < depth; i++) y = add(y, i % 2 === 0 ? 1 : x)
    expect(inOrder([y])).toHaveLength(1 + depth + depth / 2)
    const [dx] = differentiate(y, [x])
    const found = await evaluate({ y, dx: dx! }, { x: scalar(0.5) })
    expect(found.y!.values[0]).toBe(0.5 + depth / 2 + depth / 4)
    expect(found.dx!.values[0]).toBe(1 + depth / 2)
  })
})

describe('inOrder', () => {
  it('puts each node once, after its inputs, for graphs that share and widen', () => {
    let layer: Tensor[] = [input('a', []), input('b', [])]
    for (let i = 0; i < 40; i++) layer = [add(layer[0]!, layer[1]!), mul(layer[0]!, layer[1]!)]
    const order = inOrder([...layer, constant(1)])
    expect(order).toHaveLength(2 + 80 + 1)
    const place = new Map(order.map((node, at) => [node, at]))
    for (const node of order) {
      for (const { node: before } of node.inputs) expect(place.get(before)!).toBeLessThan(place.get(node)!)
    }
  })
})
