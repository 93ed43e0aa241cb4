import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { FileToFill } from '../storage/atomic-write.ts'
import { fillSafetensors } from './fill-safetensors.ts'
import { layOut, type StoredTensor, writeSafetensors } from './safetensors.ts'

const tensors = new Map<string, StoredTensor>([
  ['bytes', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
  ['floats', { dtype: 'F32', shape: [1, 2], data: new Uint8Array(Float32Array.of(1.5, -2).buffer) }],
  ['none', { dtype: 'F32', shape: [0, 4], data: new Uint8Array(0) }],
  ['halves', { dtype: 'F16', shape: [], data: Uint8Array.of(0, 0x3c) }],
])
const layout = layOut(tensors, { a: 'b' })
const whole = writeSafetensors(tensors, { a: 'b' })

function memory(size: number) {
  const bytes = new Uint8Array(size)
  let read = 0
  const file: FileToFill = {
    async write(position, from) {
      bytes.set(from, position)
    },
    async read(position, into) {
      read += into.length
      into.set(bytes.subarray(position, position + into.length))
    },
  }
  return { file, bytes, read: () => read }
}

const fill = (...given: (readonly [string, StoredTensor])[]) =>
  fillSafetensors(memory(whole.length).file, layout, given)

describe('filling a file', () => {
  it('makes the same bytes in any order, and reads back only what did not come in its own', async () => {
    const sha256 = createHash('sha256').update(whole).digest('hex')
    const places = [...layout.places.keys()]
    expect(places).toEqual(['floats', 'none', 'halves', 'bytes'])
    const orders: [string[], number][] = [
      [places, 0],
      [['bytes', 'halves', 'none', 'floats'], 2 + 3],
      [['halves', 'floats', 'bytes', 'none'], 2],
    ]
    for (const [order, readBack] of orders) {
      const { file, bytes, read } = memory(whole.length)
      expect(
        await fillSafetensors(
          file,
          layout,
          order.map((name) => [name, tensors.get(name)!] as const),
        ),
      ).toBe(sha256)
      expect(bytes).toEqual(whole)
      if (order !== orders[2]![0]) expect(read()).toBe(readBack)
    }
  })

  it('refuses what was not laid out so, comes twice or does not come', async () => {
    const all = [...tensors]
    const floats = tensors.get('floats')!
    await expect(fill(...all.slice(1))).rejects.toThrow(/"bytes" did not come/)
    await expect(fill(...all, ['bytes', tensors.get('bytes')!])).rejects.toThrow(/"bytes" came twice/)
    for (const change of [{ shape: [2, 1] }, { dtype: 'I32' as const }, { data: floats.data.subarray(4) }]) {
      await expect(fill(['floats', { ...floats, ...change }])).rejects.toThrow(/"floats" .* cannot have/)
    }
    await expect(fill(['other', floats])).rejects.toThrow(/"other"/)
    expect(() => layOut(new Map([['__metadata__', floats]]))).toThrow(/__metadata__/)
  })
})
