import { describe, expect, it } from 'vitest'
import { randomWeights } from '../families/testing/random-model.ts'
import {
  add,
  constant,
  createParameters,
  crossEntropy,
  GraphError,
  input,
  lower,
  meanOfAll,
  type Parameters,
  type Tensor,
} from '../graph/index.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'
import { type VerifierSettings, verifier } from './verifier.ts'

const settings: VerifierSettings = {
  side: 16,
  cell: 2,
  stem: 6,
  stages: [
    { width: 8, blocks: 1 },
    { width: 12, blocks: 1 },
  ],
  hidden: 10,
  objects: 5,
  colours: 4,
  materials: 3,
}
const picture = (name: string) => Array.from(pseudoRandom(name, 16 * 16 * 3), (v) => Math.floor((v + 1) * 127.9))
const pixels = (...names: string[]) => ({
  shape: [names.length, 16, 16, 3],
  data: names.flatMap(picture),
  type: 'uint8' as const,
})

const build = (p: Parameters, batch: number | string) =>
  verifier(p, settings, input('pixels', [batch, 16, 16, 3], 'uint8'))

describe('the verifier', () => {
  it('gives logits of each kind, and a picture does not depend on those beside it', async () => {
    const p = createParameters()
    const logits = build(p, 'pictures')
    const run = await prepare(lower({ ...logits }, randomWeights(p, 1)))
    const both = await run({ pixels: pixels('a', 'b') })
    const [first, second] = [await run({ pixels: pixels('a') }), await run({ pixels: pixels('b') })]
    for (const [name, classes] of [
      ['object', 5],
      ['colour', 4],
      ['material', 3],
    ] as const) {
      expect(both[name]!.shape).toEqual([2, classes])
      const apart = [...first[name]!.values, ...second[name]!.values]
      for (const [i, value] of both[name]!.values.entries()) expect(value).toBeCloseTo(apart[i]!, 4)
    }
    expect(first.object!.values).not.toEqual(second.object!.values)
  })

  it('sees every pixel, those at the edges too', async () => {
    const p = createParameters()
    const run = await prepare(lower({ ...build(p, 1) }, randomWeights(p, 2)))
    const plain = (await run({ pixels: pixels('a') })).object!.values
    for (const [y, x] of [
      [0, 0],
      [0, 15],
      [15, 0],
      [15, 15],
      [7, 8],
    ] as const) {
      const data = picture('a')
      data[(y * 16 + x) * 3 + 1] = 255 - data[(y * 16 + x) * 3 + 1]!
      expect((await run({ pixels: { shape: [1, 16, 16, 3], data, type: 'uint8' } })).object!.values).not.toEqual(plain)
    }
  })

  it("agrees with an independent implementation, every parameter's gradient too", () => {
    const oracle = vectors<VerifierSettings>('verifier')
    return expectAgreement(oracle, { pixels: 'uint8' }, (p) => {
      const outputs = verifier(p, oracle.settings, input('pixels', [2, 16, 16, 3], 'uint8'))
      const of = (logits: Tensor, labels: readonly number[]) =>
        meanOfAll(crossEntropy(logits, constant(labels, [2], 'int32')))
      const loss = add(of(outputs.object, [4, 1]), add(of(outputs.colour, [0, 3]), of(outputs.material, [2, 2])))
      return { loss, outputs: { ...outputs } }
    })
  })

  it('refuses stages that the picture cannot be halved for', () => {
    const stage = { width: 8, blocks: 1 }
    const tooMany = { ...settings, stages: [stage, stage, stage, stage] }
    expect(() => verifier(createParameters(), tooMany, input('pixels', [1, 16, 16, 3], 'uint8'))).toThrow(GraphError)
  })
})
