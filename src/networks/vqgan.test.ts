/** Against the paper's code and min-dalle's (tools/parity/published_vectors.py). */
import { describe, expect, it } from 'vitest'
import { parametersOf, readWeights } from '../families/dalle-mini/published/match-weights.ts'
import { publishedVqgan } from '../families/dalle-mini/published/vqgan.ts'
import { add, createParameters, input, lower, mul } from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { type Given, prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandomWeight } from '../graph/testing/pseudo-random.ts'
import { type CheckpointWeight, memoryCheckpoint } from '../models/checkpoints/testing/memory-checkpoint.ts'
import { asBytes } from './image-tokenizer.ts'
import { difference, type Parity, parity, pseudoPixels, publishedWeights, type Some } from './testing/parity.ts'
import { decodeVqgan, encodeVqgan, rowsOfCodes, type VqganSettings, vectorsOfPicture, vqganImagenet } from './vqgan.ts'

type Decoded = Parity<VqganSettings> & { codes: { shape: number[]; values: number[] }; picture: Some }
type Encoded = Parity<VqganSettings> & { vectors: Some; codes: number[] }

const decoded = parity<Decoded>('vqgan-decoder')
const encoded = parity<Encoded>('vqgan-encoder')
const { settings } = decoded
const codes: Given = { shape: decoded.codes.shape, data: decoded.codes.values, type: 'int32' }
const all = new Map(
  [...publishedWeights(decoded), ...publishedWeights(encoded)].filter(([name]) => name !== 'embedding.weight'),
)

const load = async (weights: Map<string, CheckpointWeight>, as = settings) =>
  new Map(await Array.fromAsync(readWeights(publishedVqgan(memoryCheckpoint(weights, 'vqgan.pt'), as))))

