import { describe, expect, it } from 'vitest'
import { createParameters, crossEntropy, input, lower, meanOfAll, type Past } from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandomWeight } from '../graph/testing/pseudo-random.ts'
import { type DalleMiniSettings, encodeText, generator, generatorStep, memoryOf, startToken } from './dalle-mini.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'

const oracle = vectors<DalleMiniSettings>('dalle-mini')
const { settings } = oracle
const { textLength, imageLength, imageVocabulary, width, heads } = settings
const types = { text: 'int32', shifted: 'int32', targets: 'int32' } as const

/** Any network's weights as `lower` wants them. */
const weightsOf = (parameters: ReturnType<typeof createParameters>) =>
  new Map(
    [...parameters.all()].map(([name, tensor]) => {
      const shape = tensor.shape as number[]
      return [name, { shape, data: pseudoRandomWeight(name, shape) }] as const
    }),
  )

describe('the DALL·E mini transformer', () => {
  it("agrees with an independent implementation, every parameter's gradient too", () =>
    expectAgreement(oracle, types, (p) => {
      const text = input('text', [3, textLength], 'int32')
      const visible = input('visible', [3, textLength])
      const shifted = input('shifted', [3, imageLength], 'int32')
      const logits = generator(p, settings, { text, visible, shifted })
      const loss = meanOfAll(crossEntropy(logits, input('targets', [3, imageLength], 'int32')))
      return { loss, outputs: { logits, encoded: encodeText(p, settings, text, visible) } }
    }))

  it('agrees where a position has several codes, each of which knows those before it', () => {
    const several = vectors<DalleMiniSettings>('dalle-mini-places')
    return expectAgreement(several, { ...types, tokens: 'int32' }, (p) => {
      const text = input('text', [3, textLength], 'int32')
      const visible = input('visible', [3, textLength])
      const shifted = input('shifted', [3, imageLength], 'int32')
      const tokens = input('tokens', [3, imageLength], 'int32')
      const logits = generator(p, several.settings, { text, visible, shifted, tokens })
      const loss = meanOfAll(crossEntropy(logits, input('targets', [3, imageLength], 'int32')))
      return { loss, outputs: { logits, encoded: encodeText(p, several.settings, text, visible) } }
    })
  })

  it('asks for the tokens where a position has several codes', () => {
    const text = input('text', [1, textLength], 'int32')
    const given = {
      text,
      visible: input('visible', [1, textLength]),
      shifted: input('shifted', [1, imageLength], 'int32'),
    }
    expect(() => generator(createParameters(), { ...settings, codesPerPosition: 2 }, given)).toThrow(/tokens/)
  })

  it('encodes text without regard to what stands in the padding, or to how much of it there is', async () => {
    const p = createParameters()
    const [text, visible] = [input('text', ['batch', textLength], 'int32'), input('visible', ['batch', textLength])]
    const encoded = encodeText(p, settings, text, visible)
    const run = await prepare(lower({ encoded }, weightsOf(p)))
    const rows = [
      [1, 2, 0, 0, 0],
      [1, 2, 7, 9, 3],
    ]
    const mask = [1, 1, 0, 0, 0]
    const { encoded: found } = await run({
      text: { shape: [2, textLength], data: rows.flat(), type: 'int32' },
      visible: { shape: [2, textLength], data: [...mask, ...mask] },
    })
    const row = (i: number) => found!.values.slice(i * textLength * width, i * textLength * width + 2 * width)
    expect(relativeError(row(1), row(0))).toBeLessThan(1e-6)
  })

  it('no position sees a later token', async () => {
    const p = createParameters()
    const logits = generator(p, settings, {
      text: input('text', ['batch', textLength], 'int32'),
      visible: input('visible', ['batch', textLength]),
      shifted: input('shifted', ['batch', imageLength], 'int32'),
    })
    const run = await prepare(lower({ logits }, weightsOf(p)))
    const of = async (tokens: number[]) =>
      (
        await run({
          text: { shape: [1, textLength], data: [1, 2, 3, 4, 5], type: 'int32' },
          visible: { shape: [1, textLength], data: [1, 1, 1, 1, 1] },
          shifted: { shape: [1, imageLength], data: tokens, type: 'int32' },
        })
      ).logits!.values
    const [a, b] = [await of([9, 1, 2, 3, 4, 5]), await of([9, 1, 2, 8, 0, 7])]
    expect(b.slice(0, 3 * imageVocabulary)).toEqual(a.slice(0, 3 * imageVocabulary))
    expect(relativeError(b.slice(3 * imageVocabulary), a.slice(3 * imageVocabulary))).toBeGreaterThan(1e-3)
  })
})

