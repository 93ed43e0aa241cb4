/** `training.json`: an exported training as data. docs/xla.md has the format. */
import type { GraphData } from '../graph/graph-data.ts'
import type { ElementType } from '../graph/index.ts'

export const trainingFormat = 'neuf-training'
export const trainingVersion = 1

export type BatchInput = {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  /** The axis along which the batch's examples lie. */
  readonly batchAxis: number
  /** Place and size in bytes within a batch. */
  readonly offset: number
  readonly bytes: number
}

/** One batch: its inputs one after the other, wide element types first, then zeros up to `bytes`. */
export type BatchLayout = { readonly inputs: readonly BatchInput[]; readonly bytes: number }

/** `training.json`. Files are named relative to its folder. */
export type TrainingData = {
  readonly format: typeof trainingFormat
  readonly version: typeof trainingVersion
  /** The objective's name. */
  readonly name: string
  /** What snapshots carry as `settings`, so that the run can go on here. */
  readonly identity: string
  /** Steps of the whole run, and the step that `initialState` was reached at. */
  readonly steps: number
  readonly start: number
  readonly batchSize: number
  /** Batches whose gradients are summed up for one update; the mean is taken by the graph. */
  readonly accumulate: number
  /** The loss and its metrics, from batch, fixed inputs and parameters. */
  readonly loss: GraphData
  /** The new state and what else is worth reporting, from gradients, state, parameters and scalars. */
  readonly update: GraphData
  /** Each parameter's place in the state, its gradient's name in `update`, and its average, which validates and ships. */
  readonly parameters: readonly {
    readonly name: string
    readonly weight: string
    readonly gradient: string
    readonly average: string
  }[]
  /** All that is kept between steps: the tensors of `initialState` and of snapshots, and outputs of `update`. */
  readonly state: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /** Scalars by step, in `file` as vectors: element 0 is for step 1. `reported` of them are worth a reader's eyes. */
  readonly schedule: { readonly file: string; readonly names: readonly string[]; readonly reported: readonly string[] }
  /** Inputs of the loss that never change; their values are in `constants` under `stored`. */
  readonly fixedInputs: readonly {
    readonly name: string
    readonly type: ElementType
    readonly shape: readonly number[]
    readonly stored: string
  }[]
  readonly batches: BatchLayout & { readonly stepsPerFile: number }
  /** Batches of examples that are kept apart, one after the other in `file`; null where there are none. */
  readonly validation:
    | (BatchLayout & { readonly file: string; readonly count: number; readonly loss: GraphData })
    | null
  readonly constants: string
  readonly initialState: string
  /** What the runner writes on the way, and the averaged weights at the end. */
  readonly snapshot: string
  readonly result: string
}
