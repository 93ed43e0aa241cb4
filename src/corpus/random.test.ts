import { describe, expect, it } from 'vitest'
import { hash32, random, sceneSeed } from './random.ts'

describe('random', () => {
  it('is a pure function of seed and label', () => {
    const draw = (seed: number, label: string): number[] => {
      const source = random(seed, label)
      return Array.from({ length: 20 }, () => source.next())
    }
    expect(draw(7, 'a')).toEqual(draw(7, 'a'))
    expect(draw(7, 'a')).not.toEqual(draw(7, 'b'))
    expect(draw(7, 'a')).not.toEqual(draw(8, 'a'))
  })

  it('is uniform over its range and between neighbouring seeds', () => {
    const bins = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 2000; seed++) {
      const source = random(seed, 'x')
      for (let k = 0; k < 5; k++) bins[Math.floor(source.next() * 10)]! += 1
    }
    for (const bin of bins) expect(Math.abs(bin - 1000)).toBeLessThan(130) // over four standard deviations
  })

  it('weighs choices', () => {
    const source = random(1, 'weights')
    let first = 0
    for (let k = 0; k < 4000; k++)
      if (
        source.weighted([
          ['a', 3],
          ['b', 1],
          ['c', 0],
        ] as const) === 'a'
      )
        first++
    expect(first / 4000).toBeCloseTo(0.75, 1)
  })

  it('keeps its hash for ever: the splits depend on it', () => {
    expect([hash32(''), hash32('a'), hash32('colour/red/kangaroo')]).toMatchInlineSnapshot(`
      [
        2872998923,
        444641715,
        3700037165,
      ]
    `)
  })

  it('gives scenes seeds of their own', () => {
    const seeds = new Set(Array.from({ length: 100_000 }, (_, k) => sceneSeed(1, k)))
    expect(seeds.size).toBe(100_000)
    expect([...seeds].every(Number.isSafeInteger)).toBe(true)
    expect(seeds.has(sceneSeed(2, 0))).toBe(false)
  })
})
