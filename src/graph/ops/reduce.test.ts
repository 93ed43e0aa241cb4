import { describe, expect, it } from 'vitest'
import { input, mean, meanOfAll, unitLength } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { mapRows, plain, read, total } from '../testing/plain.ts'

describe('mean', () => {
  it('over one axis leaves it with size 1', () =>
    checkOp({
      inputs: { x: [2, 3, 4] },
      build: ({ x }) => mean(x, [-1]),
      reference: ({ x }) => mapRows(x, (row) => [total(row) / 4]),
    }))

  it('over several axes', () =>
    checkOp({
      inputs: { x: [2, 3, 2] },
      build: ({ x }) => mean(x, [0, 2]),
      reference: ({ x }) =>
        plain([1, 3, 1], (_, j) => total([0, 1].flatMap((i) => [0, 1].map((k) => read(x, i, j!, k)))) / 4),
    }))

  it('of everything is a scalar', () =>
    checkOp({
      inputs: { x: [2, 3] },
      build: ({ x }) => meanOfAll(x),
      reference: ({ x }) => ({ shape: [], data: [total(x.data) / 6] }),
    }))

  it('names what does not fit', () => {
    expect(() => mean(input('x', [2, 3]), [2])).toThrow('mean: there is no axis 2 (given float32[2, 3])')
    expect(() => mean(input('x', [2], 'int32'), [0])).toThrow('mean: expected float32')
    expect(() => meanOfAll(input('x', ['batch', 2]))).toThrow('meanOfAll: the size "batch" is not known')
  })
})

describe('unitLength', () => {
  it('values and gradient', () =>
    checkOp({
      inputs: { x: [3, 5] },
      build: ({ x }) => unitLength(x),
      reference: ({ x }) => mapRows(x, (row) => row.map((v) => v / Math.sqrt(total(row.map((w) => w * w)) + 1e-12))),
    }))
})