describe('generatorStep', () => {
  /** Two prompts of three candidates each, position by position with a cache of `capacity`. */
  async function stepByStep(capacity: number) {
    const p = createParameters()
    const text = input('text', ['groups', textLength], 'int32')
    const visible = input('visible', ['groups', textLength])
    const prompt = Object.fromEntries(
      memoryOf(p, settings, encodeText(p, settings, text, visible)).flatMap(({ keys, values }, i) => [
        [`memoryKeys${i}`, keys],
        [`memoryValues${i}`, values],
      ]),
    )
    const size = width / heads
    const mask = input('mask', ['capacity'])
    const layers = Array.from({ length: settings.decoderLayers }, (_, i) => i)
    const past: Past[] = layers.map((i) => ({
      keys: input(`pastKeys${i}`, ['groups', 'candidates', heads, 'capacity', size]),
      values: input(`pastValues${i}`, ['groups', 'candidates', heads, 'capacity', size]),
      mask,
    }))
    const { logits, present } = generatorStep(p, settings, {
      tokens: input('tokens', ['groups', 'candidates'], 'int32'),
      position: input('position', [1], 'int32'),
      memory: layers.map((i) => ({
        keys: input(`memoryKeys${i}`, ['groups', heads, textLength, width / heads]),
        values: input(`memoryValues${i}`, ['groups', heads, textLength, width / heads]),
      })),
      visible,
      past,
    })
    const ofPresent = present.flatMap(({ keys, values }, i) => [
      [`keys${i}`, keys],
      [`values${i}`, values],
    ])
    const shifted = input('shifted', ['rows', imageLength], 'int32')
    const whole = generator(p, settings, {
      text: input('texts', ['rows', textLength], 'int32'),
      visible: input('visibles', ['rows', textLength]),
      shifted,
    })
    const weights = weightsOf(p)
    const [runPrompt, runStep, runWhole] = await Promise.all([
      prepare(lower(prompt, weights)),
      prepare(lower({ logits, ...Object.fromEntries(ofPresent) }, weights)),
      prepare(lower({ whole }, weights)),
    ])

    const texts = [
      [1, 2, 3, 4, 5],
      [6, 2, 0, 0, 0],
    ]
    const seen = [
      [1, 1, 1, 1, 1],
      [1, 1, 0, 0, 0],
    ]
    const [groups, candidates] = [2, 3]
    const rows = groups * candidates
    const tokens = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: imageLength }, (_, at) => (at === 0 ? startToken(settings) : (row * 5 + at * 2) % 9)),
    )
    const memory = await runPrompt({
      text: { shape: [2, textLength], data: texts.flat(), type: 'int32' },
      visible: { shape: [2, textLength], data: seen.flat() },
    })
    const given = Object.fromEntries(
      Object.entries(memory).map(([name, { shape, values }]) => [name, { shape, data: values }]),
    )
    const cacheShape = [groups, candidates, heads, capacity, size]
    const cache = Object.fromEntries(
      layers.flatMap((i) =>
        [`Keys${i}`, `Values${i}`].map((name) => [`past${name}`, new Float32Array(rows * heads * capacity * size)]),
      ),
    )
    const written = new Float32Array(capacity).fill(-1e9)
    const steps: number[][] = []
    for (let at = 0; at < imageLength; at++) {
      const found = await runStep({
        ...given,
        ...Object.fromEntries(Object.entries(cache).map(([name, data]) => [name, { shape: cacheShape, data }])),
        visible: { shape: [2, textLength], data: seen.flat() },
        tokens: { shape: [groups, candidates], data: tokens.map((row) => row[at]!), type: 'int32' },
        position: { shape: [1], data: [at], type: 'int32' },
        mask: { shape: [capacity], data: written },
      })
      steps.push(found.logits!.values)
      for (const [name, store] of Object.entries(cache)) {
        const part = found[name.replace('past', '').toLowerCase()]!.values
        for (const [i, value] of part.entries()) {
          store[(Math.floor(i / size) * capacity + at) * size + (i % size)] = value
        }
      }
      written[at] = 0
    }
    const { whole: expected } = await runWhole({
      texts: { shape: [rows, textLength], data: tokens.flatMap((_, row) => texts[row < 3 ? 0 : 1]!), type: 'int32' },
      visibles: { shape: [rows, textLength], data: tokens.flatMap((_, row) => seen[row < 3 ? 0 : 1]!) },
      shifted: { shape: [rows, imageLength], data: tokens.flat(), type: 'int32' },
    })
    return { steps, expected: expected!.values, rows }
  }

  for (const capacity of [imageLength, 32]) {
    it(`gives, position by position, what the whole sequence gives (capacity ${capacity})`, async () => {
      const { steps, expected, rows } = await stepByStep(capacity)
      for (const [at, values] of steps.entries()) {
        const row = (i: number) => expected.slice((i * imageLength + at) * imageVocabulary).slice(0, imageVocabulary)
        const whole = Array.from({ length: rows }, (_, i) => row(i)).flat()
        expect(relativeError(values, whole), `position ${at}`).toBeLessThan(2e-5)
      }
    })
  }
})
