import { createPixels, crop, flatten, type Pixels, paste, type Rgb, white } from './pixels.ts'
import { upscale } from './resize.ts'

export type SheetSettings = {
  /** Pictures in a row. Default: as square as can be, nine as 3 x 3. */
  readonly columns: number
  /** Pixels of the sheet between two pictures and around all of them. */
  readonly gap: number
  readonly background: Rgb
  /** Each picture is made larger by this whole factor, smoothly. */
  readonly scale: number
}

/** A tile of about this many pixels is large enough to look at. */
const comfortableTile = 256

/** Where each picture stands, in pixels of the sheet. */
export type SheetLayout = SheetSettings & {
  readonly width: number
  readonly height: number
  readonly tileWidth: number
  readonly tileHeight: number
}

/** The layout of `count` pictures of one size; what is not given gets its default. */
export function layOutSheet(
  count: number,
  side: { width: number; height: number },
  given: Partial<SheetSettings> = {},
): SheetLayout {
  if (!Number.isInteger(count) || count < 1) throw new RangeError('a sheet holds at least one picture')
  const columns = given.columns ?? Math.ceil(Math.sqrt(count))
  const scale = given.scale ?? Math.max(1, Math.round(comfortableTile / Math.max(side.width, side.height)))
  const gap = given.gap ?? 8
  if (![columns, scale].every((value) => Number.isInteger(value) && value >= 1) || !Number.isInteger(gap) || gap < 0) {
    throw new RangeError(`no sheet of ${columns} columns, scale ${scale} and gap ${gap}`)
  }
  const tileWidth = side.width * scale
  const tileHeight = side.height * scale
  const rows = Math.ceil(count / columns)
  return {
    columns,
    gap,
    background: given.background ?? white,
    scale,
    width: Math.min(columns, count) * (tileWidth + gap) + gap,
    height: rows * (tileHeight + gap) + gap,
    tileWidth,
    tileHeight,
  }
}

/** The pictures side by side, row after row, as one RGB picture. All are of one size (else RangeError). */
export function composeSheet(pictures: readonly Pixels[], given: Partial<SheetSettings> = {}): Pixels {
  const [one] = pictures
  if (one === undefined) throw new RangeError('a sheet holds at least one picture')
  if (pictures.some(({ width, height }) => width !== one.width || height !== one.height)) {
    throw new RangeError('the pictures of a sheet are of one size')
  }
  const layout = layOutSheet(pictures.length, one, given)
  const sheet = createPixels(layout.width, layout.height, layout.background)
  pictures.forEach((picture, index) => {
    paste(sheet, upscale(flatten(picture, layout.background), layout.scale), ...tileAt(layout, index))
  })
  return sheet
}

/** One picture of a sheet, at the size it has there. */
export function tileOf(sheet: Pixels, layout: SheetLayout, index: number): Pixels {
  return crop(sheet, ...tileAt(layout, index), layout.tileWidth, layout.tileHeight)
}

function tileAt({ columns, gap, tileWidth, tileHeight }: SheetLayout, index: number): [left: number, top: number] {
  return [gap + (index % columns) * (tileWidth + gap), gap + Math.floor(index / columns) * (tileHeight + gap)]
}
