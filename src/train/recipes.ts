/** The recipes that come with neuf. Data, so that they can be read and changed. */
import { fullSample, pictogramSample, skeletonSample, tinySample } from '../corpus/sample-settings.ts'
import { defaultNormaliser, emojiNormaliser } from '../text/normalise.ts'
import { codebookDefaults } from './codebook.ts'
import type { Recipe } from './recipe.ts'
import { type TrainingSettings, trainingDefaults } from './trainer.ts'

const tinyCodes = 2048
const tinyTextVocabulary = 1792

/** The smaller of the models that come with neuf: 64 x 64 pixels, 170 things, sized for two cores. */
export const pictogramTiny: Recipe = {
  name: 'pictogram-tiny',
  corpus: { side: 64, count: 163_840, seed: 1, sample: tinySample, validationCount: 1024 },
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

const levels = [8, 8, 8, 4]
const learnedCodes = 2048
const textVocabulary = 6144

/**
 * 128 x 128 pixels, most things of the lexicon in two styles: 8 x 16 places of two codes. Sized so that nine of 32 come in
 * some two seconds on two cores, and that two cores can train it in a working day.
 */
export const pictogram: Recipe = {
  name: 'pictogram',
  corpus: { side: 128, count: 131_072, seed: 1, sample: pictogramSample, validationCount: 2048 },
  text: { vocabularySize: textVocabulary, minimumCount: 20, length: 40, normaliser: emojiNormaliser },
  imageTokenizer: {
    settings: {
      side: 128,
      channels: 4,
      quantiser: levels,
      codesPerPlace: 2,
      levels: [
        { cell: [4, 4], width: 64, encoder: 1, decoder: 2 },
        { cell: [2, 2], width: 128, encoder: 1, decoder: 2 },
        { cell: [1, 2], width: 256, encoder: 1, decoder: 3 },
      ],
    },
    encoderTraining: {
      ...trainingDefaults,
      steps: 2600,
      batchSize: 16,
      peakRate: 2e-3,
      warmupSteps: 100,
      averageDecay: 0.995,
    },
    noise: { most: 0.2, near: 8 },
    training: {
      ...trainingDefaults,
      steps: 2000,
      batchSize: 16,
      peakRate: 1e-3,
      warmupSteps: 100,
      averageDecay: 0.995,
    },
  },
  generator: {
    settings: {
      width: 224,
      heads: 7,
      encoderLayers: 2,
      decoderLayers: 5,
      feedForward: 608,
      textVocabulary,
      textLength: 40,
      imageVocabulary: learnedCodes,
      imageLength: 256,
      codesPerPosition: 2,
      initialDeviation: 0.02,
    },
    dropCaption: 0.1,
    training: {
      ...trainingDefaults,
      steps: 20_000,
      batchSize: 32,
      peakRate: 3e-3,
      warmupSteps: 200,
      finalShare: 0.01,
      averageDecay: 0.999,
    },
  },
  scorer: {
    settings: {
      width: 128,
      heads: 4,
      textLayers: 2,
      textVocabulary,
      embedding: 128,
      reads: { codes: learnedCodes, grid: [16, 16] },
      stem: 64,
      stages: [
        { width: 128, blocks: 2 },
        { width: 256, blocks: 2 },
      ],
    },
    broken: { share: 0.5, least: 0.15, most: 0.6, near: 8 },
    drawn: 4096,
    training: {
      ...trainingDefaults,
      steps: 4000,
      batchSize: 96,
      peakRate: 2e-3,
      warmupSteps: 100,
      averageDecay: 0.995,
      finalShare: 0.01,
    },
  },
  sampling: { temperature: 0.6, topK: 256, guidance: 1.5, candidates: 32 },
}

/**
 * 256 x 256 pixels, all things in all styles with filters, wandering: the run that is planned for an accelerator. 16 x 16 places
 * of two codes, a generator of 28 million weights.
 */
export const pictogramLarge: Recipe = {
  ...pictogram,
  name: 'pictogram-large',
  corpus: { side: 256, count: 4_194_304, seed: 1, sample: fullSample, validationCount: 4096 },
  imageTokenizer: {
    ...pictogram.imageTokenizer,
    settings: {
      side: 256,
      channels: 4,
      quantiser: levels,
      codesPerPlace: 2,
      levels: [
        { cell: [4, 4], width: 96, encoder: 1, decoder: 2 },
        { cell: [2, 2], width: 192, encoder: 1, decoder: 2 },
        { cell: [2, 2], width: 320, encoder: 2, decoder: 3 },
      ],
    },
    encoderTraining: { ...pictogram.imageTokenizer.encoderTraining!, steps: 20_000, batchSize: 64 },
    training: { ...pictogram.imageTokenizer.training, steps: 5000, batchSize: 64 },
  },
  generator: {
    ...pictogram.generator,
    settings: {
      ...pictogram.generator.settings,
      width: 384,
      heads: 6,
      encoderLayers: 2,
      decoderLayers: 8,
      feedForward: 896,
      imageLength: 512,
    },
    training: { ...pictogram.generator.training, steps: 40_000, batchSize: 256 },
  },
  scorer: {
    ...pictogram.scorer,
    settings: { ...pictogram.scorer.settings, reads: { codes: learnedCodes, grid: [16, 32] } },
    training: { ...pictogram.scorer.training, steps: 12_000, batchSize: 256 },
  },
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

export const recipes: Readonly<Record<string, Recipe>> = {
  pictogram,
  'pictogram-large': pictogramLarge,
  'pictogram-tiny': pictogramTiny,
  skeleton,
}
