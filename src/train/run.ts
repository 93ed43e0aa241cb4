/** A training run in a folder: advances, logs, checkpoints, resumes. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import type { Engine } from '../runtime/index.ts'
import { atomicWrite, makeFolder } from '../storage/atomic-write.ts'
import { fileExists, readCheckpoint, readResult, writeCheckpoint, writeResult } from './checkpoint.ts'
import type { Weights } from './initial-weights.ts'
import type { Objective } from './objective.ts'
import { runIdentity } from './run-identity.ts'
import { createTrainer, type StepReport, type TrainingSettings } from './trainer.ts'

export type RunSettings = {
  /** Where the run lives: `<name>.checkpoint.safetensors`, `<name>.jsonl`, `<name>.safetensors` when done. */
  readonly folder: string
  readonly objective: Objective
  readonly training: TrainingSettings
  /** Weights to go on from, in place of those of the seed. */
  readonly startFrom?: Weights
  /** Steps between lines of the log, and between looks at the validation examples. */
  readonly logEvery?: number
  readonly validateEvery?: number
  readonly secondsBetweenCheckpoints?: number
  /** Milliseconds, only ever growing. */
  readonly now: () => number
  readonly signal?: AbortSignal
  readonly onStep?: (report: StepReport, total: number) => void
  /** Called with the averaged weights at every checkpoint but the one of a stop, to draw samples. */
  readonly onCheckpoint?: (weights: Weights, step: number) => Promise<void>
}

/** One line of the log: the mean since the line before, or a look at the validation examples. */
type LogLine = { readonly step: number; readonly [name: string]: number | string }

/**
 * Trains until the schedule's end and returns the averaged weights. A finished run is read back; an unfinished one goes
 * on where it stopped, with the losses it would have had. Throws `cancelled` (after writing a checkpoint),
 * `run-other-settings`, `training-diverged`, and the faults of writing files.
 */
export async function runTraining(engine: Engine, settings: RunSettings): Promise<Weights> {
  const { folder, objective, training, now, signal, logEvery = 50, validateEvery = 500 } = settings
  const file = (suffix: string) => join(folder, `${objective.name}${suffix}`)
  const identity = runIdentity(objective, training)
  await makeFolder(folder)
  const result = await readResult(file('.safetensors'), identity)
  if (result !== undefined) return result
  const before = await readCheckpoint(file('.checkpoint.safetensors'), identity)
  const start = before ?? (settings.startFrom && { weights: settings.startFrom })
  const trainer = await createTrainer(engine, objective, training, start)
  const log = await readLog(file('.jsonl'), trainer.step)
  let checkpointAt = now()
  let readings: StepReport[] = []
  let readingsFrom = now()

  const save = async (): Promise<void> => {
    await writeCheckpoint(file('.checkpoint.safetensors'), await trainer.state(), identity)
    await atomicWrite(file('.jsonl'), log.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  const checkpoint = async (): Promise<void> => {
    await save()
    await settings.onCheckpoint?.(await trainer.weights(), trainer.step)
    checkpointAt = now()
  }

  try {
    while (trainer.step < training.steps) {
      const report = await trainer.advance()
      readings.push(report)
      settings.onStep?.(report, training.steps)
      if (report.step % logEvery === 0) {
        log.push(lineOf(readings, (now() - readingsFrom) / readings.length))
        readings = []
        readingsFrom = now()
      }
      if (report.step % validateEvery === 0 || report.step === training.steps) {
        const { loss, metrics } = await trainer.validate()
        log.push({ step: report.step, validationLoss: loss, ...metrics })
      }
      if (signal?.aborted) {
        // Without samples: who stops it waits for it.
        await save()
        throw new NeufError('cancelled', { what: `${objective.name} at step ${report.step}; start again to go on` })
      }
      if (now() - checkpointAt > 1000 * (settings.secondsBetweenCheckpoints ?? 180)) await checkpoint()
    }
    await checkpoint()
    const weights = await trainer.weights()
    await writeResult(file('.safetensors'), { step: trainer.step, tensors: weights }, identity)
    return weights
  } finally {
    await trainer.dispose()
  }
}

/** The log up to a step: lines after the checkpoint belong to steps that are done again. */
async function readLog(path: string, step: number): Promise<LogLine[]> {
  if (!(await fileExists(path))) return []
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as LogLine).filter((line) => line.step <= step)
}

/** The last validation loss that a run's log has. Throws RangeError where it has none. */
export async function lastValidation(folder: string, { name }: Pick<Objective, 'name'>): Promise<number> {
  const lines = await readLog(join(folder, `${name}.jsonl`), Number.POSITIVE_INFINITY)
  const found = lines.findLast(({ validationLoss }) => typeof validationLoss === 'number')
  if (found === undefined) throw new RangeError(`the log of ${name} in ${folder} has no validation`)
  return found.validationLoss as number
}

function lineOf(readings: readonly StepReport[], milliseconds: number): LogLine {
  const last = readings.at(-1)!
  const mean = (value: (report: StepReport) => number) =>
    readings.reduce((sum, r) => sum + value(r), 0) / readings.length
  const metrics = Object.keys(last.metrics).map((name) => [name, mean((report) => report.metrics[name]!)] as const)
  return {
    step: last.step,
    loss: mean((report) => report.loss),
    rate: last.rate,
    gradientNorm: mean((report) => report.gradientNorm),
    ...Object.fromEntries(metrics),
    milliseconds: Math.round(milliseconds),
  }
}
