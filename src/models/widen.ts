/** Stored elements as 32-bit floats. */
import type { ElementType } from './safetensors.ts'
import { systemMemory } from './system-memory.ts'

/** Beyond this a 32-bit float does not hold every whole number. */
const exactWhole = 2 ** 24

const readers: Readonly<Partial<Record<ElementType, (view: DataView, at: number) => number>>> = {
  BOOL: (view, at) => view.getUint8(at),
  U8: (view, at) => view.getUint8(at),
  I8: (view, at) => view.getInt8(at),
  U16: (view, at) => view.getUint16(at, true),
  I16: (view, at) => view.getInt16(at, true),
  U32: (view, at) => view.getUint32(at, true),
  I32: (view, at) => view.getInt32(at, true),
  U64: (view, at) => Number(view.getBigUint64(at, true)),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
}

/**
 * Little-endian elements of `bytes` as 32-bit floats: F32 as a view where the place allows one, F16 and BF16 exactly,
 * F64 to the nearest, whole numbers exactly.
 * @returns what is wrong where it cannot be done: a type that no weight has, a whole number that no 32-bit float holds
 */
export function widen(dtype: ElementType, bytes: Uint8Array): Float32Array | string {
  if (dtype === 'F32') return aligned(bytes, 4, (buffer, offset, length) => new Float32Array(buffer, offset, length))
  if (dtype === 'F16') {
    const halves = aligned(bytes, 2, (buffer, offset, length) => new Float16Array(buffer, offset, length))
    const wide = new Float32Array(systemMemory(4 * halves.length), 0, halves.length)
    wide.set(halves)
    return wide
  }
  if (dtype === 'F64') {
    return new Float32Array(aligned(bytes, 8, (buffer, offset, length) => new Float64Array(buffer, offset, length)))
  }
  if (dtype === 'BF16') {
    // The upper half of a 32-bit float.
    const halves = aligned(bytes, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length))
    const bits = new Uint32Array(halves.length)
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
    return new Float32Array(bits.buffer)
  }
  const read = readers[dtype]
  if (read === undefined) return `has the element type ${dtype}, which no weight has`
  const size = wholeBytes(dtype)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Float32Array(bytes.byteLength / size)
  for (let i = 0; i < values.length; i++) {
    const value = read(view, i * size)
    if (Math.abs(value) > exactWhole) return `holds the number ${value}, which a 32-bit float cannot hold`
    values[i] = value
  }
  return values
}

const wholeBytes = (dtype: ElementType): number => (dtype === 'BOOL' ? 1 : Number(dtype.slice(1)) / 8)

/** A typed view where the place allows one, else of a copy: a foreign file need not align its tensors. */
export function aligned<T>(
  bytes: Uint8Array,
  size: number,
  view: (buffer: ArrayBuffer, offset: number, length: number) => T,
): T {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : bytes.slice()
  return view(buffer as ArrayBuffer, byteOffset, byteLength / size)
}
