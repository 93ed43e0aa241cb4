import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { openCheckpoint, readCheckpoint } from './checkpoint.ts'
import { dictionary, global, pickle, storage, tensor, text, torchFile, tuple, whole } from './testing/build-torch.ts'
import { archiveEnd, buildZip, centralEntry, localHeader } from './testing/build-zip.ts'
import { expectSoundOrRefused, expectToWithstand, numbers, spoil } from './testing/hostile.ts'
import { memoryFile } from './testing/memory-file.ts'
import { writeSparse } from './testing/sparse-file.ts'
import { expectContents, type FileVector, fileOf, vector } from './testing/vectors.ts'

const names = ['views', 'types', 'nested', 'packedAgain'] as const
const vectors = new Map(names.map((name) => [name, vector<FileVector>(`torch-${name}`)]))
const refused = vector<Record<string, string>>('torch-refused')

let folder: string | undefined
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const plain = { shape: [2, 3], strides: [3, 1] }
const reading = async (bytes: Uint8Array) => {
  const checkpoint = await readCheckpoint(memoryFile(bytes, 'm.pt'))
  return Promise.all(
    [...checkpoint.tensors].map(async ([name, { shape }]) => [name, shape, [...(await checkpoint.read(name))]]),
  )
}

describe('what torch.save writes', () => {
  it.each(names)('is read as PyTorch reads it: %s', (name) => expectContents(vectors.get(name)!, 'PyTorch'))

  it('gives rows of transposed and permuted views', async () => {
    const { file, tensors } = vectors.get('views')!
    const checkpoint = await readCheckpoint(memoryFile(fileOf(file)))
    for (const name of ['plain', 'transposed', 'permuted', 'layers.1', 'columns']) {
      const { shape, values } = tensors[name]!
      const row = values.length / shape[0]!
      for (let start = 0; start < shape[0]!; start++) {
        for (let count = 1; start + count <= shape[0]!; count++) {
          const rows = await checkpoint.read(name, { start, count })
          expect([...rows]).toEqual(values.slice(start * row, (start + count) * row).map(Math.fround))
        }
      }
    }
  })

  it('is read where its sizes have 64 bits, and a comment stands at its end', async () => {
    const comment = Uint8Array.from([0x50, 0x4b, 5, 6, ...Array(30).fill(1)])
    const bytes = torchFile(pickle(dictionary({ w: tensor(plain) })), [], { wide: true, comment })
    expect(await reading(bytes)).toEqual([['w', [2, 3], [1, 2, 3, 4, 5, 6]]])
  })

  it('keeps names that JavaScript knows otherwise', async () => {
    const unusual = ['__proto__', 'constructor', '', 'é']
    const bytes = torchFile(pickle(dictionary(Object.fromEntries(unusual.map((name) => [name, tensor(plain)])))))
    expect((await reading(bytes)).map(([name]) => name)).toEqual(unusual)
  })

  it('is read by position, also beyond 4 GiB', async () => {
    folder = mkdtempSync(join(tmpdir(), 'neuf-torch-'))
    const path = join(folder, 'decoder.pt')
    const length = 2 ** 32 + 8
    const floats = new Uint8Array(Float32Array.from([1, 2, 3, 4]).buffer)
    const data = pickle(
      dictionary({
        large: tensor({ type: 'ByteStorage', elements: length, shape: [length], strides: [1] }),
        end: tensor({ type: 'ByteStorage', elements: length, shape: [3], strides: [1], offset: length - 3 }),
        far: tensor({ key: '1', elements: 4, shape: [2, 2], strides: [1, 2] }),
      }),
    )
    const entries = [
      { name: 'm/data.pkl', bytes: data.length, crc: crc32(Uint8Array.from(data)) },
      { name: 'm/data/0', bytes: length, crc: 0 },
      { name: 'm/data/1', bytes: 16, crc: 0 },
    ]
    const directory: number[] = []
    const pieces: { position: number; bytes: Uint8Array | number[] }[] = []
    let position = 0
    entries.forEach((entry, i) => {
      directory.push(...centralEntry({ ...entry, stored: entry.bytes, header: position, method: 0, wide: true }))
      const header = localHeader(entry.name, 0)
      pieces.push({ position, bytes: header })
      position += header.length + entry.bytes
      if (i === 0) pieces.push({ position: header.length, bytes: data })
      if (i === 1) pieces.push({ position: position - 3, bytes: [7, 8, 9] })
      if (i === 2) pieces.push({ position: position - 16, bytes: floats })
    })
    const end = [...directory, ...archiveEnd(3, directory.length, position)]
    writeSparse(path, [...pieces, { position, bytes: end }], position + end.length)
    const checkpoint = await openCheckpoint(path)
    expect([...(await checkpoint.read('far'))]).toEqual([1, 3, 2, 4])
    expect([...(await checkpoint.read('end'))]).toEqual([7, 8, 9])
    expect([...(await checkpoint.read('large', { start: length - 4, count: 4 }))]).toEqual([0, 7, 8, 9])
    await checkpoint.close()
  })
})

const w = (...value: number[]) => pickle(dictionary({ w: value }))
const of = (as: Partial<Parameters<typeof tensor>[0]>) => torchFile(w(...tensor({ ...plain, ...as })))
const sound = { name: 'm/data.pkl', data: Uint8Array.from(w(...tensor(plain))) }
let deep = tensor(plain)
for (let i = 0; i < 33; i++) deep = dictionary({ a: deep })
const twice = [...Array(20)].reduce<number[]>((list) => [0x5d, 0x28, ...list, 0x71, 0, 0x68, 0, 0x65], [0x4e])

