import { describe, expect, it } from 'vitest'
import { createParameters, input, lower } from '../../../graph/index.ts'
import { relativeError } from '../../../graph/testing/compare.ts'
import { prepare } from '../../../graph/testing/evaluate.ts'
import { type Checkpoint, readCheckpoint } from '../../../models/checkpoints/checkpoint.ts'
import { memoryFile } from '../../../models/checkpoints/testing/memory-file.ts'
import { fileOf, vector } from '../../../models/checkpoints/testing/vectors.ts'
import type { Weight } from '../../../models/weights.ts'
import { type DalleMiniSettings, generator } from '../../../networks/dalle-mini.ts'
import { dalleMega, dalleMini } from '../../../networks/dalle-mini-published.ts'
import { type GeneratorFiles, publishedGenerator } from './generator.ts'
import { matchWeights, readWeights } from './match-weights.ts'

type Stored = { readonly shape: readonly number[]; readonly values: readonly number[] }
const network = vector<{
  settings: DalleMiniSettings
  inputs: Record<'text' | 'visible' | 'shifted', Stored>
  logits: Stored
  scanned: string
}>('dalle-mini')
const { settings } = network

const open = (base64: string, path = 'x') => readCheckpoint(memoryFile(fileOf(base64), path))
const file = (name: string) => open(vector<{ file: string }>(name).file, name)
const published = {
  scanned: async () => ({ flax: await open(network.scanned, 'flax_model.msgpack') }),
  unscanned: async () => ({ flax: await file('dalle-mini-unscanned') }),
  'min-dalle': async () => ({ encoder: await file('dalle-mini-encoder'), decoder: await file('dalle-mini-decoder') }),
} satisfies Record<string, () => Promise<GeneratorFiles>>

const match = (from: GeneratorFiles, as: DalleMiniSettings) => matchWeights(publishedGenerator(from, as))

async function all(from: GeneratorFiles, as = settings): Promise<Map<string, Weight>> {
  const weights = new Map<string, Weight>()
  for await (const [name, weight] of readWeights(publishedGenerator(from, as))) weights.set(name, weight)
  return weights
}

/** The checkpoint with its tensors described otherwise; reading them is not expected. */
function described(tensors: Checkpoint['tensors'], path = 'x'): Checkpoint {
  const read = () => Promise.reject(new Error('read'))
  return { path, format: 'Flax msgpack', tensors, read, close: async () => {} }
}

describe('the weights of a published DALL·E mini', () => {
  it.each(['scanned', 'unscanned', 'min-dalle'] as const)('make the network that they were: %s', async (layout) => {
    // The logits are Flax's own; PyTorch came to the same from min-dalle's files.
    const p = createParameters()
    const { text, visible, shifted } = network.inputs
    const logits = generator(p, settings, {
      text: input('text', text.shape, 'int32'),
      visible: input('visible', visible.shape),
      shifted: input('shifted', shifted.shape, 'int32'),
    })
    const run = await prepare(lower({ logits }, await all(await published[layout]())))
    const found = await run({
      text: { shape: text.shape, data: text.values, type: 'int32' },
      visible: { shape: visible.shape, data: visible.values },
      shifted: { shape: shifted.shape, data: shifted.values, type: 'int32' },
    })
    expect(relativeError(found.logits!.values, network.logits.values)).toBeLessThan(1e-5)
  })

  it('are the same numbers from every layout', async () => {
    const [a, b, c] = await Promise.all(Object.values(published).map(async (one) => all(await one())))
    expect(b).toEqual(a)
    expect(c).toEqual(a)
    // One by hand: outputs before inputs, one layer of all, without the rows that stand for nothing.
    const { flax } = await published.scanned()
    const path = 'model/decoder/layers/FlaxBartDecoderLayers/GLU_0/Dense_0/kernel'
    const stored = await flax.read(path)
    const { shape, data } = a!.get('decoder.layers.1.glu.fc0.weight')!
    expect(flax.tensors.get(path)!.shape).toEqual([2, 8, 6])
    expect(shape).toEqual([6, 8])
    expect(data[4 * 8 + 3]).toBe(stored[1 * 48 + 3 * 6 + 4])
    expect(flax.tensors.get('lm_head/kernel')!.shape).toEqual([8, 17])
    expect(a!.get('lm_head.weight')!.shape).toEqual([12, 8])
    expect(a!.get('decoder.embed_tokens.weight')!.shape).toEqual([13, 8])
  })

  it('are read a tensor at a time, each layer alone', async () => {
    const { flax } = await published.scanned()
    let asked: unknown[] = []
    const read: Checkpoint['read'] = (...args) => {
      asked.push(args)
      return flax.read(...args)
    }
    const watched: Checkpoint = { ...flax, read }
    for await (const [name, { shape, data }] of readWeights(publishedGenerator({ flax: watched }, settings))) {
      expect(asked).toHaveLength(1)
      if (name === 'encoder.layers.2.self_attn.q_proj.weight') {
        const path = 'model/encoder/layers/FlaxBartEncoderLayers/FlaxBartAttention_0/q_proj/kernel'
        expect(asked).toEqual([[path, { start: 2, count: 1 }]])
      }
      expect(data.length).toBe(shape.reduce((a, b) => a * b))
      asked = []
    }
  })

  it('have the names and shapes of the released mini, as a training printed them, and of mega', () => {
    const tree = (d: number, f: number, layers: number, words: number, tokens: number) => {
      const attention = (name: string) =>
        ['k_proj', 'out_proj', 'q_proj', 'v_proj'].map((part) => [`${name}/${part}/kernel`, [layers, d, d]] as const)
      const layer = [
        ...attention('FlaxBartAttention_0'),
        ['GLU_0/Dense_0/kernel', [layers, d, f]],
        ['GLU_0/Dense_1/kernel', [layers, d, f]],
        ['GLU_0/Dense_2/kernel', [layers, f, d]],
        ['GLU_0/LayerNorm_0/bias', [layers, d]],
        ['GLU_0/LayerNorm_1/bias', [layers, f]],
        ['LayerNorm_0/bias', [layers, d]],
        ['LayerNorm_1/bias', [layers, d]],
        ['LayerNorm_1/scale', [layers, d]],
      ] as const
      const cross = [
        ...attention('FlaxBartAttention_1'),
        ['LayerNorm_2/bias', [layers, d]],
        ['LayerNorm_3/bias', [layers, d]],
        ['LayerNorm_3/scale', [layers, d]],
      ] as const
      const side = (name: string, count: number, length: number) =>
        [
          [`model/${name}/embed_positions/embedding`, [length, d]],
          [`model/${name}/embed_tokens/embedding`, [count, d]],
          [`model/${name}/final_ln/bias`, [d]],
          [`model/${name}/layernorm_embedding/bias`, [d]],
          [`model/${name}/layernorm_embedding/scale`, [d]],
        ] as const
      const within = (prefix: string, parts: readonly (readonly [string, readonly number[]])[]) =>
        parts.map(([name, shape]) => [`${prefix}/${name}`, shape] as const)
      const entries = [
        ['lm_head/kernel', [d, tokens]] as const,
        ...side('decoder', tokens, 256),
        ...within('model/decoder/layers/FlaxBartDecoderLayers', [...layer, ...cross]),
        ...side('encoder', words, 64),
        ...within('model/encoder/layers/FlaxBartEncoderLayers', layer),
      ]
      return described(new Map(entries.map(([name, shape]) => [name, { shape, dtype: 'F32' }])))
    }
    expect(match({ flax: tree(1024, 2730, 12, 50264, 16385) }, dalleMini)).toHaveLength(12 * 12 + 12 * 19 + 11)
    const found = match({ flax: tree(2048, 4096, 24, 50272, 16416) }, dalleMega)
    expect(found).toHaveLength(24 * 12 + 24 * 19 + 11)
  })
})

