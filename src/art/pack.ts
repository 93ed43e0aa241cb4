/**
 * The folder of an art pack: pictures in a folder a set, `index.jsonl` (what they show), `sources.jsonl` (what each was
 * made from, and the SHA-256 of what was made), `LICENCES.md` and the licences' texts.
 */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite, atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { type ArtSet, artSets, type SetName, setNames, textCredit } from './sets.ts'
import { indexRow, pictureId, type SourcePicture } from './source-list.ts'

export const indexFile = 'index.jsonl'
export const recordFile = 'sources.jsonl'

/** What is known of a picture in the folder. */
export type Made = {
  /** Of the upstream file that it was made from. */
  readonly sha256: string
  /** SHA-256 of the picture's own file; null in a pack that this program did not make. */
  readonly made: string | null
  readonly width: number
  readonly height: number
}

/** By the picture's id. */
export type PackRecord = Map<string, Made>

/** Ten times what the files of the whole pack take. */
const mostRead = 64 * 2 ** 20

/** The rows of a file of JSON lines, those that are no objects left out; undefined where there is no such file. */
export async function readRows(path: string): Promise<Record<string, unknown>[] | undefined> {
  const bytes = await boundedRead(path, mostRead).catch((error: unknown) => {
    if (error instanceof NeufError && error.code === 'file-missing') return null
    throw error
  })
  if (bytes === null) return undefined
  if (bytes === undefined) {
    throw new NeufError('file-unreadable', { path, why: 'it is larger than 64 MiB', todo: 'Check the path.' })
  }
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .flatMap((line) => {
      try {
        const row: unknown = JSON.parse(line)
        return typeof row === 'object' && row !== null ? [row as Record<string, unknown>] : []
      } catch {
        return []
      }
    })
}

/** What `sources.jsonl` says; undefined where there is none. */
export async function readRecord(folder: string): Promise<PackRecord | undefined> {
  const rows = await readRows(join(folder, recordFile))
  return rows && new Map(rows.flatMap((row) => asMade(row) ?? []))
}

function asMade({ id, sha256, made = null, width = 0, height = 0 }: Record<string, unknown>): [string, Made][] | null {
  if (typeof id !== 'string' || typeof sha256 !== 'string') return null
  if (typeof width !== 'number' || typeof height !== 'number') return null
  return made === null || typeof made === 'string' ? [[id, { sha256, made, width, height }]] : null
}

/**
 * Makes the folder, or finds what a call before this one left there.
 * @throws NeufError `art-other-pack` where somebody else's pack is there, which is not to be written over
 */
export async function claimFolder(folder: string): Promise<PackRecord> {
  await makeFolder(folder)
  const found = await readRecord(folder)
  const record: PackRecord = found ?? new Map()
  const ours = [...record.values()].every(({ made }) => made !== null)
  if (ours && record.size > 0) return record
  const index = await lstat(join(folder, indexFile)).catch(() => undefined)
  // A record that says nothing vouches for no index but an empty one: a call that got no picture leaves both so.
  if (ours && (index === undefined || (found !== undefined && index.size === 0))) return record
  throw new NeufError('art-other-pack', { folder })
}

/** Writes `sources.jsonl` for the pictures that the record holds, in the order of the list. */
export async function writeRecord(
  folder: string,
  pictures: readonly SourcePicture[],
  record: PackRecord,
): Promise<void> {
  const rows = pictures.flatMap((picture) => {
    const id = pictureId(picture)
    const { set, path, sha256, bytes } = picture
    const { repository, commit } = artSets[set]
    const found = record.get(id)
    return found === undefined ? [] : [{ id, repository, commit, path, bytes, ...found, sha256 }]
  })
  await atomicWrite(join(folder, recordFile), lines(rows))
}

/** Writes what makes a pack of the pictures in the record: credits, licences and, last, the index. */
export async function writeIndex(
  folder: string,
  pictures: readonly SourcePicture[],
  record: PackRecord,
): Promise<void> {
  const there = pictures.flatMap((picture) => {
    const found = record.get(pictureId(picture))
    return found === undefined ? [] : [{ picture, ...found }]
  })
  const sets = setNames.filter((set) => there.some(({ picture }) => picture.set === set))
  await makeFolder(join(folder, 'licences'))
  const texts = await Promise.all(
    licenceFiles(sets).map(async ([name, source]) => {
      const text = await boundedRead(fileURLToPath(new URL(source, import.meta.url)), 2 ** 20)
      return [join(folder, 'licences', name), text ?? ''] as const
    }),
  )
  await atomicWriteAll([
    ...texts,
    [join(folder, 'LICENCES.md'), credits(sets)],
    [join(folder, indexFile), lines(there.map(({ picture, width, height }) => indexRow(picture, width, height)))],
  ])
}

const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** Name in the pack, and where the project has it. */
function licenceFiles(sets: readonly SetName[]): [name: string, source: string][] {
  const texts: Record<ArtSet['licence'], string> = {
    'Apache-2.0': '../../LICENSE',
    'CC-BY-4.0': './licences/CC-BY-4.0.txt',
    MIT: './licences/MIT.txt',
  }
  const used = [...new Set(sets.map((set) => artSets[set].licence))]
  return [
    ...used.map((name): [string, string] => [`${name}.txt`, texts[name]]),
    ['Unicode-3.0.txt', './licences/Unicode-3.0.txt'],
  ]
}

function credits(sets: readonly SetName[]): string {
  const entries = sets.map((set) => {
    const { repository, commit, licence, credit, note }: ArtSet = artSets[set]
    const from = `https://github.com/${repository} at commit ${commit}${note === undefined ? '' : ` (${note})`}`
    return `## ${set}\n\n${credit}\n\nLicence: ${licence}, see licences/${licence}.txt\nFrom: ${from}\n`
  })
  return `# Where these pictures come from

Made by "neuf art fetch". Changes to every picture: drawn as a bitmap, trimmed to what is visible, scaled down to fit
192 x 192, saved as WebP; a selection, nothing drawn anew. \`sources.jsonl\` has the file that each was made from. None
of the rights holders has endorsed this. Whoever passes the pictures on, or a model learnt from them, passes these
credits on.

${entries.join('\n')}
## index.jsonl

${textCredit}

Licence: Unicode License v3, see licences/Unicode-3.0.txt
`
}
