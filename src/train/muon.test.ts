import { describe, expect, it } from 'vitest'
import { input } from '../graph/index.ts'
import { evaluate } from '../graph/testing/evaluate.ts'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { muonScale, orthogonalised } from './muon.ts'

const transposed = (m: readonly number[], rows: number, columns: number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => m[(i % rows) * columns + Math.floor(i / rows)]!)

const product = (a: readonly number[], b: readonly number[], rows: number, inner: number, columns: number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    return Array.from({ length: inner }, (_, k) => a[row * inner + k]! * b[k * columns + column]!).reduce(
      (x, y) => x + y,
    )
  })

async function of(rows: number, columns: number, data: readonly number[]): Promise<readonly number[]> {
  const { y } = await evaluate(
    { y: orthogonalised(input('x', [rows, columns])) },
    { x: { shape: [rows, columns], data } },
  )
  return y!.values
}

/** Rows of very different lengths. */
const uneven = (rows: number, columns: number): number[] =>
  Array.from(pseudoRandom(`${rows} x ${columns}`, rows * columns), (v, i) => v / (1 + Math.floor(i / columns)))

describe('orthogonalised', () => {
  it.each([
    [6, 6],
    [4, 9],
    [9, 4],
  ])('%i x %i: the Gram matrix of the smaller side is near the identity', async (rows, columns) => {
    const y = await of(rows, columns, uneven(rows, columns))
    const small = Math.min(rows, columns)
    const across = transposed(y, rows, columns)
    const gram = rows <= columns ? product(y, across, small, columns, small) : product(across, y, small, rows, small)
    for (const [i, value] of gram.entries()) {
      const diagonal = i % (small + 1) === 0
      if (diagonal) expect(value).toBeGreaterThan(0.3)
      expect(Math.abs(value - (diagonal ? 1 : 0))).toBeLessThan(0.75)
    }
  })

  it('keeps the direction: a matrix and its transpose, its multiple and its opposite', async () => {
    const x = uneven(3, 5)
    const y = await of(3, 5, x)
    const across = await of(5, 3, transposed(x, 3, 5))
    const larger = await of(
      3,
      5,
      x.map((v) => v * 1000),
    )
    const opposite = await of(
      3,
      5,
      x.map((v) => -v),
    )
    for (const [i, value] of y.entries()) {
      expect(transposed(across, 5, 3)[i]).toBeCloseTo(value, 4)
      expect(larger[i]).toBeCloseTo(value, 4)
      expect(opposite[i]).toBeCloseTo(-value, 4)
    }
    // Along x: the product with it is positive.
    expect(y.reduce((sum, value, i) => sum + value * x[i]!, 0)).toBeGreaterThan(0)
  })

  it('leaves a gradient of nothing at nothing', async () => {
    expect(await of(2, 3, [0, 0, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('muonScale', () => {
  it('makes the root mean square of a step 0.2, whatever the form', () => {
    for (const [rows, columns] of [
      [8, 8],
      [4, 16],
      [16, 4],
    ] as const) {
      // With orthonormal rows or columns, the squares of all entries sum up to the smaller side.
      const rms = Math.sqrt(Math.min(rows, columns) / (rows * columns))
      expect(muonScale([rows, columns]) * rms).toBeCloseTo(0.2, 10)
    }
  })
})
