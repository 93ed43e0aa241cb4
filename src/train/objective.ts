/** What a training run minimises, and how it gets its batches. */
import type { Parameters, Tensor } from '../graph/index.ts'
import type { Value } from '../runtime/index.ts'

export type Objective = {
  readonly name: string
  /** Number of training examples. */
  readonly count: number
  /** Number of examples that are kept apart to watch progress on. */
  readonly validationCount: number
  /** The loss of one batch and what else is worth watching, all scalars. */
  build(parameters: Parameters, batchSize: number): { readonly loss: Tensor; readonly metrics: Record<string, Tensor> }
  /**
   * The inputs of `build` for these examples. `draw` numbers the visit (its step and place), so that random choices
   * such as which caption is read are a function of it alone.
   */
  batch(examples: readonly number[], draw: number): Record<string, Value>
  /** The same for validation examples, which never change. */
  validationBatch(examples: readonly number[]): Record<string, Value>
}
