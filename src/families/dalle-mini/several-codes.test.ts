/** A model whose tokenizer learns its codes, with two at each position, and transparency: everything the other one does. */
import { describe, expect, it } from 'vitest'
import { createParameters, input, lower } from '../../graph/index.ts'
import { createPixels } from '../../image/pixels.ts'
import { generator, startToken, tokenOf } from '../../networks/dalle-mini.ts'
import { type RandomModelSettings, smallModel } from '../testing/random-model.ts'
import { drawEach } from './draw-each.ts'
import { readSettings } from './settings.ts'
import { draw, engine, heard, model, opened, request, useModel } from './testing/drawing.ts'

// 6 x 6 places of two codes: 36 positions, so that the cache has to grow once.
const settings: RandomModelSettings = {
  ...smallModel,
  generator: { ...smallModel.generator, codesPerPosition: 2 },
  imageTokenizer: {
    side: 24,
    channels: 4,
    quantiser: [5, 3, 2],
    codesPerPlace: 2,
    levels: [
      { cell: [2, 2], width: 8, encoder: 0, decoder: 1 },
      { cell: [2, 2], width: 12, encoder: 1, decoder: 1 },
    ],
  },
  precision: 'fp32',
}
const [length, codes] = [72, 30]

useModel(settings)

describe('a model with several codes at a position', () => {
  it('computes, code by code, the logits of the whole-sequence network', async () => {
    heard.length = 0
    const drawn = [...(await draw()).values()]
    const steps = heard.filter(({ values }) => 'logits' in values).map(({ values }) => values.logits!)
    expect(steps.length).toBe(length)
    const network = readSettings(model).generator
    const rows = 6
    const shape = [rows, network.textLength]
    const logits = generator(createParameters(), network, {
      text: input('text', shape, 'int32'),
      visible: input('visible', shape),
      shifted: input('shifted', [rows, length], 'int32'),
      tokens: input('tokens', [rows, length], 'int32'),
    })
    const session = await engine.load(lower({ logits }, await model.weights('generator')), { keepWeights: true })
    const encoded = [0, 1, 2, 3, 4, 5].map((row) => opened.prompts.tokenizer.encode(row < 3 ? request.prompt : ''))
    const tokens = [...drawn, ...drawn].map((row) => Array.from(row, (code, i) => tokenOf(network, code, i % 2)))
    const start = startToken(network)
    const int32 = (data: number[]) =>
      ({ type: 'int32', shape: [rows, data.length / rows], data: Int32Array.from(data) }) as const
    const whole = await session.run(
      {
        text: int32(encoded.flatMap(({ ids }) => ids)),
        visible: { type: 'float32', shape, data: Float32Array.from(encoded.flatMap(({ mask }) => mask)) },
        shifted: int32(tokens.flatMap((row) => [start, start, ...row.slice(0, -2)])),
        tokens: int32(tokens.flat()),
      },
      { fetch: ['logits'] },
    )
    const expected = whole.logits!.data as Float32Array
    let worst = 0
    for (const [at, { data }] of steps.entries()) {
      for (let row = 0; row < rows; row++) {
        for (let code = 0; code < codes; code++) {
          const found = data[row * codes + code] as number
          worst = Math.max(worst, Math.abs(found - expected[(row * length + at) * codes + code]!))
        }
      }
    }
    expect(worst).toBeLessThan(1e-4)
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1)
  })

  it('draws the same candidate whatever is drawn with it', async () => {
    const all = await draw({ indices: Array.from({ length: 33 }, (_, index) => index) })
    expect(new Set([...all.values()].map((tokens) => tokens.join())).size).toBe(33)
    for (const size of [1, 2, 3, 9, 16, 31]) {
      const indices = Array.from({ length: size }, (_, i) => (size % 2 === 0 ? i : 32 - i))
      for (const [index, tokens] of await draw({ indices }))
        expect(tokens, `${index} of ${size}`).toEqual(all.get(index))
    }
  })

  it('draws one picture each for many prompts as the sampler draws candidates', async () => {
    const { generator: network } = readSettings(model)
    const weights = await model.weights('generator')
    const { tokenizer } = opened.prompts
    const each = { settings: network, weights, tokenizer, sampling: request.sampling, seed: request.seed }
    const codesOfEach = await drawEach(engine, [request.prompt, request.prompt, request.prompt], each)
    const drawn = await draw()
    for (const [index, tokens] of drawn) expect(codesOfEach.slice(index * length, (index + 1) * length)).toEqual(tokens)
  })

  it('gives pictures with clear parts where its network says so, and reads opaque and clear ones', async () => {
    const drawn = [...(await draw()).values()]
    const pictures = await opened.sampler.decode(drawn)
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([
      [24, 24],
      [24, 24],
      [24, 24],
    ])
    for (const { channels, data } of pictures) expect(data.length).toBe(24 * 24 * channels)
    const opaque = createPixels(24, 24, [200, 30, 30])
    const clear = createPixels(24, 24, [200, 30, 30], 4)
    for (let i = 0; i < 288; i++) clear.data[i * 4 + 3] = 0
    const [one, other, same] = await opened.encode([opaque, clear, createPixels(24, 24, [200, 30, 30], 4)])
    expect(one!.length).toBe(length)
    expect(other).not.toEqual(one)
    expect(same).toEqual(one)
  })
})
