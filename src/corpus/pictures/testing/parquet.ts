/** Writes small Parquet files, so that tests need no other program: one row group a call, plain values, any codec. */
import { gzipSync, zstdCompressSync } from 'node:zlib'

/** Thrift's compact protocol: what is needed of it. */
type Field = readonly [id: number, value: Thrift]
type Thrift =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly bytes: Uint8Array }
  | { readonly list: readonly Thrift[] }
  | { readonly struct: readonly Field[] }

const text = (value: string): Thrift => ({ bytes: new TextEncoder().encode(value) })
const i32 = (value: number): Thrift => ({ i32: value })
const i64 = (value: number): Thrift => ({ i64: value })
const struct = (...fields: Field[]): Thrift => ({ struct: fields })

function varint(value: number): number[] {
  const out: number[] = []
  let left = value
  while (left >= 128) {
    out.push((left % 128) | 128)
    left = Math.floor(left / 128)
  }
  return [...out, left]
}

const typeOf = (value: Thrift): number =>
  'i32' in value ? 5 : 'i64' in value ? 6 : 'bytes' in value ? 8 : 'list' in value ? 9 : 12

function encode(value: Thrift): number[] {
  if ('i32' in value) return varint(value.i32 >= 0 ? value.i32 * 2 : -value.i32 * 2 - 1)
  if ('i64' in value) return varint(value.i64 * 2)
  if ('bytes' in value) return [...varint(value.bytes.length), ...value.bytes]
  if ('list' in value) {
    const { list } = value
    const type = typeOf(list[0]!)
    const head = list.length < 15 ? [(list.length << 4) | type] : [0xf0 | type, ...varint(list.length)]
    return [...head, ...list.flatMap(encode)]
  }
  let last = 0
  const out = value.struct.flatMap(([id, field]) => {
    const head = ((id - last) << 4) | typeOf(field)
    last = id
    return [head, ...encode(field)]
  })
  return [...out, 0]
}

export type Column = {
  /** `['image', 'bytes']` for a part of a group. */
  readonly path: readonly [string] | readonly [string, string]
  /** Values; null where there is none. */
  readonly values: readonly (string | Uint8Array | null)[]
  /** Says that the bytes are text. */
  readonly isText: boolean
}

const codecs = { plain: 0, snappy: 1, gzip: 2, zstd: 6 } as const
export type Codec = keyof typeof codecs

/** Snappy's simplest form: the length, and literals of up to 60 bytes. */
function snappy(bytes: Uint8Array): Uint8Array {
  const out = varint(bytes.length)
  for (let at = 0; at < bytes.length; at += 60) {
    const part = bytes.subarray(at, at + 60)
    out.push((part.length - 1) << 2, ...part)
  }
  return Uint8Array.from(out)
}

const pack = (bytes: Uint8Array, codec: Codec): Uint8Array =>
  codec === 'plain'
    ? bytes
    : codec === 'snappy'
      ? snappy(bytes)
      : codec === 'gzip'
        ? gzipSync(bytes)
        : zstdCompressSync(bytes)

export type Lies = {
  /** What a page says it unpacks to. */
  readonly unpacked?: number
  /** What a page says it holds. */
  readonly values?: number
  /** What definition levels repeat. */
  readonly repeat?: number
}

/** A file of columns of equal length. All are optional strings of bytes. */
export function parquetFile(columns: readonly Column[], codec: Codec = 'snappy', lies: Lies = {}): Uint8Array {
  const rows = columns[0]!.values.length
  const parts: Uint8Array[] = [new TextEncoder().encode('PAR1')]
  let offset = 4
  const chunks = columns.map(({ path, values }) => {
    // Definition levels in runs of one: 1 a value, 2 within a group; one less for a null.
    const most = path.length
    const levels = values.flatMap((value) => [...varint((lies.repeat ?? 1) * 2), value === null ? most - 1 : most])
    const plain = values.flatMap((value) => {
      if (value === null) return []
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
      return [...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes]
    })
    const page = Uint8Array.from([...new Uint8Array(Uint32Array.of(levels.length).buffer), ...levels, ...plain])
    const packed = pack(page, codec)
    const header = Uint8Array.from(
      encode(
        struct(
          [1, i32(0)],
          [2, i32(lies.unpacked ?? page.length)],
          [3, i32(packed.length)],
          [5, struct([1, i32(lies.values ?? rows)], [2, i32(0)], [3, i32(3)], [4, i32(3)])],
        ),
      ),
    )
    const at = offset
    parts.push(header, packed)
    offset += header.length + packed.length
    const sizes = { unpacked: header.length + page.length, packed: header.length + packed.length }
    return struct(
      [2, i64(at)],
      [
        3,
        struct(
          [1, i32(6)],
          [2, { list: [i32(0), i32(3)] }],
          [3, { list: path.map(text) }],
          [4, i32(codecs[codec])],
          [5, i64(rows)],
          [6, i64(sizes.unpacked)],
          [7, i64(sizes.packed)],
          [9, i64(at)],
        ),
      ],
    )
  })
  const tops = [...new Set(columns.map(({ path }) => path[0]))]
  const schema = [
    struct([4, text('schema')], [5, i32(tops.length)]),
    ...tops.flatMap((top) => {
      const inside = columns.filter(({ path }) => path[0] === top)
      const leaf = ({ path, isText }: Column): Thrift => {
        const kind: Field[] = isText ? [[6, i32(0)]] : []
        return struct([1, i32(6)], [3, i32(1)], [4, text(path.at(-1)!)], ...kind)
      }
      const group = struct([3, i32(1)], [4, text(top)], [5, i32(inside.length)])
      return inside[0]!.path.length === 1 ? [leaf(inside[0]!)] : [group, ...inside.map(leaf)]
    }),
  ]
  const footer = Uint8Array.from(
    encode(
      struct(
        [1, i32(1)],
        [2, { list: schema }],
        [3, i64(rows)],
        [4, { list: [struct([1, { list: chunks }], [2, i64(offset - 4)], [3, i64(rows)])] }],
      ),
    ),
  )
  parts.push(footer, new Uint8Array(Uint32Array.of(footer.length).buffer), new TextEncoder().encode('PAR1'))
  return new Uint8Array(Buffer.concat(parts))
}
