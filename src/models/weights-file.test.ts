import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type BlockWeight, isBlocks } from '../graph/index.ts'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { dequantiseRows } from './quantise-rows.ts'
import { type StoredTensor, writeSafetensors } from './safetensors.ts'
import { packWeights, unpackWeights, type Weight } from './weights.ts'
import { readCodesFile, readWeightsFile } from './weights-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-weights-'))
afterAll(() => rmSync(folder, { recursive: true }))

const weights = new Map<string, Weight>([
  ['a.weight', { shape: [40, 70], data: pseudoRandom('a', 2800) }],
  ['b.weight', { shape: [8, 4, 64], data: pseudoRandom('b', 2048) }],
  ['c.weight', { shape: [18, 65], data: pseudoRandom('w', 1170) }],
  ['b.bias', { shape: [8], data: pseudoRandom('c', 8) }],
])

/** Puts a file where the model's would be. */
function put(bytes: Uint8Array) {
  const path = join(folder, 'generator.safetensors')
  writeFileSync(path, bytes)
  return [path, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }] as const
}

/** The file with its tensors in the order given, as another program may write them. */
function inOrder(tensors: ReadonlyMap<string, StoredTensor>, names: readonly string[]): Uint8Array {
  let at = 0
  const header: Record<string, unknown> = {}
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!
    header[name] = { dtype, shape, data_offsets: [at, at + data.length] }
    at += data.length
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer)
  return Uint8Array.from([...length, ...json, ...names.flatMap((name) => [...tensors.get(name)!.data])])
}

describe('a network, read a tensor at a time', () => {
  it.each(['fp32', 'fp16', 'int8', 'int8-rows', 'int4'] as const)(
    'is what it is as a whole, in %s, in any order',
    async (precision) => {
      const tensors = packWeights(weights, { precision })
      const whole = new Map([...unpackWeights({ tensors }, 'x')].sort())
      for (const bytes of [
        writeSafetensors(tensors),
        inOrder(tensors, [...tensors.keys()]),
        inOrder(tensors, [...tensors.keys()].reverse()),
      ]) {
        expect(new Map([...(await readWeightsFile(...put(bytes)))].sort())).toEqual(whole)
      }
      const blocks = await readCodesFile(...put(writeSafetensors(tensors)))
      for (const [name, { shape, data }] of whole) {
        const found = blocks.get(name)!
        expect(found.shape).toEqual(shape)
        if (!('codes' in found)) {
          expect(found).toEqual({ shape, data })
          continue
        }
        if (!isBlocks(found)) {
          const scales = Uint16Array.from(new Uint16Array(new Float16Array(found.scales).buffer))
          expect(dequantiseRows({ shape, codes: found.codes, scales })).toEqual(data)
          continue
        }
        const columns = shape.at(-1)!
        const inRow = Math.ceil(columns / 32) * 32
        const numbers = Float32Array.from(data, (_, i) => {
          const at = Math.floor(i / columns) * inRow + (i % columns)
          const code = found.bits === 8 ? found.codes[at]! - 128 : ((found.codes[at >> 1]! >> (4 * (at % 2))) & 15) - 8
          return code * found.scales[at >> 5]!
        })
        expect(numbers.every((value, i) => value === data[i])).toBe(true)
        // What fills a row up stands for zero.
        const filled = found.bits === 8 ? [found.codes[inRow - 1], 128] : [found.codes[inRow / 2 - 1], 0x88]
        if (inRow > columns) expect(filled[0]).toBe(filled[1])
        expect(found.codes.byteLength).toBe(found.codes.buffer.byteLength)
      }
      const stored = [...blocks.values()].filter((found) => 'codes' in found)
      const inRows = stored.filter((found) => !isBlocks(found))
      expect(stored.length).toBe(precision.startsWith('int') ? 3 : 0)
      // Three axes have blocks.
      expect(inRows.length).toBe(precision === 'int8-rows' ? 2 : 0)
    },
  )

  it('keeps every 8-bit code of a tensor of more than one window', async () => {
    // Rows that are filled up, and a last word of which a part is.
    const [rows, columns, inRow] = [521, 131, 160]
    const weight = { shape: [rows, columns], data: pseudoRandom('d', rows * columns) }
    const tensors = packWeights(new Map([['d.weight', weight]]), { precision: 'int8' })
    const stored = Int8Array.from(tensors.get('d.weight')!.data, (byte) => (byte << 24) >> 24)
    const { codes } = (await readCodesFile(...put(writeSafetensors(tensors)))).get('d.weight') as BlockWeight
    expect(codes.length).toBe(rows * inRow)
    const wrong = stored.findIndex((code, i) => codes[Math.floor(i / columns) * inRow + (i % columns)] !== code + 128)
    expect(wrong).toBe(-1)
  })

  it('is refused where its hash or size is another, whatever else is wrong with it', async () => {
    const bytes = writeSafetensors(packWeights(weights, { precision: 'int8' }))
    const [path, file] = put(bytes)
    for (const at of [0, 9, bytes.length - 1]) {
      writeFileSync(path, bytes.with(at, bytes[at]! ^ 0x40))
      for (const read of [readWeightsFile, readCodesFile]) {
        await expect(read(path, file), `${at}`).rejects.toThrow(/another hash/)
      }
    }
    writeFileSync(path, bytes.subarray(1))
    await expect(readCodesFile(path, file)).rejects.toThrow(/fewer than its/)
    rmSync(path)
    await expect(readCodesFile(path, file)).rejects.toMatchObject({ code: 'file-missing' })
  })

  it('is refused for what is wrong in it, where it is the file that was meant', async () => {
    const packed = packWeights(weights, { precision: 'int8' })
    const broken = (change: (tensors: Map<string, StoredTensor>) => void) => {
      const tensors = new Map(packed)
      change(tensors)
      return readCodesFile(...put(writeSafetensors(tensors)))
    }
    await expect(broken((t) => t.delete('a.weight.scales'))).rejects.toThrow(/"a\.weight" has no scales/)
    const scales = packed.get('a.weight.scales')!
    await expect(
      broken((t) => t.set('a.weight.scales', { ...scales, shape: scales.shape.toReversed() })),
    ).rejects.toThrow(/not F16 \[40, 3\]/)
    const infinite = { ...scales, data: new Uint8Array(scales.data.length).fill(0x7c) }
    await expect(broken((t) => t.set('a.weight.scales', infinite))).rejects.toThrow(/not a finite number/)
    await expect(broken((t) => t.set('x', { dtype: 'U8', shape: [2], data: new Uint8Array(2) }))).rejects.toThrow(
      /element type U8/,
    )
    await expect(broken((t) => t.set('a.weight.scales.scales', scales))).resolves.toBeDefined()
  })
})
