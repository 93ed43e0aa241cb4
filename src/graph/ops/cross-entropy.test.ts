import { describe, expect, it } from 'vitest'
import { constant, crossEntropy, differentiate, input, softmax, sum } from '../index.ts'
import { checkOp } from '../testing/check-op.ts'
import { evaluate } from '../testing/evaluate.ts'
import { mapRows, total } from '../testing/plain.ts'

const powersOf = (row: readonly number[]) => row.map((value) => Math.exp(value - Math.max(...row)))

describe('softmax', () => {
  it('values and gradient', () =>
    checkOp({
      inputs: { x: [2, 3, 5] },
      build: ({ x }) => softmax(x),
      reference: ({ x }) => mapRows(x, (row) => powersOf(row).map((power) => power / total(powersOf(row)))),
      domain: (v) => 4 * v,
    }))

  it('does not overflow', async () => {
    const { y } = await evaluate({ y: softmax(input('x', [1, 3])) }, { x: { shape: [1, 3], data: [1e4, 1e4, -1e4] } })
    expect(y!.values).toEqual([0.5, 0.5, 0])
  })
})

describe('crossEntropy', () => {
  const targets = [4, 0, 2, 2, 1, 4]
  const reference = ({ logits }: { logits: { shape: readonly number[]; data: readonly number[] } }) => {
    const rows = mapRows(logits, (row, at) => {
      const powers = powersOf(row)
      return [Math.log(total(powers)) - Math.log(powers[targets[at]!]!)]
    })
    return { shape: logits.shape.slice(0, -1), data: rows.data }
  }

  it('values and gradient of rows', () =>
    checkOp({
      inputs: { logits: [6, 5] },
      build: ({ logits }) => crossEntropy(logits, constant(targets, [6], 'int32')),
      reference,
      domain: (v) => 3 * v,
    }))

  it('values and gradient of whole sequences', () =>
    checkOp({
      inputs: { logits: [2, 3, 5] },
      build: ({ logits }) => crossEntropy(logits, constant(targets, [2, 3], 'int32')),
      reference,
      domain: (v) => 3 * v,
    }))

  it('stays exact where a probability vanishes', async () => {
    const logits = input('logits', [1, 2])
    const y = crossEntropy(logits, constant([1], [1], 'int32'))
    const [d] = differentiate(sum(y), [logits])
    const found = await evaluate({ y, d: d! }, { logits: { shape: [1, 2], data: [200, -200] } })
    expect(found.y!.values).toEqual([400])
    expect(found.d!.values).toEqual([1, -1])
  })

  it('refuses other types and shapes, and to be differentiated twice', () => {
    const logits = input('logits', [2, 5])
    expect(() => crossEntropy(logits, input('t', [2]))).toThrow('crossEntropy: expected int32 (given float32[2])')
    expect(() => crossEntropy(logits, input('t', [3], 'int32'))).toThrow(
      'crossEntropy: needs logits [..., classes] and targets [...] (given float32[2, 5], int32[3])',
    )
    const [d] = differentiate(sum(crossEntropy(logits, input('t', [2], 'int32'))), [logits])
    expect(() => differentiate(sum(d!), [logits])).toThrow('crossEntropyGradient: has no gradient')
  })
})
