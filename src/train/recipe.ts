/** What a model is made from: corpus, sizes of networks, length of each training. Data, so that it can be read and changed. */
import { defaultSample, type SampleSettings, skeletonSample } from '../corpus/sample.ts'
import type { DalleMiniSettings } from '../networks/dalle-mini.ts'
import type { ImageTokenizerSettings } from '../networks/image-tokenizer.ts'
import type { ScorerSettings } from '../networks/scorer.ts'
import { defaultNormaliser, type NormaliserSettings } from '../text/normalise.ts'
import { type CodebookSettings, codebookDefaults } from './codebook.ts'
import { type TrainingSettings, trainingDefaults } from './trainer.ts'

/**
 * Pictures of the trained model that people looked at, unranked: of the `candidates` of each prompt, how many show what was
 * asked for. They set the match probabilities, since true scenes cannot say how often the generator fails. Judge anew
 * after training anew.
 */
export type Judged = {
  readonly candidates: number
  readonly seed: number
  readonly right: Readonly<Record<string, number>>
}

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
  readonly imageTokenizer: { readonly settings: ImageTokenizerSettings; readonly training: TrainingSettings }
  readonly generator: {
    readonly settings: DalleMiniSettings
    /** Share of captions replaced by the empty text. */
    readonly dropCaption: number
    readonly training: TrainingSettings
  }
  readonly scorer: { readonly settings: ScorerSettings; readonly training: TrainingSettings }
  /** Without it, probabilities are those of true scenes. */
  readonly judged?: Judged
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
  corpus: { side: 64, count: 122_880, seed: 1, sample: defaultSample, validationCount: 1024 },
  text: { vocabularySize: tinyTextVocabulary, minimumCount: 20, length: 32, normaliser: defaultNormaliser },
  codebook: { ...codebookDefaults, patches: 240_000 },
  imageTokenizer: {
    settings: { side: 64, patch: [4, 8], codes: tinyCodes, width: 128, heads: 4, layers: 4 },
    training: {
      ...trainingDefaults,
      steps: 1400,
      batchSize: 32,
      peakRate: 2e-3,
      warmupSteps: 100,
      averageDecay: 0.998,
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
    training: { ...trainingDefaults, steps: 4400, batchSize: 32, peakRate: 1.5e-3, warmupSteps: 200, finalShare: 0.01 },
  },
  scorer: {
    settings: {
      width: 96,
      heads: 3,
      textLayers: 2,
      pictureLayers: 3,
      textVocabulary: tinyTextVocabulary,
      embedding: 96,
      reads: { pixels: { patch: [8, 8] } },
    },
    training: {
      ...trainingDefaults,
      steps: 1400,
      batchSize: 96,
      peakRate: 1.5e-3,
      warmupSteps: 150,
      averageDecay: 0.998,
    },
  },
  judged: {
    candidates: 8,
    seed: 77,
    right: {
      'a dog': 1,
      'a red car': 7,
      'a banana': 3,
      'a blue penguin': 6,
      'a gold guitar': 2,
      'a cheese elephant': 0,
      'a ship': 5,
      'a giraffe': 0,
      'a wooden cat': 3,
      'a pink octopus': 0,
      'a chocolate bear': 0,
      'a rocket': 5,
      'a green house': 0,
      'two cats': 0,
      'a pineapple': 0,
      'a snowman': 6,
    },
  },
  sampling: { temperature: 0.7, topK: 256, guidance: 2.5, candidates: 32 },
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
    settings: { side: 32, patch: [4, 8], codes: skeletonCodes, width: 64, heads: 2, layers: 2 },
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
      pictureLayers: 2,
      textVocabulary: 512,
      embedding: 64,
      reads: { pixels: { patch: [8, 8] } },
    },
    training: { ...short(400), batchSize: 64 },
  },
  sampling: { temperature: 1, topK: 64, guidance: 3, candidates: 32 },
}

export const recipes: Readonly<Record<string, Recipe>> = { 'pictogram-tiny': pictogramTiny, skeleton }
