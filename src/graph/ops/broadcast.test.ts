import { describe, expect, it } from 'vitest'
import { expand, input, sum } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { plain, read } from '../testing/plain.ts'
import { sumTo } from './broadcast.ts'

describe('sum', () => {
  it('over all axes gives a scalar', () =>
    checkOp({
      inputs: { x: [2, 3] },
      build: ({ x }) => sum(x),
      reference: ({ x }) => ({ shape: [], data: [x.data.reduce((a, b) => a + b)] }),
    }))

  it('over one axis drops it', () =>
    checkOp({
      inputs: { x: [2, 3, 2] },
      build: ({ x }) => sum(x, [-2]),
      reference: ({ x }) => plain([2, 2], (i, k) => read(x, i!, 0, k!) + read(x, i!, 1, k!) + read(x, i!, 2, k!)),
    }))

  it('keeps axes where asked to', () =>
    checkOp({
      inputs: { x: [2, 2, 2] },
      build: ({ x }) => sum(x, [0, 2], true),
      reference: ({ x }) =>
        plain([1, 2, 1], (_, j) => read(x, 0, j!, 0) + read(x, 0, j!, 1) + read(x, 1, j!, 0) + read(x, 1, j!, 1)),
    }))

  it('over no axis is the tensor itself', () => {
    const x = input('x', [2])
    expect(sum(x, [])).toBe(x)
  })

  it('refuses an axis that is not there or comes twice', () => {
    const x = input('x', [2, 3])
    expect(() => sum(x, [2])).toThrow('sum: there is no axis 2 (given float32[2, 3])')
    expect(() => sum(x, [1, -1])).toThrow('sum: axis 1 comes twice (given float32[2, 3])')
  })
})

describe('expand', () => {
  it('repeats, and its gradient sums the copies', () =>
    checkOp({
      inputs: { x: [2, 1, 3] },
      build: ({ x }) => expand(x, [4, 2, 5, 3]),
      reference: ({ x }) => plain([4, 2, 5, 3], (...i) => read(x, ...i)),
    }))

  it('refuses a shape that does not contain its own', () => {
    expect(() => expand(input('x', [2, 3]), [2, 1])).toThrow(
      'expand: does not broadcast to [2, 1] (given float32[2, 3])',
    )
    expect(() => expand(input('x', [2, 3]), [4, 3])).toThrow('expand: shapes do not broadcast')
  })
})

describe('sumTo', () => {
  it('undoes a broadcast', () =>
    checkOp({
      inputs: { x: [2, 3, 2] },
      build: ({ x }) => sumTo(x, [1, 2]),
      reference: ({ x }) =>
        plain([1, 2], (_, k) => [0, 1, 2].reduce((total, j) => total + read(x, 0, j, k!) + read(x, 1, j, k!), 0)),
    }))
})
