/** How the shipped verifier is made: its size, its pictures and its training. */

import type { VerifierSettings } from '../networks/verifier.ts'
import type { TrainingSettings } from '../train/trainer.ts'
import { trainingDefaults } from '../train/trainer.ts'
import type { VerifierClasses } from './verifier-classes.ts'
import type { VerifierExamples } from './verifier-objective.ts'

/** 2.4 million weights; some 0.4 GFLOP to learn from a picture, the tokenizer's share included. */
export const tinyVerifier = (side: number, classes: VerifierClasses): VerifierSettings => ({
  side,
  cell: side / 16,
  stem: 64,
  stages: [
    { width: 128, heads: 4, layers: 2 },
    { width: 224, heads: 7, layers: 3 },
  ],
  objects: classes.objects.length,
  colours: classes.colours.length,
  materials: classes.materials.length,
})

/** Scenes of the verifier's corpus, and its seed, which no other corpus has. */
export const verifierCorpus = { count: 65_536, seed: 770_001 } as const

export const verifierExamples: Omit<VerifierExamples, 'classes' | 'tokenizer'> = {
  validationCount: 2048,
  brokenShare: 0.12,
  shift: 3,
  decodedShare: 0.25,
}

/** Some 8 minutes on two cores. */
export const verifierTraining: TrainingSettings = {
  ...trainingDefaults,
  steps: 2200,
  batchSize: 32,
  peakRate: 1.2e-3,
  warmupSteps: 250,
  averageDecay: 0.998,
  finalShare: 0.01,
}
