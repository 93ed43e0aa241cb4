/** A contact sheet: pictures of a corpus with their captions under them, to look at before training on it. */
import sharp, { type OverlayOptions } from 'sharp'
import type { Corpus } from './corpus.ts'
import { lexicon } from './lexicon/index.ts'
import { random } from './random.ts'
import type { Caption, Language } from './scene.ts'

/** More would make a sheet taller than programs show. */
export const maximumScenes = 400

export type InspectSettings = {
  /** Pictures on the sheet, 1 to `maximumScenes`; all there are where the corpus has fewer. */
  readonly count: number
  readonly seed: number
  /** Captions of this language alone; of each the first unless given. */
  readonly language?: Language
  /** Pictures in a row; 8 unless told otherwise. */
  readonly columns?: number
}

/** Small pictures are shown at least this large, so that one sees what is in them. */
const shownAtLeast = 160
const lettersInLine = 28
const lineHeight = 12
const margin = 6
/** A square of the checkerboard that is seen where a picture is clear, in pixels of the sheet. */
const checker = 8

/** A PNG of pictures drawn by the seed, none twice, each with its number and its captions in full. */
export async function inspectCorpus(corpus: Corpus, settings: InspectSettings): Promise<Buffer> {
  const source = random(settings.seed, 'inspect')
  const count = Math.max(1, Math.min(settings.count, maximumScenes, corpus.count))
  const picked = new Set<number>()
  while (picked.size < count) picked.add(source.below(corpus.count))
  const cells = Array.from(picked, (index) => {
    const { captions } = corpus.record(index)
    const label = [`${index}`, ...shownCaptions(captions, settings.language).flatMap(captionLines)]
    return { rgb: onCheckerboard(corpus.pixels(index), corpus.alpha(index), corpus.side), label }
  })
  return contactSheet(cells, corpus.side, Math.min(settings.columns ?? 8, count))
}

/** The first caption of each language, or of the one asked for. */
function shownCaptions(captions: readonly Caption[], language: Language | undefined): string[] {
  const wanted: readonly Language[] = language === undefined ? ['en', 'fr'] : [language]
  return wanted
    .flatMap((name) => captions.find((caption) => caption.language === name) ?? [])
    .map(({ text }) => spelledOut(text))
}

const emojiNames = new Map(lexicon.map(({ emoji, concept }) => [bare(emoji), concept]))

/** Emoji in words, `[chipmunk]`: few systems have letters for them where a sheet is drawn. */
export const spelledOut = (text: string): string => text.replace(/\p{RGI_Emoji}/gv, (emoji) => `[${nameOf(emoji)}]`)

function nameOf(emoji: string): string {
  const known = emojiNames.get(bare(emoji))
  if (known !== undefined) return known
  // A woman or a man of what the lexicon has as a person.
  const person = emojiNames.get(
    bare(emoji)
      .replace(/^[👩👨](?=\u200d)/u, '🧑')
      .replace(/\u200d[♀♂]$/u, ''),
  )
  if (person !== undefined) return `${/[👩♀]/u.test(emoji) ? 'woman' : 'man'} ${person}`
  return Array.from(emoji, (sign) => `U+${sign.codePointAt(0)!.toString(16).toUpperCase()}`).join(' ')
}

/** Without what says how it is to be drawn: as a picture, in a skin tone. */
function bare(emoji: string): string {
  return emoji.replace(/[\ufe0f\u{1f3fb}-\u{1f3ff}]/gu, '')
}

/** Pixels are stored on white; what lies behind them is put in white's place. */
function onCheckerboard(pixels: Uint8Array, alpha: Uint8Array | null, side: number): Uint8Array {
  if (alpha === null) return pixels
  const square = Math.max(1, Math.round(checker / zoomOf(side)))
  const out = new Uint8Array(pixels)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const shade = (Math.floor(x / square) + Math.floor(y / square)) % 2 === 0 ? 204 : 255
      const at = y * side + x
      const less = ((255 - shade) * (255 - alpha[at]!)) / 255
      for (let c = 0; c < 3; c++) out[at * 3 + c] = Math.max(0, Math.round(pixels[at * 3 + c]! - less))
    }
  }
  return out
}

/** Whole pixels only, so that what one sees is what the network sees. */
const zoomOf = (side: number): number => Math.max(1, Math.floor(shownAtLeast / side))

/** Draws RGB pictures of one side in rows, each with its lines of text under it. Rows are as high as their longest text. */
async function contactSheet(
  cells: readonly { readonly rgb: Uint8Array; readonly label: readonly string[] }[],
  side: number,
  columns: number,
): Promise<Buffer> {
  const shown = side * zoomOf(side)
  const cellWidth = Math.max(shown, lettersInLine * 6) + 2 * margin
  const layers: OverlayOptions[] = []
  let top = margin
  for (let first = 0; first < cells.length; first += columns) {
    const row = cells.slice(first, first + columns)
    for (const [column, { rgb, label }] of row.entries()) {
      const left = column * cellWidth + margin
      const raw = { width: side, height: side, channels: 3 as const }
      const input = await sharp(rgb, { raw }).resize(shown, shown, { kernel: 'nearest' }).png().toBuffer()
      layers.push({ input, left, top })
      // A text of its own for each cell: one for the whole sheet would be larger than a drawing may be.
      layers.push({ input: labelSvg(label, shown, cellWidth - margin), left: left - 1, top: top - 1 })
    }
    const lines = Math.max(...row.map(({ label }) => label.length))
    top += shown + lines * lineHeight + 3 * margin
  }
  return sharp({ create: { width: columns * cellWidth, height: top, channels: 3, background: '#fff' } })
    .composite(layers)
    .png()
    .toBuffer()
}

/** A frame around the picture and the lines under it, one pixel up and left of where the picture begins. */
function labelSvg(label: readonly string[], shown: number, width: number): Buffer {
  const height = shown + label.length * lineHeight + margin
  const texts = label.map((text, line) => {
    const grey = line === 0 ? ' fill="#888"' : ''
    return `<text x="1" y="${shown + 1 + (line + 1) * lineHeight}"${grey}>${escapeXml(text)}</text>`
  })
  const frame = `<rect x="0.5" y="0.5" width="${shown + 1}" height="${shown + 1}" fill="none" stroke="#ccc"/>`
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="10">` +
      `${frame}${texts.join('')}</svg>`,
  )
}

/** A caption broken at its spaces, all of it; a word longer than a line is broken too. */
export function captionLines(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap(piecesOf)) {
    if (line !== '' && [...line].length + [...word].length + 1 > lettersInLine) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function piecesOf(word: string): string[] {
  const letters = [...word]
  if (letters.length <= lettersInLine) return [word]
  return Array.from({ length: Math.ceil(letters.length / lettersInLine) }, (_, k) =>
    letters.slice(k * lettersInLine, (k + 1) * lettersInLine).join(''),
  )
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
