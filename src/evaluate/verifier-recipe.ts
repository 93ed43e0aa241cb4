/** How a verifier is made: its size, its pictures and its training. */
import type { DetectorSettings } from '../networks/detector.ts'
import { optimiserDefaults } from '../train/optimiser.ts'
import { type TrainingSettings, trainingDefaults } from '../train/trainer.ts'
import { classCounts, type DetectorClasses } from './detector-classes.ts'
import type { DetectorExamples } from './detector-objective.ts'

/** 3.3 to 3.6 million weights; some 1.3 GFLOP to learn from a picture and four of its things. */
export const detectorFor = (side: number, classes: DetectorClasses): DetectorSettings => ({
  side,
  finder: {
    cell: Math.max(1, side / 32),
    stem: 32,
    stages: [
      { width: 64, blocks: 1 },
      { width: 128, blocks: 2 },
      { width: 192, blocks: 1 },
    ],
    whole: 192,
  },
  namer: {
    side: side > 64 ? 48 : 32,
    cell: side > 64 ? 3 : 2,
    stem: 48,
    stages: [
      { width: 96, blocks: 2 },
      { width: 192, blocks: 2 },
    ],
    hidden: 256,
  },
  ...classCounts(classes),
})

/** Scenes that are learnt from, and the seed, which no corpus has. */
export const verifierScenes = { count: 1_000_000, seed: 770_001 } as const

export const verifierExamples: Omit<DetectorExamples, 'classes' | 'tokenizer' | 'count'> = {
  validationCount: 1024,
  brokenShare: 0.12,
  softenedShare: 0.3,
  decodedShare: 0.25,
}

/** Some 30 ms a picture on one core, with drawing it: about 85 minutes. */
export const verifierTraining: TrainingSettings = {
  ...trainingDefaults,
  steps: 2600,
  batchSize: 64,
  peakRate: 2e-3,
  warmupSteps: 100,
  averageDecay: 0.997,
  finalShare: 0.01,
  optimiser: { ...optimiserDefaults, clipNorm: 5 },
}
