/** MessagePack as flax.serialization writes it, for files that no Python is there to make. */

/** An array leaf. */
export type Leaf = { readonly dtype: string; readonly shape: readonly unknown[]; readonly data: Uint8Array }

/** Bytes exactly as given. */
export class Raw {
  readonly bytes: readonly number[]
  constructor(...bytes: readonly number[]) {
    this.bytes = bytes
  }
}

export const isLeaf = (value: unknown): value is Leaf => typeof value === 'object' && value !== null && 'dtype' in value

/** Extension 1 around the shape, the type's name and the bytes; `extra` bytes more than these. */
export function packArray({ dtype, shape, data }: Leaf, code = 1, extra = 0): number[] {
  const content = [0x93, ...pack(shape), ...pack(dtype), 0xc6, ...big(data.length, 4), ...data, ...Array(extra).fill(0)]
  return [0xc9, ...big(content.length, 4), code, ...content]
}

export function pack(value: unknown): number[] {
  if (value instanceof Raw) return [...value.bytes]
  if (value === null) return [0xc0]
  if (typeof value === 'boolean') return [value ? 0xc3 : 0xc2]
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0 && value < 2 ** 53)
      return value < 0x80 ? [value] : [0xcf, ...big(value, 8)]
    const float = new DataView(new ArrayBuffer(8))
    float.setFloat64(0, value)
    return [0xcb, ...new Uint8Array(float.buffer)]
  }
  if (typeof value === 'string') {
    const text = new TextEncoder().encode(value)
    return [0xda, ...big(text.length, 2), ...text]
  }
  if (Array.isArray(value)) return [0xdc, ...big(value.length, 2), ...value.flatMap(pack)]
  if (isLeaf(value)) return packArray(value)
  const entries = Object.entries(value as Record<string, unknown>)
  return [0xde, ...big(entries.length, 2), ...entries.flatMap(([key, one]) => [...pack(key), ...pack(one)])]
}

/** A tree of arrays of any size, as its bytes. */
export function packTree(tree: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.concat([...chunksOf(tree)])
}

function* chunksOf(value: Readonly<Record<string, unknown>>): Generator<Uint8Array> {
  const entries = Object.entries(value)
  yield Uint8Array.from([0xde, ...big(entries.length, 2)])
  for (const [key, own] of entries) {
    yield Uint8Array.from(pack(key))
    if (!isLeaf(own)) yield* chunksOf(own as Record<string, unknown>)
    else {
      const content = [0x93, ...pack(own.shape), ...pack(own.dtype), 0xc6, ...big(own.data.length, 4)]
      yield Uint8Array.from([0xc9, ...big(content.length + own.data.length, 4), 1, ...content])
      yield own.data
    }
  }
}

export const big = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256)
