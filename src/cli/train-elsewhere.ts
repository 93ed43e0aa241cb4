/** `neuf train --export, --feed, --import`: a stage's training for a runner that is not this program's engine. */

import { NeufError } from '../errors/errors.ts'
import type { Engine } from '../runtime/index.ts'
import { type FeedingShare, feedBatches, readTrainingData } from '../train/batch-files.ts'
import { fileExists } from '../train/checkpoint.ts'
import { exportTraining } from '../train/export.ts'
import { importTraining } from '../train/import.ts'
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
import { startProgress } from './progress.ts'

type Options = {
  readonly export: string | undefined
  readonly feed: string | undefined
  readonly import: string | undefined
  readonly stage: TrainedStage | undefined
  readonly ahead: number
  readonly share: string
  readonly finish: boolean
}

type Export = { readonly mode: 'export'; readonly folder: string; readonly stage: TrainedStage | undefined }
type Feed = {
  readonly mode: 'feed'
  /** The exported training's. */
  readonly folder: string
  readonly stage: TrainedStage
  readonly ahead: number
  readonly share: FeedingShare
  /** The exported training's, whatever the recipe says. */
  readonly steps: number
}
type Import = { readonly mode: 'import'; readonly folder: string; readonly finish: boolean }

/**
 * Which of the modes was asked for, if any.
 * @throws NeufError `usage` for several, `option-value`, and what keeps an exported training from being read
 */
export async function elsewhereOf(
  options: Options,
  resolve: (path: string) => string,
): Promise<Export | Feed | Import | undefined> {
  const [mode, another] = (['export', 'feed', 'import'] as const).filter((name) => options[name] !== undefined)
  if (another !== undefined) throw usage(`--${mode} and --${another} are two different calls.`)
  if (mode === undefined) return undefined
  const folder = resolve(options[mode]!)
  const { stage, ahead, finish } = options
  if (mode === 'export') return { mode, folder, stage }
  if (mode === 'import') return { mode, folder, finish }
  const share = shareOf(options.share)
  const { name, steps } = await readTrainingData(folder)
  const fed = trainedStages.find((one) => one === name)
  if (fed === undefined) throw new NeufError('run-other-settings', { path: folder })
  return { mode, folder, stage: fed, steps, ahead, share }
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

/** `3/16` as the third of sixteen shares. @throws NeufError `option-value` */
function shareOf(text: string): FeedingShare {
  const [, place, of] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number)
  if (place! >= 1 && place! <= of!) return { index: place! - 1, of: of! }
  throw new NeufError('option-value', { option: '--share', value: text, expected: 'I/N, I from 1 to N' })
}

/** Writes the training's files; batches are not among them. */
export async function exportStage(
  context: Context,
  engine: Engine,
  making: MakingSettings,
  { stage, folder }: Export,
): Promise<number> {
  const { recipe, folder: run } = making
  if (stage !== undefined && trainingOf(recipe, stage) === undefined) {
    throw new NeufError('option-value', { option: '--stage', value: stage, expected: `a stage of ${recipe.name}` })
  }
  const chosen = stage ?? (await nextStage(recipe, run))
  if (chosen === undefined)
    throw usage(`Every stage is trained in ${run}; name one with --stage and remove its result.`)
  const path = resultPath(run, chosen)
  if (await fileExists(path)) {
    throw new NeufError('stage-trained', { stage: chosen, path, step: trainingOf(recipe, chosen)!.steps })
  }
  const training = await stageTraining(engine, making, chosen)
  const { start } = training
  const data = await exportTraining(training.objective, training.training, folder, start && { start })
  context.out.write(
    `${chosen} in ${folder}: step ${data.start} of ${data.steps}, ${data.batchSize} x ${data.accumulate} scenes a step, ` +
      `${(data.batches.bytes / data.batchSize).toFixed(0)} bytes a scene\n`,
  )
  return 0
}

/** Writes batches ahead of the runner until its last step's are there. @throws NeufError `cancelled` */
export async function feedStage(
  context: Context,
  engine: Engine,
  making: MakingSettings,
  { folder, stage, ahead, share }: Feed,
): Promise<number> {
  const { objective, training } = await stageTraining(engine, making, stage)
  let bar: ReturnType<typeof startProgress> | undefined
  await feedBatches(objective, training, folder, {
    ...{ ahead, share, signal: context.signal },
    onFile(index, files) {
      bar ??= startProgress(context, { what: 'Batches', total: files, already: index })
      bar.update(index + 1)
    },
  }).finally(() => bar?.end())
  if (context.signal.aborted) throw new NeufError('cancelled', { what: 'feeding; call again to go on' })
  return 0
}

export async function importStage(
  context: Context,
  recipe: Recipe,
  run: string,
  { folder, finish }: Import,
): Promise<number> {
  const { stage, step, steps, path, encoding } = await importTraining(folder, recipe, run, { finish })
  const exact = encoding === 'exact' ? '' : `; its state was narrowed (${encoding})`
  const done = path === resultPath(run, stage) ? 'trained' : 'to be trained further'
  context.out.write(`${stage} ${done}: step ${step} of ${steps} in ${path}${exact}\n`)
  return 0
}

const usage = (problem: string): NeufError => new NeufError('usage', { problem, command: 'train' })
