/** Against the paper's code and min-dalle's (tools/parity/published_vectors.py). */
import { describe, expect, it } from 'vitest'
import { add, createParameters, input, lower, mul } from '../graph/index.ts'
import { type Given, prepare } from '../graph/testing/evaluate.ts'
import { asBytes } from './image-tokenizer.ts'
import { difference, type Parity, parity, pseudoPixels, publishedWeights, type Some } from './testing/parity.ts'
import { decodeVqgan, encodeVqgan, rowsOfCodes, type VqganSettings, vectorsOfPicture, vqganImagenet } from './vqgan.ts'
import { vqganWeights } from './vqgan-weights.ts'

type Decoded = Parity<VqganSettings> & { codes: { shape: number[]; values: number[] }; picture: Some }
type Encoded = Parity<VqganSettings> & { vectors: Some; codes: number[] }

const decoded = parity<Decoded>('vqgan-decoder')
const encoded = parity<Encoded>('vqgan-encoder')
const { settings } = decoded
const codes: Given = { shape: decoded.codes.shape, data: decoded.codes.values, type: 'int32' }
const all = new Map(
  [...publishedWeights(decoded), ...publishedWeights(encoded)].filter(([name]) => name !== 'embedding.weight'),
)

describe('VQGAN', () => {
  it('decodes as the paper and min-dalle do', async () => {
    const weights = vqganWeights(publishedWeights(decoded), settings, 'detoker.pt', { encodes: false })
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
    const weights = vqganWeights(publishedWeights(decoded), settings, 'detoker.pt', { encodes: false })
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
    const weights = vqganWeights(all, settings, 'all.pt', { encodes: true })
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
