/** Tables that give captions to pictures beside them: `metadata.jsonl`, CSV, TSV. */
import { dirname, join } from 'node:path'
import { boundedRead } from '../../storage/bounded-read.ts'
import { captionFields, captionsOfRow } from './captions.ts'
import { decodeText } from './decode-text.ts'
import type { FoundCaptions } from './item.ts'
import { separatedEnding } from './kinds.ts'
import { limits } from './limits.ts'
import { type Refusal, Refused } from './refusal.ts'
import { safeName } from './safe-name.ts'
import { separatedRows } from './separated.ts'

export type TableRow = {
  /** `metadata.jsonl#3`, from 1 for the first row. */
  readonly source: string
  /** The picture, below the top folder. */
  readonly picture: string
  readonly captions: FoundCaptions
}

/** Columns that name a picture, in the order they are looked for. */
const fileColumns = ['file_name', 'filename', 'file', 'image', 'image_path', 'image_file', 'filepath', 'path', 'img']

/** The rows of a table; what is wrong with one goes to `refuse`. Never throws over what the table holds. */
export async function* tableRows(
  top: string,
  table: string,
  refuse: (refusal: Refusal) => void,
): AsyncGenerator<TableRow> {
  const folder = dirname(table) === '.' ? '' : `${dirname(table)}/`
  let known: { readonly file: string } | undefined
  try {
    const bytes = await boundedRead(join(top, table), limits.tableBytes)
    if (bytes === undefined) throw new Refused('too-many-bytes', `more than ${limits.tableBytes} bytes`)
    const text = decodeText(bytes)
    for (const { number, row } of separatedEnding.test(table) ? separatedRows(text) : jsonRows(text)) {
      const source = `${table}#${number}`
      if (row instanceof Refused) {
        refuse(row.of(source))
        continue
      }
      // The first sound row tells whether this is a table of pictures at all: many others lie about.
      known ??= columnsOf(row)
      const name = row[known.file]
      try {
        if (typeof name !== 'string' || name === '') throw new Refused('bad-row', `no ${known.file}`)
        yield { source, picture: safeName(`${folder}${safeName(name)}`), captions: captionsOfRow(row) }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        refuse(error.of(source))
      }
    }
  } catch (error) {
    const refused = error instanceof Refused ? error : new Refused('unreadable', String((error as Error).message))
    refuse(refused.of(table))
  }
}

function columnsOf(row: Readonly<Record<string, unknown>>): { readonly file: string } {
  const names = Object.keys(row)
  const file = fileColumns
    .map((wanted) => names.find((name) => name.toLowerCase() === wanted))
    .find((name) => name !== undefined && typeof row[name] === 'string')
  if (file === undefined) throw new Refused('no-pictures', 'no column names a picture')
  if (captionFields(names).length === 0) throw new Refused('no-pictures', 'no column holds captions')
  return { file }
}

function* jsonRows(text: string): Generator<{ number: number; row: Readonly<Record<string, unknown>> | Refused }> {
  let number = 0
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(at, end)
    at = end + 1
    if (line.trim() === '') continue
    if (++number > limits.entries) throw new Refused('over-limit', `more than ${limits.entries} rows`)
    yield { number, row: line.length > limits.lineLength ? new Refused('bad-row', 'a very long line') : parse(line) }
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | Refused {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    return new Refused('bad-row', 'it is no object')
  } catch {
    return new Refused('bad-row', 'it is not JSON')
  }
}