describe('a checkpoint of something else', () => {
  const head = { shape: [8, 17], dtype: 'F16' } as const

  it.each<[string, Partial<DalleMiniSettings>, RegExp]>([
    [
      'width',
      { width: 10 },
      /"model\/encoder\/embed_tokens\/embedding" is \[11, 8\], and the settings ask for \[11, 10\]/,
    ],
    ['words', { textVocabulary: 12 }, /is \[11, 8\], and the settings ask for \[12, 8\]/],
    ['fewer words', { textVocabulary: 10 }, /is \[11, 8\], and the settings ask for \[10, 8\]/],
    [
      'codes',
      { imageVocabulary: 17 },
      /embed_tokens\/embedding" is \[17, 8\], and the settings ask for \[at least 18, 8\]/,
    ],
    ['layers', { decoderLayers: 3 }, /is \[2, .*and the settings ask for \[3,/],
    ['fewer layers', { encoderLayers: 2 }, /is \[3, .*and the settings ask for \[2,/],
    ['feed-forward width', { feedForward: 7 }, /Dense_0\/kernel" is \[3, 8, 6\], and the settings ask for \[3, 8, 7\]/],
    ['codes at a position', { codesPerPosition: 2 }, /one code at a position, and the settings several/],
  ])('is told by its %s', async (_, change, said) => {
    const from = await published.scanned()
    expect(() => match(from, { ...settings, ...change })).toThrow(said)
    const code = 'checkpoint-other-network'
    await expect(all(from, { ...settings, ...change })).rejects.toMatchObject({ code })
  })

  it('is told by a tensor too few or too many, in any layout', async () => {
    const { flax } = await published.scanned()
    const without = new Map([...flax.tensors].filter(([name]) => name !== 'lm_head/kernel'))
    const matching = (tensors: Checkpoint['tensors']) => () => match({ flax: described(tensors, 'f') }, settings)
    expect(matching(flax.tensors)).not.toThrow()
    expect(matching(without)).toThrow(/^f does not hold the weights of DALL·E mini: it has no "lm_head\/kernel"/)
    const bias = new Map([...flax.tensors, ['lm_head/bias', head] as const])
    expect(matching(bias)).toThrow(/1 tensors more, "lm_head\/bias" the first/)
    const flat = new Map([...flax.tensors, ['lm_head/kernel', { ...head, shape: [8 * 17] }] as const])
    expect(matching(flat)).toThrow(/"lm_head\/kernel" is \[136\]/)
    const { flax: each } = await published.unscanned()
    expect(() => match({ flax: each }, { ...settings, encoderLayers: 2 })).toThrow(/12 tensors more/)
    const { encoder, decoder } = await published['min-dalle']()
    expect(() => match({ encoder: decoder, decoder: encoder }, settings)).toThrow(
      /^dalle-mini-decoder does not hold .* "embed_tokens\.weight" is \[17, 8\]/,
    )
  })

  it('is refused where a weight is no number', async () => {
    const { flax } = await published.scanned()
    const read: Checkpoint['read'] = async (name, part) => {
      const values = await flax.read(name, part)
      if (name === 'model/decoder/final_ln/bias') values[3] = Number.NaN
      return values
    }
    await expect(all({ flax: { ...flax, read } })).rejects.toThrow(/"model\/decoder\/final_ln\/bias" holds a weight/)
  })
})
