import { describe, expect, it } from 'vitest'
import {
  add,
  constant,
  createParameters,
  crossEntropy,
  input,
  lower,
  meanOfAll,
  mul,
  transpose,
} from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandomWeight } from '../graph/testing/pseudo-random.ts'
import { embedPicture, embedText, type ScorerSettings, similarities } from './scorer.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'

for (const reads of ['codes', 'pixels'] as const) {
  const oracle = vectors<ScorerSettings>(`scorer-${reads}`)
  const { settings } = oracle
  const pictureShape = reads === 'codes' ? [8] : [8, 8, 3]
  const pictureType = reads === 'codes' ? 'int32' : 'uint8'

  describe(`the scorer that reads ${reads}`, () => {
    it("agrees with an independent implementation, every parameter's gradient too", () =>
      expectAgreement(oracle, { text: 'int32', picture: pictureType }, (p) => {
        const texts = embedText(p, settings, input('text', [3, 5], 'int32'), input('visible', [3, 5]))
        const pictures = embedPicture(p, settings, input('picture', [3, ...pictureShape], pictureType))
        const scores = similarities(p, texts, pictures)
        const same = constant([0, 1, 2], [3], 'int32')
        const both = add(
          meanOfAll(crossEntropy(scores, same)),
          meanOfAll(crossEntropy(transpose(scores, [1, 0]), same)),
        )
        return { loss: mul(both, 0.5), outputs: { texts, pictures, scores } }
      }))

    it('gives unit vectors, whatever stands in the padding', async () => {
      const p = createParameters()
      const texts = embedText(p, settings, input('text', ['count', 5], 'int32'), input('visible', ['count', 5]))
      const weights = new Map(
        [...p.all()].map(([name, { shape }]) => {
          const sizes = shape as number[]
          return [name, { shape: sizes, data: pseudoRandomWeight(name, sizes) }] as const
        }),
      )
      const run = await prepare(lower({ texts }, weights))
      const { texts: found } = await run({
        text: { shape: [2, 5], data: [1, 2, 0, 0, 0, 1, 2, 9, 8, 7], type: 'int32' },
        visible: { shape: [2, 5], data: [1, 1, 0, 0, 0, 1, 1, 0, 0, 0] },
      })
      const [a, b] = [found!.values.slice(0, settings.embedding), found!.values.slice(settings.embedding)]
      expect(relativeError(b, a)).toBeLessThan(1e-6)
      expect(a.reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(1, 5)
    })
  })
}
