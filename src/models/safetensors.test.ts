import { describe, expect, it } from 'vitest'
import { type ElementType, elementBytes, readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

/** A file with this header, exactly as given, and this many bytes of tensors. */
function file(header: string | object, bodyBytes: number, headerBytes?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + bodyBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes ?? json.length), true)
  bytes.set(json, 8)
  return bytes
}
const tensor = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})
const reading = (bytes: Uint8Array) => () => readSafetensors(bytes, 'x.safetensors')

/** Pseudo-random whole numbers below `n` (xorshift), the same in every run. */
function numbers(seed: number) {
  let state = seed >>> 0 || 1
  return (n: number) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % n
  }
}

function someTensors(below: (n: number) => number): Map<string, StoredTensor> {
  const types = Object.keys(elementBytes) as ElementType[]
  return new Map(
    Array.from({ length: below(8) }, (_, i): [string, StoredTensor] => {
      const dtype = types[below(types.length)]!
      const shape = Array.from({ length: below(4) }, () => below(5))
      const data = new Uint8Array(shape.reduce((a, b) => a * b, elementBytes[dtype])).map(() => below(256))
      return [`${['décodeur', 'a"b\\', 'layers.0', '__proto__'][below(4)]}.${i}`, { dtype, shape, data }]
    }),
  )
}

describe('writeSafetensors and readSafetensors', () => {
  it('lays a file out as the format says', () => {
    const bytes = writeSafetensors(new Map([['w', { dtype: 'F32', shape: [1], data: new Uint8Array([1, 2, 3, 4]) }]]), {
      by: 'neuf',
    })
    const text = new TextDecoder().decode(bytes)
    const json = '{"__metadata__":{"by":"neuf"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    expect(text.slice(8, 8 + json.length)).toBe(json)
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(Math.ceil(json.length / 8) * 8))
    expect([...bytes.subarray(-4)]).toEqual([1, 2, 3, 4])
  })

  it('gives back any tensors, and the same bytes in any order', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const tensors = someTensors(numbers(seed * 7919))
      const bytes = writeSafetensors(tensors, { b: '2', a: '1' })
      const read = readSafetensors(bytes, 'x')
      expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()))
      expect(read.metadata).toEqual({ a: '1', b: '2' })
      expect(writeSafetensors(new Map([...tensors].reverse()), { a: '1', b: '2' })).toEqual(bytes)
      for (const { dtype, data } of read.tensors.values()) expect(data.byteOffset % elementBytes[dtype]).toBe(0)
    }
  })

  it('refuses to write what does not fit its shape', () => {
    expect(() => writeSafetensors(new Map([['w', { dtype: 'F32', shape: [2], data: new Uint8Array(4) }]]))).toThrow(
      RangeError,
    )
  })

  it('reads files written elsewhere: any order, no padding, trailing spaces, no metadata, scalars, empty tensors', () => {
    const bytes = file(
      `${JSON.stringify({ z: tensor('I8', [3], 0, 3), a: tensor('F32', [], 3, 7), e: tensor('F16', [0, 5], 7, 7) })}   `,
      7,
    )
    const { tensors, metadata } = readSafetensors(bytes, 'x')
    expect([...tensors.keys()].sort()).toEqual(['a', 'e', 'z'])
    expect(metadata).toEqual({})
  })
})

