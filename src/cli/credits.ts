/** `neuf credits`: which drawings of a model's art a picture looks most like, and whose they are. */
import { basename, resolve } from 'node:path'
import type { Attribution } from '../credits/attribution.ts'
import { type Credit, openCredits } from '../credits/credits-of.ts'
import { readDrawingIndex } from '../credits/drawing-index.ts'
import { nearCopyDistance } from '../credits/near-copies.ts'
import { NeufError } from '../errors/errors.ts'
import { decodePicture, pictureFormat } from '../image/codec.ts'
import type { Pixels } from '../image/pixels.ts'
import { type CarriedRecords, type PictureRecord, readRecipe } from '../image/recipe-metadata.ts'
import { layOutSheet, tileOf } from '../image/sheet.ts'
import { defaultModel, findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { type Context, defineCommand } from './command.ts'
import { modelOf, warnOfOtherModel } from './model-of-picture.ts'
import { printable } from './say.ts'

/** Larger than any sheet that is written, smaller than a memory. */
const maximumBytes = 256 * 2 ** 20

type CreditedPicture = {
  /** Its place in a sheet, from 1; null for a picture by itself. */
  readonly place: number | null
  /** Nearest first; empty where nothing stands out from the ground. */
  readonly nearest: readonly Credit[]
}

export const command = defineCommand({
  name: 'credits',
  summary: "say which drawings of the model's art a picture looks most like, and whose they are",
  usage: 'FILE',
  positionals: { least: 1, most: 1 },
  about:
    'FILE is a picture or a sheet that neuf wrote, or any other picture. What stands out from its ground is compared ' +
    'with all drawings that the model was trained on, mirrored too and whatever the colours. Nearness is in looks alone: ' +
    'it does not prove where a picture comes from, and what is far may still owe something to many drawings.',
  options: {
    model: { kind: 'text', value: 'NAME|FOLDER', help: 'which model; the one that the file names unless told' },
    json: { kind: 'flag', help: 'print one JSON object instead of text' },
  },
  async run(context, options, [file = '']) {
    const path = resolve(context.folder, file)
    const bytes = await boundedRead(path, maximumBytes)
    if (bytes === undefined) {
      throw new NeufError('file-unreadable', { path, why: 'it is too large', todo: 'Make the picture smaller.' })
    }
    const picture = await decodePicture(bytes, { path, alpha: 'keep' })
    const carried = carriedBy(bytes, path)
    const [record] = recordsOf(carried)
    const named = options.model ?? (record === undefined ? defaultModel : await modelOf(record.recipe.model, context))
    const { model, index } = await openIndex(named, context)
    if (record !== undefined) warnOfOtherModel(model, record.recipe.model, context)
    const creditsOf = await openCredits(index)
    const pictures: CreditedPicture[] = []
    for (const { place, pixels } of picturesIn(picture, carried, model.imageSide)) {
      context.signal.throwIfAborted()
      pictures.push({ place, nearest: creditsOf(pixels) })
    }
    const { name, sha256 } = model
    const report = { file: path, model: { name, sha256 }, drawings: index.drawings.length, nearCopyDistance, pictures }
    context.out.write(options.json ? `${JSON.stringify(report)}\n` : inWords(printable(basename(file)), report))
    return 0
  },
})

async function openIndex(named: string, context: Context) {
  const opened = await openModel(await findModel(named, context))
  const { folder, json, sha256 } = opened
  const index = await readDrawingIndex(opened)
  if (index === undefined) throw new NeufError('drawing-index-missing', { model: json.name, folder })
  return { model: { name: json.name, sha256, imageSide: json.imageSide }, index }
}

/** What neuf wrote into the file; undefined for a picture that it did not write. */
function carriedBy(bytes: Uint8Array, path: string): CarriedRecords | undefined {
  const format = pictureFormat(bytes)
  if (format !== 'png' && format !== 'webp') return undefined
  try {
    return readRecipe(bytes, path)
  } catch (error) {
    // The picture itself was sound: it carries no recipe, or one that is not to be trusted.
    if (error instanceof NeufError && error.code === 'file-unreadable') return undefined
    throw error
  }
}

const recordsOf = (carried: CarriedRecords | undefined): readonly PictureRecord[] =>
  carried === undefined ? [] : carried.kind === 'sheet' ? carried.records : [carried.record]

/** The pictures of a sheet, cut out; else, or where the file is not laid out as it says, the picture as it is. */
function picturesIn(picture: Pixels, carried: CarriedRecords | undefined, side: number) {
  const whole: { place: number | null; pixels: Pixels }[] = [{ place: null, pixels: picture }]
  if (carried?.kind !== 'sheet') return whole
  const layout = layOutSheet(carried.records.length, { width: side, height: side }, carried.sheet)
  if (layout.width !== picture.width || layout.height !== picture.height) return whole
  return carried.records.map((_, i) => ({ place: i + 1, pixels: tileOf(picture, layout, i) }))
}

type Report = {
  readonly model: { readonly name: string }
  readonly drawings: number
  readonly pictures: readonly CreditedPicture[]
}

function inWords(file: string, { model, drawings, pictures }: Report): string {
  const lines = [
    `${file}, compared with the ${drawings} drawings that ${printable(model.name)} was trained on.`,
    'Nearness is in looks alone: it does not prove where a picture comes from.',
  ]
  for (const { place, nearest } of pictures) {
    lines.push('', ...(place === null ? [] : [`picture ${place}`]))
    if (nearest.length === 0) lines.push('  Nothing stands out from the ground, so there is nothing to compare.')
    for (const credit of nearest) {
      const { nearness, distance, mirrored, recoloured, title, set } = credit
      const changes = [...(mirrored ? ['mirrored'] : []), ...(recoloured ? ['in other colours'] : [])]
      lines.push(`  ${nearness.padEnd(9)}  ${distance.toFixed(2)}  ${[`${title} (${set})`, ...changes].join(', ')}`)
      for (const line of sourceOf(credit)) lines.push(`${' '.repeat(19)}${line}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function sourceOf({ licence, credit, repository, commit, path }: Attribution): string[] {
  if (licence === null) return ['not in the list of sources that neuf carries']
  return [
    `${credit} [${licence}]`,
    repository === null ? `${path}` : `${repository} at ${commit!.slice(0, 12)}: ${path}`,
  ]
}
