/** From a corpus of single things to a verifier on disk: trained, measured on true renders, packed. */
import type { Corpus } from '../corpus/read.ts'
import type { Style } from '../corpus/scene.ts'
import type { Art } from '../corpus/sprite.ts'
import { NeufError } from '../errors/errors.ts'
import type { Weights } from '../models/weights.ts'
import type { Engine } from '../runtime/index.ts'
import { type RunSettings, runTraining } from '../train/run.ts'
import { claimRun } from '../train/run-identity.ts'
import type { TrainingSettings } from '../train/trainer.ts'
import { measureVerifier, renders, type VerifierAccuracy } from './accuracy.ts'
import { createVerifier } from './verifier.ts'
import { type VerifierClasses, verifierClasses } from './verifier-classes.ts'
import { openVerifier, writeVerifier } from './verifier-folder.ts'
import { type FrozenTokenizer, verifierObjective } from './verifier-objective.ts'
import { tinyVerifier, verifierExamples, verifierTraining } from './verifier-recipe.ts'

export type VerifierMaking = Pick<RunSettings, 'folder' | 'now' | 'signal' | 'onStep'> & {
  /** Of `verifierSample`. */
  readonly corpus: Corpus
  /** With the sha256 of the model that it is of. */
  readonly tokenizer?: FrozenTokenizer & { readonly model: string }
  readonly training?: TrainingSettings
}

/** Trains it, or goes on. Throws as `runTraining` does, and `corpus-other-settings` for a corpus without held-out pairs. */
export async function trainVerifier(engine: Engine, making: VerifierMaking): Promise<Weights> {
  const { corpus, tokenizer, training = verifierTraining, ...run } = making
  if (!corpus.info.sample.allowHeldOut) {
    const difference = 'a verifier must know the pairs that are held out of other corpora'
    throw new NeufError('corpus-other-settings', { folder: 'the corpus', difference })
  }
  const classes = verifierClasses(corpus.info.concepts)
  const validationCount = Math.min(verifierExamples.validationCount, Math.floor(corpus.count / 4))
  const examples = { ...verifierExamples, validationCount }
  const network = tinyVerifier(corpus.side, classes)
  await claimRun(run.folder, { corpus: corpus.info, examples, network, model: tokenizer?.model })
  const objective = verifierObjective(corpus, network, { ...examples, classes, ...(tokenizer && { tokenizer }) })
  return runTraining(engine, { ...run, objective, training })
}

export type VerifierPacking = {
  readonly folder: string
  readonly name: string
  readonly side: number
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
  readonly wander: boolean
  readonly art: Art
  /** Renders of each kind to measure it on, and the seed that draws them. */
  readonly renders: { readonly count: number; readonly seed: number }
  /** For people to read. */
  readonly training: Readonly<Record<string, string | number>>
}

/** Writes it, measures what was written (the weights lose a little in 8 bits), and writes that beside it. */
export async function packVerifier(
  engine: Engine,
  weights: Weights,
  packing: VerifierPacking,
): Promise<{ readonly sha256: string; readonly accuracy: VerifierAccuracy }> {
  const { folder, name, side, concepts, styles, wander, art, training } = packing
  const classes: VerifierClasses = verifierClasses(concepts)
  const description = { name, settings: tinyVerifier(side, classes), classes, styles, training, weights }
  await writeVerifier(folder, { ...description, accuracy: null })
  const stored = await openVerifier(folder)
  const verifier = await createVerifier(engine, stored.settings, stored.classes, stored.weights)
  const shown = renders(art, { ...packing.renders, side, concepts, styles, wander })
  const accuracy = await measureVerifier(verifier, shown, packing.renders.seed)
  await verifier.dispose()
  return { sha256: await writeVerifier(folder, { ...description, accuracy }), accuracy }
}
