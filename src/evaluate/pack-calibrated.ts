/** The last step of making a model: its scorer's probabilities are fitted on the model as it will run, then it is packed. */
import { join } from 'node:path'
import type { Corpus } from '../corpus/read.ts'
import { openFamily } from '../families/open.ts'
import { wrapPixels } from '../image/pixels.ts'
import { openModel } from '../models/model-folder.ts'
import type { JsonObject } from '../models/model-json.ts'
import type { Engine } from '../runtime/index.ts'
import { normalise } from '../text/normalise.ts'
import type { MadeNetworks } from '../train/make-model.ts'
import { type Packing, packModel } from '../train/pack.ts'
import type { Recipe } from '../train/recipe.ts'
import {
  type CalibrationReport,
  calibrate,
  calibrateToJudged,
  calibrationPairs,
  type JudgedScores,
} from './calibrate.ts'

/** Scenes that the probabilities are fitted and checked on, at most: none that a network learned from. */
const calibrationScenes = 512

export type CalibratedPacking = Omit<Packing, 'calibration'> & {
  readonly corpus: Corpus
  /** The model's folder; it changes only once everything is done. */
  readonly out: string
  /** The run's folder, where the model is put together for being calibrated. */
  readonly folder: string
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Throws `file-unwritable`, and the signal's reason. */
export async function packCalibrated(
  engine: Engine,
  recipe: Recipe,
  made: MadeNetworks,
  { corpus, out, folder, onProgress, signal, ...packing }: CalibratedPacking,
): Promise<CalibrationReport & { readonly sha256: string }> {
  // From the packed weights, which are rounded; not in the model's own place, where an earlier one may stand.
  const uncalibrated = join(folder, 'uncalibrated')
  await packModel(uncalibrated, recipe, made, { ...packing, calibration: {} })
  const { sampler, encode, scorePictures } = await openFamily(await openModel(uncalibrated), engine)
  const { side, validationCount, seed } = recipe.corpus
  const count = Math.min(calibrationScenes, validationCount)
  const pairs = await calibrationPairs(
    corpus,
    { first: corpus.count - count, count, seed },
    async (text, example) => {
      signal?.throwIfAborted()
      // As candidates are: through the tokenizer, so that its faults are not taken for a wrong picture.
      const [tokens] = await encode([wrapPixels(side, side, 3, corpus.pixels(example))])
      const [score] = await scorePictures(normalise(text, recipe.text.normaliser), await sampler.decode([tokens!]))
      return score!
    },
    (done) => onProgress?.(done, count),
  )
  const report = calibrate(pairs)
  const { judged, sampling } = recipe
  const groups: JudgedScores[] = []
  for (const [prompt, right] of Object.entries(judged?.right ?? {})) {
    const text = normalise(prompt, recipe.text.normaliser)
    const indices = [...Array(judged!.candidates).keys()]
    const tokens: Uint16Array[] = []
    for await (const event of sampler.sample({ prompt: text, seed: judged!.seed, sampling, indices }, signal)) {
      if (event.kind === 'candidate') tokens.push(event.candidate.tokens)
    }
    const scored = await scorePictures(text, await sampler.decode(tokens, signal))
    groups.push({ scores: scored.map(({ score }) => score), right })
  }
  const { slope, offset } = judged === undefined ? report : calibrateToJudged(report, groups)
  // A flat curve would say the same of every picture and every text: then the model has no probabilities to tell.
  const calibration: JsonObject = slope === 0 ? {} : { slope, offset }
  const sha256 = await packModel(out, recipe, made, { ...packing, calibration })
  return { ...report, sha256 }
}
