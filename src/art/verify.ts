/** Checks an art pack against the list that the project carries. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { pictureSide, webpSize } from './convert.ts'
import { indexFile, type Made, readRecord, readRows } from './pack.ts'
import { type SetName, setNames } from './sets.ts'
import { pictureFile, pictureId, type SourcePicture } from './source-list.ts'

export type ArtFindings = {
  /** Of each set, how many pictures the pack has of how many there are. */
  readonly sets: Readonly<Record<SetName, { readonly there: number; readonly of: number }>>
  /** What is wrong, one line each. A pack of fewer pictures is no finding. */
  readonly findings: readonly string[]
}

export type VerifySettings = {
  readonly folder: string
  /** The whole list. */
  readonly pictures: readonly SourcePicture[]
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Reads every picture that the index names. Their hashes are checked where `neuf art fetch` made the pack; the sizes,
 * and what they were made from, in any pack.
 * @throws NeufError `file-missing` where there is no index; `cancelled`
 */
export async function verifyArt({ folder, pictures, signal, onProgress }: VerifySettings): Promise<ArtFindings> {
  const path = join(folder, indexFile)
  const rows = await readRows(path)
  if (rows === undefined) {
    throw new NeufError('file-missing', { path, todo: 'Name the folder of an art pack, or run neuf art fetch.' })
  }
  const record = await readRecord(folder)
  const known = new Map(pictures.map((picture) => [pictureId(picture), picture]))
  const findings: string[] = []
  const met = new Set<string>()
  for (const [number, row] of rows.entries()) {
    if (signal?.aborted) throw new NeufError('cancelled', { what: 'checking the art' })
    const picture = known.get(String(row.id))
    const finding =
      picture === undefined
        ? `${indexFile}: neuf knows no picture "${row.id}"`
        : met.has(String(row.id))
          ? `${indexFile}: ${row.id} is there twice`
          : await findingOn(folder, picture, row, record?.get(String(row.id)))
    if (picture !== undefined) met.add(pictureId(picture))
    if (finding !== undefined) findings.push(finding)
    onProgress?.(number + 1, rows.length)
  }
  const count = (set: SetName) => {
    const all = pictures.filter((picture) => picture.set === set)
    return { there: all.filter((picture) => met.has(pictureId(picture))).length, of: all.length }
  }
  const sets = Object.fromEntries(setNames.map((set) => [set, count(set)])) as ArtFindings['sets']
  return { sets, findings }
}

async function findingOn(
  folder: string,
  picture: SourcePicture,
  row: Record<string, unknown>,
  made: Made | undefined,
): Promise<string | undefined> {
  const file = pictureFile(picture)
  if (row.file !== file) return `${indexFile}: the file of ${row.id} is "${row.file}" instead of "${file}"`
  if (row.concept !== picture.subject.concept) return `${indexFile}: the concept of ${row.id} is "${row.concept}"`
  if (made === undefined) return `${file}: sources.jsonl does not say what it was made from`
  if (made.sha256 !== picture.sha256) return `${file}: it was made from another file than neuf knows`
  try {
    const bytes = await boundedRead(join(folder, file), 2 ** 20)
    if (bytes === undefined) return `${file}: it is larger than 1 MiB`
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (made.made !== null && made.made !== hash) return `${file}: its SHA-256 is ${hash} instead of ${made.made}`
    const { width, height } = await webpSize(bytes, file)
    if (width !== row.width || height !== row.height) {
      return `${file}: it has ${width} x ${height} pixels instead of ${row.width} x ${row.height}`
    }
    return Math.max(width, height) > pictureSide ? `${file}: it is larger than ${pictureSide} pixels` : undefined
  } catch (error) {
    if (error instanceof NeufError && error.code === 'file-missing') return `${file}: it is not there`
    if (error instanceof NeufError) return error.message
    throw error
  }
}
