import { describe, expect, it } from 'vitest'
import { fillUnfinished } from './fill-unfinished.ts'

const grid = [4, 2] as const
const fill = (...tokens: number[]) => [...fillUnfinished(Uint16Array.from(tokens), grid)]

describe('what stands for missing tokens', () => {
  it('is the row opposite, or the last whole one', () => {
    expect(fill(1, 2)).toEqual([1, 2, 1, 2, 1, 2, 1, 2])
    expect(fill(1, 2, 3, 4)).toEqual([1, 2, 3, 4, 3, 4, 1, 2])
    expect(fill(1, 2, 3, 4, 5, 6)).toEqual([1, 2, 3, 4, 5, 6, 1, 2])
  })

  it('fills up a row that was begun, and changes nothing that was drawn', () => {
    expect(fill(1, 2, 3)).toEqual([1, 2, 3, 2, 1, 2, 1, 2])
    expect(fill(1, 2, 3, 4, 5)).toEqual([1, 2, 3, 4, 5, 4, 1, 2])
    expect(fill(1, 2, 3, 4, 5, 6, 7, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('needs a whole row, and no more than a picture', () => {
    expect(() => fill(1)).toThrow(RangeError)
    expect(() => fill(1, 2, 3, 4, 5, 6, 7, 8, 9)).toThrow(RangeError)
  })
})
