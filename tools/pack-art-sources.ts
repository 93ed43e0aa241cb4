/**
 * Makes the list of the art that the project carries, `src/art/sources.json.br`, from the `index.jsonl` and
 * `sources.jsonl` of an art pack. `node tools/pack-art-sources.ts FOLDER` writes it; with `--check` it only says whether
 * the list is the same (status 1 where it is not).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { artSets, isSetName } from '../src/art/sets.ts'
import { encodeSourceList, indexRow, readSourceList, type SourcePicture } from '../src/art/source-list.ts'
import { atomicWrite } from '../src/storage/atomic-write.ts'

/** The list of two files' texts. Throws Error where they contradict each other, or what `sets.ts` says. */
export function joinRows(index: string, sources: string): SourcePicture[] {
  const upstream = new Map(rowsOf(sources).map((row) => [row.id, row]))
  return rowsOf(index).map((row) => {
    const source = upstream.get(row.id)
    if (source === undefined) throw new Error(`${row.id} has no source`)
    const { id: _, file: __, width, height, licence: ___, set: name, ...subject } = row
    const set: string = name
    if (!isSetName(set)) throw new Error(`${row.id}: there is no set "${set}" in src/art/sets.ts`)
    if (source.repository !== artSets[set].repository) throw new Error(`${row.id} is from ${source.repository}`)
    const { path, bytes, sha256 } = source
    const picture: SourcePicture = { set, subject, path, bytes, sha256, width, height }
    if (!isDeepStrictEqual(indexRow(picture, width, height), row)) throw new Error(`${row.id} holds something else`)
    return picture
  })
}

// biome-ignore lint/suspicious/noExplicitAny: rows of the pack; `joinRows` compares what it made of each with the row
const rowsOf = (text: string): any[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

if (import.meta.main) {
  const [folder = '', check] = process.argv.slice(2)
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const pictures = joinRows(read('index.jsonl'), read('sources.jsonl'))
  if (check === '--check') {
    const same = isDeepStrictEqual(await readSourceList(), pictures)
    console.log(same ? `The same ${pictures.length} pictures.` : 'The list is another one.')
    process.exitCode = same ? 0 : 1
  } else {
    const packed = encodeSourceList(pictures)
    await atomicWrite(join(import.meta.dirname, '../src/art/sources.json.br'), packed)
    console.log(`${pictures.length} pictures in ${packed.length} bytes`)
  }
}