describe('a hostile archive', () => {
  it.each<[string, string, RegExp]>([
    ['command', 'weights-broken', /asks for "posix\.system", which no weights need/],
    ['module', 'weights-broken', /asks for "torch\.nn\.modules\.linear\.Linear"/],
    ['shared', 'weights-broken', /shape \[4\], strides \[0\] .* share a place/],
    ['older', 'checkpoint-unknown', /bare pickle, as torch\.save wrote before PyTorch 1\.6.* save it again/],
    ['protocol4', 'weights-broken', /not a pickle of protocol 2/],
    ['complex', 'weights-broken', /asks for "torch\.ComplexFloatStorage"/],
    ['compressed', 'weights-broken', /storage "archive\/data\/0" is compressed/],
    ['nameless', 'weights-broken', /a tensor without a name/],
  ])('that PyTorch wrote is refused: %s', async (name, code, fault) => {
    const refusal = expect(reading(fileOf(refused[name]!))).rejects
    await refusal.toMatchObject({ code, message: expect.stringMatching(fault) })
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['a tensor beyond its storage', of({ shape: [7], strides: [1] }), /goes beyond its storage of 6 elements/],
    ['an offset beyond it', of({ offset: 1 }), /offset 1 goes beyond/],
    ['a stride beyond it', of({ shape: [2], strides: [6] }), /goes beyond/],
    ['sizes whose product overflows', of({ shape: [2 ** 52, 2 ** 52], strides: [1, 1] }), /goes beyond/],
    ['elements in one place', of({ shape: [2, 2], strides: [1, 1] }), /share a place/],
    ['sizes and strides of several lengths', of({ shape: [6], strides: [] }), /not described as torch\.save does/],
    ['a negative size', of({ shape: [-1], strides: [1] }), /no sound sizes and strides/],
    ['nine axes', of({ shape: Array(9).fill(1), strides: Array(9).fill(1) }), /9 axes, over the limit of 8/],
    ['a storage of another length', of({ elements: 5 }), /storage "m\/data\/0" needs 20 bytes and has 24/],
    ['a storage of another type', of({ type: 'HalfStorage' }), /needs 12 bytes and has 24/],
    ['a storage that is not there', of({ key: '1' }), /storage "m\/data\/1" is missing/],
    ['a storage outside of its folder', of({ key: '../data.pkl' }), /"m\/data\/\.\.\/data\.pkl" is missing/],
    ['a storage of no type', torchFile(w(...tuple(text('storage')), 0x51)), /storage is not described/],
    [
      'a storage in place of a tensor',
      torchFile(w(...global('torch._utils', '_rebuild_parameter'), ...tuple(storage({})), 0x52)),
      /no tensor/,
    ],
    [
      'a tensor without a storage',
      torchFile(w(...global('torch._utils', '_rebuild_tensor_v2'), ...tuple(whole(1)), 0x52)),
      /no storage/,
    ],
    ['depth', torchFile(pickle(deep)), /nested more than 32 deep/],
    ['lists within lists within lists', torchFile(pickle(twice)), /more than 65536 values/],
    ['a list within itself', torchFile(pickle([0x5d, 0x71, 0, 0x68, 0, 0x61])), /nested more than 32 deep/],
    [
      'one name twice',
      torchFile(pickle(dictionary({ 'a.b': tensor(plain), a: dictionary({ b: tensor(plain) }) }))),
      /two tensors of the name "a\.b"/,
    ],
    ['a name without end', torchFile(pickle(dictionary({ ['n'.repeat(1025)]: [0x4e] }))), /longer than 1024 letters/],
    [
      'big-endian numbers',
      torchFile(w(...tensor(plain)), [{ name: 'm/byteorder', data: new TextEncoder().encode('big') }]),
      /little-endian/,
    ],
    [
      'a pickle that grows beyond bounds',
      buildZip({ entries: [{ name: 'm/data.pkl', data: new Uint8Array(2 ** 22 + 1), deflate: true }] }),
      /4194305 bytes is over the limit of 4194304/,
    ],
  ])('%s gets a line that names the fault', async (_, bytes, fault) => {
    await expect(reading(bytes)).rejects.toMatchObject({
      code: 'weights-broken',
      message: expect.stringMatching(fault),
    })
    await expect(reading(bytes)).rejects.toThrow(/^m\.pt is not a sound PyTorch file/)
  })

  it('of other things is told from one of weights', async () => {
    for (const entries of [
      [],
      [{ name: 'a.txt', data: new Uint8Array(3) }],
      [sound, { ...sound, name: 'n/data.pkl' }],
    ]) {
      await expect(reading(buildZip({ entries }))).rejects.toMatchObject({ code: 'checkpoint-unknown' })
    }
  })

  it('spoilt anywhere is read soundly or refused', () => {
    const files = names.map((name) => fileOf(vectors.get(name)!.file))
    return expectToWithstand((round) => files[round % files.length]!, 1000, 2)
  })

  it('with a spoilt pickle is read soundly or refused, though its check sum is right', async () => {
    const below = numbers(3)
    const whole = pickle(
      dictionary({ a: tensor(plain), b: tensor({ shape: [3, 2], strides: [1, 3] }), c: dictionary({ d: [0x4b, 3] }) }),
    )
    const counts = { sound: 0, refused: 0 }
    for (let round = 0; round < 2000; round++) {
      counts[await expectSoundOrRefused(torchFile([...spoil(Uint8Array.from(whole), below)]))]++
    }
    expect(counts.sound).toBeGreaterThan(20)
    expect(counts.refused).toBeGreaterThan(1000)
  })
})
