import { describe, expect, it } from 'vitest'
import { constant, differentiate, embedding, input, mul, sum } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { evaluate } from '../testing/evaluate.ts'
import { plain, read } from '../testing/plain.ts'
import { pseudoRandom } from '../testing/pseudo-random.ts'

describe('embedding', () => {
  const ids = [1, 1, 3, 0, 1, 3]

  for (const type of ['int32', 'int64'] as const) {
    it(`looks rows up by ${type}; a row read several times gets all its gradients`, () =>
      checkOp({
        inputs: { table: [5, 3] },
        build: ({ table }) => embedding(table, constant(ids, [2, 3], type)),
        reference: ({ table }) => plain([2, 3, 3], (b, i, c) => read(table, ids[b! * 3 + i!]!, c!)),
      }))
  }

  it('loses no gradient of many that meet in one row', async () => {
    const table = input('table', [3, 4])
    const repeated = Array.from({ length: 5000 }, (_, i) => (i % 7 === 0 ? 2 : 0))
    const y = embedding(table, constant(repeated, [5000], 'int32'))
    const [d] = differentiate(sum(y), [table])
    const { values } = (await evaluate({ d: d! }, { table: { shape: [3, 4], data: pseudoRandom('t', 12) } })).d!
    const twos = repeated.filter((id) => id === 2).length
    expect(values).toEqual([...Array(4).fill(5000 - twos), ...Array(4).fill(0), ...Array(4).fill(twos)])
  })

  it('can be differentiated twice', async () => {
    const table = input('table', [2, 2])
    const y = embedding(table, constant([1, 1, 0], [3], 'int32'))
    const [d] = differentiate(sum(mul(y, mul(y, y))), [table])
    const [d2] = differentiate(sum(d!), [table])
    const found = await evaluate({ d2: d2! }, { table: { shape: [2, 2], data: [1, 2, 3, 4] } })
    // Row 1 is read twice: 6 x for each reading.
    expect(found.d2!.values).toEqual([6, 12, 36, 48])
  })

  it('names what does not fit', () => {
    const words = input('ids', ['batch', 3], 'int32')
    expect(embedding(input('t', [5, 2]), words).shape).toEqual(['batch', 3, 2])
    expect(() => embedding(input('t', [5, 2, 2]), words)).toThrow('embedding: the table must be [rows, width]')
    expect(() => embedding(input('t', [5, 2]), input('x', [3]))).toThrow('embedding: expected int32 or int64')
  })
})