describe('a hostile file', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /ends after 0 bytes/],
    ['half a length', new Uint8Array(7), /ends after 7 bytes/],
    ['a huge header', file('{}', 0, 2 ** 53), /over the limit/],
    ['a header longer than the file', file('{}', 0, 100), /inside a header of 100/],
    ['no JSON', file('{"a":', 0), /not JSON/],
    ['no UTF-8', file('{"é": 1}', 0).map((b) => (b === 0xc3 ? 0xff : b)), /not JSON in UTF-8/],
    ['a list', file('[]', 0), /not a JSON object/],
    ['a header that begins with a space', file(' {}', 0), /not a JSON object/],
    ['deep nesting', file(`${'['.repeat(200_000)}`, 0), /not JSON/],
    ['an entry that is no object', file({ w: 5 }, 0), /"w" is not described/],
    ['an unknown type', file({ w: tensor('PICKLE', [1], 0, 1) }, 1), /unknown element type "PICKLE"/],
    ['a type from the prototype', file({ w: tensor('constructor', [1], 0, 1) }, 1), /unknown element type/],
    ['a negative size', file({ w: tensor('U8', [-1], 0, 1) }, 1), /sound shape/],
    ['a size that is no whole number', file({ w: tensor('U8', [1.5], 0, 1) }, 1), /sound shape/],
    ['an infinite size', file('{"w":{"dtype":"U8","shape":[1e999],"data_offsets":[0,1]}}', 1), /sound shape/],
    ['a hundred axes', file({ w: tensor('U8', Array(100).fill(1), 0, 1) }, 1), /sound shape/],
    ['a product beyond 2^53', file({ w: tensor('F32', [2 ** 31, 2 ** 31, 4], 0, 0) }, 0), /needs .* and has 0/],
    ['sizes that multiply to zero by overflow', file({ w: tensor('U8', [2 ** 32, 2 ** 32], 0, 0) }, 0), /and has 0/],
    ['offsets the wrong way round', file({ w: tensor('U8', [1], 1, 0) }, 1), /outside of the file/],
    ['offsets beyond the end', file({ w: tensor('U8', [2], 0, 2) }, 1), /outside of the file \(0 to 2 of 1\)/],
    ['offsets that are texts', file({ w: tensor('U8', [1], '0', '1') }, 1), /sound data_offsets/],
    ['too few bytes for the shape', file({ w: tensor('F32', [2], 0, 4) }, 4), /needs 8 bytes and has 4/],
    ['an overlap', file({ a: tensor('U8', [2], 0, 2), b: tensor('U8', [2], 1, 3) }, 3), /"b" overlaps/],
    ['two tensors in one place', file({ a: tensor('U8', [2], 0, 2), b: tensor('U8', [2], 0, 2) }, 2), /overlaps/],
    ['a hole', file({ a: tensor('U8', [1], 0, 1), b: tensor('U8', [1], 2, 3) }, 3), /1 bytes before tensor "b"/],
    ['bytes behind the last tensor', file({ a: tensor('U8', [1], 0, 1) }, 5), /4 bytes after the last/],
    [
      'a name twice',
      file(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        1,
      ),
      /names "a" twice/,
    ],
    ['a field twice', file('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1), /"dtype" twice/],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }, 0), /__metadata__/],
    ['metadata that are a list', file({ __metadata__: [] }, 0), /__metadata__/],
  ]
  it.each(cases)('%s gets a line that names the fault', (_, bytes, fault) => {
    expect(reading(bytes)).toThrow(fault)
    expect(reading(bytes)).toThrow(/^x\.safetensors is not a sound safetensors file/)
  })

  it('has bounded size, header and number of tensors', () => {
    const limits = { fileBytes: 100, headerBytes: 50, tensors: 1 }
    expect(() => readSafetensors(new Uint8Array(101), 'x', limits)).toThrow(/limit of 100/)
    expect(() => readSafetensors(file({ aaaaaaaaaa: tensor('U8', [1], 0, 1) }, 1), 'x', limits)).toThrow(/limit of 50/)
    const two = file('{"a":0,"b":0}', 0)
    expect(() => readSafetensors(two, 'x', limits)).toThrow(/2 tensors are over the limit of 1/)
  })

  it('cut or changed anywhere is read soundly or refused with weights-broken, never anything else', () => {
    const below = numbers(12345)
    for (let round = 0; round < 3000; round++) {
      const bytes = writeSafetensors(someTensors(below), { a: 'b' })
      const length = below(3) === 0 ? below(bytes.length) : bytes.length
      const broken = bytes.slice(0, length)
      for (let change = below(4); change > 0 && length > 0; change--) broken[below(Math.min(length, 200))] = below(256)
      try {
        let sum = 0
        for (const { dtype, shape, data } of readSafetensors(broken, 'x').tensors.values()) {
          expect(shape.reduce((a, b) => a * b, elementBytes[dtype])).toBe(data.byteLength)
          sum += data.byteLength
        }
        expect(sum).toBeLessThanOrEqual(length)
      } catch (error) {
        expect(error).toMatchObject({ name: 'NeufError', code: 'weights-broken' })
      }
    }
  })
})
