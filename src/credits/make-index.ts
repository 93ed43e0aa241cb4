/** Makes the index of the drawings that a model is trained on, from the art pack and our own drawings. */
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { type ArtSettings, picturesFor } from '../corpus/art.ts'
import { NeufError } from '../errors/errors.ts'
import { createPixels, flatten, type Pixels, paste, wrapPixels } from '../image/pixels.ts'
import { cannotRead } from '../storage/file-fault.ts'
import type { DrawingLooks, DrawingName } from './drawing-index.ts'
import { type Thing, thingsIn } from './foreground.ts'
import { comparable, difference, type Look, lookOf, sumsOf } from './look.ts'

export type MakingIndex = {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * The looks of every picture that `readArt` reads for these settings: what scenes of the corpus are drawn from, and
 * nothing else. Takes some 20 ms a drawing. @throws NeufError `file-missing`, `file-unreadable`, and the signal's reason
 */
export async function makeIndex(
  art: Pick<ArtSettings, 'folder' | 'concepts' | 'styles' | 'people'>,
  { signal, onProgress }: MakingIndex = {},
): Promise<DrawingLooks> {
  const found = await picturesFor(art)
  const wanted = found.map(({ name, path }) => ({ path, name: drawingName(name) }))
  // By set, as the index keeps them; within a set in the order of the concepts.
  const order = [...new Set(wanted.map(({ name }) => name.set))]
  wanted.sort((a, b) => order.indexOf(a.name.set) - order.indexOf(b.name.set))
  const looks: { drawing: number; look: Look }[] = []
  for (const [drawing, { path }] of wanted.entries()) {
    signal?.throwIfAborted()
    for (const look of looksOf(await readDrawing(path))) looks.push({ drawing, look })
    onProgress?.(drawing + 1, wanted.length)
  }
  return { drawings: wanted.map(({ name }) => name), looks }
}

/** Of `noto/1f600.webp`, or of `drawings/bench.svg`, which is one of our own. */
export function drawingName(file: string): DrawingName {
  const [, folder = '', name = ''] = /^([^/]+)\/([^/]+)\.[a-z]+$/.exec(file) ?? []
  return { set: folder === 'drawings' ? 'own' : folder, name }
}

/** The pack's pictures have at most 192 pixels a side. */
const mostPixels = 4096 * 4096

async function readDrawing(path: string): Promise<Pixels> {
  const todo = 'Get this picture of the art pack again.'
  const bytes = await readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error, todo)
  })
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels })
      .ensureAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return wrapPixels(info.width, info.height, 4, new Uint8Array(data))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
    throw new NeufError('file-unreadable', { path, why, todo }, { cause })
  }
}

/** On white a pale drawing loses what is white at its edge; one that changes by more than this has a second look. */
const changedOnWhite = 0.12
/** White around a drawing, pixels: the ground is known by the border. */
const margin = 16

/** How a drawing looks, and how it does on white where that is something else. Empty for a clear picture. */
export function looksOf(drawing: Pixels): Look[] {
  const [whole] = thingsIn(drawing)
  if (whole === undefined) return []
  const look = lookOf(sumsOf(whole))
  const onWhite = wholeOnWhite(drawing)
  if (onWhite === undefined) return [look]
  const second = lookOf(sumsOf(onWhite))
  return difference(comparable(look), comparable(second)).outline > changedOnWhite ? [look, second] : [look]
}

function wholeOnWhite(drawing: Pixels): Thing | undefined {
  const sheet = createPixels(drawing.width + 2 * margin, drawing.height + 2 * margin)
  paste(sheet, flatten(drawing), margin, margin)
  const [thing] = thingsIn(sheet)
  return thing
}
