import { describe, expect, it } from 'vitest'
import { createParameters, expand, input, reshape } from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { evaluate } from '../graph/testing/evaluate.ts'
import { pseudoRandom, pseudoRandomWeight } from '../graph/testing/pseudo-random.ts'
import { asGrid, asPlanes, convolve3, convolveDoubled, convolveHalving, placesOf, planesOf } from './planes.ts'

describe('planes', () => {
  const shape = [2, 3, 5, 4] as const
  const x = input('x', shape)
  const given = { shape, data: pseudoRandom('planes', 120) }

  it('doubled as four small windows are what doubling and then convolving makes', async () => {
    const p = createParameters()
    const twice = reshape(expand(reshape(x, [2, 3, 5, 1, 4, 1]), [2, 3, 5, 2, 4, 2]), [2, 3, 10, 8])
    const [whole, phases] = [convolve3(p, twice, 3), convolveDoubled(p, x)]
    expect(phases.shape).toEqual([2, 3, 10, 8])
    const weights = Object.fromEntries(
      [...p.all()].map(([name, tensor]) => {
        const own = tensor.shape as number[]
        return [name, { shape: own, data: pseudoRandomWeight(name, own) }] as const
      }),
    )
    const found = await evaluate({ whole, phases }, { x: given, ...weights })
    expect(relativeError(found.phases!.values, found.whole!.values)).toBeLessThan(1e-6)
  })

  it('halve, and have one weight a window', () => {
    const p = createParameters()
    expect(convolveHalving(p, input('x', ['batch', 4, 6, 8])).shape).toEqual(['batch', 4, 3, 4])
    expect([...p.all().values()].map((each) => each.shape)).toEqual([[4, 4, 3, 3], [4]])
  })

  it('keep their elements as grids and as places', async () => {
    const square = input('square', [1, 2, 2, 2])
    const asWere = { grid: asPlanes(asGrid(x)), places: planesOf(placesOf(square)), inOrder: placesOf(square) }
    const data = [0, 1, 2, 3, 10, 11, 12, 13]
    const found = await evaluate(asWere, { x: given, square: { shape: [1, 2, 2, 2], data } })
    expect(found.grid!.values).toEqual(Array.from(given.data))
    expect(found.places!.values).toEqual(data)
    expect(found.inOrder!.values).toEqual([0, 10, 1, 11, 2, 12, 3, 13])
  })
})
