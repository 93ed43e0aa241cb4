import { describe, expect, it } from 'vitest'
import { differentiate, gelu, input, lower, sum } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { errorFunction, map } from '../testing/plain.ts'

const reference = (x: number) => (x * (1 + errorFunction(x / Math.SQRT2))) / 2

describe('gelu', () => {
  it('is exact, by the single ONNX op where no gradient is asked for', () =>
    checkOp({
      inputs: { x: [4, 5] },
      build: ({ x }) => gelu(x),
      reference: ({ x }) => map(reference, x),
      domain: (v) => 4 * v,
      differentiable: false,
    }))

  it('is the same in the form that keeps the probability for its gradient', () =>
    checkOp({
      inputs: { x: [4, 5] },
      build: ({ x }) => gelu(x),
      reference: ({ x }) => map(reference, x),
      domain: (v) => 4 * v,
    }))

  it('lowers to one node for inference and to more for training', () => {
    const x = input('x', [3])
    const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
    expect(text(lower({ y: gelu(x) }).model)).toContain('Gelu')
    const y = gelu(x)
    const [dx] = differentiate(sum(y), [x])
    const training = text(lower({ y, dx: dx! }).model)
    expect(training).toContain('Erf')
    expect(training).not.toContain('Gelu')
  })

  it('refuses whole numbers', () => {
    expect(() => gelu(input('x', [2], 'int32'))).toThrow('gelu: expected float32 (given int32[2])')
  })
})
