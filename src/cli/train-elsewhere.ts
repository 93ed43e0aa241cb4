/** `neuf train --export, --feed, --import`: a stage's training for a runner that is not this program's engine. */
import { NeufError } from '../errors/errors.ts'
import type { Engine } from '../runtime/index.ts'
import { readTrainingData } from '../train/batch-files.ts'
import { fileExists } from '../train/checkpoint.ts'
import type { MakingSettings } from '../train/make-model.ts'
import type { Recipe } from '../train/recipe.ts'
import {
  nextStage,
  resultPath,
  stageTraining,
  type TrainedStage,
  trainedStages,
  trainingOf,
  withSteps,
} from '../train/trained-stages.ts'
import type { Context } from './command.ts'
import { type Elsewhere, exportTo, feedTo } from './elsewhere.ts'

/** The stage of an exported training, and its number of steps, whatever the recipe says. */
async function fedStage(folder: string): Promise<{ readonly stage: TrainedStage; readonly steps: number }> {
  const { name, steps } = await readTrainingData(folder)
  const stage = trainedStages.find((one) => one === name)
  if (stage === undefined) throw new NeufError('run-other-settings', { path: folder })
  return { stage, steps }
}

/** The recipe as it is fed: with the exported training's number of steps. */
export async function asFed(recipe: Recipe, elsewhere: Elsewhere | undefined): Promise<Recipe> {
  if (elsewhere?.mode !== 'feed') return recipe
  const { stage, steps } = await fedStage(elsewhere.folder)
  return withSteps(recipe, stage, steps)
}

/**
 * The recipe with the numbers of steps that were given, `generator=6000` each.
 * @throws NeufError `option-value` for what is none, or a stage that the recipe does not have
 */
export function recipeWithSteps(recipe: Recipe, given: readonly string[]): Recipe {
  return given.reduce((changed, text) => {
    const [, name, steps] = /^([a-z-]+)=([1-9]\d{0,6})$/.exec(text) ?? []
    const stages = trainedStages.filter((one) => trainingOf(recipe, one) !== undefined)
    const stage = stages.find((one) => one === name)
    if (stage !== undefined) return withSteps(changed, stage, Number(steps))
    throw new NeufError('option-value', { option: '--steps', value: text, expected: `STAGE=N of ${stages.join(', ')}` })
  }, recipe)
}

/** Writes the files of a stage's training, the next that is not trained unless one is named. */
export async function exportStage(
  context: Context,
  engine: Engine,
  making: MakingSettings,
  { stage, folder }: { readonly stage: TrainedStage | undefined; readonly folder: string },
): Promise<number> {
  const { recipe, folder: run } = making
  if (stage !== undefined && trainingOf(recipe, stage) === undefined) {
    throw new NeufError('option-value', { option: '--stage', value: stage, expected: `a stage of ${recipe.name}` })
  }
  const chosen = stage ?? (await nextStage(recipe, run))
  if (chosen === undefined) {
    const problem = `Every stage is trained in ${run}; name one with --stage and remove its result.`
    throw new NeufError('usage', { problem, command: 'train' })
  }
  const path = resultPath(run, chosen)
  if (await fileExists(path)) {
    throw new NeufError('stage-trained', { stage: chosen, path, step: trainingOf(recipe, chosen)!.steps })
  }
  return exportTo(context, await stageTraining(engine, making, chosen), folder)
}

export async function feedStage(
  context: Context,
  engine: Engine,
  making: MakingSettings,
  elsewhere: Extract<Elsewhere, { mode: 'feed' }>,
): Promise<number> {
  const { stage } = await fedStage(elsewhere.folder)
  return feedTo(context, await stageTraining(engine, making, stage), elsewhere)
}
