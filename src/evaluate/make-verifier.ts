/** From the art pack to a verifier on disk: trained on scenes drawn as they are needed, measured on true renders, packed. */
import { join } from 'node:path'
import { isDrawn } from '../corpus/concepts.ts'
import { anyone } from '../corpus/evaluation-things.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import { type Art, spriteKey } from '../corpus/sprite.ts'
import type { Weights } from '../models/weights.ts'
import type { Engine } from '../runtime/index.ts'
import { readCheckpoint } from '../train/checkpoint.ts'
import type { TrainingPlaces } from '../train/import.ts'
import { type RunSettings, runTraining } from '../train/run.ts'
import { claimRun, runIdentity } from '../train/run-identity.ts'
import type { StageTraining } from '../train/trained-stages.ts'
import type { TrainingSettings } from '../train/trainer.ts'
import { bestBars, measureVerifier } from './accuracy.ts'
import { detectorClasses } from './detector-classes.ts'
import { type DetectorExamples, detectorObjective, verifierName } from './detector-objective.ts'
import type { FrozenTokenizer } from './frozen-tokenizer.ts'
import { type ScenePrompt, suite } from './suite.ts'
import { drawRenders, type Render } from './true-renders.ts'
import { createVerifier } from './verifier.ts'
import type { VerifierAccuracy } from './verifier-accuracy.ts'
import { openVerifier, writeVerifier } from './verifier-folder.ts'
import { type DetectingNetwork, defaultBars } from './verifier-network.ts'
import { detectorFor, verifierExamples, verifierTraining } from './verifier-recipe.ts'
import { drawnScenes, heldOutStyle, stillEveryFor, verifierSample } from './verifier-scenes.ts'

export type VerifierMaking = Pick<RunSettings, 'folder' | 'now' | 'signal' | 'onStep'> & {
  /** Weights to go on from, in place of those of the seed. */
  readonly startFrom?: Weights
  /** All that `verifierSample` shows, at `side`. */
  readonly art: Art
  readonly side: number
  /** Of the model that it will judge. */
  readonly sample: SampleSettings
  /** Scenes to learn from, and their seed. */
  readonly scenes: { readonly count: number; readonly seed: number }
  /** With the sha256 of the model that it is of. */
  readonly tokenizer?: FrozenTokenizer & { readonly model: string }
  readonly training?: TrainingSettings
  /** Its size; that of the recipe unless given. */
  readonly detector?: typeof detectorFor
  readonly examples?: Omit<DetectorExamples, 'classes' | 'tokenizer' | 'count'>
}

/** What the run's files of its training are called, and what they say whose they are; known without the art. */
export const verifierPlaces = (folder: string, count: number, training: TrainingSettings): TrainingPlaces => ({
  identity: runIdentity({ name: verifierName, count }, training),
  result: join(folder, `${verifierName}.safetensors`),
  checkpoint: join(folder, `${verifierName}.checkpoint.safetensors`),
  log: join(folder, `${verifierName}.jsonl`),
})

/** Claims the run's folder, and says what is to be trained there and where that begins. @throws NeufError `run-other-settings` */
export async function verifierStage(making: VerifierMaking): Promise<StageTraining> {
  const { art, side, scenes, tokenizer, detector, training = verifierTraining, examples = verifierExamples } = making
  const { folder, startFrom } = making
  const sample = verifierSample(making.sample)
  const stillEvery = stillEveryFor(making.sample)
  const network = networkFor(side, sample.concepts, detector)
  const started = startFrom !== undefined
  await claimRun(folder, {
    side,
    sample,
    scenes,
    stillEvery,
    examples,
    network,
    art: art.sha256,
    model: tokenizer?.model,
    started,
  })
  const objective = detectorObjective(
    drawnScenes(art, sample, side, { seed: scenes.seed, stillEvery }),
    network.settings,
    {
      ...examples,
      count: scenes.count,
      classes: network.classes,
      ...(tokenizer && { tokenizer }),
    },
  )
  const { identity, checkpoint } = verifierPlaces(folder, scenes.count, training)
  const weights =
    startFrom && new Map([...startFrom].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]))
  const start = (await readCheckpoint(checkpoint, identity)) ?? (weights && { weights })
  return { objective, training, ...(start && { start }) }
}