describe('VQGAN', () => {
  it('decodes as the paper and min-dalle do', async () => {
    const weights = await load(publishedWeights(decoded), { ...settings, decoderOnly: true })
    const picture = decodeVqgan(createParameters(), settings, input('codes', ['pictures', 16], 'int32'))
    const run = await prepare(lower({ unit: mul(add(picture, 1), 0.5), bytes: asBytes(picture) }, weights))
    const { unit, bytes } = await run({ codes })
    expect(unit!.shape).toEqual([2, 64, 64, 3])
    expect(difference(unit, decoded.picture)).toBeLessThan(1e-5)
    // Their grey levels, cut off at both ends, to the nearest.
    const { every, values } = decoded.picture
    const level = (value: number) => Math.min(255, Math.max(0, 255 * value))
    expect(values.filter((value) => value < 0 || value > 1).length).toBeGreaterThan(100)
    for (const [i, value] of values.entries()) {
      expect(Math.abs(bytes!.values[i * every]! - level(value))).toBeLessThan(0.51)
    }
  })

  it('gives a picture the same bits, whichever others are decoded with it', async () => {
    const weights = await load(publishedWeights(decoded), { ...settings, decoderOnly: true })
    const picture = decodeVqgan(createParameters(), settings, input('codes', ['pictures', 16], 'int32'))
    const run = await prepare(lower({ picture }, weights))
    const rows = [3, 5, 11].map((step) => Array.from({ length: 16 }, (_, i) => (i * step) % 64))
    const draw = async (some: number[][]) =>
      (await run({ codes: { shape: [some.length, 16], data: some.flat(), type: 'int32' } })).picture!.values
    const together = await draw(rows)
    const size = together.length / 3
    for (const [i, row] of rows.entries()) {
      expect(await draw([row])).toEqual(together.slice(i * size, (i + 1) * size))
    }
  })

  it('encodes as the paper does', async () => {
    const weights = await load(all)
    const pixels = input('pixels', ['pictures', 64, 64, 3], 'uint8')
    const p = createParameters()
    const outputs = { vectors: vectorsOfPicture(p, settings, pixels), codes: encodeVqgan(p, settings, pixels) }
    const run = await prepare(lower(outputs, weights))
    const shape = [2, 64, 64, 3]
    const found = await run({ pixels: { shape, data: pseudoPixels('picture', shape), type: 'uint8' } })
    expect(difference(found.vectors, encoded.vectors)).toBeLessThan(1e-5)
    expect(found.codes!.values).toEqual(encoded.codes)
    expect(new Set(encoded.codes).size).toBeGreaterThan(8)
  })

  it("follows a block with its own attention, or with all of its level's in turn", async () => {
    // With all, what n blocks do is what n * n do whose first of each n is a block, the others nothing, and whose attention
    // goes through the n again and again.
    const small: VqganSettings = {
      ...{ side: 16, codes: 8, codeWidth: 8, latentWidth: 8, levels: [8, 16], blocks: 2, attentionRows: [8] },
      ...{ groups: 4, epsilon: 1e-6 },
    }
    const { blocks } = small
    const parameters = parametersOf((p) => {
      vectorsOfPicture(p, small, input('pixels', [1, 16, 16, 3], 'uint8'))
      decodeVqgan(p, small, input('codes', [1, 64], 'int32'))
    })
    const weights = new Map(
      [...parameters].map(([name, shape]) => [name, { shape, data: pseudoRandomWeight(name, [...shape]) }]),
    )
    const spread = new Map<string, CheckpointWeight>()
    for (const [name, weight] of weights) {
      const inLevel = /^((encoder|decoder)\.(?:down|up)\.\d+)\.(block|attn)\.(\d+)\.(.+)$/.exec(name)
      if (inLevel === null) spread.set(name, weight)
      const [, level, side, kind, at, rest] = inLevel ?? []
      if (at === undefined) continue
      const n = side === 'encoder' ? blocks : blocks + 1
      const put = (place: number, what: CheckpointWeight) => spread.set(`${level}.${kind}.${place}.${rest}`, what)
      if (kind === 'attn') for (let i = 0; i < n; i++) put(i * n + Number(at), weight)
      else {
        put(Number(at) * n, weight)
        if (rest!.startsWith('nin_shortcut')) continue
        const outputs = weights.get(`${level}.block.${at}.conv2.bias`)!.shape[0]!
        for (let i = 1; i < n; i++) {
          const shape = rest === 'conv1.weight' ? [outputs, outputs, 3, 3] : weight.shape
          const own = rest!.startsWith('norm1') ? [outputs] : shape
          put(Number(at) * n + i, { shape: own, data: new Float32Array(own.reduce((a, b) => a * b)) })
        }
      }
    }
    const shape = [1, 16, 16, 3]
    const pixels: Given = { shape, data: pseudoPixels('order', shape), type: 'uint8' }
    const given: Given = { shape: [1, 64], data: Array.from({ length: 64 }, (_, i) => (i * i) % 8), type: 'int32' }
    const both = async (as: VqganSettings, decoder: VqganSettings, from: Map<string, CheckpointWeight>) => {
      const p = createParameters()
      const vectors = vectorsOfPicture(p, as, input('pixels', shape, 'uint8'))
      const picture = decodeVqgan(p, decoder, input('codes', [1, 64], 'int32'))
      const found = await (await prepare(lower({ vectors, picture }, from)))({ pixels, codes: given })
      return [found.vectors!.values, found.picture!.values]
    }
    const inTurn: VqganSettings = { ...small, attentionAfter: 'all' }
    const found = await both(inTurn, inTurn, weights)
    const [deepEncoder, deepDecoder] = [blocks ** 2, (blocks + 1) ** 2 - 1].map((count) => ({
      ...small,
      blocks: count,
    }))
    const expected = await both(deepEncoder!, deepDecoder!, spread)
    const own = await both({ ...small, attentionAfter: 'own' }, small, weights)
    for (const i of [0, 1]) {
      expect(relativeError(found[i]!, expected[i]!)).toBeLessThan(1e-5)
      expect(relativeError(found[i]!, own[i]!)).toBeGreaterThan(1e-3)
    }
  })

  it('has the size of the published one', () => {
    const p = createParameters()
    const shape = ['batch', rowsOfCodes(vqganImagenet) ** 2] as const
    expect(decodeVqgan(p, vqganImagenet, input('codes', shape, 'int32')).shape).toEqual(['batch', 256, 256, 3])
    const pixels = input('pixels', ['batch', 256, 256, 3], 'uint8')
    expect(encodeVqgan(p, vqganImagenet, pixels).shape).toEqual(['batch', 256])
    const sizes = [...p.all().values()].map(({ shape: own }) => (own as number[]).reduce((a, b) => a * b))
    expect(sizes.reduce((a, b) => a + b)).toBe(76_073_859)
  })
})
