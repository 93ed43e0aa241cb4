/**
 * A training as files, for runners that know no network, no loss and no schedule (runners/xla, runners/torch): the loss
 * and the update as graphs of whole ops, the scalars of every step, the state to start from, and where the batches lie.
 * docs/xla.md has the format.
 */
import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConstantData, type GraphData, graphData } from '../graph/graph-data.ts'
import { createParameters, describeParameter, input, mul, type Parameters } from '../graph/index.ts'
import { tensorData } from '../graph/onnx/lowering.ts'
import { type StoredTensor, type ElementType as StoredType, writeSafetensors } from '../models/safetensors.ts'
import { packWeights } from '../models/weights.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { batchesOfStep, batchLayout, bytesOf, encodeBatch } from './batch-files.ts'
import type { Objective } from './objective.ts'
import { gradientName, optimise, stateKindsOf, stateName } from './optimiser.ts'
import { runIdentity } from './run-identity.ts'
import { beginningOf, type TrainingStart } from './starting-state.ts'
import { scalarsAt } from './step.ts'
import type { TrainingSettings } from './trainer.ts'
import {
  type BatchInput,
  type BatchLayout,
  type TrainingData,
  trainingFormat,
  trainingVersion,
} from './training-data.ts'

/** Constants of more elements than this lie in a file of their own. */
const inlineElements = 64

/** Batch files are about this large, unless told otherwise: few enough files, and soon there. */
const batchFileBytes = 16 * 2 ** 20

export type ExportOptions = {
  /** Where training begins, as in `createTrainer`; else at weights from the seed. */
  readonly start?: TrainingStart
  readonly stepsPerFile?: number
}

/**
 * Writes all of a training but its batches (`writeBatches`, `feedBatches`) into a folder, `training.json` last. Batch
 * files that an earlier export left there are removed; a snapshot is not.
 */
export async function exportTraining(
  objective: Objective,
  settings: TrainingSettings,
  folder: string,
  { start, stepsPerFile }: ExportOptions = {},
): Promise<TrainingData> {
  const { batchSize, accumulate, steps } = settings
  const parameters = createParameters()
  const constants = new Map<string, StoredTensor>()
  const store = (constant: ConstantData): string | undefined => {
    if (constant.values.length <= inlineElements && constant.values.every(Number.isFinite)) return undefined
    const tensor = storedConstant(constant)
    // By content: the loss and its validation hold the same constants.
    const name = `constant:${createHash('sha256').update(`${tensor.dtype} ${tensor.shape}`).update(tensor.data).digest('hex').slice(0, 16)}`
    constants.set(name, tensor)
    return name
  }
  const lossAt = (size: number): GraphData => {
    const { loss, metrics } = objective.build(parameters, size)
    return graphData({ loss, ...metrics }, store)
  }
  const loss = lossAt(batchSize)
  const update = updateOf(parameters, settings)
  const kinds = stateKindsOf(parameters, settings.optimiser)
  const identity = runIdentity(objective, settings)

  const batchAxes = axesThatDiffer(loss, lossAt(2 * batchSize))
  const [first] = batchesOfStep(objective, settings, 1)
  const fixedInputs = loss.inputs
    .filter(({ name }) => !batchAxes.has(name))
    .map((fixed) => ({ ...fixed, shape: fixed.shape as number[], stored: `input:${fixed.name}` }))
  for (const fixed of fixedInputs) {
    constants.set(fixed.stored, { dtype: storedTypes[fixed.type], shape: fixed.shape, data: bytesOf(first!, fixed) })
  }
  const layout = batchLayout(loss.inputs, batchAxes)
  const validation = validationOf(objective, settings, batchAxes, (size) => (size === batchSize ? loss : lossAt(size)))

  const beginning = beginningOf(start, parameters, objective, settings)
  const file = (suffix: string) => `${objective.name}${suffix}`
  const data: TrainingData = {
    format: trainingFormat,
    version: trainingVersion,
    name: objective.name,
    identity,
    steps,
    start: beginning.step,
    batchSize,
    accumulate,
    loss,
    update,
    parameters: [...kinds.keys()].map((name) => ({
      name,
      weight: stateName('weight', name),
      gradient: gradientName(name),
      average: stateName('average', name),
    })),
    state: [...parameters.all()].flatMap(([name, weight]) =>
      kinds.get(name)!.map((kind) => ({ name: stateName(kind, name), shape: describeParameter(weight).shape })),
    ),
    schedule: {
      file: 'schedule.safetensors',
      names: Object.keys(scalarsAt(1, settings)),
      reported: ['rate'],
    },
    fixedInputs,
    batches: {
      ...layout,
      stepsPerFile: stepsPerFile ?? Math.max(1, Math.floor(batchFileBytes / (layout.bytes * accumulate))),
    },
    validation: validation && {
      ...validation.layout,
      file: 'validation.bin',
      count: validation.batches.length,
      loss: validation.loss,
    },
    constants: 'constants.safetensors',
    initialState: 'state.safetensors',
    snapshot: file('.checkpoint.safetensors'),
    result: file('.safetensors'),
  }

  await makeFolder(folder)
  for (const name of await readdir(folder)) {
    if (/^batches-\d+\.(bin|read)$/.test(name)) await rm(join(folder, name))
  }
  const about = { step: String(data.start), settings: identity }
  await atomicWriteAll([
    [join(folder, data.initialState), writeSafetensors(packWeights(beginning.tensors, { precision: 'fp32' }), about)],
    [join(folder, data.schedule.file), writeSafetensors(scheduleTable(settings))],
    [join(folder, data.constants), writeSafetensors(constants)],
    ...(data.validation ? [[join(folder, data.validation.file), validation!.batches] as const] : []),
    [join(folder, 'training.json'), JSON.stringify(data)],
  ])
  return data
}

