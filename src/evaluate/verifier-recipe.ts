/** How the shipped verifier is made: its size, its pictures and its training. */

import type { VerifierSettings } from '../networks/verifier.ts'
import { optimiserDefaults } from '../train/optimiser.ts'
import type { TrainingSettings } from '../train/trainer.ts'
import { trainingDefaults } from '../train/trainer.ts'
import type { VerifierClasses } from './verifier-classes.ts'
import type { VerifierExamples } from './verifier-objective.ts'

/** 1.9 million weights; some 0.25 GFLOP to learn from a picture. */
export const tinyVerifier = (side: number, classes: VerifierClasses): VerifierSettings => ({
  side,
  cell: side / 16,
  stem: 48,
  stages: [
    { width: 96, blocks: 2 },
    { width: 192, blocks: 2 },
  ],
  hidden: 256,
  objects: classes.objects.length,
  colours: classes.colours.length,
  materials: classes.materials.length,
})

/** Scenes of the verifier's corpus, and its seed, which no other corpus has. */
export const verifierCorpus = { count: 98_304, seed: 770_001 } as const

export const verifierExamples: Omit<VerifierExamples, 'classes' | 'tokenizer'> = {
  validationCount: 2048,
  brokenShare: 0.12,
  shift: 2,
  decodedShare: 0.25,
}

/** Some 15 minutes on one core. */
export const verifierTraining: TrainingSettings = {
  ...trainingDefaults,
  steps: 2600,
  batchSize: 64,
  peakRate: 2e-3,
  warmupSteps: 100,
  averageDecay: 0.995,
  finalShare: 0.01,
  optimiser: { ...optimiserDefaults, clipNorm: 5 },
}
