import { describe, expect, it } from 'vitest'
import { exampleOrder } from './order-of-examples.ts'

describe('exampleOrder', () => {
  it('shows every example once an epoch, each epoch in another order', () => {
    const order = exampleOrder(97, 5)
    const epochs = [0, 1, 2].map((epoch) => order(epoch * 97, 97))
    const all = Array.from({ length: 97 }, (_, i) => i)
    for (const epoch of epochs) {
      expect(epoch.toSorted((a, b) => a - b)).toEqual(all)
      expect(epoch).not.toEqual(all)
    }
    expect(epochs[0]).not.toEqual(epochs[1])
    expect(epochs[1]).not.toEqual(epochs[2])
  })

  it('is the same however it is read: in one go, in pieces across epochs, backwards', () => {
    const whole = exampleOrder(10, 3)(0, 60)
    for (const size of [1, 7, 12]) {
      const order = exampleOrder(10, 3)
      const starts = Array.from({ length: Math.ceil(60 / size) }, (_, i) => i * size)
      const pieces = starts.map((start) => order(start, Math.min(size, 60 - start)))
      expect(pieces.flat()).toEqual(whole)
      const backwards = starts.toReversed().map((start) => order(start, Math.min(size, 60 - start)))
      expect(backwards.toReversed().flat()).toEqual(whole)
    }
  })

  it('depends on the seed', () => {
    expect(exampleOrder(50, 1)(0, 50)).not.toEqual(exampleOrder(50, 2)(0, 50))
  })

  it('favours no place', () => {
    // Where example 0 lands over many epochs: about equally often anywhere.
    const order = exampleOrder(8, 1)
    const places = Array.from({ length: 800 }, (_, epoch) => order(epoch * 8, 8).indexOf(0))
    for (let place = 0; place < 8; place++) {
      const times = places.filter((found) => found === place).length
      expect(times).toBeGreaterThan(60)
      expect(times).toBeLessThan(140)
    }
  })
})
