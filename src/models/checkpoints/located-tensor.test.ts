import { describe, expect, it } from 'vitest'
import type { ElementType } from '../safetensors.ts'
import { elementCount, type LocatedTensor, placesAreOwn, readLocated, rowMajor } from './located-tensor.ts'
import { memoryFile } from './testing/memory-file.ts'

const bytesOf = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
const reading = (bytes: Uint8Array, tensor: LocatedTensor, part?: { start: number; count: number }) =>
  readLocated({ source: memoryFile(bytes), format: 'test' }, 'w', tensor, part)

describe('reading a located tensor', () => {
  it('goes through windows and spans of any length, in the order of its strides', async () => {
    // 5.5 million bytes: more than one window.
    const [rows, columns] = [1100, 2500]
    const halves = new Float16Array(rows * columns).map((_, i) => (i * 7) % 2048)
    const bytes = bytesOf(halves)
    const cuts = [0, 2, 6, 3_000_002, bytes.length]
    const spans = cuts.slice(1).map((end, i) => ({ position: cuts[i]!, bytes: end - cuts[i]! }))
    const straight = await reading(bytes, { dtype: 'F16', shape: [rows, columns], spans })
    expect(Buffer.compare(bytesOf(straight), bytesOf(new Float32Array(halves)))).toBe(0)
    const turned = await reading(bytes, { dtype: 'F16', shape: [columns, rows], spans, strides: [1, columns] })
    let wrong = 0
    for (let i = 0; i < turned.length; i++) {
      if (turned[i] !== halves[(i % rows) * columns + Math.floor(i / rows)]) wrong++
    }
    expect(wrong).toBe(0)
    const part = await reading(
      bytes,
      { dtype: 'F16', shape: [columns, rows], spans, strides: [1, columns] },
      { start: 3, count: 1 },
    )
    expect(part).toEqual(Float32Array.from({ length: rows }, (_, i) => halves[i * columns + 3]!))
  })

  it.each<[ElementType, ArrayBufferView, number[]]>([
    ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x0001), [1, -2, 2 ** -133]],
    ['F16', Float16Array.of(1 / 3, -65504, 2 ** -24), [Math.fround(0.333251953125), -65504, 2 ** -24]],
    ['F64', Float64Array.of(0.1, 1e300), [Math.fround(0.1), Number.POSITIVE_INFINITY]],
    ['I64', BigInt64Array.of(-5n, 2n ** 24n), [-5, 2 ** 24]],
    ['U64', BigUint64Array.of(5n), [5]],
    ['U32', Uint32Array.of(2 ** 24), [2 ** 24]],
    ['I16', Int16Array.of(-300), [-300]],
    ['BOOL', Uint8Array.of(1, 0), [1, 0]],
  ])('widens %s', async (dtype, data, values) => {
    // At an odd place, as in a foreign file.
    const bytes = Uint8Array.of(0, ...bytesOf(data))
    const spans = [{ position: 1, bytes: data.byteLength }]
    expect([...(await reading(bytes, { dtype, shape: [values.length], spans }))]).toEqual(values)
  })

  it.each<[ElementType, ArrayBufferView, RegExp]>([
    ['I64', BigInt64Array.of(2n ** 24n + 1n), /holds the number 16777217, which a 32-bit float cannot hold/],
    ['U32', Uint32Array.of(2 ** 32 - 1), /4294967295/],
    ['F8_E4M3', Uint8Array.of(1), /element type F8_E4M3, which no weight has/],
  ])('refuses %s that would not be itself', async (dtype, data, fault) => {
    const tensor = { dtype, shape: [1], spans: [{ position: 0, bytes: data.byteLength }] }
    await expect(reading(bytesOf(data), tensor)).rejects.toThrow(fault)
  })

  it('knows which layouts give every element a place of its own', () => {
    for (let a = 0; a < 8; a++) {
      for (let b = 0; b < 8; b++) {
        const places = new Set([0, 1, 2].flatMap((i) => [0, 1].map((j) => i * a + j * b)))
        // It may refuse more than it must, never less.
        if (placesAreOwn([3, 2], [a, b])) expect(places.size, `${a} ${b}`).toBe(6)
      }
    }
    const shape = [2, 3, 4, 5]
    const plain = rowMajor(shape)
    expect(plain).toEqual([60, 20, 5, 1])
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ]) {
      expect(
        placesAreOwn(
          order.map((axis) => shape[axis]!),
          order.map((axis) => plain[axis]!),
        ),
      ).toBe(true)
    }
    expect(placesAreOwn([1, 3], [0, 1])).toBe(true)
    expect(elementCount([])).toBe(1)
  })
})
