/** A recipe whose every stage takes a second or two. */
import { smallSample } from '../../corpus/testing/small-art.ts'
import type { Recipe } from '../recipe.ts'
import { skeleton } from '../recipes.ts'
import { type TrainingSettings, trainingDefaults } from '../trainer.ts'

export const shortTraining: TrainingSettings = {
  ...trainingDefaults,
  steps: 6,
  batchSize: 16,
  warmupSteps: 2,
  averageDecay: 0.5,
}

/** For the small art pack: every stage in a second. */
export const smallRecipe: Recipe = {
  ...skeleton,
  name: 'test',
  corpus: { side: 32, count: 160, seed: 3, sample: smallSample, validationCount: 32 },
  text: { ...skeleton.text, vocabularySize: 320, minimumCount: 2 },
  codebook: { seed: 1, patches: 1500, iterations: 3 },
  imageTokenizer: {
    settings: {
      ...skeleton.imageTokenizer.settings,
      codes: 64,
      decoder: { cell: 4, levels: [{ width: 16, blocks: 1 }] },
    },
    noise: { most: 0.3, near: 4 },
    training: { ...shortTraining, steps: 20 },
  },
  generator: {
    settings: {
      ...skeleton.generator.settings,
      width: 32,
      heads: 2,
      feedForward: 32,
      textVocabulary: 320,
      imageVocabulary: 64,
    },
    dropCaption: 0.1,
    training: shortTraining,
  },
  scorer: {
    settings: {
      ...skeleton.scorer.settings,
      width: 32,
      embedding: 32,
      textVocabulary: 320,
      reads: { codes: 64, grid: [8, 4] },
    },
    broken: { share: 0.5, least: 0.2, most: 0.6, near: 4 },
    drawn: 24,
    training: { ...shortTraining, batchSize: 32 },
  },
}
