import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openCheckpoint, readCheckpoint } from './checkpoint.ts'
import { locateFlax } from './flax-msgpack.ts'
import { big, pack, packArray, Raw } from './testing/build-msgpack.ts'
import { expectToWithstand } from './testing/hostile.ts'
import { memoryFile } from './testing/memory-file.ts'
import { writeSparse } from './testing/sparse-file.ts'
import { expectContents, type FileVector, fileOf, vector } from './testing/vectors.ts'

const { whole, chunked } = vector<Record<'whole' | 'chunked', FileVector>>('flax')
const data = (...bytes: number[]) => Uint8Array.from(bytes)
const one = { dtype: 'uint8', shape: [1], data: data(7) }

let folder: string | undefined
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

describe('a Flax tree', () => {
  it('is read as Flax wrote it: every type, scalars, empty arrays, values that are no arrays', () =>
    expectContents(whole, 'Flax msgpack'))

  it('is read where its large arrays are in chunks', () => expectContents(chunked, 'Flax msgpack'))

  it('gives rows of an array, across its chunks too, and reads no others', async () => {
    const file = memoryFile(fileOf(chunked.file))
    const checkpoint = await readCheckpoint(file)
    const { shape, values } = chunked.tensors['deep/large']!
    for (let start = 0; start < 4; start++) {
      for (let count = 0; start + count <= 4; count++) {
        const before = file.bytesRead
        const rows = await checkpoint.read('deep/large', { start, count })
        expect([...rows]).toEqual(values.slice(start * 6, (start + count) * 6).map(Math.fround))
        expect(file.bytesRead - before).toBe(count * 6 * 4)
      }
    }
    expect(shape).toEqual([4, 3, 2])
    await expect(checkpoint.read('deep/large', { start: 3, count: 2 })).rejects.toThrow(RangeError)
    await expect(checkpoint.read('deep/none')).rejects.toMatchObject({ code: 'weights-broken' })
  })

  it('is read by position, also beyond 4 GiB, without what lies between', async () => {
    folder = mkdtempSync(join(tmpdir(), 'neuf-flax-'))
    const path = join(folder, 'flax_model.msgpack')
    const length = 2 ** 32 - 64
    const large = (name: string) => {
      const content = [0x93, ...pack([length]), ...pack('uint8'), 0xc6, ...big(length, 4)]
      return [...pack(name), 0xc9, ...big(content.length + length, 4), 1, ...content]
    }
    const layers = { dtype: 'float32', shape: [2, 1], data: data(0, 0, 128, 63, 0, 0, 0, 64) }
    const pieces = [{ position: 0, bytes: [0x83, ...large('a')] }]
    let end = pieces[0]!.bytes.length + length
    pieces.push({ position: end, bytes: large('b') })
    end += pieces[1]!.bytes.length + length
    pieces.push({ position: end, bytes: [...pack('layers'), ...packArray(layers)] })
    writeSparse(path, pieces, end + pieces[2]!.bytes.length)
    const checkpoint = await openCheckpoint(path)
    expect([...checkpoint.tensors].map(([name, { shape }]) => [name, ...shape])).toEqual([
      ['a', length],
      ['b', length],
      ['layers', 2, 1],
    ])
    expect([...(await checkpoint.read('layers', { start: 1, count: 1 }))]).toEqual([2])
    expect([...(await checkpoint.read('b', { start: length - 2, count: 2 }))]).toEqual([0, 0])
    await expect(checkpoint.read('a')).rejects.toThrow(/over the 536870912 that are read at once/)
    await checkpoint.close()
  })
})

