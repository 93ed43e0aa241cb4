import { describe, expect, it } from 'vitest'
import type { CheckpointFormat } from '../../../models/checkpoints/checkpoint.ts'
import { type CheckpointWeight, memoryCheckpoint } from '../../../models/checkpoints/testing/memory-checkpoint.ts'
import type { ClipSettings } from '../../../networks/clip.ts'
import { type Parity, parity, publishedWeights } from '../../../networks/testing/parity.ts'
import type { VqganSettings } from '../../../networks/vqgan.ts'
import { publishedClip } from './clip.ts'
import { matchWeights, type PublishedNetwork, readWeights } from './match-weights.ts'
import { reordered } from './reorder.ts'
import { holdsEncoder, publishedVqgan } from './vqgan.ts'

type Weights = ReadonlyMap<string, CheckpointWeight>

const permuted = ({ shape, data }: CheckpointWeight, order: readonly number[]): CheckpointWeight => ({
  shape: order.map((axis) => shape[axis]!),
  data: reordered(data, shape, shape, order),
})
const all = async (network: PublishedNetwork): Promise<Weights> => new Map(await Array.fromAsync(readWeights(network)))
const flaxFormat: { format: CheckpointFormat } = { format: 'Flax msgpack' }

const decoder = parity<Parity<VqganSettings>>('vqgan-decoder')
const encoder = parity<Parity<VqganSettings>>('vqgan-encoder')
const clip = parity<Parity<ClipSettings>>('clip')

/** What Flax's files hold for PyTorch's weights: names parted by strokes, numbers joined to them, kernels the other way round. */
function asFlax(weights: Weights, named: (name: string) => string = (name) => name): Weights {
  const entries = [...weights].map(([name, weight]): [string, CheckpointWeight] => {
    const path = named(name).split('.')
    const parent = path.at(-2) ?? ''
    if (path.at(-1) !== 'weight') return [path.join('/'), weight]
    const leaf = parent.includes('norm')
      ? 'scale'
      : /^(\w+_)?embedding$/.test(parent) && weight.shape.length === 2
        ? 'embedding'
        : 'kernel'
    const kernel = weight.shape.length === 4 ? permuted(weight, [2, 3, 1, 0]) : permuted(weight, [1, 0])
    return [[...path.slice(0, -1), leaf].join('/'), leaf === 'kernel' ? kernel : weight]
  })
  return new Map(entries)
}

const whole = new Map(
  [...publishedWeights(encoder), ...publishedWeights(decoder)].filter(([name]) => name !== 'embedding.weight'),
)

const equal = (found: Weights, expected: Weights) => {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [name, { shape, data }] of expected) {
    expect(found.get(name)!.shape, name).toEqual(shape)
    expect(
      found.get(name)!.data.every((value, i) => value === data[i]),
      name,
    ).toBe(true)
  }
}

