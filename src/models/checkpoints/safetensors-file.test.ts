import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readSafetensors, writeSafetensors } from '../safetensors.ts'
import { openCheckpoint, readCheckpoint } from './checkpoint.ts'
import { locateSafetensors } from './safetensors-file.ts'
import { expectToWithstand } from './testing/hostile.ts'
import { memoryFile } from './testing/memory-file.ts'
import { writeSparse } from './testing/sparse-file.ts'
import { expectContents, type FileVector, fileOf, vector } from './testing/vectors.ts'

const written = vector<FileVector>('safetensors')

let folder: string | undefined
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

describe('a safetensors file by position', () => {
  it('holds what safetensors wrote', () => expectContents(written, 'safetensors'))

  it('says the same as the reader of whole files, and reads the header alone', async () => {
    const floats = new Uint8Array(Float32Array.from([1, 2, 3, 4, 5, 6]).buffer)
    const tensors = new Map([
      ['a', { dtype: 'F32' as const, shape: [3, 2], data: floats }],
      ['b', { dtype: 'U8' as const, shape: [10_000], data: new Uint8Array(10_000) }],
    ])
    const bytes = writeSafetensors(tensors, { by: 'neuf' })
    const file = memoryFile(bytes)
    const checkpoint = await readCheckpoint(file)
    expect(file.bytesRead).toBeLessThan(1000)
    expect([...checkpoint.tensors.keys()]).toEqual([...readSafetensors(bytes, 'x').tensors.keys()])
    expect([...(await checkpoint.read('a', { start: 1, count: 2 }))]).toEqual([3, 4, 5, 6])
  })

  it('may be larger than 4 GiB', async () => {
    folder = mkdtempSync(join(tmpdir(), 'neuf-safetensors-'))
    const path = join(folder, 'large.safetensors')
    const length = 2 ** 32 + 2
    const header = new TextEncoder().encode(
      JSON.stringify({
        large: { dtype: 'U8', shape: [length], data_offsets: [0, length] },
        far: { dtype: 'BF16', shape: [2], data_offsets: [length, length + 4] },
      }),
    )
    const prefix = new Uint8Array(8)
    new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true)
    const end = 8 + header.length + length
    const pieces = [{ position: 0, bytes: [...prefix, ...header] }]
    writeSparse(path, [...pieces, { position: end, bytes: [0x80, 0x3f, 0, 0xc0] }], end + 4)
    const checkpoint = await openCheckpoint(path)
    expect([...(await checkpoint.read('far'))]).toEqual([1, -2])
    expect([...(await checkpoint.read('large', { start: length - 1, count: 1 }))]).toEqual([0])
    await checkpoint.close()
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['half a length', new Uint8Array(4), /ends after 4 bytes/],
    ['half a header', fileOf(written.file).slice(0, 20), /inside a header of/],
    ['half a tensor', fileOf(written.file).slice(0, -1), /lies outside of the file|belong/],
    ['bytes behind', Uint8Array.from([...fileOf(written.file), 0]), /1 bytes after the last tensor/],
  ])('with %s is refused', async (_, bytes, fault) => {
    await expect(locateSafetensors(memoryFile(bytes))).rejects.toThrow(fault)
    await expect(locateSafetensors(memoryFile(bytes))).rejects.toMatchObject({ code: 'weights-broken' })
  })

  it('spoilt anywhere is read soundly or refused', () => expectToWithstand(() => fileOf(written.file), 2000, 4))
})
