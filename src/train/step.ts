/** What a step reads besides the state. All of it is a function of the step's number, so that any run can be gone on with. */
import { averageShareAt, rateAt } from './schedule.ts'
import type { TrainingSettings } from './trainer.ts'

/** The scalars of the optimiser's graph at a step, which counts from 1. */
export function scalarsAt(step: number, settings: TrainingSettings) {
  const { beta1, beta2 } = settings.optimiser
  return {
    rate: rateAt(step, settings),
    correction1: 1 / (1 - beta1 ** step),
    correction2: 1 / (1 - beta2 ** step),
    averageShare: averageShareAt(step, settings),
  }
}

/** The number of the first visit of a batch: part `part` (from 0) of a step. */
export const drawAt = (step: number, part: number, { accumulate, batchSize }: TrainingSettings): number =>
  ((step - 1) * accumulate + part) * batchSize
