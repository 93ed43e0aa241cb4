/** From a corpus to every network of a model, one stage after the other; what is done is not done again. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Corpus } from '../corpus/read.ts'
import type { SampleSettings } from '../corpus/sample-settings.ts'
import { NeufError } from '../errors/errors.ts'
import { isLearned } from '../networks/image-tokenizer.ts'
import type { LearnedTokenizerSettings } from '../networks/learned-tokenizer.ts'
import { philoxBelow } from '../random/philox.ts'
import type { Engine } from '../runtime/index.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { normalise } from '../text/normalise.ts'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import type { TokenizerJson } from '../text/tokenizer-json.ts'
import { trainBpe } from '../text/train-bpe.ts'
import { collectWords } from '../text/words.ts'
import { captionIds } from './caption-ids.ts'
import { fileExists } from './checkpoint.ts'
import type { EarlierModel } from './earlier-model.ts'
import { encoderObjective } from './encoder-objective.ts'
import { generatorObjective } from './generator-objective.ts'
import type { Weights } from './initial-weights.ts'
import type { Objective } from './objective.ts'
import type { Recipe } from './recipe.ts'
import { type RunSettings, runTraining } from './run.ts'
import { claimRun } from './run-identity.ts'
import { type DrawnPictures, scorerObjective } from './scorer-objective.ts'
import { imageTokenizerObjective } from './tokenizer-objective.ts'
import { codeVectorsOf, makeCodebookStage, makeImageTokens, readCodes, splitTokenizer } from './tokenizer-stages.ts'
import type { TrainingSettings } from './trainer.ts'

export type Stage =
  | 'text'
  | 'codebook'
  | 'encoder'
  | 'image-tokens'
  | 'image-tokenizer'
  | 'generator'
  | 'drawn-pictures'
  | 'scorer'

/** Which random choice picks the examples that are drawn; objectives use smaller numbers. */
const drawnExample = 100

export type MakingSettings = Pick<RunSettings, 'now' | 'signal' | 'secondsBetweenCheckpoints'> & {
  readonly recipe: Recipe
  readonly corpus: Corpus
  /** A model to go on from: its text tokenizer and codebook stay, and its networks are trained further. */
  readonly from?: EarlierModel
  /**
   * Draws one picture for a caption of each example, image tokens [examples, length]; the scorer then learns from what its
   * generator gets wrong. Without it, it learns from codes that were made wrong alone.
   */
  readonly drawPictures?: (
    networks: { readonly tokenizer: Tokenizer; readonly generator: Weights },
    examples: readonly number[],
    onProgress: (done: number) => void,
    signal?: AbortSignal,
  ) => Promise<Uint16Array<ArrayBuffer>>
  /** How networks are trained, where it is not by the engine, in the run's folder (trained-stages.ts). */
  readonly train?: Train
  /** Where each stage's result and unfinished state is kept. */
  readonly folder: string
  readonly onProgress?: (stage: Stage, done: number, total: number, note: string) => void
  /** Hears of every checkpoint, with what there is of the model by then: enough to draw samples. */
  readonly onCheckpoint?: (stage: Stage, networks: NetworksSoFar, step: number) => Promise<void>
}

/** The averaged weights of the network in training, and of those before it. */
export type NetworksSoFar = {
  readonly tokenizer: Tokenizer
  readonly imageTokenizer?: Weights
  readonly generator?: Weights
  readonly scorer?: Weights
}

export type MadeNetworks = {
  readonly tokenizerJson: TokenizerJson
  /** Words of the captions, with how often each came. */
  readonly words: ReadonlyMap<string, number>
  readonly imageTokenizer: Weights
  readonly generator: Weights
  readonly scorer: Weights
}

/** Trains one network, or takes what the run's folder has of it. */
export type Train = (
  stage: Stage,
  objective: Objective,
  training: TrainingSettings,
  startFrom: Weights | undefined,
  networks: (weights: Weights) => NetworksSoFar,
) => Promise<Weights>

