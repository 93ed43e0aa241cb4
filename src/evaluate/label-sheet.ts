/** Pictures for a person to judge: what was asked for, the picture, and what the verifier found in it, boxes and names. */
import { createPixels, type Pixels, paste, type Rgb } from '../image/pixels.ts'
import { upscale } from '../image/resize.ts'
import type { Finding } from './findings.ts'
import { drawBox, letterHeight, letterWidth, writeText } from './pixel-font.ts'

export type Labelled = {
  /** As it is called on the sheet and in the file. */
  readonly number: number
  readonly prompt: string
  readonly picture: Pixels
  readonly finding: Finding
}

const boxColours: readonly Rgb[] = [
  [220, 0, 0],
  [0, 90, 220],
  [0, 140, 40],
  [190, 0, 190],
  [200, 110, 0],
  [0, 140, 150],
]
const black: Rgb = [0, 0, 0]
const grey: Rgb = [110, 110, 110]

/** Pixels a side that a picture has on the sheet, at least. */
const shownSide = 192
const textScale = 2
const lineHeight = (letterHeight + 2) * textScale
const promptLines = 3
const foundLines = 5
const gap = 10

/** Rows of five. `least` is the confidence from which on a thing is drawn. RGB pictures of one size. */
export function labelSheet(labelled: readonly Labelled[], least: number, columns = 5): Pixels {
  const { width: side } = labelled[0]!.picture
  const scale = Math.max(1, Math.ceil(shownSide / side))
  const [tileWidth, tileHeight] = [side * scale, side * scale + (promptLines + foundLines) * lineHeight]
  const rows = Math.ceil(labelled.length / columns)
  const sheet = createPixels(columns * (tileWidth + gap) + gap, rows * (tileHeight + gap) + gap)
  for (const [place, one] of labelled.entries()) {
    const left = gap + (place % columns) * (tileWidth + gap)
    const top = gap + Math.floor(place / columns) * (tileHeight + gap)
    drawTile(sheet, one, { left, top, tileWidth, scale, least })
  }
  return sheet
}

type Tile = {
  readonly left: number
  readonly top: number
  readonly tileWidth: number
  readonly scale: number
  readonly least: number
}

function drawTile(sheet: Pixels, { number, prompt, picture, finding }: Labelled, tile: Tile): void {
  const { left, top, tileWidth, scale, least } = tile
  const perLine = Math.floor(tileWidth / (letterWidth * textScale))
  const lines = wrapped(`${number} ${prompt}`, perLine)
  for (const [line, text] of lines.slice(0, promptLines).entries()) {
    writeText(sheet, text, left, top + line * lineHeight, black, textScale)
  }
  const pictureTop = top + promptLines * lineHeight
  const { width: side } = picture
  paste(sheet, upscale(picture, scale), left, pictureTop)
  const things = finding.things.filter(({ confidence }) => confidence >= least)
  const below = pictureTop + side * scale + 4
  if (finding.broken) writeText(sheet, 'broken', left, below, grey, textScale)
  for (const [k, { box, confidence, ...thing }] of things.entries()) {
    const colour = boxColours[k % boxColours.length]!
    const pixels = (part: number): number => Math.round(part * side * scale)
    drawBox(
      sheet,
      {
        left: left + pixels(box.left),
        top: pictureTop + pixels(box.top),
        width: pixels(box.width),
        height: pixels(box.height),
      },
      colour,
    )
    if (k >= foundLines) continue
    const looks = [thing.tone, thing.presentation, thing.colour, thing.material].filter((look) => look !== null)
    const text = [Math.round(confidence * 100), ...looks, thing.concept].join(' ')
    writeText(sheet, text.slice(0, perLine), left, below + k * lineHeight, colour, textScale)
  }
}

/** Lines of at most so many letters, broken between words where that can be. */
function wrapped(text: string, most: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!
    if (line !== '' && line.length + 1 + word.length > most) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => line.slice(0, most))
}
