import { expect, it } from 'vitest'
import { random } from '../corpus/random.ts'
import { softened } from './soften.ts'

const side = 16
const source = random(1, 'picture')
const picture = Uint8Array.from({ length: side * side * 3 }, () => source.below(256))

it('leaves a picture that is nearly the same, and never the very same', () => {
  for (let k = 0; k < 60; k++) {
    const out = softened(picture, side, random(k, 'soften'))
    expect(out).toHaveLength(picture.length)
    const difference = out.reduce((sum, value, i) => sum + Math.abs(value - picture[i]!), 0) / picture.length
    expect(difference).toBeGreaterThan(0.1)
  }
})

it('keeps light and shade of larger parts', () => {
  const half = new Uint8Array(side * side * 3).map((_, i) => (Math.floor(i / 3) % side < side / 2 ? 40 : 200))
  for (let k = 0; k < 60; k++) {
    const out = softened(half, side, random(k, 'soften'))
    const mean = (from: number, to: number) => {
      const own = [...out].filter((_, i) => Math.floor(i / 3) % side >= from && Math.floor(i / 3) % side < to)
      return own.reduce((sum, value) => sum + value, 0) / own.length
    }
    expect(Math.abs(mean(0, 7) - 40)).toBeLessThan(8)
    expect(Math.abs(mean(9, 16) - 200)).toBeLessThan(8)
  }
})

it('is a function of its source', () => {
  expect(softened(picture, side, random(3, 'a'))).toEqual(softened(picture, side, random(3, 'a')))
})
