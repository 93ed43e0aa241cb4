/**
 * The stages of a model that are trainings, so that any of them can be trained elsewhere: what such a training is made
 * of, and where its result goes.
 */
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import type { Engine } from '../runtime/index.ts'
import { fileExists, readCheckpoint, readResult } from './checkpoint.ts'
import type { TrainingPlaces } from './import.ts'
import { type MakingSettings, makeNetworks, type Stage, type Train } from './make-model.ts'
import type { Objective } from './objective.ts'
import type { Recipe } from './recipe.ts'
import { runIdentity } from './run-identity.ts'
import type { TrainingStart } from './starting-state.ts'
import type { TrainingSettings } from './trainer.ts'

/** In the order in which a model needs them. */
export const trainedStages = ['encoder', 'image-tokenizer', 'generator', 'scorer'] as const satisfies readonly Stage[]
export type TrainedStage = (typeof trainedStages)[number]

export type StageTraining = {
  readonly objective: Objective
  readonly training: TrainingSettings
  /** The run's checkpoint, or a model that is trained further; without either, weights from the seed. */
  readonly start?: TrainingStart
}

/** How a recipe trains a stage; undefined where it has no such stage. */
export function trainingOf(recipe: Recipe, stage: TrainedStage): TrainingSettings | undefined {
  if (stage === 'encoder') return recipe.imageTokenizer.encoderTraining
  return recipe[stage === 'image-tokenizer' ? 'imageTokenizer' : stage].training
}

/** The recipe with another number of steps for one stage. */
export function withSteps(recipe: Recipe, stage: TrainedStage, steps: number): Recipe {
  const training = { ...trainingOf(recipe, stage)!, steps }
  const { imageTokenizer } = recipe
  if (stage === 'encoder') return { ...recipe, imageTokenizer: { ...imageTokenizer, encoderTraining: training } }
  if (stage === 'image-tokenizer') return { ...recipe, imageTokenizer: { ...imageTokenizer, training } }
  return { ...recipe, [stage]: { ...recipe[stage], training } }
}

/** Where a run keeps what a stage ended with. */
export const resultPath = (folder: string, stage: TrainedStage): string => join(folder, `${stage}.safetensors`)
export const checkpointPath = (folder: string, stage: TrainedStage): string =>
  join(folder, `${stage}.checkpoint.safetensors`)

/** What a stage's checkpoints and result say whose they are; known without the corpus. */
export function stageIdentity(recipe: Recipe, stage: TrainedStage): string {
  const { count, validationCount } = recipe.corpus
  return runIdentity({ name: stage, count: count - validationCount }, trainingOf(recipe, stage)!)
}

/** Where a run of the recipe keeps what a stage of this name is trained to; undefined where there is no such stage. */
export const stagePlaces =
  (recipe: Recipe, folder: string) =>
  (name: string): TrainingPlaces | undefined => {
    const stage = trainedStages.find((one) => one === name)
    return (
      stage && {
        identity: stageIdentity(recipe, stage),
        result: resultPath(folder, stage),
        checkpoint: checkpointPath(folder, stage),
        log: join(folder, `${stage}.jsonl`),
      }
    )
  }

/** The first stage whose result is not in the run's folder; undefined where all are. */
export async function nextStage(recipe: Recipe, folder: string): Promise<TrainedStage | undefined> {
  for (const stage of trainedStages) {
    if (trainingOf(recipe, stage) !== undefined && !(await fileExists(resultPath(folder, stage)))) return stage
  }
  return undefined
}

/**
 * A stage's training as `makeNetworks` would begin it. What comes before and is no training is made where it is missing;
 * earlier trainings must be done.
 * @throws NeufError `stage-untrained` where an earlier one is not, and as `makeNetworks` does
 */
export function stageTraining(engine: Engine, settings: MakingSettings, stage: TrainedStage): Promise<StageTraining> {
  const { folder } = settings
  return new Promise((resolve, reject) => {
    const train: Train = async (current, objective, training, startFrom) => {
      if (current !== stage) {
        const path = resultPath(folder, current as TrainedStage)
        const found = await readResult(path, runIdentity(objective, training))
        if (found === undefined) throw new NeufError('stage-untrained', { stage: current, folder })
        return found
      }
      const before = await readCheckpoint(checkpointPath(folder, stage), runIdentity(objective, training))
      const start = before ?? (startFrom && { weights: startFrom })
      resolve({ objective, training, ...(start && { start }) })
      // Making stops here: it waits for weights that never come, and is forgotten with them.
      return new Promise(() => {})
    }
    makeNetworks(engine, { ...settings, train }).then(
      () =>
        reject(new NeufError('option-value', { option: '--stage', value: stage, expected: 'a stage of the recipe' })),
      reject,
    )
  })
}