/** Makes what is not in the folder yet. Throws as `runTraining` does, and `corpus-other-settings` for another corpus. */
export async function makeNetworks(engine: Engine, settings: MakingSettings): Promise<MadeNetworks> {
  const { recipe, corpus, folder } = settings
  refuseOtherCorpus(recipe, corpus)
  await claimRun(folder, identityOf(settings))
  const progress = settings.onProgress ?? (() => {})
  const here: Train = (stage, objective, training, startFrom, networks) => {
    const { onCheckpoint, ...others } = settings
    return runTraining(engine, {
      ...others,
      objective,
      training,
      ...(startFrom && { startFrom }),
      onStep: ({ step, loss }, total) => progress(stage, step, total, `loss ${loss.toFixed(3)}`),
      ...(onCheckpoint && { onCheckpoint: (weights, step) => onCheckpoint(stage, networks(weights), step) }),
    })
  }
  const train = settings.train ?? here
  const { validationCount } = recipe.corpus

  const { tokenizerJson, words } = await makeText(settings, progress)
  const tokenizer = createTokenizer(tokenizerJson, { length: recipe.text.length })
  const { seed } = recipe.corpus
  const { settings: tokenizerSettings, noise } = recipe.imageTokenizer
  const first = isLearned(tokenizerSettings)
    ? await makeEncoder(settings, tokenizerSettings, train, (imageTokenizer) => ({ tokenizer, imageTokenizer }))
    : { codes: await makeCodebookStage(engine, settings, tokenizerSettings, progress), decoder: settings.from?.decoder }
  const codeVectors = codeVectorsOf(tokenizerSettings, first.codes)
  const codes = await makeImageTokens(engine, settings, first.codes, progress)
  const withCodes = (decoder: Weights): Weights => new Map([...first.codes, ...decoder])
  const decoder = await train(
    'image-tokenizer',
    imageTokenizerObjective(corpus, tokenizerSettings, { codeVectors, codes }, { validationCount, noise, seed }),
    recipe.imageTokenizer.training,
    first.decoder,
    (weights) => ({ tokenizer, imageTokenizer: withCodes(weights) }),
  )
  const imageTokenizer = withCodes(decoder)
  const captions = captionIds(corpus, tokenizer, recipe.text.normaliser)
  const { dropCaption } = recipe.generator
  const generator = await train(
    'generator',
    generatorObjective(recipe.generator.settings, { codes, captions }, { validationCount, dropCaption, seed }),
    recipe.generator.training,
    settings.from?.generator,
    (weights) => ({ tokenizer, imageTokenizer, generator: weights }),
  )
  const drawn = await makeDrawnPictures(settings, { tokenizer, generator }, progress)
  const scorer = await train(
    'scorer',
    scorerObjective(
      corpus,
      recipe.scorer.settings,
      { codes, codeVectors, captions, ...(drawn && { drawn }) },
      { validationCount, textLength: recipe.text.length, seed, broken: recipe.scorer.broken },
    ),
    recipe.scorer.training,
    settings.from?.scorer,
    (weights) => ({ tokenizer, imageTokenizer, generator, scorer: weights }),
  )
  return { tokenizerJson, words, imageTokenizer, generator, scorer }
}

function refuseOtherCorpus({ corpus: wanted }: Recipe, { info }: Corpus): void {
  const same = (name: string, there: unknown, asked: unknown): void => {
    if (there === asked) return
    const difference = `${name} is ${there}, the recipe asks for ${asked}`
    throw new NeufError('corpus-other-settings', { folder: 'the corpus', difference })
  }
  same('side', info.side, wanted.side)
  same('count', info.count, wanted.count)
  // Whether the recipe was fitted to somebody's own pictures or asks for scenes.
  same('its kind', info.kind, wanted.ownPictures ? 'pictures' : 'scenes')
  if (info.kind === 'pictures') return
  same('seed', info.seed, wanted.seed)
  same('validationCount', info.validationCount, wanted.validationCount)
  for (const name of Object.keys({ ...info.sample, ...wanted.sample }) as (keyof SampleSettings)[]) {
    if (isDeepStrictEqual(info.sample[name], wanted.sample[name])) continue
    const difference = `its scenes were sampled with other ${name} than the recipe's`
    throw new NeufError('corpus-other-settings', { folder: 'the corpus', difference })
  }
}

