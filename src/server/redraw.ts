/** Drawing a picture anew in part: where it comes from, and which of its image tokens stay. */
import { createHash } from 'node:crypto'
import { NeufError } from '../errors/errors.ts'
import { decodePicture, encodePng } from '../image/codec.ts'
import type { Pixels } from '../image/pixels.ts'
import { type PictureRecord, readRecipe } from '../image/recipe-metadata.ts'
import type { OfferedModel } from './models.ts'
import { type Decoding, readUpload, type UploadField } from './upload.ts'

/** The picture as image tokens where they are known, else as a small PNG, which the model's own encoder turns into such. */
export type RedrawSource = { readonly tokens: Uint16Array } | { readonly png: Uint8Array }

export type Redraw = {
  readonly source: RedrawSource
  /** A 1 for each image token that stays. */
  readonly kept: Uint8Array
}

/** A picture of 4096 x 4096: decoded, 64 MB for as long as it takes to make it small. */
const mostPixels = 2 ** 24

export type SourcePicture = {
  readonly source: RedrawSource
  /** side x side, with what is clear in it. */
  readonly picture: Pixels
  /** How it was made, where it says so. */
  readonly record: PictureRecord | undefined
}

/**
 * An uploaded picture, cut to the square in its middle. One that this very model drew tells its image tokens, which are taken
 * without loss; any other is read by the model's encoder.
 * @throws NeufError `upload-unreadable`, `model-cannot-encode`
 */
export async function readSource(
  file: Uint8Array,
  field: UploadField,
  { model, decoding }: { readonly model: OfferedModel; readonly decoding: Decoding },
): Promise<SourcePicture> {
  const picture = await readPicture(file, field, { side: model.side, decoding })
  const record = recordIn(file)
  if (record !== undefined && isOf(model, record)) return { source: { tokens: record.tokens }, picture, record }
  if (!model.encodes) throw new NeufError('model-cannot-encode', { model: model.name })
  return { source: { png: encodePng(picture) }, picture, record }
}

/** Whether it says that this model drew it, and tells image tokens that can be so. */
const isOf = ({ sha256, imageTokens, imageCodes }: OfferedModel, { recipe, tokens }: PictureRecord): boolean =>
  recipe.model.sha256 === sha256 && tokens.length === imageTokens && tokens.every((token) => token < imageCodes)

/** A mask, cut as its picture is. @throws NeufError `upload-unreadable` */
export const readPicture = (
  file: Uint8Array,
  field: UploadField,
  { side, decoding }: { readonly side: number; readonly decoding: Decoding },
): Promise<Pixels> =>
  readUpload(field, () => decoding(() => decodePicture(file, { alpha: 'keep', maxPixels: mostPixels, side })))

function recordIn(file: Uint8Array): PictureRecord | undefined {
  try {
    const carried = readRecipe(file)
    return carried.kind === 'picture' ? carried.record : undefined
  } catch (error) {
    // A picture from elsewhere says nothing; it is a picture all the same.
    if (error instanceof NeufError) return undefined
    throw error
  }
}

type Grid = Pick<OfferedModel, 'grid' | 'tokensOfPlace'>

/** Whether a pixel is to be drawn anew, by its bytes: red, green, blue, alpha. */
export type Masked = (data: Uint8Array, at: number) => boolean

/** Clear in the mask, as OpenAI's clients paint it. */
export const clear: Masked = (data, at) => data[at + 3]! < 128

/** White in the mask, as AUTOMATIC1111's clients paint it. */
export const white: Masked = (data, at) =>
  (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!) * data[at + 3]! >= 127.5 * 255

/** Which image tokens stay: those of places of which no pixel is to be drawn anew. `mask` is RGBA, of any size. */
export function keptByMask(grid: Grid, { width, height, data }: Pixels, masked: Masked): Uint8Array {
  const [rows, columns] = grid.grid
  const places = new Set<number>()
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!masked(data, 4 * (y * width + x))) continue
      places.add(Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width))
    }
  }
  return keptByPlaces(grid, [...places])
}

/** Which image tokens stay: those of all places but these. @throws NeufError `option-value` for a place that is none */
export function keptByPlaces({ grid: [rows, columns], tokensOfPlace }: Grid, places: readonly number[]): Uint8Array {
  const kept = new Uint8Array(rows * columns * tokensOfPlace).fill(1)
  for (const place of places) {
    if (place >= rows * columns) {
      const expected = `places below ${rows * columns}, ${rows} rows of ${columns}`
      throw new NeufError('option-value', { option: 'places', value: String(place), expected })
    }
    kept.fill(0, place * tokensOfPlace, (place + 1) * tokensOfPlace)
  }
  return kept
}

/**
 * Which image tokens stay of a picture of which a share is to be drawn anew, 0 to 1: places scattered over it, others for another
 * seed, and at least one of them drawn.
 */
export function keptByStrength(grid: Grid, strength: number, seed: number): Uint8Array {
  const places = grid.grid[0] * grid.grid[1]
  const order = Array.from({ length: places }, (_, place) => {
    return { place, by: createHash('sha256').update(`${seed} ${place}`).digest('hex') }
  }).sort((a, b) => (a.by < b.by ? -1 : 1))
  const drawn = order.slice(0, Math.max(1, Math.round(strength * places)))
  return keptByPlaces(
    grid,
    drawn.map(({ place }) => place),
  )
}
