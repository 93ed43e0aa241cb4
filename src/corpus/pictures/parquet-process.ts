/**
 * Reads one Parquet file in a process of its own: a hostile one can ask the reader for endless arrays, and what then runs out
 * of memory or time is this process and not the program. (A thread would not do: V8 ends the whole process.)
 */
import { open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type AsyncBuffer, type Compressors, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { captionFields } from './captions.ts'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'

export type ParquetRow = Readonly<Record<string, unknown>>
export type ParquetReply =
  | { readonly kind: 'rows'; readonly first: number; readonly rows: readonly ParquetRow[]; readonly image: string }
  | { readonly kind: 'refused'; readonly first: number; readonly count: number; readonly why: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly reason: 'bad-table' | 'no-pictures' | 'over-limit'; readonly why: string }

/** Columns that hold pictures, in the order they are looked for. */
const imageColumns = ['image', 'img', 'picture', 'jpg', 'jpeg', 'png', 'webp', 'image_bytes', 'bytes']
/** Bytes that the footer of such a file may have: some thousand row groups. */
const footerBytes = 64 << 20

const bounded = (unpack: (bytes: Uint8Array, most: number) => Uint8Array) => (bytes: Uint8Array, length: number) => {
  if (length > limits.columnBytes) throw new Error('a page unpacks to more than is allowed')
  return unpack(bytes, length)
}
const compressors: Compressors = {
  GZIP: bounded((bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength })),
  BROTLI: bounded((bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength })),
  ZSTD: bounded((bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength })),
}

async function* replies(path: string): AsyncGenerator<ParquetReply> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        if (!(start >= 0 && end <= size && end >= start)) throw new Error('it points outside itself')
        if (end - start > limits.columnBytes) throw new Error('a column is larger than is allowed')
        const bytes = new Uint8Array(end - start)
        await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer
      },
    }
    const tail = new DataView(await file.slice(size - 8))
    if (tail.getUint32(0, true) > footerBytes) throw new Error('its footer is too large')
    const metadata = await parquetMetadataAsync(file)
    const names = parquetSchema(metadata).children.map((child) => child.element.name)
    const lower = new Map(names.map((name) => [name.toLowerCase(), name]))
    const image = imageColumns.map((name) => lower.get(name)).find((name) => name !== undefined)
    if (image === undefined) return yield fault('no-pictures', `no column of pictures among: ${names.join(', ')}`)
    const columns = [
      image,
      ...captionFields(names).map(({ name }) => name),
      ...['lang', 'language'].flatMap((name) => lower.get(name) ?? []),
    ]
    let first = 0
    for (const group of metadata.row_groups) {
      const count = Number(group.num_rows)
      if (!(count >= 0 && count <= limits.groupRows)) return yield fault('over-limit', `a row group of ${count} rows`)
      if (first + count > limits.entries) return yield fault('over-limit', `more than ${limits.entries} rows`)
      const bytes = group.columns.map(({ meta_data: meta }) =>
        meta !== undefined && columns.includes(meta.path_in_schema[0]!)
          ? Math.max(Number(meta.total_compressed_size), Number(meta.total_uncompressed_size))
          : 0,
      )
      if (Math.max(...bytes) > limits.columnBytes) {
        yield { kind: 'refused', first, count, why: 'its row group is larger than is allowed' }
      } else {
        try {
          const wanted = { rowStart: first, rowEnd: first + count, columns: [...new Set(columns)] }
          // Without utf8, bytes stay bytes where the file does not say that they are text.
          const rows = await parquetReadObjects({ file, metadata, compressors, utf8: false, ...wanted })
          yield* inPieces(rows, first, image)
        } catch (error) {
          yield { kind: 'refused', first, count, why: wordsOf(error) }
        }
      }
      first += count
    }
  } catch (error) {
    yield fault('bad-table', wordsOf(error))
  } finally {
    await handle.close()
  }
}

/** A few rows to a message: a row group may hold a gigabyte. */
function* inPieces(rows: readonly ParquetRow[], first: number, image: string): Generator<ParquetReply> {
  const most = 16
  for (let k = 0; k < rows.length; k += most) {
    // Copies, since a part of a page would else be sent with all of its page.
    const part = rows.slice(k, k + most).map((row) => ({ ...row, [image]: copied(row[image]) }))
    yield { kind: 'rows', first: first + k, rows: part, image }
  }
}

function copied(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice()
  if (typeof value !== 'object' || value === null) return value
  const { bytes, path } = value as { readonly bytes?: unknown; readonly path?: unknown }
  return { path, bytes: bytes instanceof Uint8Array ? bytes.slice() : bytes }
}

const fault = (reason: Extract<ParquetReply, { kind: 'fault' }>['reason'], why: string): ParquetReply => {
  return { kind: 'fault', reason, why: why.slice(0, 300) }
}

const wordsOf = (error: unknown): string =>
  error instanceof Refused ? error.message : error instanceof Error ? error.message.split('\n')[0]! : String(error)

const found = replies(process.argv[2]!)
process.on('message', async () => {
  const { value, done } = await found.next()
  process.send!(done ? ({ kind: 'end' } satisfies ParquetReply) : value)
})
process.on('disconnect', () => process.exit())
