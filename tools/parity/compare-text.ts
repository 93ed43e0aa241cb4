/**
 * Compares this project's text with the original's on the many vectors that `text.py --many FOLDER` wrote:
 * `node tools/parity/compare-text.ts FOLDER [readings.json]` prints how many agree, and some that do not.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { normaliseCaption } from '../../src/text/dalle-mini/normalise-caption.ts'
import { readWordFrequencies } from '../../src/text/dalle-mini/split-words.ts'
import { readReadings } from '../../src/text/dalle-mini/transliterate.ts'
import { fixText } from '../../src/text/fix-text/fix-text.ts'
import { createPublishedTokenizer } from '../../src/text/published-tokenizer.ts'
import { bartKind, clipKind, type TokenizerKind } from '../../src/text/tokenizer-kind.ts'

type Ids = readonly [ids: readonly number[], count: number]
type Row = { text: string; fixed: string; normal: string; bart: Ids; bartNormal: Ids; clip: Ids }

const [folder, readingsFile] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder of the vectors')
const testing = new URL('../../src/text/testing/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, testing), 'utf8')
const words = readWordFrequencies(read('word-frequencies.txt'), 'word-frequencies.txt')
const readings =
  readingsFile === undefined
    ? {}
    : { readings: readReadings(JSON.parse(readFileSync(readingsFile, 'utf8')), readingsFile) }

const tokenizer = (kind: TokenizerKind, length: number) => {
  const path = `vectors/${kind.name}-tokenizer.json`
  const { encode } = createPublishedTokenizer(kind, { json: JSON.parse(read(path)), path }, length)
  return (text: string): string => {
    const { ids, mask } = encode(text)
    return JSON.stringify([ids, mask.lastIndexOf(1) + 1])
  }
}
const bart = tokenizer(bartKind, 64)
const clip = tokenizer(clipKind, 77)

const comparisons: Record<string, [expected: (row: Row) => string, got: (row: Row) => string]> = {
  fixed: [(row) => row.fixed, (row) => fixText(row.text)],
  normalised: [(row) => row.normal, (row) => normaliseCaption(row.text, { words, ...readings })],
  'bart, as typed': [(row) => JSON.stringify(row.bart), (row) => bart(row.text)],
  'bart, normalised': [(row) => JSON.stringify(row.bartNormal), (row) => bart(row.normal)],
  clip: [(row) => JSON.stringify(row.clip), (row) => clip(row.text)],
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const rows = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Row[]
  for (const [name, [expected, got]] of Object.entries(comparisons)) {
    const other = rows.filter((row) => expected(row) !== got(row))
    console.log(`${file}: ${name}: ${rows.length - other.length} of ${rows.length}`)
    for (const row of other.slice(0, Number(process.env.SHOW ?? 3))) {
      console.log(
        `  ${JSON.stringify(row.text)}\n    expected ${JSON.stringify(expected(row))}\n    got      ${JSON.stringify(got(row))}`,
      )
    }
  }
}
