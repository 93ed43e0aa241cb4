/** Stored codes as an engine's products read them (`WeightData` of the graph room): nothing is widened but the scales. */
import type { BlockWeight, RowWeight } from '../graph/index.ts'
import { blockSize, type Quantised } from './quantise.ts'
import type { Quantised4 } from './quantise-4.ts'
import type { QuantisedRows } from './quantise-rows.ts'
import { systemMemory } from './system-memory.ts'

/**
 * 8-bit codes, signed in a file, become unsigned, and rows whose last block is short are filled up with the code of zero. Where
 * there is none to fill, the codes' own memory is used: they change there.
 */
export function blocksOf8({ shape, codes, scales }: Quantised): BlockWeight {
  const columns = shape.at(-1)!
  const bytes = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength)
  flipSigns(bytes)
  return { shape, bits: 8, codes: filledUp(bytes, columns, blockSize, 0x80), scales: wideScales(scales) }
}

export function blocksOf4({ shape, codes, scales }: Quantised4): BlockWeight {
  const columns = shape.at(-1)!
  return { shape, bits: 4, codes: filledUp(codes, columns / 2, blockSize / 2, 0x88), scales: wideScales(scales) }
}

export const rowsOf8 = ({ shape, codes, scales }: QuantisedRows): RowWeight => ({
  shape,
  codes,
  scales: wideScales(scales),
})

function wideScales(scales: Uint16Array): Float32Array {
  const halves = new Float16Array(scales.buffer as ArrayBuffer, scales.byteOffset, scales.length)
  const wide = new Float32Array(systemMemory(4 * halves.length), 0, halves.length)
  wide.set(halves)
  return wide
}

/** Words changed at a time. */
const windowWords = 2 ** 14

/**
 * From -128 to 127 to 0 to 255, in place, four at a time where the memory's start allows, and in a window of plain memory: each
 * write to memory that could change its size costs five times as much.
 */
function flipSigns(bytes: Uint8Array): void {
  const words = bytes.byteOffset % 4 === 0 ? Math.floor(bytes.length / 4) : 0
  const four = new Uint32Array(bytes.buffer, words === 0 ? 0 : bytes.byteOffset, words)
  const window = new Uint32Array(Math.min(words, windowWords))
  for (let start = 0; start < words; start += windowWords) {
    const some = four.subarray(start, start + windowWords)
    window.set(some)
    for (let i = 0; i < some.length; i++) window[i]! ^= 0x80808080
    some.set(window.subarray(0, some.length))
  }
  for (let i = words * 4; i < bytes.length; i++) bytes[i]! ^= 0x80
}

function filledUp(bytes: Uint8Array, rowBytes: number, blockBytes: number, zero: number): Uint8Array {
  const wholeRow = Math.ceil(rowBytes / blockBytes) * blockBytes
  if (wholeRow === rowBytes) return bytes
  const rows = bytes.length / rowBytes
  const filled = new Uint8Array(systemMemory(rows * wholeRow), 0, rows * wholeRow).fill(zero)
  for (let row = 0; row < rows; row++) {
    filled.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), row * wholeRow)
  }
  return filled
}
