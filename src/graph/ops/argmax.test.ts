import { describe, expect, it } from 'vitest'
import { argmax, input } from '../index.ts'
import { evaluate } from '../testing/evaluate.ts'

describe('argmax', () => {
  it('gives the first of the largest, as int32', async () => {
    const x = input('x', ['batch', 2, 3])
    const y = argmax(x)
    expect([y.shape, y.type]).toEqual([['batch', 2], 'int32'])
    const found = await evaluate({ y }, { x: { shape: [2, 2, 3], data: [1, 3, 2, 5, 5, 0, -3, -2, -1, 0, 0, 0] } })
    expect(found.y).toEqual({ shape: [2, 2], values: [1, 0, 2, 0] })
  })

  it('refuses other types and scalars', () => {
    expect(() => argmax(input('x', [2], 'int32'))).toThrow('argmax: expected float32 (given int32[2])')
    expect(() => argmax(input('x', []))).toThrow('argmax: there is no axis -1 (given float32[])')
  })
})
