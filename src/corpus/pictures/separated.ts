/** Separated values, as spreadsheets write them: RFC 4180, with the separator told by the first line. */
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'

export type SeparatedRow = {
  /** 1 for the row after the header. */
  readonly number: number
  readonly row: Readonly<Record<string, string>> | Refused
}

/**
 * Rows by the names of the header. A row of another length than the header's, and what follows an open quotation mark, is
 * given as refused. @throws Refused `bad-table` where there is no sound header
 */
export function* separatedRows(text: string): Generator<SeparatedRow> {
  const rows = splitRows(text, separatorOf(text))
  const header = rows.next()
  if (header.done || header.value instanceof Refused) throw new Refused('bad-table', 'its first row is damaged')
  const names = header.value.map((name) => name.trim())
  if (names.length > limits.tableColumns) throw new Refused('bad-table', `${names.length} columns`)
  if (new Set(names).size < names.length) throw new Refused('bad-table', 'two columns have one name')
  let number = 0
  for (const values of rows) {
    if (values instanceof Refused) {
      yield { number: ++number, row: values }
      continue
    }
    // An empty line is no row.
    if (values.length === 1 && values[0] === '') continue
    number++
    if (number > limits.entries) throw new Refused('over-limit', `more than ${limits.entries} rows`)
    if (values.length !== names.length) {
      yield { number, row: new Refused('bad-row', `${values.length} fields instead of ${names.length}`) }
    } else yield { number, row: Object.fromEntries(names.map((name, k) => [name, values[k]!])) }
  }
}

/** A tabulator, a semicolon (where commas mark decimals) or a comma: whichever the first line has most of. */
function separatorOf(text: string): string {
  const end = text.indexOf('\n')
  const first = (end < 0 ? text : text.slice(0, end)).slice(0, limits.fieldLength).replace(/"[^"]*"/g, '')
  const count = (sign: string): number => first.split(sign).length - 1
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',')
}

function* splitRows(text: string, separator: string): Generator<string[] | Refused> {
  let at = 0
  while (at < text.length) {
    const values: string[] = []
    for (let more = true; more; ) {
      let value: string
      if (text[at] === '"') {
        const parts: string[] = []
        let from = at + 1
        for (;;) {
          // No further than a field may reach: else every open mark would search the whole table.
          const found = text.slice(from, at + limits.fieldLength).indexOf('"')
          const end = from + found
          if (found < 0) {
            yield new Refused('bad-row', 'a quotation mark that is not closed')
            // What follows on the next line may be sound.
            const next = text.indexOf('\n', at)
            at = next < 0 ? text.length : next + 1
            more = false
            from = -1
            break
          }
          parts.push(text.slice(from, end))
          from = end + 1
          if (text[from] !== '"') break
          parts.push('"')
          from++
        }
        if (from < 0) {
          values.length = 0
          break
        }
        value = parts.join('')
        at = from
        // Stray letters behind the closing mark belong to the field, as spreadsheets read it.
        const rest = endOfField(text, at, separator)
        value += text.slice(at, rest).replace(/\r$/, '')
        at = rest
      } else {
        const end = endOfField(text, at, separator)
        value = text.slice(at, end)
        if (text[end] !== separator) value = value.replace(/\r$/, '')
        at = end
      }
      values.push(value)
      more = text[at] === separator
      at++
    }
    if (values.length > 0) yield values
  }
}

function endOfField(text: string, from: number, separator: string): number {
  for (let at = from; at < text.length; at++) if (text[at] === separator || text[at] === '\n') return at
  return text.length
}