/** The optimiser with gradients as inputs. They come as sums over `accumulate` batches. */
function updateOf(parameters: Parameters, settings: TrainingSettings): GraphData {
  const gradients = new Map(
    [...parameters.all()].map(([name, weight]) => {
      const total = input(gradientName(name), describeParameter(weight).shape)
      return [name, settings.accumulate > 1 ? mul(total, 1 / settings.accumulate) : total]
    }),
  )
  const { state, gradientNorm } = optimise(parameters, gradients, settings.optimiser)
  return graphData({ ...state, gradientNorm })
}

/** Inputs whose shape changes with the batch size, and the axis that does. */
function axesThatDiffer(graph: GraphData, larger: GraphData): Map<string, number> {
  const others = new Map(larger.inputs.map(({ name, shape }) => [name, shape]))
  const axes = graph.inputs.map(({ name, shape }) => {
    return [name, shape.findIndex((size, axis) => size !== others.get(name)?.[axis])] as const
  })
  return new Map(axes.filter(([, axis]) => axis >= 0))
}

/** Whole batches of the validation examples, as the trainer takes them. */
function validationOf(
  objective: Objective,
  { batchSize }: TrainingSettings,
  batchAxes: ReadonlyMap<string, number>,
  lossAt: (size: number) => GraphData,
): { readonly layout: BatchLayout; readonly loss: GraphData; readonly batches: readonly Uint8Array[] } | null {
  const size = Math.min(batchSize, objective.validationCount)
  if (size === 0) return null
  const loss = lossAt(size)
  const layout = batchLayout(loss.inputs, batchAxes)
  const batches = Array.from({ length: Math.floor(objective.validationCount / size) }, (_, k) => {
    const examples = Array.from({ length: size }, (_, i) => k * size + i)
    return encodeBatch(objective.validationBatch(examples), layout)
  })
  return { layout, loss, batches }
}

const storedTypes: Readonly<Record<BatchInput['type'], StoredType>> = {
  float32: 'F32',
  int32: 'I32',
  int64: 'I64',
  uint8: 'U8',
  bool: 'BOOL',
}

function storedConstant({ type, shape, values }: ConstantData): StoredTensor {
  const { buffer } = tensorData(type, shape, values).data
  return { dtype: storedTypes[type], shape, data: new Uint8Array(buffer) }
}

function scheduleTable(settings: TrainingSettings): Map<string, StoredTensor> {
  const rows = Array.from({ length: settings.steps }, (_, i) => scalarsAt(i + 1, settings))
  const names = Object.keys(scalarsAt(1, settings)) as (keyof ReturnType<typeof scalarsAt>)[]
  return new Map(
    names.map((name) => {
      const { buffer } = Float32Array.from(rows, (row) => row[name])
      return [name, { dtype: 'F32', shape: [settings.steps], data: new Uint8Array(buffer) }]
    }),
  )
}
