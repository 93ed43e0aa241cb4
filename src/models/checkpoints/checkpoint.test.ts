import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openCheckpoint } from './checkpoint.ts'
import { type FileVector, fileOf, vector } from './testing/vectors.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-checkpoint-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A file whose name says nothing. */
const put = (bytes: Uint8Array | string): string => {
  const path = join(folder, 'weights')
  writeFileSync(path, bytes)
  return path
}

describe('opening a checkpoint', () => {
  it.each([
    ['Flax msgpack', vector<{ whole: FileVector }>('flax').whole],
    ['safetensors', vector<FileVector>('safetensors')],
    ['PyTorch', vector<FileVector>('torch-types')],
  ] as const)('tells %s by its bytes', async (format, { file, tensors }) => {
    const checkpoint = await openCheckpoint(put(fileOf(file)))
    expect(checkpoint.format).toBe(format)
    expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort())
    await checkpoint.close()
  })

  it.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /it is empty\. Give a flax_model\.msgpack/],
    ['a text', 'weights', /of no format known here/],
    ['JSON', '{"weight_map":{}}', /of no format known here/],
    ['HDF5', Uint8Array.from([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]), /of no format known here/],
    ['a bare pickle', Uint8Array.from([0x80, 2, 0x8a, 10]), /before PyTorch 1\.6/],
    [
      'a pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n',
      /Git LFS pointer.*git lfs pull/,
    ],
    ['a page', '\n<!DOCTYPE html><html>Sign in</html>', /it is a page.*Download the file itself/],
  ])('says what %s is and what to do', async (_, bytes, said) => {
    const path = put(bytes)
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    await expect(openCheckpoint(path)).rejects.toThrow(said)
    await expect(openCheckpoint(path)).rejects.toThrow(`Cannot read weights from ${path}: `)
  })

  it('reads neither what is not there nor a folder', async () => {
    await expect(openCheckpoint(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-missing' })
    mkdirSync(join(folder, 'sub'))
    await expect(openCheckpoint(join(folder, 'sub'))).rejects.toThrow(/it is a folder/)
  })
})
