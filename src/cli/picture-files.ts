/** A result as files: the sheet beside a folder of single pictures, each carrying how it came to be; or one page to share. */
import { mkdir, rmdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import type { GenerateResult } from '../generate/generate.ts'
import { recordOf } from '../generate/recipe.ts'
import { encodePng } from '../image/codec.ts'
import { type Metadata, withMetadata } from '../image/provenance.ts'
import { writeRecipe } from '../image/recipe-metadata.ts'
import { encodeSheet } from '../image/sheet-file.ts'
import { shareFile } from '../share/share-page.ts'
import type { ShareLanguage } from '../share/texts.ts'
import { atomicWrite, atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { cannotWrite, systemCode } from '../storage/file-fault.ts'
import { checkFolder, checkInside, refuseFolder } from './check-writable.ts'

/** Either a sheet and a folder, or a page that holds all pictures. */
export type WrittenFiles = {
  readonly sheet: string | null
  /** Of single pictures, named by rank: `1.png` is the best. */
  readonly folder: string | null
  readonly page: string | null
  /** Each chosen candidate's file, by its index. */
  readonly files: ReadonlyMap<number, string>
}

/** `none`: files carry neither how they were made nor that a network made them. */
export const metadataOption = {
  kind: 'choice',
  choices: ['all', 'none'],
  default: 'all',
  help: 'what files carry besides pixels: recipe, image tokens and the mark of a made picture, or nothing',
} as const

export type Contents = { readonly metadata: Metadata; readonly language: ShareLanguage }

/** Where pictures go: what `--out` names, if anything, and the folder that relative paths start from. */
export type Destination = { readonly out: string | undefined; readonly folder: string }

type Place = { readonly sheet: string; readonly folder: string; readonly made: boolean }

/** A name of a file holds no more of a prompt than this. */
const longestSlug = 48

/**
 * Writes the chosen pictures and their sheet. Without `out` they get a new name, made of prompt and seed, in `folder`;
 * `out` names the sheet (`.png`), a folder for everything, or one page that holds the pictures (`.html`), and files of those
 * names are replaced.
 * @throws NeufError `file-unwritable`; then no new file was left, and no old one touched
 */
export async function writePictures(
  result: GenerateResult,
  { out, folder }: Destination,
  contents: Contents,
): Promise<WrittenFiles> {
  // Everything is in memory before anything is on the disk.
  const singles = result.chosen.map((one) => {
    return withMetadata(writeRecipe(encodePng(one.picture), recordOf(result, one)), contents.metadata)
  })
  if (out !== undefined && namesPage(out)) return writePage(result, singles, resolve(folder, out), contents)
  const sheet = withMetadata(
    encodeSheet(
      result.chosen.map(({ picture }) => picture),
      result.chosen.map((one) => recordOf(result, one)),
    ),
    contents.metadata,
  )
  const place = out === undefined ? await newPlace(result, folder) : await namedPlace(resolve(folder, out))
  const digits = String(singles.length).length
  const paths = singles.map((_, i) => join(place.folder, `${String(i + 1).padStart(digits, '0')}.png`))
  try {
    const files = singles.map((bytes, i) => [paths[i]!, bytes] as const)
    // They can be drawn again from their seed, so a power cut need not be waited for.
    await atomicWriteAll([...files, [place.sheet, sheet]], { flush: false })
  } catch (error) {
    if (place.made) await rmdir(place.folder).catch(() => undefined)
    throw error
  }
  return {
    sheet: place.sheet,
    folder: place.folder,
    page: null,
    files: new Map(result.chosen.map(({ index }, i) => [index, paths[i]!])),
  }
}

async function writePage(
  result: GenerateResult,
  singles: readonly Uint8Array[],
  path: string,
  { metadata, language }: Contents,
): Promise<WrittenFiles> {
  const pictures = result.chosen.map(({ score }, i) => ({ png: singles[i]!, score }))
  const record = metadata === 'all' ? recordOf(result, result.chosen[0]!) : null
  await makeFolder(dirname(path))
  await atomicWrite(path, shareFile({ language, pictures, record }), { flush: false })
  return { sheet: null, folder: null, page: path, files: new Map() }
}

/** A name nobody has: `a-red-fox-7`, else `a-red-fox-7-2`, ... Making the folder takes it. */
async function newPlace({ normalisedPrompt, seed }: GenerateResult, folder: string): Promise<Place> {
  const base = `${slug(normalisedPrompt)}-${seed}`
  for (let attempt = 1; ; attempt++) {
    const path = join(folder, attempt === 1 ? base : `${base}-${attempt}`)
    if (await exists(`${path}.png`)) continue
    try {
      await mkdir(path)
      return { sheet: `${path}.png`, folder: path, made: true }
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw cannotWrite(path, error)
    }
  }
}

async function namedPlace(out: string): Promise<Place> {
  const { sheet, folder } = pathsOf(out)
  const made = !(await exists(folder))
  await makeFolder(dirname(out))
  await makeFolder(folder)
  return { sheet, folder, made }
}

function pathsOf(out: string): Pick<Place, 'sheet' | 'folder'> {
  const named = /\.png$/i.test(out)
  return { sheet: named ? out : join(out, 'sheet.png'), folder: named ? out.slice(0, -'.png'.length) : out }
}

/** Nobody means a folder by these. */
const otherPictures = /\.(jpe?g|webp|gif|bmp|tiff?|avif|svg|pdf)$/i

const namesPage = (out: string): boolean => /\.html$/i.test(out)

/**
 * Whether `writePictures` could write there, asked before anything is drawn. Leaves nothing behind.
 * @throws NeufError `file-unwritable`
 */
export async function checkPlace({ out, folder }: Destination): Promise<void> {
  if (out === undefined) return checkInside(folder)
  if (otherPictures.test(out)) {
    throw new NeufError('option-value', {
      option: '--out',
      value: out,
      expected: 'a name in .png or .html, or a folder',
    })
  }
  if (namesPage(out)) {
    const page = resolve(folder, out)
    await refuseFolder(page)
    return checkFolder(dirname(page))
  }
  const place = pathsOf(resolve(folder, out))
  await refuseFolder(place.sheet)
  await checkFolder(dirname(place.sheet))
  await checkFolder(place.folder)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** A prompt as a plain name of a file: letters a to z and digits, hyphens between. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestSlug)
    .replace(/^-+|-+$/g, '')
  return plain === '' ? 'picture' : plain
}
