import { describe, expect, it } from 'vitest'
import type { ClipSettings } from './clip.ts'
import { clipWeights } from './clip-weights.ts'
import { type PublishedWeight, type PublishedWeights, permuted } from './published-weights.ts'
import { type Parity, parity, publishedWeights } from './testing/parity.ts'
import type { VqganSettings } from './vqgan.ts'
import { vqganWeights } from './vqgan-weights.ts'

const decoder = parity<Parity<VqganSettings>>('vqgan-decoder')
const encoder = parity<Parity<VqganSettings>>('vqgan-encoder')
const clip = parity<Parity<ClipSettings>>('clip')

/** What Flax's files hold for PyTorch's weights: names parted by strokes, numbers joined to them, kernels the other way round. */
function asFlax(weights: PublishedWeights, named: (name: string) => string = (name) => name): PublishedWeights {
  const entries = [...weights].map(([name, weight]): [string, PublishedWeight] => {
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

const equal = (found: PublishedWeights, expected: PublishedWeights) => {
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
  const both = { encodes: true }
  const read = (weights: PublishedWeights, what = both) => vqganWeights(weights, settings, 'vqgan.pt', what)
  const flax = asFlax(whole, (name) => name.replace(/\b(up|down|block|attn)\.(\d+)/g, '$1_$2'))

  it('of Flax are those of PyTorch', () => {
    expect([...flax.keys()]).toContain('decoder/up_4/attn_2/proj_out/kernel')
    expect([...flax.keys()]).toContain('encoder/mid/block_1/norm1/scale')
    expect([...flax.keys()]).toContain('quantize/embedding/embedding')
    expect(flax.get('encoder/down_0/downsample/conv/kernel')!.shape).toEqual([3, 3, 32, 32])
    equal(read(flax), read(whole))
    equal(read(new Map([...flax].map(([name, weight]) => [`params/${name}`, weight]))), read(whole))
  })

  it('have attention as products, and are not copied where they need not be', () => {
    const found = read(whole)
    expect(found.get('decoder.up.4.attn.0.q.weight')!.shape).toEqual([128, 128])
    expect(found.get('decoder.up.1.block.0.nin_shortcut.weight')!.shape).toEqual([32, 64, 1, 1])
    expect(found.get('quant_conv.weight')!.shape).toEqual([32, 32])
    expect(found.get('decoder.conv_in.weight')!.data).toBe(whole.get('decoder.conv_in.weight')!.data)
  })

  it("of min-dalle hold a decoder alone, and a training's losses are let lie", () => {
    const alone = vqganWeights(publishedWeights(decoder), settings, 'detoker.pt', { encodes: false })
    expect(alone.get('quantize.embedding.weight')!.shape).toEqual([64, 32])
    expect([...alone.keys()].sort()).toEqual([...read(whole, { encodes: false }).keys()].sort())
    const loss = { shape: [1], data: new Float32Array(1) }
    equal(read(new Map([...whole, ['loss.discriminator.main.0.weight', loss]])), read(whole))
    expect(() => vqganWeights(publishedWeights(decoder), settings, 'detoker.pt', both)).toThrow(
      'detoker.pt holds no weights of this VQGAN: there is no weight "encoder.conv_in.weight".',
    )
  })

  it('of another architecture are refused', () => {
    const other = (change: (weights: Map<string, PublishedWeight>) => void) => {
      const weights = new Map(whole)
      change(weights)
      return () => read(weights)
    }
    const vector = { shape: [3], data: new Float32Array(3) }
    expect(other((w) => w.set('decoder.up.5.block.0.norm1.weight', vector))).toThrow(
      'vqgan.pt holds no weights of this VQGAN: it has "decoder.up.5.block.0.norm1.weight", which this network has not.',
    )
    expect(other((w) => w.set('decoder.conv_out.bias', { shape: [4], data: new Float32Array(4) }))).toThrow(
      '"decoder.conv_out.bias" is [4], which does not make [3]',
    )
    expect(
      other((w) =>
        w.set('decoder.up.4.attn.0.q.weight', { shape: [128, 128, 3, 3], data: new Float32Array(128 * 128 * 9) }),
      ),
    ).toThrow('"decoder.up.4.attn.0.q.weight" is [128, 128, 3, 3], which does not make [128, 128]')
    expect(other((w) => w.set('decoder/conv_out/bias', vector))).toThrow(
      '"decoder.conv_out.bias" and "decoder/conv_out/bias" are one weight',
    )
    expect(other((w) => w.set('decoder.extra.kernel', { shape: [3, 3, 3], data: new Float32Array(27) }))).toThrow(
      'the kernel "decoder.extra.kernel" has 3 axes',
    )
    expect(() => clipWeights(whole, clip.settings, 'vqgan.pt')).toThrow(
      expect.objectContaining({ code: 'weights-of-another-network', httpStatus: 422 }),
    )
    expect(() => vqganWeights(whole, { ...settings, levels: [32, 64] }, 'f2.pt', both)).toThrow(
      'f2.pt holds no weights',
    )
  })
})

describe("CLIP's published weights", () => {
  const torch = publishedWeights(clip)
  const read = (weights: PublishedWeights) => clipWeights(weights, clip.settings, 'clip')

  it('of Flax are those of PyTorch, and positions that are no weights are let lie', () => {
    const flax = asFlax(torch)
    expect([...flax.keys()]).toContain('text_model/embeddings/token_embedding/embedding')
    expect(flax.get('vision_model/embeddings/patch_embedding/kernel')!.shape).toEqual([8, 8, 3, 96])
    equal(read(flax), read(torch))
    const ids = { shape: [1, 12], data: Float32Array.from(Array(12).keys()) }
    equal(read(new Map([...torch, ['text_model.embeddings.position_ids', ids]])), read(torch))
  })

  it('have their patches pixel by pixel', () => {
    const weight = torch.get('vision_model.embeddings.patch_embedding.weight')!
    const found = read(torch).get('vision_model.embeddings.patch_embedding.weight')!
    expect(found.shape).toEqual([96, 192])
    // Output 5, row 3, column 6, blue.
    expect(found.data[5 * 192 + (3 * 8 + 6) * 3 + 2]).toBe(weight.data[((5 * 3 + 2) * 8 + 3) * 8 + 6])
  })

  it('of another architecture are refused', () => {
    expect(() => clipWeights(torch, { ...clip.settings, embedding: 32 }, 'clip')).toThrow(
      'clip holds no weights of this CLIP: "text_projection.weight" is [24, 64], which does not make [32, 64].',
    )
  })
})
