/** `neuf score`: how well pictures match a text, by a model's scorer. */
import { resolve } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { maximumPromptCharacters, readPrompt } from '../generate/prompt.ts'
import { decodePicture } from '../image/codec.ts'
import { cropSquare, type Pixels } from '../image/pixels.ts'
import { resize } from '../image/resize.ts'
import { findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { checkPrompt } from '../text/normalise.ts'
import { type Context, defineCommand } from './command.ts'
import { deviceOption } from './device.ts'
import { modelOption, withModel } from './open-model.ts'
import { printable, remarksOnWords, warnOfPrompt } from './say.ts'

/** A photograph of the largest cameras fits; a film does not. */
const maximumBytes = 256 * 2 ** 20

/** What the figures say, in a line. */
const meaning = {
  calibrated:
    'The number is 100 times the cosine of text and picture; the percentage, how likely a picture of that score matches the text. ' +
    'Pictures are read anew from their pixels, so those drawn here have other marks than when they were drawn.',
  alone: 'The number is 100 times the cosine of text and picture: the higher of two matches the text better.',
} as const

export const command = defineCommand({
  name: 'score',
  summary: 'say how well pictures match a text',
  usage: 'IMAGE... --text TEXT',
  positionals: { least: 1, most: Number.POSITIVE_INFINITY },
  about:
    'Each picture is cut to a square, made as small as the model draws, and compared with the text. A score is 100 times ' +
    'the cosine of their vectors. A model that is calibrated also tells how likely such a score comes from a text that fits.',
  options: {
    text: { kind: 'text', value: 'TEXT', help: 'what the pictures should show' },
    model: modelOption,
    device: deviceOption,
    json: { kind: 'flag', help: 'print one JSON object instead of text' },
  },
  async run(context, options, files) {
    if (options.text === undefined) {
      throw new NeufError('usage', { problem: 'Missing: --text TEXT.', command: 'score' })
    }
    const text = checkPrompt(options.text, { maxCharacters: maximumPromptCharacters })
    const { json: described } = await openModel(await findModel(options.model, context))
    const pictures: Pixels[] = []
    // One after the other: each is large until it is made small. Before the networks are loaded: a mistyped name is known at once.
    for (const file of files) {
      pictures.push(await readPicture(resolve(context.folder, file), described.imageSide, context))
    }
    return withModel(options.model, options.device, context, async (model) => {
      const { prompt, normalisedPrompt, ...known } = readPrompt(text, model.prompts)
      warnOfPrompt(known, context)
      const scores = await model.scorePictures({ prompt, normalisedPrompt }, pictures)
      const scored = scores.map((score, i) => ({ file: files[i]!, ...score }))
      if (options.json) {
        const { name, sha256, engine } = model
        const report = {
          text,
          normalisedText: normalisedPrompt,
          ...known,
          model: { name, sha256 },
          engine,
          pictures: scored,
        }
        context.out.write(`${JSON.stringify(report)}\n`)
        return 0
      }
      for (const remark of remarksOnWords(known)) {
        context.out.write(`${remark[0]!.toUpperCase()}${remark.slice(1)}.\n`)
      }
      for (const { file, score, matchProbability } of scored) {
        const likely = matchProbability === null ? '' : `  ${Math.round(100 * matchProbability)} % likely to match`
        context.out.write(`${score.toFixed(1).padStart(6)}${likely}  ${printable(file)}\n`)
      }
      const calibrated = scored.some(({ matchProbability }) => matchProbability !== null)
      context.out.write(`${calibrated ? meaning.calibrated : meaning.alone}\n`)
      return 0
    })
  },
})

async function readPicture(path: string, side: number, { signal }: Context): Promise<Pixels> {
  signal.throwIfAborted()
  const bytes = await boundedRead(path, maximumBytes)
  if (bytes === undefined) {
    throw new NeufError('file-unreadable', { path, why: 'it is too large', todo: 'Make the picture smaller.' })
  }
  return resize(cropSquare(await decodePicture(bytes, { path })), side, side)
}
