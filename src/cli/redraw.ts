/** `neuf redraw`: draws a picture again from the image tokens it carries, and says whether it is the same. */
import { resolve } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import type { OpenModel } from '../families/open.ts'
import type { KeptTokens } from '../generate/contracts.ts'
import { decodePicture, encodePng } from '../image/codec.ts'
import type { Pixels } from '../image/pixels.ts'
import { withMetadata } from '../image/provenance.ts'
import {
  type CarriedRecords,
  type PictureRecord,
  readRecipe,
  writeRecipe,
  writeSheetRecipe,
} from '../image/recipe-metadata.ts'
import { upscale } from '../image/resize.ts'
import { composeSheet, layOutSheet, tileOf } from '../image/sheet.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { checkFile } from './check-writable.ts'
import { defineCommand } from './command.ts'
import { deviceOption } from './device.ts'
import { modelOf, warnOfOtherModel } from './model-of-picture.ts'
import { withModel } from './open-model.ts'
import { metadataOption } from './picture-files.ts'
import { printable } from './say.ts'

/** Larger than any sheet that is written, smaller than a memory. */
const maximumBytes = 256 * 2 ** 20

type Comparison = {
  /** The candidate's, as in its recipe. */
  readonly index: number
  /** The largest difference of a pixel's channel, 0 to 255; null when the file's picture has another size by now. */
  readonly difference: number | null
  readonly pixels: 'identical' | 'within a grey level' | 'different'
  /** Whether drawing from the recipe gives these image tokens on this machine. */
  readonly tokensDrawnAgain: 'the same' | 'others'
}

export const command = defineCommand({
  name: 'redraw',
  summary: 'draw a picture again from its own file, and say whether it is the same',
  usage: 'FILE',
  positionals: { least: 1, most: 1 },
  about:
    'FILE is a picture or a sheet that neuf wrote, PNG or WebP. Its image tokens are decoded again and compared with its pixels; then ' +
    'the tokens are drawn again from its recipe, which may differ on another machine. Exit status 1 when pixels differ. ' +
    "The pictures of a sheet are numbered by rank, as the single pictures' files are: 1 is the best match. The candidate " +
    'behind it is the index in the recipe, which counts all that were drawn, from 0.',
  options: {
    model: { kind: 'text', value: 'NAME|FOLDER', help: 'which model; the one that the file names unless told' },
    device: deviceOption,
    out: { kind: 'text', value: 'PATH.png', help: 'write the picture drawn again' },
    metadata: metadataOption,
    json: { kind: 'flag', help: 'print one JSON object instead of text' },
  },
  async run(context, options, [file = '']) {
    const path = resolve(context.folder, file)
    const bytes = await boundedRead(path, maximumBytes)
    if (bytes === undefined) {
      throw new NeufError('file-unreadable', { path, why: 'it is too large', todo: 'Give a picture that neuf wrote.' })
    }
    const out = options.out === undefined ? undefined : resolve(context.folder, options.out)
    if (out !== undefined) await checkFile(out)
    const carried = readRecipe(bytes, path)
    const records = carried.kind === 'sheet' ? carried.records : [carried.record]
    const found = await decodePicture(bytes, { path })
    const wanted = records[0]!.recipe.model
    const name = options.model ?? (await modelOf(wanted, context))
    return withModel(name, options.device, context, async (model) => {
      warnOfOtherModel(model, wanted, context)
      const pictures = await decodeTokens(model, records, path, context.signal)
      const drawn = await drawAgain(model, records, context.signal)
      const comparisons = records.map(({ recipe, tokens }, i): Comparison => {
        const difference = largestDifference(...asInFile(carried, found, pictures, i))
        return {
          index: recipe.index,
          difference,
          pixels: difference === 0 ? 'identical' : difference === 1 ? 'within a grey level' : 'different',
          tokensDrawnAgain: drawn[i]!.join() === tokens.join() ? 'the same' : 'others',
        }
      })
      if (out !== undefined) {
        await atomicWrite(out, withMetadata(encodeAgain(carried, pictures), options.metadata), { flush: false })
      }
      const same = comparisons.every(({ pixels }) => pixels !== 'different')
      if (options.json) {
        const { name: modelName, sha256, engine } = model
        const report = { file: path, same, model: { name: modelName, sha256 }, engine, pictures: comparisons }
        context.out.write(`${JSON.stringify(report)}\n`)
      } else context.out.write(inWords(printable(file), comparisons, same))
      return same ? 0 : 1
    })
  },
})

