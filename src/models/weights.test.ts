import { describe, expect, it } from 'vitest'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { packWeights, unpackWeights, type Weight } from './weights.ts'

const ramp = (shape: number[]): Weight => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
})
const weights = new Map<string, Weight>([
  ['fc0.weight', ramp([64, 80])],
  ['fc0.bias', ramp([2000])],
  ['scale', { shape: [], data: Float32Array.of(4.6052) }],
  ['small', ramp([4, 8])],
])
const through = (precision: 'fp32' | 'fp16' | 'int8') => {
  const bytes = writeSafetensors(packWeights(weights, { precision }))
  return { bytes, read: unpackWeights(readSafetensors(bytes, 'x'), 'x') }
}

describe('packWeights and unpackWeights', () => {
  it('is exact in fp32', () => {
    expect(new Map([...through('fp32').read].sort())).toEqual(new Map([...weights].sort()))
  })

  it.each([
    ['fp16', 2 ** -11, 2],
    ['int8', 0.0044, 1.0626 + 16 / 80 / 32],
  ] as const)(
    'in %s keeps shapes, vectors and small tensors, and the rest within bounds',
    (precision, bound, perWeight) => {
      const { bytes, read } = through(precision)
      expect([...read.keys()].sort()).toEqual([...weights.keys()].sort())
      for (const name of ['fc0.bias', 'scale', 'small']) expect(read.get(name)).toEqual(weights.get(name))
      const { shape, data } = read.get('fc0.weight')!
      expect(shape).toEqual([64, 80])
      const original = weights.get('fc0.weight')!.data
      const worst = Math.max(...data.map((value, i) => Math.abs(value - original[i]!)))
      expect(worst).toBeLessThanOrEqual(bound)
      expect(worst).toBeGreaterThan(0)
      expect(bytes.length).toBeLessThan(64 * 80 * perWeight + 4 * (2000 + 1 + 32) + 600)
    },
  )

  it.each(['fp32', 'fp16', 'int8'] as const)('puts weights of %s into shared memory, the same values', (precision) => {
    const { bytes, read } = through(precision)
    const shared = unpackWeights(readSafetensors(bytes, 'x'), 'x', { shared: true })
    expect([...shared.keys()]).toEqual([...read.keys()])
    for (const [name, { shape, data }] of shared) {
      expect(data.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect({ shape, data: data.slice() }).toEqual(read.get(name))
    }
  })

  it('reads bfloat16, and tensors that lie unaligned in their file', () => {
    const odd = new Uint8Array(1 + 4)
    odd.set([0, 0, 0x80, 0x3f], 1)
    const tensors = new Map<string, StoredTensor>([
      ['bf', { dtype: 'BF16', shape: [2], data: Uint8Array.of(0x80, 0x3f, 0x00, 0xc0) }],
      ['f', { dtype: 'F32', shape: [1], data: odd.subarray(1) }],
      ['h', { dtype: 'F16', shape: [1], data: Uint8Array.of(9, 0x00, 0x3c).subarray(1) }],
    ])
    const read = unpackWeights({ tensors }, 'x')
    expect([...read.values()].map(({ data }) => [...data])).toEqual([[1, -2], [1], [1]])
  })

  it('refuses what is no weight', () => {
    const one = (tensors: [string, StoredTensor][]) => () => unpackWeights({ tensors: new Map(tensors) }, 'x')
    const codes: StoredTensor = { dtype: 'I8', shape: [2, 3], data: new Uint8Array(6) }
    expect(one([['w', codes]])).toThrow(/"w" has no scales/)
    expect(
      one([
        ['w', codes],
        ['w.scales', { dtype: 'F16', shape: [2, 2], data: new Uint8Array(8) }],
      ]),
    ).toThrow(/not F16 \[2, 1\]/)
    expect(
      one([
        ['w', codes],
        ['w.scales', { dtype: 'F32', shape: [2, 1], data: new Uint8Array(8) }],
      ]),
    ).toThrow(/F32/)
    expect(one([['w', { dtype: 'I64', shape: [1], data: new Uint8Array(8) }]])).toThrow(/element type I64/)
    const nan = new Uint8Array(new Float32Array([1, Number.NaN]).buffer)
    expect(one([['w', { dtype: 'F32', shape: [2], data: nan }]])).toThrow(/not a finite number/)
    const infinite = { dtype: 'F16', shape: [2, 1], data: Uint8Array.of(0, 0x7c, 0, 0x7c) } as const
    expect(
      one([
        ['w', codes],
        ['w.scales', infinite],
      ]),
    ).toThrow(/not a finite number/)
  })

  it('does not mistake a weight that is merely called scales', () => {
    const named = new Map([['norm.scales', ramp([3])]])
    expect(unpackWeights({ tensors: packWeights(named, { precision: 'int8' }) }, 'x')).toEqual(named)
    const clash = new Map([
      ['w', ramp([64, 64])],
      ['w.scales', ramp([3])],
    ])
    expect(() => packWeights(clash, { precision: 'int8' })).toThrow(/two tensors/)
  })
})
