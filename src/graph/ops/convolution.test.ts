import { describe, expect, it } from 'vitest'
import { convolution, differentiate, input, sum } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { type Plain, plain } from '../testing/plain.ts'

type Pads = readonly [top: number, bottom: number, left: number, right: number]
type Options = { readonly stride?: number; readonly pads?: Pads }

/** From the definition: each output is a sum over channels and the window. */
function reference(x: Plain, weight: Plain, bias?: Plain, { stride = 1, pads = [0, 0, 0, 0] }: Options = {}): Plain {
  const [batch, inputs, rows, columns] = x.shape as [number, number, number, number]
  const [outputs, , high, wide] = weight.shape as [number, number, number, number]
  const [top, bottom, left, right] = pads
  const down = Math.floor((rows + top + bottom - high) / stride) + 1
  const across = Math.floor((columns + left + right - wide) / stride) + 1
  const pixel = (b: number, c: number, row: number, column: number) =>
    row < 0 || column < 0 || row >= rows || column >= columns
      ? 0
      : x.data[((b * inputs + c) * rows + row) * columns + column]!
  return plain([batch, outputs, down, across], (b, o, i, j) => {
    let total = bias?.data[o!] ?? 0
    for (let c = 0; c < inputs; c++) {
      for (let u = 0; u < high; u++) {
        for (let v = 0; v < wide; v++) {
          const seen = pixel(b!, c, i! * stride + u - top, j! * stride + v - left)
          total += weight.data[((o! * inputs + c) * high + u) * wide + v]! * seen
        }
      }
    }
    return total
  })
}

const check = (x: readonly number[], weight: readonly number[], options: Options) =>
  checkOp({
    inputs: { x, weight, bias: [weight[0]!] },
    build: (t) => convolution(t.x, t.weight, { bias: t.bias, ...options }),
    reference: (t) => reference(t.x, t.weight, t.bias, options),
  })

describe('convolution', () => {
  it('without zeros around it, and without a bias', () =>
    checkOp({
      inputs: { x: [2, 3, 4, 5], weight: [2, 3, 3, 2] },
      build: (t) => convolution(t.x, t.weight),
      reference: (t) => reference(t.x, t.weight),
    }))

  it('3 x 3 that keeps the size', () => check([2, 3, 4, 5], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }))

  it('of single places', () => check([1, 3, 2, 4], [5, 3, 1, 1], {}))

  it('that halves, with zeros after the last row and column only', () =>
    check([2, 2, 6, 4], [3, 2, 3, 3], { stride: 2, pads: [0, 1, 0, 1] }))

  it('with a stride that leaves pixels unread, and one longer than the window', async () => {
    await check([1, 2, 7, 6], [2, 2, 2, 3], { stride: 2, pads: [0, 0, 1, 0] })
    await check([1, 2, 8, 7], [2, 2, 2, 1], { stride: 3 })
  })

  it('with more zeros around it than the window reaches', () =>
    check([1, 1, 2, 3], [2, 1, 2, 2], { pads: [3, 0, 2, 1] }))

  it('can be differentiated twice', () => {
    const [x, weight] = [input('x', [1, 2, 4, 4]), input('weight', [2, 2, 3, 3])]
    const [d] = differentiate(sum(convolution(x, weight, { stride: 2, pads: [1, 1, 1, 1] })), [x])
    expect(differentiate(sum(d!), [weight])[0]!.shape).toEqual([2, 2, 3, 3])
  })

  it('carries a named batch, and names what does not fit', () => {
    const x = input('x', ['batch', 3, 8, 8])
    const weight = input('weight', [4, 3, 3, 3])
    expect(convolution(x, weight, { stride: 2, pads: [0, 1, 0, 1] }).shape).toEqual(['batch', 4, 4, 4])
    expect(() => convolution(x, input('w', [4, 2, 3, 3]))).toThrow(
      'convolution: needs x [batch, inputs, rows, columns]',
    )
    expect(() => convolution(x, weight, { bias: input('b', [3]) })).toThrow('convolution: the bias must be [4]')
    expect(() => convolution(x, input('w', [4, 3, 9, 3]))).toThrow('larger than the padded planes')
    expect(() => convolution(x, weight, { stride: 0 })).toThrow('a stride is 1 or more')
    expect(() => convolution(x, weight, { pads: [0, -1, 0, 0] })).toThrow('none below 0')
    expect(() => convolution(input('x', [1, 3, 'rows', 8]), weight)).toThrow('"rows", a number is needed')
  })
})