/** Trains it, or goes on. Throws as `runTraining` does. */
export async function trainVerifier(engine: Engine, making: VerifierMaking): Promise<Weights> {
  const { folder, now, signal, onStep } = making
  const { objective, training, start } = await verifierStage(making)
  return runTraining(engine, {
    ...{ folder, now, objective, training },
    ...(start && 'weights' in start && { startFrom: start.weights }),
    ...(signal && { signal }),
    ...(onStep && { onStep }),
  })
}

const networkFor = (side: number, concepts: readonly string[], detector = detectorFor): DetectingNetwork => {
  const classes = detectorClasses(concepts)
  return { kind: 'detecting', settings: detector(side, classes), classes, bars: defaultBars }
}

export type VerifierPacking = {
  readonly folder: string
  readonly name: string
  readonly side: number
  /** Of the model that it will judge. */
  readonly sample: SampleSettings
  /** All that the sample shows. */
  readonly art: Art
  /** The same in the style that no verifier learns from, where there is such art. */
  readonly strange?: Art
  readonly detector?: typeof detectorFor
  /** Renders of each kind to measure it on, and the seed that draws them. */
  readonly renders: { readonly count: number; readonly seed: number }
  /** For people to read. */
  readonly training: Readonly<Record<string, string | number>>
}

/**
 * Writes it, finds the bars from which on a thing counts as seen, measures what was written (the weights lose a little in 8
 * bits) on other renders, and writes that beside it.
 */
export async function packVerifier(
  engine: Engine,
  weights: Weights,
  packing: VerifierPacking,
): Promise<{ readonly sha256: string; readonly accuracy: VerifierAccuracy }> {
  const { folder, name, side, art, training, sample } = packing
  const { count, seed } = packing.renders
  const { styles, concepts } = verifierSample(sample)
  const network = networkFor(side, concepts, packing.detector)
  const description = { name, network, styles, training, weights }
  await writeVerifier(folder, { ...description, accuracy: null })
  const stored = await openVerifier(folder)

  const rendersOf = (asked: readonly ScenePrompt[], own: number, wander: boolean): Render[] =>
    drawRenders(art, asked, { seed: own, side, wander })
  const asked = (own: number, most: number) =>
    suite({ prompts: most, seed: own, sample: { ...sample, styles }, languages: ['en'] })
  const looking = await createVerifier(engine, stored.network, stored.weights)
  const tuning = rendersOf(asked(seed + 1, Math.ceil(count / 2)), seed + 1, true)
  const bars = bestBars(tuning, await looking.find(tuning.map(({ pixels }) => pixels)), network.bars)
  const verifier = { ...looking, network: { ...network, bars } }
  const strange =
    packing.strange === undefined
      ? []
      : drawRenders(packing.strange, inHeldOutStyle(sample, packing.strange, { count, seed }), {
          seed,
          side,
          wander: true,
        })
  const shown = rendersOf(asked(seed, count), seed, sample.wander)
  const accuracy = await measureVerifier(verifier, shown, seed, strange)
  await looking.dispose()
  const sha256 = await writeVerifier(folder, { ...description, network: { ...network, bars }, accuracy })
  return { sha256, accuracy }
}

/** Single things in the style that no verifier learns from, where the art has them. */
const inHeldOutStyle = (
  sample: SampleSettings,
  art: Art,
  { count, seed }: VerifierPacking['renders'],
): ScenePrompt[] => {
  const concepts = sample.concepts.filter((concept) => {
    return isDrawn(concept, heldOutStyle) && art.sprites.has(spriteKey(heldOutStyle, concept, anyone(concept), null))
  })
  if (concepts.length === 0) return []
  const strange = { ...sample, concepts, styles: [heldOutStyle] }
  return suite({ prompts: count, seed, sample: strange, languages: ['en'], kinds: ['single'] })
}
