/** `--export, --feed, --import` of the commands that train: one training for a runner that is not this program's engine. */
import { NeufError } from '../errors/errors.ts'
import { type FeedingShare, feedBatches } from '../train/batch-files.ts'
import { exportTraining } from '../train/export.ts'
import { importTraining, type TrainingPlaces } from '../train/import.ts'
import type { Objective } from '../train/objective.ts'
import type { TrainingStart } from '../train/starting-state.ts'
import type { TrainingSettings } from '../train/trainer.ts'
import type { OptionValues } from './arguments.ts'
import type { Context } from './command.ts'
import { startProgress } from './progress.ts'

/** What the commands share. */
export const elsewhereOptions = {
  export: {
    kind: 'text',
    value: 'FOLDER',
    help: 'Write a training as files for runners/xla or runners/torch, and train nothing (docs/xla.md)',
  },
  feed: { kind: 'text', value: 'FOLDER', help: 'Write batches of an exported training ahead of its runner' },
  ahead: {
    kind: 'integer',
    value: 'N',
    least: 1,
    most: 1000,
    default: 8,
    help: 'Files of batches that may wait unread',
  },
  share: {
    kind: 'text',
    value: 'I/N',
    default: '1/1',
    help: 'Feed every Nth file, as the Ith of N feeding at once',
  },
  import: {
    kind: 'text',
    value: 'FOLDER',
    help: "Take back a runner's state, or pieces of it, as the training's result or checkpoint",
  },
  finish: { kind: 'flag', help: 'With --import: a training cut short counts as done' },
} as const

export type Elsewhere =
  | { readonly mode: 'export'; readonly folder: string }
  | { readonly mode: 'feed'; readonly folder: string; readonly ahead: number; readonly share: FeedingShare }
  | { readonly mode: 'import'; readonly folder: string; readonly finish: boolean }

/**
 * Which of the modes was asked for, if any.
 * @throws NeufError `usage` for several, `option-value`
 */
export function elsewhereOf(
  options: OptionValues<typeof elsewhereOptions>,
  resolve: (path: string) => string,
  command: string,
): Elsewhere | undefined {
  const [mode, another] = (['export', 'feed', 'import'] as const).filter((name) => options[name] !== undefined)
  if (another !== undefined) {
    throw new NeufError('usage', { problem: `--${mode} and --${another} are two different calls.`, command })
  }
  if (mode === undefined) return undefined
  const folder = resolve(options[mode]!)
  if (mode === 'export') return { mode, folder }
  if (mode === 'import') return { mode, folder, finish: options.finish }
  return { mode, folder, ahead: options.ahead, share: shareOf(options.share) }
}

/** `3/16` as the third of sixteen shares. @throws NeufError `option-value` */
function shareOf(text: string): FeedingShare {
  const [, place, of] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number)
  if (place! >= 1 && place! <= of!) return { index: place! - 1, of: of! }
  throw new NeufError('option-value', { option: '--share', value: text, expected: 'I/N, I from 1 to N' })
}

type Training = {
  readonly objective: Objective
  readonly training: TrainingSettings
  readonly start?: TrainingStart
}

/** Writes the training's files; batches are not among them. */
export async function exportTo(context: Context, { objective, training, start }: Training, folder: string) {
  const data = await exportTraining(objective, training, folder, start && { start })
  context.out.write(
    `${objective.name} in ${folder}: step ${data.start} of ${data.steps}, ${data.batchSize} x ${data.accumulate} scenes ` +
      `a step, ${(data.batches.bytes / data.batchSize).toFixed(0)} bytes a scene\n`,
  )
  return 0
}

/** Writes batches ahead of the runner until its last step's are there. @throws NeufError `cancelled` */
export async function feedTo(
  context: Context,
  { objective, training }: Training,
  { folder, ahead, share }: Extract<Elsewhere, { mode: 'feed' }>,
): Promise<number> {
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

/** Takes what the runner made into the run. */
export async function importFrom(
  context: Context,
  { folder, finish }: Extract<Elsewhere, { mode: 'import' }>,
  placesOf: (name: string) => TrainingPlaces | undefined,
): Promise<number> {
  const { name, step, steps, path, encoding } = await importTraining(folder, placesOf, { finish })
  const exact = encoding === 'exact' ? '' : `; its state was narrowed (${encoding})`
  const done = path === placesOf(name)?.result ? 'trained' : 'to be trained further'
  context.out.write(`${name} ${done}: step ${step} of ${steps} in ${path}${exact}\n`)
  return 0
}
