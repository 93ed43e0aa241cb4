import { describe, expect, it } from 'vitest'
import type { Value } from '../engine.ts'
import { resized, writeAt, zeros } from './held-values.ts'

const value = (shape: number[], from: number): Value => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => from + i),
})

describe('writeAt', () => {
  it('replaces one place along any axis and nothing else', () => {
    const shape = [2, 3, 2]
    for (const axis of [0, 1, 2]) {
      for (let at = 0; at < shape[axis]!; at++) {
        const whole = value(shape, 0)
        writeAt(whole, value(shape.with(axis, 1), 100), axis, at)
        let next = 100
        const expected = Array.from({ length: 12 }, (_, i) => {
          const place = [Math.floor(i / 6), Math.floor(i / 2) % 3, i % 2][axis]
          return place === at ? next++ : i
        })
        expect([...whole.data]).toEqual(expected)
      }
    }
  })

  it('refuses a place outside, another size and another type', () => {
    const whole = value([2, 3], 0)
    const part = value([2, 1], 100)
    for (const at of [-1, 3]) expect(() => writeAt(whole, part, 1, at)).toThrow(/cannot write \[2,1\] at/)
    expect(() => writeAt(whole, part, 0, 0)).toThrow(/cannot write/)
    const other: Value = { type: 'int32', shape: [2, 1], data: new Int32Array(2) }
    expect(() => writeAt(whole, other, 1, 0)).toThrow(/cannot write/)
    expect([...whole.data]).toEqual([0, 1, 2, 3, 4, 5])
  })
})

describe('zeros', () => {
  it('grow in their memory as far as it reaches, just as values grow elsewhere', () => {
    for (const axis of [0, 1, 2]) {
      const shape = [2, 3, 2]
      const room = 12 * 2
      const place = zeros(shape, room)
      expect([place.shape, [...place.data]]).toEqual([shape, Array(12).fill(0)])
      place.data.set(value(shape, 1).data as Float32Array<ArrayBuffer> as never)
      // What another use of the memory left behind must not come up again.
      new Float32Array(place.data.buffer).fill(99, 12)
      const large = resized(place, axis, shape[axis]! + 1)
      expect(large).toEqual(resized(value(shape, 1), axis, shape[axis]! + 1))
      expect(large.data.buffer).toBe(place.data.buffer)
      const largest = resized(large, axis, shape[axis]! * 3)
      expect(largest).toEqual(resized(resized(value(shape, 1), axis, shape[axis]! + 1), axis, shape[axis]! * 3))
      expect(largest.data.buffer).not.toBe(place.data.buffer)
    }
  })

  it('have the room they need where less was asked for', () => {
    expect(zeros([2, 2], 1).data).toHaveLength(4)
  })
})

describe('resized', () => {
  it('keeps what both sizes have, and the element type', () => {
    expect([...resized(value([2, 2], 1), 1, 3).data]).toEqual([1, 2, 0, 3, 4, 0])
    expect([...resized(value([2, 2], 1), 0, 3).data]).toEqual([1, 2, 3, 4, 0, 0])
    expect([...resized(value([2, 3], 1), 1, 2).data]).toEqual([1, 2, 4, 5])
    expect(resized({ type: 'int32', shape: [2], data: Int32Array.of(5, 6) }, 0, 1)).toEqual({
      type: 'int32',
      shape: [1],
      data: Int32Array.of(5),
    })
  })

  it('refuses an axis that is not there and sizes that are none', () => {
    for (const [axis, size] of [
      [2, 1],
      [-1, 1],
      [0, 0],
      [0, 1.5],
    ] as const) {
      expect(() => resized(value([2, 2], 0), axis, size)).toThrow(/cannot make axis/)
    }
  })
})
