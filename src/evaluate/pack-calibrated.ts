/** The last step of making a model: its scorer is measured and calibrated on the model as it will run, then it is packed. */
import { join } from 'node:path'
import { type Corpus, isScenes } from '../corpus/read.ts'
import { type OpenModel, openFamily } from '../families/open.ts'
import { openModel } from '../models/model-folder.ts'
import { channelsOf } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import { normalise } from '../text/normalise.ts'
import type { MadeNetworks } from '../train/make-model.ts'
import { type Packing, packModel } from '../train/pack.ts'
import { pictureOf } from '../train/picture-error.ts'
import type { Recipe } from '../train/recipe.ts'
import { type CalibrationReport, calibrate, calibrationPairs, pairsInOrder, type ScoredPair } from './calibrate.ts'
import { judge } from './judge.ts'
import { measurePrompt } from './measure.ts'
import type { Share } from './statistics.ts'
import { kindsFor, type ScenePrompt, suite } from './suite.ts'
import type { Verifier } from './verifier.ts'
import { barsOf } from './verifier-network.ts'

/** Scenes that the scorer is measured on, at most: none that a network learned from. */
const scorerScenes = 512

/** Prompts of each kind whose pictures the probabilities are fitted and checked on, other ones than those of `evaluate`. */
const calibrationPrompts = { prompts: 24, candidates: 8, seed: 31_337 }

export type CalibratedPacking = Omit<Packing, 'calibration'> & {
  readonly corpus: Corpus
  /** Judges drawn pictures of the model's size; without one the model tells no probabilities. */
  readonly verifier?: Verifier
  /** The model's folder; it changes only once everything is done. */
  readonly out: string
  /** The run's folder, where the model is put together for being calibrated. */
  readonly folder: string
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export type PackingReport = {
  readonly sha256: string
  /** How often the scorer prefers a true scene's caption to one that is wrong about it. */
  readonly scorer: Share
  /** null where there is no verifier, or where its verdicts do not go with the scores. */
  readonly calibration: CalibrationReport | null
}

/** Throws `file-unwritable`, and the signal's reason. */
export async function packCalibrated(
  engine: Engine,
  recipe: Recipe,
  made: MadeNetworks,
  { corpus, verifier, out, folder, onProgress, signal, ...packing }: CalibratedPacking,
): Promise<PackingReport> {
  // From the packed weights, which are rounded; not in the model's own place, where an earlier one may stand.
  const uncalibrated = join(folder, 'uncalibrated')
  await packModel(uncalibrated, recipe, made, { ...packing, calibration: {} })
  const model = await openFamily(await openModel(uncalibrated), engine)
  const { validationCount, seed, sample } = recipe.corpus
  const channels = channelsOf(recipe.imageTokenizer.settings)
  const count = Math.min(scorerScenes, validationCount)
  // What somebody's own pictures show, no verifier knows.
  const prompts =
    verifier === undefined || !isScenes(corpus)
      ? []
      : suite({ ...calibrationPrompts, sample, kinds: kindsFor(sample, verifier.network), languages: ['en'] })
  const total = count + prompts.length
  const pairs = await calibrationPairs(
    corpus,
    { first: corpus.count - count, count, seed },
    async (text, example) => {
      signal?.throwIfAborted()
      // As candidates are: through the tokenizer, so that its faults are not taken for a wrong picture.
      const [tokens] = await model.encode([pictureOf(corpus, example, channels)])
      const [picture] = model.scorer.reads === 'pixels' ? await model.sampler.decode([tokens!]) : []
      const normalised = { prompt: text, normalisedPrompt: normalise(text, recipe.text.normaliser) }
      const [score] = await model.scorer.score(normalised, [{ tokens: tokens!, picture }])
      return score!
    },
    (done) => onProgress?.(done, total),
  )
  const groups: ScoredPair[][] = []
  for (const prompt of prompts) {
    groups.push(await judged(model, verifier!, prompt, signal))
    onProgress?.(count + groups.length, total)
  }
  const calibration = groups.length === 0 ? null : calibrate(groups)
  const { slope, offset } = calibration ?? {}
  const fields = slope === undefined || offset === undefined ? {} : { slope, offset }
  const sha256 = await packModel(out, recipe, made, { ...packing, calibration: fields })
  return { sha256, scorer: pairsInOrder(pairs), calibration }
}

/** One prompt's pictures with their scores, and whether the verifier finds in them what was asked for. */
async function judged(
  model: OpenModel,
  verifier: Verifier,
  prompt: ScenePrompt,
  signal: AbortSignal | undefined,
): Promise<ScoredPair[]> {
  const { candidates, seed } = calibrationPrompts
  const settings = { candidates, chosen: 1, unranked: candidates, seed }
  const { scores, findings } = await measurePrompt({ model, verifier }, prompt, settings, signal)
  const bars = barsOf(verifier.network)
  return scores.map(({ score }, i) => ({ score, matches: judge(findings![i]!, prompt.requirement, { bars }).correct }))
}