describe("VQGAN's published weights", () => {
  const { settings } = decoder
  const bare = { ...settings, decoderOnly: true } as const
  const read = (weights: Weights, as: VqganSettings = settings, format = {}) =>
    all(publishedVqgan(memoryCheckpoint(weights, 'vqgan', format), as))
  const match = (weights: Weights, as: VqganSettings = settings, path = 'vqgan.pt') =>
    matchWeights(publishedVqgan(memoryCheckpoint(weights, path), as))
  const flax = asFlax(whole, (name) => name.replace(/\b(up|down|block|attn)\.(\d+)/g, '$1_$2'))

  it('of Flax are those of PyTorch', async () => {
    expect([...flax.keys()]).toContain('decoder/up_4/attn_2/proj_out/kernel')
    expect([...flax.keys()]).toContain('encoder/mid/block_1/norm1/scale')
    expect([...flax.keys()]).toContain('quantize/embedding/embedding')
    expect(flax.get('encoder/down_0/downsample/conv/kernel')!.shape).toEqual([3, 3, 32, 32])
    expect(flax.get('decoder/up_4/attn_0/q/kernel')!.shape).toEqual([1, 1, 128, 128])
    const expected = await read(whole)
    equal(await read(flax, settings, flaxFormat), expected)
    const within = new Map([...flax].map(([name, weight]) => [`params/${name}`, weight]))
    equal(await read(within, settings, flaxFormat), expected)
    equal(await read(within, bare, flaxFormat), await read(whole, bare))
  })

  it('have attention as products', async () => {
    const found = await read(whole)
    expect(found.get('decoder.up.4.attn.0.q.weight')!.shape).toEqual([128, 128])
    expect(found.get('decoder.up.1.block.0.nin_shortcut.weight')!.shape).toEqual([32, 64, 1, 1])
    expect(found.get('quant_conv.weight')!.shape).toEqual([32, 32])
  })

  it("of min-dalle hold a decoder alone, and a training's losses are let lie", async () => {
    const alone = await read(publishedWeights(decoder), bare)
    expect(alone.get('quantize.embedding.weight')!.shape).toEqual([64, 32])
    expect([...alone.keys()].sort()).toEqual([...(await read(whole, bare)).keys()].sort())
    expect(holdsEncoder(memoryCheckpoint(publishedWeights(decoder), 'x'))).toBe(false)
    expect([whole, flax].map((weights) => holdsEncoder(memoryCheckpoint(weights, 'x')))).toEqual([true, true])
    const loss = { shape: [1], data: new Float32Array(1) }
    equal(await read(new Map([...whole, ['loss.discriminator.main.0.weight', loss]])), await read(whole))
    expect(() => match(publishedWeights(decoder), settings, 'detoker.pt')).toThrow(
      'detoker.pt does not hold the weights of VQGAN: it has no "encoder.conv_in.weight".',
    )
  })

  it('of another architecture are refused before any is read', () => {
    const other = (change: (weights: Map<string, CheckpointWeight>) => void) => {
      const weights = new Map(whole)
      change(weights)
      return () => match(weights)
    }
    const vector = { shape: [3], data: new Float32Array(3) }
    expect(other((w) => w.set('decoder.up.5.block.0.norm1.weight', vector))).toThrow(
      'vqgan.pt does not hold the weights of VQGAN: it has 1 tensors more, "decoder.up.5.block.0.norm1.weight" the first.',
    )
    expect(other((w) => w.set('decoder.conv_out.bias', { shape: [4], data: new Float32Array(4) }))).toThrow(
      '"decoder.conv_out.bias" is [4], and the settings ask for [3]',
    )
    const wide = { shape: [128, 128, 3, 3], data: new Float32Array(128 * 128 * 9) }
    expect(other((w) => w.set('decoder.up.4.attn.0.q.weight', wide))).toThrow(
      '"decoder.up.4.attn.0.q.weight" is [128, 128, 3, 3], and the settings ask for [128, 128, 1, 1]',
    )
    expect(other((w) => w.set('decoder/conv_out/bias', vector))).toThrow('1 tensors more, "decoder/conv_out/bias"')
    expect(() => matchWeights(publishedClip(memoryCheckpoint(whole, 'vqgan.pt'), clip.settings))).toThrow(
      expect.objectContaining({ code: 'checkpoint-other-network', httpStatus: 422 }),
    )
    expect(() => match(whole, { ...settings, levels: [32, 64] }, 'f2.pt')).toThrow('f2.pt does not hold the weights')
  })
})

describe("CLIP's published weights", () => {
  const torch = publishedWeights(clip)
  const read = (weights: Weights, more: Parameters<typeof memoryCheckpoint>[2] = {}) =>
    all(publishedClip(memoryCheckpoint(weights, 'clip', more), clip.settings))

  it('of Flax are those of PyTorch, and positions that are no weights are let lie', async () => {
    const flax = asFlax(torch)
    expect([...flax.keys()]).toContain('text_model/embeddings/token_embedding/embedding')
    expect([...flax.keys()]).toContain('text_model/final_layer_norm/scale')
    expect(flax.get('vision_model/embeddings/patch_embedding/kernel')!.shape).toEqual([8, 8, 3, 96])
    const expected = await read(torch)
    equal(await read(flax, flaxFormat), expected)
    const integers = ['text_model.embeddings.position_ids', 'vision_model.embeddings.position_ids']
    equal(await read(torch, { integers }), expected)
    await expect(read(torch, { integers: ['text_model.position'] })).rejects.toThrow('1 tensors more')
  })

  it('have their patches pixel by pixel', async () => {
    const weight = torch.get('vision_model.embeddings.patch_embedding.weight')!
    const found = (await read(torch)).get('vision_model.embeddings.patch_embedding.weight')!
    expect(found.shape).toEqual([96, 192])
    // Output 5, row 3, column 6, blue.
    expect(found.data[5 * 192 + (3 * 8 + 6) * 3 + 2]).toBe(weight.data[((5 * 3 + 2) * 8 + 3) * 8 + 6])
  })

  it('of another architecture are refused', () => {
    const other = publishedClip(memoryCheckpoint(torch, 'clip'), { ...clip.settings, embedding: 32 })
    expect(() => matchWeights(other)).toThrow(
      'clip does not hold the weights of CLIP: "text_projection.weight" is [24, 64], and the settings ask for [32, 64].',
    )
  })
})
