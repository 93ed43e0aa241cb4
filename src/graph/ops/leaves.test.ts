import { describe, expect, it } from 'vitest'
import { constant, createParameters, describeParameter, input } from '../index.ts'
import { evaluate } from '../testing/evaluate.ts'

describe('leaves', () => {
  it('refuse sizes that are no sizes', () => {
    for (const size of [0, -1, 2.5, Number.NaN, '']) {
      expect(() => input('x', [2, size])).toThrow(/input: a size must be a whole number above 0 or a name/)
    }
    expect(() => createParameters().get('w', [0], 'zeros')).toThrow(/parameter: a size must be/)
  })

  it('constants have as many values as their shape says, in each type', async () => {
    expect(() => constant([1, 2, 3], [2])).toThrow('constant: 3 values for a shape of 2')
    for (const type of ['float32', 'int32', 'int64', 'uint8', 'bool'] as const) {
      const { y } = await evaluate({ y: constant([0, 1, 1], [3], type) })
      expect(y).toEqual({ shape: [3], values: [0, 1, 1] })
    }
    expect(constant(3).shape).toEqual([])
    expect(constant([3]).shape).toEqual([1])
  })

  it('parameters say what they were declared as; other tensors are none', () => {
    const p = createParameters()
    expect(describeParameter(p.in('a').get('weight', [2, 3], { normal: 0.5 }))).toEqual({
      name: 'a.weight',
      shape: [2, 3],
      initial: { normal: 0.5 },
    })
    expect(describeParameter(p.get('ones', [1], 'ones')).initial).toBe('ones')
    expect(() => describeParameter(input('x', [2]))).toThrow('this tensor is not a parameter')
  })
})
