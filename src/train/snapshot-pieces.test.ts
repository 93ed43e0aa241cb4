import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { philoxNormals } from '../random/philox.ts'
import type { Weights } from './initial-weights.ts'
import { readSnapshotPieces, removeSnapshot, snapshotSteps, writeSnapshotPieces } from './snapshot-pieces.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-pieces-'))
  return () => rm(folder, { recursive: true })
})

const values = (size: number, scale: number, key: number) =>
  Float32Array.from({ length: size }, (_, i) => philoxNormals(key, i, 0)[0] * scale)

/** A matrix that Muon moves and a table that AdamW does, with moments as small as they are in training. */
const state: Weights = new Map(
  ['inner', 'table'].flatMap((name, key) =>
    (['weight', 'average', 'firstMoment', ...(key === 1 ? ['secondMoment'] : [])] as const).map((kind) => {
      const scale = { weight: 0.3, average: 0.3, firstMoment: 1e-6, secondMoment: 1e-12 }[kind]!
      return [`${kind}:${name}`, { shape: [64, 48], data: values(64 * 48, scale, 7 + key) }] as const
    }),
  ),
)
const bytes = [...state.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
const about = (step: number) => ({
  ...{ name: 'generator', identity: 'whose', steps: 9, step, log: ['{"step":1,"loss":2}'] },
  state: [...state].map(([name, { shape }]) => ({ name, shape })),
})
const limits = { pieceBytes: 10_000, totalBytes: 2 * bytes }

/** The largest difference, as a share of the largest number. */
function error(found: Weights, name: string): number {
  const expected = state.get(name)!.data
  const largest = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((x, i) => Math.abs(x - found.get(name)!.data[i]!))) / largest
}

describe('a snapshot in pieces', () => {
  it('comes back bit for bit where there is room, in pieces of the size asked for', async () => {
    const manifest = await writeSnapshotPieces(folder, about(3), state, limits)
    expect(manifest.encoding).toBe('exact')
    const files = (await readdir(folder)).filter((name) => name.endsWith('.piece'))
    const sizes = await Promise.all(files.sort().map(async (name) => (await readFile(join(folder, name))).length))
    expect(sizes.slice(0, -1).every((size) => size === 10_000)).toBe(true)
    expect(sizes.at(-1)).toBeLessThanOrEqual(10_000)
    const found = (await readSnapshotPieces(folder))!
    expect(found.manifest).toEqual(manifest)
    expect(found.manifest.log).toEqual(['{"step":1,"loss":2}'])
    expect(found.state).toEqual(state)
  })

  it.each([
    ['half', 0.6, { weight: 5e-4, average: 5e-4, firstMoment: 4e-3, secondMoment: 4e-3 }],
    ['narrow', 0.27, { weight: 5e-4, average: 5e-3, firstMoment: 1, secondMoment: 1 }],
    ['narrowest', 0.17, { weight: 5e-3, average: 5e-3, firstMoment: 1, secondMoment: 1 }],
  ] as const)('is narrowed to %s where there is less', async (encoding, share, allowed) => {
    const manifest = await writeSnapshotPieces(folder, about(3), state, { ...limits, totalBytes: share * bytes })
    expect(manifest.encoding).toBe(encoding)
    const found = (await readSnapshotPieces(folder))!.state
    expect([...found.keys()]).toEqual([...state.keys()])
    for (const [name, { shape, data }] of found) {
      expect([shape, data.length]).toEqual([[64, 48], 64 * 48])
      const kind = name.slice(0, name.indexOf(':')) as keyof typeof allowed
      expect(error(found, name), name).toBeLessThanOrEqual(allowed[kind])
      if (allowed[kind] === 1) expect(data.every((x) => x === 0)).toBe(true)
      else expect(error(found, name), name).toBeGreaterThan(0)
    }
  })

  it('that fits in no encoding is refused; weights beyond half precision keep all of theirs', async () => {
    const tight = writeSnapshotPieces(folder, about(3), state, { ...limits, totalBytes: 1000 })
    await expect(tight).rejects.toThrow('does not fit')
    const large: Weights = new Map(state).set('weight:inner', {
      shape: [64, 48],
      data: new Float32Array(64 * 48).fill(1e6),
    })
    await writeSnapshotPieces(folder, about(3), large, { ...limits, totalBytes: 0.8 * bytes })
    const found = (await readSnapshotPieces(folder))!
    expect([found.manifest.encoding, found.state.get('weight:inner')!.data[0]]).toEqual(['half', 1e6])
  })

  it('counts only when it is whole: the newest that is', async () => {
    expect(await readSnapshotPieces(folder)).toBeUndefined()
    expect(await readSnapshotPieces(join(folder, 'nowhere'))).toBeUndefined()
    for (const step of [3, 5, 7, 9]) await writeSnapshotPieces(folder, about(step), state, limits)
    const piece = (step: number, i: number) => join(folder, `snapshot-0000000${step}-0${i}.piece`)
    await rm(piece(9, 1))
    const damaged = await readFile(piece(7, 2))
    damaged[5]! ^= 1
    await writeFile(piece(7, 2), damaged)
    expect((await readSnapshotPieces(folder))!.manifest.step).toBe(5)
    await writeFile(join(folder, 'snapshot-00000005.json'), '{"format":"neuf-snapshot","version":2}')
    expect((await readSnapshotPieces(folder))!.manifest.step).toBe(3)
    await removeSnapshot(folder, 3)
    expect(await snapshotSteps(folder)).toEqual([9, 7, 5])
    await expect(readSnapshotPieces(folder)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('snapshot-00000009-01.piece is missing'),
    })
  })

  it('does not read files outside of its folder, nor take tensors of other shapes', async () => {
    const manifest = await writeSnapshotPieces(folder, about(3), state, limits)
    const path = join(folder, 'snapshot-00000003.json')
    const outside = manifest.pieces.map((piece, i) => (i === 0 ? { ...piece, file: '../../etc/passwd' } : piece))
    await writeFile(path, JSON.stringify({ ...manifest, pieces: outside }))
    await expect(readSnapshotPieces(folder)).rejects.toThrow('../../etc/passwd is missing')
    const turned = manifest.state.map((tensor, i) => (i === 0 ? { ...tensor, shape: [48, 64] } : tensor))
    await writeFile(path, JSON.stringify({ ...manifest, state: turned }))
    await expect(readSnapshotPieces(folder)).rejects.toThrow('"weight:inner" in it is not [48, 64]')
  })
})
