import { describe, expect, it } from 'vitest'
import { concat, input, padZeros, reshape, slice, transpose } from '../index.ts'
import { lower } from '../onnx/lower.ts'
import { checkOp } from '../testing/check-op.ts'
import { evaluate, prepare } from '../testing/evaluate.ts'
import { plain, read } from '../testing/plain.ts'

describe('reshape', () => {
  it('keeps the elements in order', () =>
    checkOp({
      inputs: { x: [2, 6] },
      build: ({ x }) => reshape(x, [3, 2, 2]),
      reference: ({ x }) => ({ shape: [3, 2, 2], data: x.data }),
    }))

  it('carries named sizes along: in place, moved, and joined by a shape read at run time', async () => {
    const x = input('x', ['batch', 'length', 6])
    const run = await prepare(
      lower({
        split: reshape(x, ['batch', 'length', 2, 3]),
        moved: reshape(x, ['length', 'batch', 6]),
        padded: reshape(x, [2, 'batch', 3, 'length']),
      }),
    )
    for (const [batch, length] of [
      [2, 3],
      [5, 1],
    ] as const) {
      const data = Array.from({ length: batch * length * 6 }, (_, i) => i)
      const { split, moved, padded } = await run({ x: { shape: [batch, length, 6], data } })
      expect(split!.shape).toEqual([batch, length, 2, 3])
      expect(moved!.shape).toEqual([length, batch, 6])
      expect(padded!.shape).toEqual([2, batch, 3, length])
      for (const { values } of [split!, moved!, padded!]) expect(values).toEqual(data)
    }
  })

  it('refuses another number of elements, and parts of elements', () => {
    expect(() => reshape(input('x', [2, 3]), [4])).toThrow(
      'reshape: [4] does not hold as many elements (given float32[2, 3])',
    )
    expect(() => reshape(input('x', ['batch', 3]), [3, 'length'])).toThrow('does not hold as many elements')
    expect(() => reshape(input('x', [5, 5]), [2.5, 10])).toThrow('reshape: a size must be a whole number above 0')
    const x = input('x', [2, 3])
    expect(reshape(x, [2, 3])).toBe(x)
  })
})

describe('transpose', () => {
  it('values and gradient', () =>
    checkOp({
      inputs: { x: [2, 3, 4] },
      build: ({ x }) => transpose(x, [1, 2, 0]),
      reference: ({ x }) => plain([3, 4, 2], (i, j, k) => read(x, k!, i!, j!)),
    }))

  it('refuses what is no order', () => {
    expect(() => transpose(input('x', [2, 3]), [0, 0])).toThrow(
      'transpose: [0, 0] is no order of its axes (given float32[2, 3])',
    )
    expect(() => transpose(input('x', [2, 3]), [0])).toThrow('transpose: [0] is no order')
  })
})

describe('slice and padZeros', () => {
  it('slice: values and gradient', () =>
    checkOp({
      inputs: { x: [2, 5, 2] },
      build: ({ x }) => slice(x, -2, 1, 4),
      reference: ({ x }) => plain([2, 3, 2], (i, j, k) => read(x, i!, j! + 1, k!)),
    }))

  it('padZeros: values and gradient', () =>
    checkOp({
      inputs: { x: [2, 3] },
      build: ({ x }) => padZeros(x, 1, 2, 1),
      reference: ({ x }) => plain([2, 6], (i, j) => (j! >= 2 && j! < 5 ? read(x, i!, j! - 2) : 0)),
    }))

  it('work along a fixed axis beside named ones', async () => {
    const x = input('x', ['batch', 3])
    const found = await evaluate(
      { cut: slice(x, 1, 2, 3), wide: padZeros(x, 1, 0, 1) },
      { x: { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] } },
    )
    expect(found.cut!.values).toEqual([3, 6])
    expect(found.wide!.values).toEqual([1, 2, 3, 0, 4, 5, 6, 0])
  })

  it('refuse what lies outside', () => {
    const x = input('x', [2, 'length'])
    expect(() => slice(x, 0, 1, 3)).toThrow('slice: 1 to 3 does not lie in axis 0 (given float32[2, length])')
    expect(() => slice(x, 0, 1, 1)).toThrow('does not lie in axis 0')
    expect(() => slice(x, 0, -1, 1)).toThrow('does not lie in axis 0')
    expect(() => slice(x, 1, 0, 1)).toThrow('does not lie in axis 1')
    expect(() => slice(x, 2, 0, 1)).toThrow('slice: there is no axis 2')
    expect(() => padZeros(x, 1, 1, 0)).toThrow('padZeros: needs numbers')
    expect(() => padZeros(x, 0, -1, 0)).toThrow('padZeros: needs numbers')
  })
})

describe('concat', () => {
  it('values and gradients', () =>
    checkOp({
      inputs: { a: [2, 2], b: [2, 1], c: [2, 3] },
      build: ({ a, b, c }) => concat([a, b, c], -1),
      reference: ({ a, b, c }) =>
        plain([2, 6], (i, j) => (j! < 2 ? read(a, i!, j!) : j! < 3 ? read(b, i!, 0) : read(c, i!, j! - 3))),
    }))

  it('refuses what does not fit', () => {
    const x = input('x', [2, 2])
    expect(() => concat([], 0)).toThrow('concat: nothing to join')
    expect(() => concat([x, input('y', [3, 2])], 1)).toThrow('concat: all sizes but those of axis 1 must agree')
    expect(() => concat([x, input('y', [2, 2], 'int32')], 0)).toThrow('concat: all sizes')
    expect(() => concat([x, input('y', ['batch', 2])], 0)).toThrow('concat: axis 0 must be numbers')
    expect(() => concat([x], 5)).toThrow('concat: there is no axis 5')
    expect(concat([x], 0)).toBe(x)
  })
})
