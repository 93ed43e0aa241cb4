/** From a corpus to every network of a model, one stage after the other; what is done is not done again. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Corpus } from '../corpus/read.ts'
import { NeufError } from '../errors/errors.ts'
import { patchLength, tokenCount } from '../networks/image-tokenizer.ts'
import { philoxBelow } from '../random/philox.ts'
import type { Engine } from '../runtime/index.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { normalise } from '../text/normalise.ts'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.ts'
import type { TokenizerJson } from '../text/tokenizer-json.ts'
import { trainBpe } from '../text/train-bpe.ts'
import { collectWords } from '../text/words.ts'
import { captionTable } from './caption-table.ts'
import { fileExists, readTensors, writeTensors } from './checkpoint.ts'
import { makeCodebook } from './codebook.ts'
import type { EarlierModel } from './earlier-model.ts'
import { codebookUse, encodeCorpus } from './encode-corpus.ts'
import { generatorObjective } from './generator-objective.ts'
import type { Weights } from './initial-weights.ts'
import type { Objective } from './objective.ts'
import type { Recipe } from './recipe.ts'
import { type RunSettings, runTraining } from './run.ts'
import { claimRun } from './run-identity.ts'
import { type DrawnPictures, scorerObjective } from './scorer-objective.ts'
import { imageTokenizerObjective } from './tokenizer-objective.ts'
import type { TrainingSettings } from './trainer.ts'

export type Stage = 'text' | 'codebook' | 'image-tokens' | 'image-tokenizer' | 'generator' | 'drawn-pictures' | 'scorer'

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

/** Makes what is not in the folder yet. Throws as `runTraining` does, and `corpus-other-settings` for another corpus. */
export async function makeNetworks(engine: Engine, settings: MakingSettings): Promise<MadeNetworks> {
  const { recipe, corpus, folder } = settings
  refuseOtherCorpus(recipe, corpus)
  await claimRun(folder, identityOf(settings))
  const progress = settings.onProgress ?? (() => {})
  const train = (
    stage: Stage,
    objective: Objective,
    training: TrainingSettings,
    startFrom: Weights | undefined,
    networks: (weights: Weights) => NetworksSoFar,
  ): Promise<Weights> => {
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
  const { validationCount } = recipe.corpus

  const { tokenizerJson, words } = await makeText(settings, progress)
  const tokenizer = createTokenizer(tokenizerJson, { length: recipe.text.length })
  const codebook = await makeStoredCodebook(engine, settings, progress)
  const shape = [recipe.imageTokenizer.settings.codes, patchLength(recipe.imageTokenizer.settings)]
  const withCodebook = (decoder: Weights): Weights => new Map([...decoder, ['codebook', { shape, data: codebook }]])
  const { seed } = recipe.corpus
  const codes = await makeImageTokens(engine, settings, withCodebook(new Map()), progress)
  const decoder = await train(
    'image-tokenizer',
    imageTokenizerObjective(
      corpus,
      recipe.imageTokenizer.settings,
      { codebook, codes },
      { validationCount, noise: recipe.imageTokenizer.noise, seed },
    ),
    recipe.imageTokenizer.training,
    settings.from?.decoder,
    (weights) => ({ tokenizer, imageTokenizer: withCodebook(weights) }),
  )
  const imageTokenizer = withCodebook(decoder)
  const captions = captionTable(corpus, tokenizer, recipe.text.normaliser)
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
      { codes, codebook, captions, ...(drawn && { drawn }) },
      { validationCount, textLength: recipe.text.length, seed, broken: recipe.scorer.broken },
    ),
    recipe.scorer.training,
    settings.from?.scorer,
    (weights) => ({ tokenizer, imageTokenizer, generator, scorer: weights }),
  )
  return { tokenizerJson, words, imageTokenizer, generator, scorer }
}

function refuseOtherCorpus({ corpus: wanted }: Recipe, { info }: Corpus): void {
  for (const name of ['side', 'count', 'seed'] as const) {
    if (info[name] === wanted[name]) continue
    const difference = `${name} is ${info[name]}, the recipe asks for ${wanted[name]}`
    throw new NeufError('corpus-other-settings', { folder: 'the corpus', difference })
  }
  for (const name of ['concepts', 'styles', 'backgrounds', 'whiteShare', 'wander', 'mix'] as const) {
    if (isDeepStrictEqual(info.sample[name], wanted.sample[name])) continue
    const difference = `its scenes were sampled with other ${name} than the recipe's`
    throw new NeufError('corpus-other-settings', { folder: 'the corpus', difference })
  }
  if (info.sample.allowHeldOut === true) {
    const difference = 'it holds pairs that a model must not see (it was made for a verifier)'
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

/** The text tokenizer and the words it was made from. */
async function makeText({ recipe, corpus, folder, from }: MakingSettings, progress: Progress) {
  const { vocabularySize, minimumCount, normaliser } = recipe.text
  const path = join(folder, 'text.json')
  if (await fileExists(path)) {
    const { tokenizer, words } = JSON.parse(await readFile(path, 'utf8'))
    return { tokenizerJson: tokenizer as TokenizerJson, words: new Map(words as [string, number][]) }
  }
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
  await atomicWrite(path, JSON.stringify({ tokenizer: tokenizerJson, words: [...words] }))
  progress('text', 2, 2, '')
  return { tokenizerJson, words }
}

async function makeStoredCodebook(engine: Engine, settings: MakingSettings, progress: Progress) {
  const { recipe, corpus, folder } = settings
  const path = join(folder, 'codebook.safetensors')
  if (await fileExists(path)) return (await readTensors(path)).tensors.get('codebook')!.data
  if (settings.from !== undefined) return settings.from.codebook
  const tokenizer = recipe.imageTokenizer.settings
  const { iterations } = recipe.codebook
  const count = corpus.count - recipe.corpus.validationCount
  const codebook = await makeCodebook(engine, corpus, count, tokenizer, recipe.codebook, (iteration, error) =>
    progress('codebook', iteration, iterations, `squared error ${error.toFixed(4)}`),
  )
  const shape = [tokenizer.codes, patchLength(tokenizer)]
  await writeTensors(path, new Map([['codebook', { shape, data: codebook }]]), {})
  return codebook
}

async function makeImageTokens(engine: Engine, settings: MakingSettings, weights: Weights, progress: Progress) {
  const { recipe, corpus, folder } = settings
  const path = join(folder, 'image-tokens.bin')
  if (await fileExists(path)) return readCodes(path, corpus.count * tokenCount(recipe.imageTokenizer.settings))
  const codes = await encodeCorpus(engine, corpus, recipe.imageTokenizer.settings, weights, (done) =>
    progress('image-tokens', done, corpus.count, ''),
  )
  const use = codebookUse(codes, recipe.imageTokenizer.settings.codes)
  await atomicWrite(join(folder, 'image-tokens.jsonl'), `${JSON.stringify(use)}\n`)
  await atomicWrite(path, new Uint8Array(codes.buffer))
  return codes
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

async function readCodes(path: string, length: number): Promise<Uint16Array<ArrayBuffer>> {
  const bytes = await readFile(path)
  if (bytes.byteLength !== 2 * length) {
    const why = `it has ${bytes.byteLength} bytes instead of ${2 * length}`
    throw new NeufError('file-unreadable', { path, why, todo: 'Remove it; it will be made again.' })
  }
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
