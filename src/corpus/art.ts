/** Reads the art pack (`index.jsonl` and pictures with alpha) and the drawings of our own into sprites, once. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { type ArtRow, readIndex } from './art-index.ts'
import { entryOf, isDrawn } from './concepts.ts'
import { rescaleInto, wholeLevel } from './scale.ts'
import { type Presentation, presentations, type Style, type Tone, tones } from './scene.ts'
import { type Art, fitInside, type Raster, type Sprite, sharedBytes, spriteKey, trim } from './sprite.ts'

/** Which set of the art pack draws in which style. */
export const setOfStyle: Record<Style, string> = {
  '3d': 'fluent3d',
  flat: 'fluentflat',
  cartoon: 'noto',
  sticker: 'twemoji',
  blob: 'blobmoji',
  icon: 'fxemoji',
}

/** What the pack lacks is drawn here, as SVG, in this style. */
const drawings = fileURLToPath(new URL('./drawings/', import.meta.url))
const drawingStyle: Style = 'flat'

/** Pictures over this many pixels are not art of this kind, and would be slow to read by the thousand. */
const pixelLimit = 4096 * 4096

/** The longer side of the largest sprites; the pack has none larger. */
const largest = 192

/** How often people are drawn so, as weights; what weighs 0 is not read. */
export type PeopleWeights = {
  readonly presentations: Readonly<Record<Presentation, number>>
  readonly tones: Readonly<Record<Tone | 'unmarked', number>>
}

export type ArtSettings = {
  readonly folder: string
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
  /** All presentations and tones unless told otherwise. */
  readonly people?: PeopleWeights
  /** The side of the scenes to be drawn, in pixels. */
  readonly side: number
  readonly onProgress?: (read: number, total: number) => void
}

/** A picture to read, and its name: its file in the pack, or `drawings/CONCEPT.svg` for one of our own. */
export type Wanted = Omit<Sprite, keyof Raster> & { readonly path: string; readonly name: string }

/**
 * Reads what `settings` ask for. Memory, shared by all threads: 4 bytes a pixel, for the whole pack 1.27 GB at sides from
 * 128 and 0.3 GB at 64. Throws `file-missing` or `file-unreadable`, naming the file.
 */
export async function readArt(settings: ArtSettings): Promise<Art> {
  const wanted = await picturesFor(settings)
  const extent = Math.min(largest, Math.ceil(settings.side * 1.5))
  const sprites = new Map<string, Sprite>()
  const hash = createHash('sha256')
  // A few at a time: sharp decodes on its own threads, more would only wait in memory.
  const together = 8
  for (let first = 0; first < wanted.length; first += together) {
    const batch = wanted.slice(first, first + together)
    const read = await Promise.all(batch.map(({ path }) => readSprite(path, extent)))
    for (const [k, { name, path: _, ...sprite }] of batch.entries()) {
      const { raster, bytes } = read[k]!
      const { style, concept, presentation, tone } = sprite
      sprites.set(spriteKey(style, concept, presentation, tone), { ...sprite, ...raster })
      hash.update(`${name}\n`).update(bytes)
    }
    settings.onProgress?.(Math.min(wanted.length, first + together), wanted.length)
  }
  return { sprites, sha256: hash.digest('hex') }
}

/** The pictures to read, in the order that the hash follows. */
export async function picturesFor({ folder, concepts, styles, people }: Omit<ArtSettings, 'side'>): Promise<Wanted[]> {
  const rows = await readIndex(folder)
  const own = new Set(await readdir(drawings))
  return concepts.flatMap((concept) =>
    styles
      .filter((style) => isDrawn(concept, style))
      .flatMap((style): Wanted[] => {
        const found = rows.get(`${setOfStyle[style]}/${concept}`)
        if (found) {
          return picksOf(concept, found, people).map(({ file, ...row }) => {
            return { concept, style, ...row, path: join(folder, file), name: file }
          })
        }
        const file = `${concept}.svg`
        if (style === drawingStyle && own.has(file)) {
          const name = `drawings/${file}`
          return [{ concept, style, presentation: null, tone: null, path: join(drawings, file), name }]
        }
        const why = `the set ${setOfStyle[style]} has no picture of "${concept}"`
        const todo = 'Use the art pack that the project documents.'
        throw new NeufError('file-unreadable', { path: join(folder, 'index.jsonl'), why, todo })
      }),
  )
}

/** Of the rows of one concept in one set: the first for each presentation and tone that is wanted. */
function picksOf(
  concept: string,
  rows: readonly ArtRow[],
  people: PeopleWeights | undefined,
): Pick<Sprite & ArtRow, 'presentation' | 'tone' | 'file'>[] {
  const entry = entryOf(concept)
  const shown = (which: Presentation): boolean => !people || people.presentations[which] > 0
  const skin = (tone: Tone | null): boolean => !people || people.tones[tone ?? 'unmarked'] > 0
  const as = entry.presentations ? presentations.filter(shown) : [null]
  const of = entry.tones ? [null, ...tones].filter(skin) : [null]
  return as.flatMap((presentation) =>
    of.flatMap((tone) => {
      const row = rows.find((row) => (presentation === null || row.presentation === presentation) && row.tone === tone)
      return row ? [{ presentation, tone, file: row.file }] : []
    }),
  )
}

async function readSprite(path: string, extent: number): Promise<{ raster: Raster; bytes: Buffer }> {
  const again = 'Get this picture of the art pack again.'
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error, again)
  })
  try {
    const picture = path.endsWith('.svg') ? await drawSvg(bytes) : sharp(bytes, { limitInputPixels: pixelLimit })
    const { data, info } = await picture.ensureAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    const shown = trim(data, info.width, info.height)
    if (!shown) throw new Error('nothing in the picture is visible')
    return { raster: fitted(shown, extent), bytes }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
    throw new NeufError('file-unreadable', { path, why, todo: again }, { cause })
  }
}

/** Twice as large as needed, then scaled down: libvips draws edges hard. */
async function drawSvg(bytes: Buffer): Promise<Sharp> {
  const { width = largest, height = largest } = await sharp(bytes, { limitInputPixels: pixelLimit }).metadata()
  const density = Math.max(1, Math.min(2400, (72 * 2 * largest) / Math.max(width, height)))
  return sharp(bytes, { density, limitInputPixels: pixelLimit }).resize(largest, largest, { fit: 'inside' })
}

/** Fitted into `extent` where it is larger, in shared memory. */
function fitted(shown: Raster, extent: number): Raster {
  const longer = Math.max(shown.width, shown.height)
  const { width, height } = fitInside(shown.width, shown.height, Math.min(extent, longer))
  const rgba = sharedBytes(width * height * 4)
  if (longer <= extent) rgba.set(shown.rgba)
  else rescaleInto(rgba, wholeLevel(shown), width, height)
  return { width, height, rgba }
}
