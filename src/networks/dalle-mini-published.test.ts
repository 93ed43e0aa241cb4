/** Against min-dalle's port of the published generators (tools/parity/published_vectors.py). */
import { describe, expect, it } from 'vitest'
import { createParameters, input, lower } from '../graph/index.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import { type DalleMiniSettings, encodeText, generator, startToken } from './dalle-mini.ts'
import { dalleMega, dalleMini } from './dalle-mini-published.ts'
import { difference, type Parity, parity, publishedWeights, type Some } from './testing/parity.ts'

type Published = Parity<DalleMiniSettings> & { text: number[][]; shifted: number[]; encoded: Some; logits: Some }

describe('the published DALL·E mini transformers', () => {
  it("write the logits of min-dalle's port, of the codes alone", async () => {
    const published = parity<Published>('dalle-mini-published')
    const own = published.settings
    const p = createParameters()
    const [text, visible] = [input('text', [2, own.textLength], 'int32'), input('visible', [2, own.textLength])]
    const logits = generator(p, own, { text, visible, shifted: input('shifted', [2, 256], 'int32') })
    expect(startToken(own)).toBe(published.shifted[0])
    const weights = publishedWeights(published)
    expect([...p.all().keys()].sort()).toEqual([...weights.keys()].sort())
    const run = await prepare(lower({ logits, encoded: encodeText(p, own, text, visible) }, weights))
    const ids = published.text.flat()
    const found = await run({
      text: { shape: [2, own.textLength], data: ids, type: 'int32' },
      visible: { shape: [2, own.textLength], data: ids.map((id) => Number(id !== 1)) },
      shifted: { shape: [2, 256], data: [...published.shifted, ...published.shifted], type: 'int32' },
    })
    expect(difference(found.encoded, published.encoded)).toBeLessThan(1e-5)
    expect(found.logits!.shape).toEqual([2, 256, own.imageVocabulary])
    expect(difference(found.logits, published.logits)).toBeLessThan(1e-5)
  })

  it.each([
    ['mini', dalleMini, 437_833_712, 16_385],
    ['mega', dalleMega, 2_587_521_024, 16_416],
  ] as const)('%s: has the parameters of the published weights, and no more', (_, published, count, rows) => {
    const p = createParameters()
    const logits = generator(p, published, {
      text: input('text', [1, 64], 'int32'),
      visible: input('visible', [1, 64]),
      shifted: input('shifted', [1, 256], 'int32'),
    })
    const shapes = new Map([...p.all()].map(([name, { shape }]) => [name, shape as number[]]))
    expect([...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0)).toBe(count)
    expect(shapes.get('decoder.embed_tokens.weight')).toEqual([rows, published.width])
    expect(shapes.get('lm_head.weight')).toEqual([rows, published.width])
    expect(shapes.get('decoder.embed_positions.weight')).toEqual([256, published.width])
    expect(published.width / published.heads).toBe(64)
    expect(startToken(published)).toBe(16_384)
    expect(logits.shape).toEqual([1, 256, 16_384])
  })
})
