import { describe, expect, it } from 'vitest'
import { differentiate, input, norm, sum } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { mapRows, type Plain, total } from '../testing/plain.ts'

function reference(x: Plain, scale?: Plain, bias?: Plain, epsilon = 1e-5): Plain {
  return mapRows(x, (row) => {
    const mean = total(row) / row.length
    const variance = total(row.map((value) => (value - mean) ** 2)) / row.length
    return row.map(
      (value, i) => ((value - mean) / Math.sqrt(variance + epsilon)) * (scale?.data[i] ?? 1) + (bias?.data[i] ?? 0),
    )
  })
}

describe('norm', () => {
  const x = [2, 3, 6] as const

  it('bare', () => checkOp({ inputs: { x }, build: (t) => norm(t.x), reference: (t) => reference(t.x) }))

  it('with a scale', () =>
    checkOp({
      inputs: { x, scale: [6] },
      build: (t) => norm(t.x, { scale: t.scale }),
      reference: (t) => reference(t.x, t.scale),
    }))

  it("with a bias only, as in DALL·E mini's", () =>
    checkOp({
      inputs: { x, bias: [6] },
      build: (t) => norm(t.x, { bias: t.bias }),
      reference: (t) => reference(t.x, undefined, t.bias),
    }))

  it('with both, and another epsilon', () =>
    checkOp({
      inputs: { x, scale: [6], bias: [6] },
      build: (t) => norm(t.x, { scale: t.scale, bias: t.bias, epsilon: 0.1 }),
      reference: (t) => reference(t.x, t.scale, t.bias, 0.1),
    }))

  it('without a gradient (the form that asks for no statistics)', () =>
    checkOp({
      inputs: { x, bias: [6] },
      build: (t) => norm(t.x, { bias: t.bias }),
      reference: (t) => reference(t.x, undefined, t.bias),
      differentiable: false,
    }))

  it('of a vector alone', () =>
    checkOp({
      inputs: { x: [5], scale: [5], bias: [5] },
      build: (t) => norm(t.x, { scale: t.scale, bias: t.bias }),
      reference: (t) => reference(t.x, t.scale, t.bias),
    }))

  it('names what does not fit, and refuses to be differentiated twice', () => {
    const wide = input('x', ['batch', 6])
    expect(norm(wide).shape).toEqual(['batch', 6])
    expect(() => norm(wide, { bias: input('b', [5]) })).toThrow(
      'norm: scale and bias must be [6] (given float32[batch, 6], float32[5])',
    )
    expect(() => norm(wide, { scale: input('s', [1, 6]) })).toThrow('norm: scale and bias must be [6]')
    expect(() => norm(input('x', [2, 'width']))).toThrow('axis -1 is "width", a number is needed')
    const tensor = input('x', [2, 6])
    const [d] = differentiate(sum(norm(tensor)), [tensor])
    expect(() => differentiate(sum(d!), [tensor])).toThrow('norm: a gradient of its gradient is not defined')
  })
})
