import { describe, expect, it } from 'vitest'
import { asRows, input, linear, matmul } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { type Plain, plain, read, total } from '../testing/plain.ts'

type Options = { transposeA: boolean; transposeB: boolean; scale: number }

function reference(a: Plain, b: Plain, { transposeA, transposeB, scale }: Options): Plain {
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!]
  const columns = transposeB ? b.shape.at(-2)! : b.shape.at(-1)!
  const rank = Math.max(a.shape.length, b.shape.length)
  const batch = Array.from({ length: rank - 2 }, (_, axis) =>
    Math.max(a.shape.at(axis - rank) ?? 1, b.shape.at(axis - rank) ?? 1),
  )
  return plain([...batch, rows, columns], (...index) => {
    const [leading, i, j] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!]
    const products = Array.from({ length: inner }, (_, n) => {
      const left = transposeA ? read(a, ...leading, n, i) : read(a, ...leading, i, n)
      return left * (transposeB ? read(b, ...leading, j, n) : read(b, ...leading, n, j))
    })
    return scale * total(products)
  })
}

describe('matmul', () => {
  const flip = (shape: readonly number[], yes: boolean) =>
    yes ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      for (const [left, right] of [
        [
          [3, 4],
          [4, 2],
        ],
        [
          [2, 3, 4],
          [2, 4, 2],
        ],
        [
          [2, 3, 4],
          [4, 2],
        ],
        [
          [3, 4],
          [2, 4, 2],
        ],
        [
          [2, 1, 3, 4],
          [3, 4, 2],
        ],
      ] as const) {
        const [a, b] = [flip(left, transposeA), flip(right, transposeB)]
        it(`[${a}]${transposeA ? ' transposed' : ''} by [${b}]${transposeB ? ' transposed' : ''}`, async () => {
          for (const scale of [1, 0.3]) {
            const options = { transposeA, transposeB, scale }
            await checkOp({
              inputs: { a, b },
              build: (x) => matmul(x.a, x.b, options),
              reference: (x) => reference(x.a, x.b, options),
            })
          }
        })
      }
    }
  }

  it('names what does not fit', () => {
    const x = (...shape: (number | string)[]) => input('x', shape)
    expect(() => matmul(x(2, 3), x(4, 2))).toThrow(
      'matmul: inner sizes 3 and 4 differ (given float32[2, 3], float32[4, 2])',
    )
    expect(() => matmul(x(2, 3), x(2, 3), { transposeA: true, transposeB: true })).toThrow('inner sizes 2 and 3 differ')
    expect(() => matmul(x(3), x(3, 2))).toThrow('matmul: needs two axes')
    expect(() => matmul(x(2, 1, 3), x(3, 3, 2))).toThrow('matmul: shapes do not broadcast')
    expect(() => matmul(input('i', [2, 2], 'int32'), x(2, 2))).toThrow('matmul: expected float32')
    expect(matmul(x('batch', 4, 3), x(3, 2)).shape).toEqual(['batch', 4, 2])
  })
})

describe('linear', () => {
  const product = (x: Plain, w: Plain, b?: Plain): Plain =>
    plain([...x.shape.slice(0, -1), w.shape[0]!], (...index) => {
      const [leading, o] = [index.slice(0, -1), index.at(-1)!]
      const sum = total(Array.from({ length: w.shape[1]! }, (_, n) => read(x, ...leading, n) * read(w, o, n)))
      return sum + (b === undefined ? 0 : read(b, o))
    })

  for (const leading of [[3], [2, 3], [2, 2, 2]] as const) {
    it(`with a bias, x [${[...leading, 4]}]`, () =>
      checkOp({
        inputs: { x: [...leading, 4], w: [5, 4], b: [5] },
        build: ({ x, w, b }) => linear(x, w, b),
        reference: ({ x, w, b }) => product(x, w, b),
      }))
  }

  it('without a bias', () =>
    checkOp({
      inputs: { x: [2, 3, 4], w: [5, 4] },
      build: ({ x, w }) => linear(x, w),
      reference: ({ x, w }) => product(x, w),
    }))

  it('names what does not fit', () => {
    const [x, w] = [input('x', ['batch', 4]), input('w', [5, 4])]
    expect(linear(x, w).shape).toEqual(['batch', 5])
    expect(() => linear(x, input('w', [4, 5]))).toThrow(
      'linear: the weight must be [outputs, inputs] and x [..., rows, inputs] (given float32[batch, 4], float32[4, 5])',
    )
    expect(() => linear(input('x', [4]), w)).toThrow('linear: the weight must be')
    expect(() => linear(x, w, input('b', [4]))).toThrow('linear: the bias must be [outputs]')
    expect(() => linear(x, input('w', [5, 4], 'int32'))).toThrow('linear: expected float32')
  })
})

describe('asRows', () => {
  it('joins all axes but the last, which must be numbers', () => {
    expect(asRows(input('x', [2, 3, 4])).shape).toEqual([6, 4])
    expect(() => asRows(input('x', ['batch', 3, 4]))).toThrow('asRows: the size "batch" is not known')
  })
})
