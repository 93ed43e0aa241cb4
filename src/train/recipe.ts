/** What a model is made from: corpus, sizes of networks, length of each training. Data, so that it can be read and changed. */
import { defaultSample, type SampleSettings, skeletonSample } from '../corpus/sample.ts'
import type { DalleMiniSettings } from '../networks/dalle-mini.ts'
import type { ImageTokenizerSettings } from '../networks/image-tokenizer.ts'
import type { ScorerSettings } from '../networks/scorer.ts'
import { defaultNormaliser, type NormaliserSettings } from '../text/normalise.ts'
import { type CodebookSettings, codebookDefaults } from './codebook.ts'
import type { BrokenPictures } from './scorer-objective.ts'
import type { CodeNoise } from './tokenizer-objective.ts'
import { type TrainingSettings, trainingDefaults } from './trainer.ts'

export type Recipe = {
  readonly name: string
  readonly corpus: {
    readonly side: number
    readonly count: number
    readonly seed: number
    readonly sample: SampleSettings
    /** Scenes at the end that no network learns from. */
    readonly validationCount: number
  }
  readonly text: {
    readonly vocabularySize: number
    /** Words rarer than this are not counted as met. */
    readonly minimumCount: number
    readonly length: number
    readonly normaliser: NormaliserSettings
  }
  readonly codebook: CodebookSettings
  readonly imageTokenizer: {
    readonly settings: ImageTokenizerSettings
    readonly noise: CodeNoise
    readonly training: TrainingSettings
  }
  readonly generator: {
    readonly settings: DalleMiniSettings
    /** Share of captions replaced by the empty text. */
    readonly dropCaption: number
    readonly training: TrainingSettings
  }
  readonly scorer: {
    readonly settings: ScorerSettings
    readonly broken: BrokenPictures
    /** Pictures that the generator draws for it to learn from. */
    readonly drawn: number
    readonly training: TrainingSettings
  }
  readonly sampling: {
    readonly temperature: number
    readonly topK: number
    readonly guidance: number
    readonly candidates: number
  }
}

const tinyCodes = 2048
const tinyTextVocabulary = 1792

/** The model that comes with neuf: 64 x 64 pixels, 170 things, sized for two cores. */
export const pictogramTiny: Recipe = {
  name: 'pictogram-tiny',
  corpus: { side: 64, count: 163_840, seed: 1, sample: defaultSample, validationCount: 1024 },
  text: { vocabularySize: tinyTextVocabulary, minimumCount: 20, length: 32, normaliser: defaultNormaliser },
  codebook: { ...codebookDefaults, patches: 240_000 },
  imageTokenizer: {
    settings: {
      side: 64,
      patch: [4, 8],
      codes: tinyCodes,
      decoder: {
        cell: 4,
        levels: [
          { width: 48, blocks: 1 },
          { width: 128, blocks: 4 },
        ],
      },
    },
    noise: { most: 0.3, near: 12 },
    training: {
      ...trainingDefaults,
      steps: 1900,
      batchSize: 32,
      peakRate: 2e-3,
      warmupSteps: 100,
      averageDecay: 0.995,
    },
  },
  generator: {
    settings: {
      width: 192,
      heads: 6,
      encoderLayers: 2,
      decoderLayers: 4,
      feedForward: 512,
      textVocabulary: tinyTextVocabulary,
      textLength: 32,
      imageVocabulary: tinyCodes,
      imageLength: 128,
      initialDeviation: 0.02,
    },
    dropCaption: 0.1,
    training: {
      ...trainingDefaults,
      steps: 5400,
      batchSize: 32,
      peakRate: 1.5e-3,
      warmupSteps: 100,
      finalShare: 0.01,
      averageDecay: 0.998,
    },
  },
  scorer: {
    settings: {
      width: 96,
      heads: 3,
      textLayers: 2,
      textVocabulary: tinyTextVocabulary,
      embedding: 96,
      reads: { codes: tinyCodes, grid: [16, 8] },
      stem: 48,
      stages: [
        { width: 96, blocks: 2 },
        { width: 192, blocks: 2 },
      ],
    },
    broken: { share: 0.5, least: 0.15, most: 0.6, near: 12 },
    drawn: 4096,
    training: {
      ...trainingDefaults,
      steps: 2000,
      batchSize: 96,
      peakRate: 2e-3,
      warmupSteps: 100,
      averageDecay: 0.995,
      finalShare: 0.01,
    },
  },
  sampling: { temperature: 0.5, topK: 256, guidance: 1.4, candidates: 32 },
}

const skeletonCodes = 256
const short = (steps: number): TrainingSettings => ({
  ...trainingDefaults,
  steps,
  batchSize: 32,
  peakRate: 2e-3,
  warmupSteps: 50,
  averageDecay: 0.99,
})

/** Twenty things on white at 32 x 32: every stage in a few minutes, to see that all is well. */
export const skeleton: Recipe = {
  name: 'skeleton',
  corpus: { side: 32, count: 8192, seed: 1, sample: skeletonSample, validationCount: 256 },
  text: { vocabularySize: 512, minimumCount: 5, length: 16, normaliser: defaultNormaliser },
  codebook: { seed: 1, patches: 20_000, iterations: 8 },
  imageTokenizer: {
    settings: {
      side: 32,
      patch: [4, 8],
      codes: skeletonCodes,
      decoder: {
        cell: 4,
        levels: [
          { width: 32, blocks: 1 },
          { width: 64, blocks: 1 },
        ],
      },
    },
    noise: { most: 0.3, near: 4 },
    training: short(300),
  },
  generator: {
    settings: {
      width: 96,
      heads: 3,
      encoderLayers: 1,
      decoderLayers: 3,
      feedForward: 192,
      textVocabulary: 512,
      textLength: 16,
      imageVocabulary: skeletonCodes,
      imageLength: 32,
      initialDeviation: 0.02,
    },
    dropCaption: 0.1,
    training: short(1200),
  },
  scorer: {
    settings: {
      width: 64,
      heads: 2,
      textLayers: 1,
      textVocabulary: 512,
      embedding: 64,
      reads: { codes: skeletonCodes, grid: [8, 4] },
      stem: 32,
      stages: [{ width: 64, blocks: 1 }],
    },
    broken: { share: 0.5, least: 0.15, most: 0.6, near: 4 },
    drawn: 512,
    training: { ...short(400), batchSize: 64 },
  },
  sampling: { temperature: 1, topK: 64, guidance: 3, candidates: 32 },
}

export const recipes: Readonly<Record<string, Recipe>> = { 'pictogram-tiny': pictogramTiny, skeleton }
