/** Reads the art pack (`index.jsonl` and pictures with alpha) into sprites, once, at the few scales that scenes need. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { isDrawn } from './concepts.ts'
import { analyse } from './recolour.ts'
import type { Style } from './scene.ts'
import {
  type Art,
  fitInside,
  type Level,
  rescale,
  type Sprite,
  sharedBytes,
  spriteKey,
  toStraight,
  trim,
} from './sprite.ts'

/** Which set of the art pack draws in which style. */
export const setOfStyle: Record<Style, string> = {
  '3d': 'fluent3d',
  flat: 'fluentflat',
  cartoon: 'noto',
  sticker: 'twemoji',
  blob: 'blobmoji',
  icon: 'fxemoji',
}

/** Pictures over this many pixels are not art of this kind, and would be slow to read by the thousand. */
const pixelLimit = 4096 * 4096

export type ArtSettings = {
  readonly folder: string
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
  /** The side of the scenes to be drawn, in pixels. */
  readonly side: number
  readonly onProgress?: (read: number, total: number) => void
}

/**
 * Reads what `settings` ask for. Memory: about 8 bytes a pixel at 1.5 times `side`, some 75 MB for the whole corpus at 64.
 * Throws `file-missing` or `file-unreadable`, naming the file.
 */
export async function readArt(settings: ArtSettings): Promise<Art> {
  const files = await readIndex(settings.folder)
  const wanted = settings.concepts.flatMap((concept) =>
    settings.styles.filter((style) => isDrawn(concept, style)).map((style) => ({ concept, style })),
  )
  const sprites = new Map<string, Sprite>()
  const hash = createHash('sha256')
  // A few at a time: sharp decodes on its own threads, more would only wait in memory.
  const together = 4
  for (let first = 0; first < wanted.length; first += together) {
    const batch = wanted.slice(first, first + together).map(async ({ concept, style }) => {
      const file = files.get(`${setOfStyle[style]}/${concept}`)
      if (!file) {
        const path = join(settings.folder, 'index.jsonl')
        const why = `the set ${setOfStyle[style]} has no picture of "${concept}"`
        throw new NeufError('file-unreadable', { path, why, todo: 'Use the art pack that the project documents.' })
      }
      return { concept, style, file, ...(await readSprite(join(settings.folder, file), settings.side)) }
    })
    for (const { concept, style, file, levels, bytes } of await Promise.all(batch)) {
      sprites.set(spriteKey(style, concept), { concept, style, levels })
      hash.update(`${file}\n`).update(bytes)
    }
    settings.onProgress?.(Math.min(wanted.length, first + together), wanted.length)
  }
  return { sprites, sha256: hash.digest('hex') }
}

/** File by `set/concept`; the plain one where a concept comes in skin tones. */
async function readIndex(folder: string): Promise<Map<string, string>> {
  const path = join(folder, 'index.jsonl')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw cannotRead(path, error, 'Name the folder of the art pack, which holds index.jsonl.')
  }
  const files = new Map<string, string>()
  for (const [number, line] of text.split('\n').entries()) {
    if (line === '') continue
    const row = parseLine(line)
    if (!row) {
      const why = `line ${number + 1} is not an object with set, file and concept`
      throw new NeufError('file-unreadable', { path, why, todo: 'Get the art pack again.' })
    }
    const key = `${row.set}/${row.concept}`
    if (row.tone === null && !files.has(key)) files.set(key, row.file)
  }
  return files
}

function parseLine(line: string): { set: string; file: string; concept: string; tone: string | null } | null {
  try {
    const row = JSON.parse(line)
    const texts = [row.set, row.file, row.concept].every((value) => typeof value === 'string')
    // A pack may not point outside its own folder.
    const inside = texts && !row.file.startsWith('/') && !row.file.split(/[\\/]/).includes('..')
    return inside ? { set: row.set, file: row.file, concept: row.concept, tone: row.tone ?? null } : null
  } catch {
    return null
  }
}

async function readSprite(path: string, side: number): Promise<{ levels: Level[]; bytes: Buffer }> {
  const again = 'Get this picture of the art pack again.'
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error, again)
  })
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: pixelLimit })
      .ensureAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const shown = trim(data, info.width, info.height)
    if (!shown) throw new Error('nothing in the picture is visible')
    return { levels: levelsOf(shown.rgba, shown.width, shown.height, Math.min(192, Math.ceil(side * 1.5))), bytes }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
    throw new NeufError('file-unreadable', { path, why, todo: again }, { cause })
  }
}

/** The sprite fitted into `extent`, and halves of it down to a quarter. */
export function levelsOf(rgba: Uint8Array, width: number, height: number, extent: number): Level[] {
  const size = fitInside(width, height, Math.min(extent, Math.max(width, height)))
  const scaled = toStraight(rescale(rgba, width, height, size.width, size.height))
  let level: Level = { ...size, rgba: scaled, ...analyse(scaled, size.width, size.height) }
  const levels = [level]
  for (let k = 0; k < 2 && Math.min(level.width, level.height) >= 8; k++) {
    level = halve(level)
    levels.push(level)
  }
  return levels
}

/** Half the size, every channel averaged by coverage: tones are averaged, not measured again on a blurred picture. */
function halve(level: Level): Level {
  const width = Math.max(1, level.width >> 1)
  const height = Math.max(1, level.height >> 1)
  const size = { width, height }
  const rgba = toStraight(rescale(level.rgba, level.width, level.height, width, height))
  const measure = (values: Uint8Array): Uint8Array => {
    // Three measures travel as the colours of a picture with the same alpha.
    const carrier = new Uint8Array(level.rgba.length)
    for (let i = 0; i < values.length; i++) {
      carrier[i * 4] = values[i]!
      carrier[i * 4 + 3] = level.rgba[i * 4 + 3]!
    }
    const small = toStraight(rescale(carrier, level.width, level.height, width, height))
    const out = sharedBytes(width * height)
    for (let i = 0; i < out.length; i++) out[i] = small[i * 4]!
    return out
  }
  return { ...size, rgba, tone: measure(level.tone), keep: measure(level.keep), rim: measure(level.rim) }
}
