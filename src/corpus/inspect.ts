/** A contact sheet: scenes of a corpus with their captions under them, to look at before training on it. */
import sharp, { type OverlayOptions } from 'sharp'
import { random } from './random.ts'
import type { Corpus } from './read.ts'

/** Rows of more would be taller than programs show a picture. */
export const maximumScenes = 400

export type InspectSettings = {
  /** Scenes on the sheet, 1 to `maximumScenes`; all there are where the corpus has fewer. */
  readonly count: number
  readonly seed: number
  /** Scenes in a row; 8 unless told otherwise. */
  readonly columns?: number
}

/** What fits into a line under a picture. Of a thousand captions, one is longer than three such lines. */
const lettersInLine = 26
const linesOfCaption = 3
/** The number of the scene, an English caption and a French one. */
const linesOfText = 1 + 2 * linesOfCaption
const lineHeight = 12

/** A PNG of scenes drawn by the seed, none twice, each with its first English and its first French caption. */
export async function inspectCorpus(corpus: Corpus, settings: InspectSettings): Promise<Buffer> {
  const source = random(settings.seed, 'inspect')
  const count = Math.max(1, Math.min(settings.count, maximumScenes, corpus.count))
  const picked = new Set<number>()
  while (picked.size < count) picked.add(source.below(corpus.count))
  const pictures = Array.from(picked, (index) => {
    const { captions } = corpus.record(index)
    const first = (language: string): string => captions.find((caption) => caption.language === language)?.text ?? ''
    const label = [`${index}`, ...captionLines(first('en')), ...captionLines(first('fr'))]
    return { pixels: corpus.pixels(index), label }
  })
  return contactSheet(pictures, corpus.side, settings.columns ?? 8)
}

/** Draws RGB pictures of one side in rows, each with lines of text under it. A PNG. */
async function contactSheet(
  pictures: readonly { readonly pixels: Uint8Array; readonly label: readonly string[] }[],
  side: number,
  columns: number,
): Promise<Buffer> {
  // Small pictures are shown larger, whole pixels only, so that what one sees is what the network sees.
  const zoom = Math.max(1, Math.floor(160 / side))
  const shown = side * zoom
  const cellWidth = shown + 12
  const cellHeight = shown + linesOfText * lineHeight + 10
  const across = Math.min(columns, pictures.length)
  const width = across * cellWidth
  const height = Math.ceil(pictures.length / across) * cellHeight
  const layers: OverlayOptions[] = []
  const texts: string[] = []
  for (const [k, picture] of pictures.entries()) {
    const left = (k % across) * cellWidth + 6
    const top = Math.floor(k / across) * cellHeight + 4
    const raw = { width: side, height: side, channels: 3 as const }
    const input = await sharp(picture.pixels, { raw }).resize(shown, shown, { kernel: 'nearest' }).png().toBuffer()
    layers.push({ input, left, top })
    texts.push(
      `<rect x="${left - 0.5}" y="${top - 0.5}" width="${shown + 1}" height="${shown + 1}" fill="none" stroke="#ccc"/>`,
    )
    for (const [line, text] of picture.label.entries()) {
      texts.push(`<text x="${left}" y="${top + shown + (line + 1) * lineHeight}">${escapeXml(text)}</text>`)
    }
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="10">${texts.join('')}</svg>`
  layers.push({ input: Buffer.from(svg), left: 0, top: 0 })
  return sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(layers)
    .png()
    .toBuffer()
}

/** A caption broken at its spaces into at most three lines; what does not fit is replaced by an ellipsis. */
export function captionLines(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > lettersInLine) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  if (lines.length <= linesOfCaption) return lines
  const last = lines[linesOfCaption - 1]!
  return [...lines.slice(0, linesOfCaption - 1), `${last.slice(0, lettersInLine - 2)} …`]
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