async function decodeTokens(model: OpenModel, records: readonly PictureRecord[], path: string, signal: AbortSignal) {
  try {
    return await model.sampler.decode(
      records.map(({ tokens }) => tokens),
      signal,
    )
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const why = `its image tokens are not those of this model (${cause.message})`
    throw new NeufError('file-unreadable', { path, why, todo: 'Name the model it was drawn with: --model' }, { cause })
  }
}

/** The tokens that stayed as they had been where a picture was drawn anew in part: its own. */
function keptOf({ recipe: { kept }, tokens }: PictureRecord): { keep?: KeptTokens } {
  return kept === undefined ? {} : { keep: { tokens, kept } }
}

/** The tokens that each recipe gives here. Candidates of one prompt, seed and picture are drawn together. */
async function drawAgain(
  model: OpenModel,
  records: readonly PictureRecord[],
  signal: AbortSignal,
): Promise<Uint16Array[]> {
  const groups = Map.groupBy(records.keys(), (i) => {
    const { normalisedPrompt, seed, sampling, kept } = records[i]!.recipe
    const { keep } = keptOf(records[i]!)
    const staying = keep?.tokens.filter((_, at) => keep.kept[at] === 1).join()
    return JSON.stringify({ normalisedPrompt, seed, sampling, kept: kept?.join(), staying })
  })
  const drawn: Uint16Array[] = []
  for (const places of groups.values()) {
    const { normalisedPrompt, seed, sampling } = records[places[0]!]!.recipe
    const indices = [...new Set(places.map((i) => records[i]!.recipe.index))]
    const byIndex = new Map<number, Uint16Array>()
    const asked = { prompt: normalisedPrompt, seed, sampling, indices, ...keptOf(records[places[0]!]!) }
    for await (const event of model.sampler.sample(asked, signal)) {
      if (event.kind === 'candidate') byIndex.set(event.candidate.index, event.candidate.tokens)
    }
    for (const i of places) drawn[i] = byIndex.get(records[i]!.recipe.index)!
  }
  return drawn
}

/** The picture in the file and the one drawn again, both at the size they have in the file. */
function asInFile(
  carried: CarriedRecords,
  found: Pixels,
  pictures: readonly Pixels[],
  i: number,
): [Pixels | null, Pixels] {
  if (carried.kind === 'picture') return [found, pictures[i]!]
  const layout = layOutSheet(pictures.length, pictures[0]!, carried.sheet)
  const whole = found.width === layout.width && found.height === layout.height
  return [whole ? tileOf(found, layout, i) : null, upscale(pictures[i]!, layout.scale)]
}

function largestDifference(found: Pixels | null, drawn: Pixels): number | null {
  if (found === null || found.width !== drawn.width || found.height !== drawn.height) return null
  let largest = 0
  for (const [i, value] of drawn.data.entries()) largest = Math.max(largest, Math.abs(value - found.data[i]!))
  return largest
}

function encodeAgain(carried: CarriedRecords, pictures: readonly Pixels[]): Uint8Array {
  if (carried.kind === 'picture') return writeRecipe(encodePng(pictures[0]!), carried.record)
  return writeSheetRecipe(encodePng(composeSheet(pictures, carried.sheet)), carried.records, carried.sheet)
}

function inWords(file: string, comparisons: readonly Comparison[], same: boolean): string {
  const lines = comparisons.map(({ index, pixels, difference, tokensDrawnAgain }, i) => {
    const by =
      pixels !== 'different' ? '' : difference === null ? ' (another size)' : ` (by up to ${difference} of 255)`
    const which = comparisons.length === 1 ? `candidate ${index}` : `picture ${i + 1} (candidate ${index})`
    return `${which}: pixels ${pixels}${by}; its recipe gives ${tokensDrawnAgain} image tokens here`
  })
  const all = comparisons.length === 1 ? 'The picture' : `All ${comparisons.length} pictures`
  const differing = comparisons.filter(({ pixels }) => pixels === 'different').length
  const end = same
    ? `${all} in ${file} ${comparisons.length === 1 ? 'is' : 'are'} the same.`
    : `${differing} of ${comparisons.length} in ${file} ${differing === 1 ? 'is' : 'are'} not what its tokens give.`
  return `${[...lines, end].join('\n')}\n`
}