/** All that results of the run depend on, but for the lengths of trainings, which each training checks. */
function identityOf({ recipe, corpus, from, drawPictures }: MakingSettings) {
  const { text, codebook, imageTokenizer, generator, scorer, sampling } = recipe
  const networks = { imageTokenizer: imageTokenizer.settings, generator: generator.settings, scorer: scorer.settings }
  // What the scorer learns from depends on whether, and how, the generator draws for it.
  const drawn = drawPictures === undefined ? 0 : scorer.drawn
  const learning = {
    noise: imageTokenizer.noise,
    dropCaption: generator.dropCaption,
    broken: scorer.broken,
    drawn,
    sampling,
  }
  const { validationCount } = recipe.corpus
  const what = { corpus: corpus.info, validationCount, text, codebook, ...learning }
  return { ...what, networks, from: from?.sha256 }
}

type Progress = NonNullable<MakingSettings['onProgress']>

const textFile = 'text.json'

/** The text tokenizer of a run and the words it was made from; undefined where it has none yet. */
export async function readText(folder: string) {
  const path = join(folder, textFile)
  if (!(await fileExists(path))) return undefined
  const { tokenizer, words } = JSON.parse(await readFile(path, 'utf8'))
  return { tokenizerJson: tokenizer as TokenizerJson, words: new Map(words as [string, number][]) }
}

/** Reads the captions, where that is not done. */
async function makeText({ recipe, corpus, folder, from }: MakingSettings, progress: Progress) {
  const { vocabularySize, minimumCount, normaliser } = recipe.text
  const made = await readText(folder)
  if (made !== undefined) return made
  const captions: string[] = []
  for (let example = 0; example < corpus.count; example++) {
    for (const { text } of corpus.record(example).captions) captions.push(normalise(text, normaliser))
  }
  progress('text', 1, 2, '')
  const tokenizerJson = from?.tokenizerJson ?? trainBpe(captions, { vocabularySize, minFrequency: minimumCount })
  const words = new Map(from?.words)
  for (const [word, count] of collectWords(captions)) {
    if (count >= minimumCount) words.set(word, count + (words.get(word) ?? 0))
  }
  await atomicWrite(join(folder, textFile), JSON.stringify({ tokenizer: tokenizerJson, words: [...words] }))
  progress('text', 2, 2, '')
  return { tokenizerJson, words }
}

/** The learned encoder and a first decoder: an earlier model's, whose codes the generator knows, or learnt now. */
async function makeEncoder(
  { recipe, corpus, from }: MakingSettings,
  tokenizer: LearnedTokenizerSettings,
  train: Train,
  networks: (weights: Weights) => NetworksSoFar,
) {
  if (from !== undefined) return { codes: from.codes, decoder: from.decoder }
  const { validationCount } = recipe.corpus
  const { encoderTraining } = recipe.imageTokenizer
  if (encoderTraining === undefined) throw new RangeError('a recipe with a learned tokenizer says how it is trained')
  const objective = encoderObjective(corpus, tokenizer, { validationCount })
  return splitTokenizer(await train('encoder', objective, encoderTraining, undefined, networks))
}

/** Examples spread over those that may be learnt from, and what the generator drew for a caption of each. */
async function makeDrawnPictures(
  { recipe, corpus, folder, drawPictures, signal }: MakingSettings,
  networks: { readonly tokenizer: Tokenizer; readonly generator: Weights },
  progress: Progress,
): Promise<DrawnPictures | undefined> {
  const { drawn, settings } = recipe.scorer
  // A scorer of pixels does not learn from them.
  if (drawPictures === undefined || drawn === 0 || !('codes' in settings.reads)) return undefined
  const { imageLength } = recipe.generator.settings
  const { seed, validationCount } = recipe.corpus
  const count = corpus.count - validationCount
  const examples = Array.from({ length: drawn }, (_, i) => philoxBelow(count, seed, i, drawnExample))
  const path = join(folder, 'drawn-pictures.bin')
  if (await fileExists(path)) return { examples, codes: await readCodes(path, drawn * imageLength) }
  const codes = await drawPictures(networks, examples, (done) => progress('drawn-pictures', done, drawn, ''), signal)
  await atomicWrite(path, new Uint8Array(codes.buffer))
  return { examples, codes }
}
