/**
 * The list of the art: for every picture the file it is made from (path, size, SHA-256) and what it shows. It is kept
 * as `sources.json.br`, a JSON object of columns under Brotli (RFC 7932), 0.4 MB instead of the 7 MB that the rows take as text.
 * `tools/pack-art-sources.ts` makes it.
 */
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { NeufError } from '../errors/errors.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { artSets, isSetName, type SetName, setNames } from './sets.ts'

/** What a picture shows, the same in every set but for a few. */
export type Subject = {
  /** Unicode code points in hexadecimal, joined by `-`. */
  readonly codepoints: string
  readonly group: string
  readonly subgroup: string
  /** The same for a thing in all its presentations and tones. */
  readonly concept: string
  /** The skin tone; null for the plain picture. */
  readonly tone: string | null
  readonly presentation: 'person' | 'woman' | 'man' | null
  readonly role: string | null
  readonly en: Words
  readonly fr: Words
}

export type Words = { readonly name: string; readonly keywords: readonly string[] }

export type SourcePicture = {
  readonly set: SetName
  readonly subject: Subject
  /** In the set's repository. */
  readonly path: string
  /** Of the upstream file. */
  readonly bytes: number
  /** Of the upstream file, in hexadecimal. */
  readonly sha256: string
  /** In pixels, as the pictures were that the shipped model was made of. */
  readonly width: number
  readonly height: number
}

/** `set/codepoints`: unique, and the picture's file without its ending. */
export const pictureId = ({ set, subject }: SourcePicture): string => `${set}/${subject.codepoints}`

/** In the folder of the art pack. */
export const pictureFile = (picture: SourcePicture): string => `${pictureId(picture)}.webp`

type Columns = {
  readonly format: 1
  readonly subjects: readonly (readonly unknown[])[]
  readonly sets: Readonly<Record<string, SetColumns>>
}

type SetColumns = {
  /** Which subject, counted from the one after that of the row before: mostly 0, which costs nothing. */
  readonly subjects: readonly number[]
  readonly paths: readonly string[]
  readonly bytes: readonly number[]
  readonly widths: readonly number[]
  readonly heights: readonly number[]
  /** 32 bytes a row, in base64. */
  readonly sha256: string
}

/** The list as bytes; sets in their fixed order, pictures in theirs. */
export function encodeSourceList(pictures: readonly SourcePicture[]): Uint8Array {
  const subjects: (readonly unknown[])[] = []
  const known = new Map<string, number>()
  const numberOf = (s: Subject): number => {
    const row = [s.codepoints, s.group, s.subgroup, s.concept, s.tone, s.presentation, s.role]
    row.push(s.en.name, s.en.keywords as never, s.fr.name, s.fr.keywords as never)
    const key = JSON.stringify(row)
    if (!known.has(key)) known.set(key, subjects.push(row) - 1)
    return known.get(key)!
  }
  const sets: Record<string, SetColumns> = {}
  for (const set of setNames) {
    const rows = pictures.filter((picture) => picture.set === set)
    let before = -1
    sets[set] = {
      subjects: rows.map(({ subject }) => {
        const step = numberOf(subject) - before - 1
        before += step + 1
        return step
      }),
      paths: rows.map(({ path }) => path),
      bytes: rows.map(({ bytes }) => bytes),
      widths: rows.map(({ width }) => width),
      heights: rows.map(({ height }) => height),
      sha256: Buffer.from(rows.map(({ sha256 }) => sha256).join(''), 'hex').toString('base64'),
    }
  }
  const columns: Columns = { format: 1, subjects, sets }
  return brotliCompressSync(JSON.stringify(columns), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  })
}

/** Ten times what the list takes unpacked. */
const mostUnpacked = 32 * 2 ** 20

/** The rows of `encodeSourceList`. Throws Error, saying what is wrong, for anything that is no such list. */
export function decodeSourceList(packed: Uint8Array): SourcePicture[] {
  const columns: Columns = JSON.parse(brotliDecompressSync(packed, { maxOutputLength: mostUnpacked }).toString('utf8'))
  if (columns.format !== 1) throw new Error(`its format is ${columns.format}, not 1`)
  const subjects = columns.subjects.map((row) => {
    const [codepoints, group, subgroup, concept, tone, presentation, role, enName, enWords, frName, frWords] = row
    const en = { name: enName, keywords: enWords }
    const fr = { name: frName, keywords: frWords }
    return { codepoints, group, subgroup, concept, tone, presentation, role, en, fr } as Subject
  })
  return Object.entries(columns.sets).flatMap(([set, rows]) => {
    if (!isSetName(set)) throw new Error(`there is no set "${set}"`)
    const hashes = Buffer.from(rows.sha256, 'base64').toString('hex')
    let at = -1
    return rows.paths.map((path, i): SourcePicture => {
      at += rows.subjects[i]! + 1
      const picture: SourcePicture = {
        set,
        subject: subjects[at]!,
        path,
        bytes: rows.bytes[i]!,
        sha256: hashes.slice(i * 64, i * 64 + 64),
        width: rows.widths[i]!,
        height: rows.heights[i]!,
      }
      requireSound(picture)
      return picture
    })
  })
}

/** Paths and names become addresses and files: nothing in them may lead elsewhere. */
function requireSound({ set, subject, path, bytes, sha256, width, height }: SourcePicture): void {
  const sound =
    /^[0-9a-f-]+$/.test(subject?.codepoints) &&
    /^[\p{L}\p{N}_ -]+(\/[\p{L}\p{N}_ -]+)*\.(svg|png)$/u.test(path) &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    [bytes, width, height].every((value) => Number.isInteger(value) && value > 0)
  if (!sound) throw new Error(`the row of ${path} in "${set}" is not sound`)
}

/** The list that the project carries. @throws NeufError `file-missing`, `file-unreadable` */
export async function readSourceList(file = new URL('./sources.json.br', import.meta.url)): Promise<SourcePicture[]> {
  const path = fileURLToPath(file)
  const todo = 'Get it again from where the project came from.'
  const packed = await boundedRead(path, 2 ** 22, todo)
  try {
    if (packed === undefined) throw new Error('it is larger than 4 MiB')
    return decodeSourceList(packed)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NeufError('file-unreadable', { path, why, todo }, { cause })
  }
}

/** The row of `index.jsonl` for a picture of this size. */
export function indexRow(picture: SourcePicture, width: number, height: number) {
  const { codepoints, ...subject } = picture.subject
  const { licence } = artSets[picture.set]
  return {
    id: pictureId(picture),
    set: picture.set,
    file: pictureFile(picture),
    codepoints,
    width,
    height,
    ...subject,
    licence,
  }
}