describe('a hostile tree', () => {
  const locate = (bytes: readonly number[]) => locateFlax(memoryFile(Uint8Array.from(bytes), 'f.msgpack'))
  const chunks = (shape: unknown, parts: unknown) => ({ w: { __msgpack_chunked_array__: true, shape, chunks: parts } })
  let deep: unknown = one
  for (let i = 0; i < 33; i++) deep = { a: deep }

  it.each<[string, readonly number[], RegExp]>([
    ['no map', pack([one]), /its root is not a map \(at byte 0\)/],
    ['an array alone', pack(one), /its root is not a map/],
    ['bytes after it', [...pack({ w: one }), 1, 2], /2 bytes after its tree belong to none/],
    ['cut off', pack({ w: one }).slice(0, -1), /extension of 19 bytes where 18 are left \(at byte 7\)/],
    ['cut within a head', [0x81, 0xa1, 0x77, 0xc9, 0], /goes on beyond its end/],
    ['a map of more entries than bytes', [0xdf, 255, 255, 255, 255, 0], /map of 8589934590 bytes where 1 are left/],
    ['a byte that begins nothing', [0x81, 0xa1, 0x77, 0xc1], /0xc1 begins no value \(at byte 3\)/],
    ['a name that is a number', [0x81, 1, 1], /a name is not a text/],
    ['a name without end', pack({ ['n'.repeat(257)]: one }), /a name of 257 bytes is over the limit of 256/],
    ['a name that is not UTF-8', [0x81, 0xa1, 0xff, 0xc0], /a name is not UTF-8/],
    ['a name twice', [0x82, ...pack('w'), ...pack(one), ...pack('w'), ...pack(one)], /names "w" twice in one map/],
    ['a path twice', pack({ 'a/b': one, a: { b: one } }), /two arrays of the path "a\/b"/],
    [
      'a path without end',
      pack(Array.from({ length: 8 }).reduce((t) => ({ ['n'.repeat(200)]: t }), one)),
      /a path is long/,
    ],
    ['depth', pack(deep), /nested more than 32 deep/],
    ['too many values', [0x81, 0xa1, 0x77, 0xdd, 0, 1, 0, 1, ...Array(65537).fill(0xc0)], /more than 65536 values/],
    ['another extension', [0x81, 0xa1, 0x77, 0xd4, 9, 0], /Flax writes no extension of type 9/],
    ['an array of two things', [0x81, 0xa1, 0x77, 0xc7, 3, 1, 0x92, 0x90, 0x90], /not of shape, type and bytes/],
    [
      'a shape that is a text',
      pack({ w: new Raw(...packArray({ ...one, shape: 'x' as never })) }),
      /shape is not sound/,
    ],
    ['an axis below zero', pack({ w: { ...one, shape: [-1] } }), /an axis of -1/],
    ['an axis of a half', pack({ w: { ...one, shape: [0.5] } }), /an axis of 0.5/],
    [
      'an axis beyond all',
      pack({ w: { ...one, shape: [new Raw(0xcf, ...Array(8).fill(255))] } }),
      /an axis of 1844674/,
    ],
    ['a hundred axes', pack({ w: { ...one, shape: Array(100).fill(1) } }), /100 axes, over the limit of 8/],
    ['another type', pack({ w: { ...one, dtype: 'object' } }), /element type "object", which no weight has/],
    [
      'fewer bytes than its shape',
      pack({ w: { ...one, shape: [2] } }),
      /of shape \[2\] and type uint8 needs 2 .* has 1/,
    ],
    ['more bytes than its shape', pack({ w: { ...one, shape: [], data: data(1, 2) } }), /needs 1 bytes and has 2/],
    ['sizes whose product overflows', pack({ w: { ...one, shape: [2 ** 52, 2 ** 52] } }), /needs .* bytes and has 1/],
    ['bytes behind an array', pack({ w: new Raw(...packArray(one, 1, 3)) }), /3 bytes of an array belong to none/],
    ['chunks without a shape', pack({ w: { __msgpack_chunked_array__: true, chunks: { 0: one } } }), /has no shape/],
    ['chunks of which one is missing', pack(chunks({ 0: 2 }, { 0: one, 2: one })), /lacks number 1 of its chunks/],
    ['no chunk', pack(chunks({ 0: 0 }, {})), /in chunks has none/],
    ['chunks of another number', pack(chunks({ 0: 3 }, { 0: one, 1: one })), /needs 3 elements and has 2/],
    ['chunks of two axes', pack(chunks({ 0: 1 }, { 0: { ...one, shape: [1, 1] } })), /no array of one axis/],
    [
      'chunks of two types',
      pack(chunks({ 0: 2 }, { 0: one, 1: { ...one, dtype: 'int8' } })),
      /chunks of several types/,
    ],
  ])('%s gets a line that names the fault', async (_, bytes, fault) => {
    await expect(locate(bytes)).rejects.toThrow(fault)
    await expect(locate(bytes)).rejects.toThrow(/^f\.msgpack is not a sound Flax msgpack file/)
  })

  it('spoilt anywhere is read soundly or refused', () => {
    const files = [fileOf(whole.file), fileOf(chunked.file)]
    return expectToWithstand((round) => files[round % 2]!, 2000, 1)
  })
})
