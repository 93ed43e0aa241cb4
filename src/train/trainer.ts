/** The loop: one graph is one step; weights and moments stay in the engine between steps. */
import { NeufError } from '../errors/errors.ts'
import { add, createParameters, describeParameter, input, lower, mul, type Tensor } from '../graph/index.ts'
import type { Engine, Session, Value } from '../runtime/index.ts'
import type { Weights } from './initial-weights.ts'
import type { Objective } from './objective.ts'
import {
  gradientName,
  gradientsOf,
  type OptimiserSettings,
  optimise,
  optimiserDefaults,
  type StateKind,
  stateKindsOf,
  stateName,
} from './optimiser.ts'
import { exampleOrder } from './order-of-examples.ts'
import type { ScheduleSettings } from './schedule.ts'
import { beginningOf, type TrainingStart, type TrainingState } from './starting-state.ts'
import { drawAt, scalarsAt } from './step.ts'

export type TrainingSettings = ScheduleSettings & {
  readonly seed: number
  readonly batchSize: number
  /** Batches whose gradients are averaged before one update. */
  readonly accumulate: number
  readonly optimiser: OptimiserSettings
}

export const trainingDefaults: TrainingSettings = {
  seed: 1,
  steps: 1000,
  batchSize: 64,
  accumulate: 1,
  peakRate: 1e-3,
  warmupSteps: 200,
  finalShare: 0.02,
  averageDecay: 0.999,
  optimiser: optimiserDefaults,
}

export type StepReport = {
  readonly step: number
  readonly loss: number
  readonly rate: number
  readonly gradientNorm: number
  readonly metrics: Readonly<Record<string, number>>
}

export type Trainer = {
  readonly step: number
  /**
   * One update. Throws NeufError `training-diverged` when the loss or a gradient is not finite; the weights are spoiled
   * then, and every later call throws the same.
   */
  advance(): Promise<StepReport>
  /** Loss and metrics of the averaged weights on the validation examples, in whole batches; NaN where there are none. */
  validate(): Promise<{ readonly loss: number; readonly metrics: Readonly<Record<string, number>> }>
  /** A copy of all weights, moments and averages. */
  state(): Promise<TrainingState>
  /** The averaged weights: what a model ships. */
  weights(): Promise<Weights>
  dispose(): Promise<void>
}

const scalar = (value: number): Value => ({ type: 'float32', shape: [], data: Float32Array.of(value) })
const identity = (names: Iterable<string>): Record<string, string> =>
  Object.fromEntries([...names].map((name) => [name, name]))

/** An output of the update; its name must differ from that of the input it replaces. */
const afterName = (name: string): string => `after:${name}`

/** Builds the graphs, loads them, and puts the state in the engine. The arrays of `start` are not used up. */
export async function createTrainer(
  engine: Engine,
  objective: Objective,
  settings: TrainingSettings,
  start?: TrainingStart,
): Promise<Trainer> {
  const parameters = createParameters()
  const watchedAt = (batchSize: number): Record<string, Tensor> => {
    const { loss, metrics } = objective.build(parameters, batchSize)
    return { loss, ...metrics }
  }
  const watched = watchedAt(settings.batchSize)
  const names = [...parameters.all().keys()]
  const gradients = gradientsOf(watched.loss!, parameters)
  const sums = names.map(gradientName)

  /** The mean of gradients that were summed over `accumulate` batches. */
  const accumulated = new Map<string, Tensor>(
    [...parameters.all()].map(([name, weight]) => {
      const total = input(gradientName(name), describeParameter(weight).shape)
      return [name, mul(total, 1 / settings.accumulate)]
    }),
  )
  const several = settings.accumulate > 1
  const { state: after, gradientNorm } = optimise(parameters, several ? accumulated : gradients, settings.optimiser)
  const updated = Object.fromEntries(Object.entries(after).map(([name, tensor]) => [afterName(name), tensor]))
  const update = await engine.load(
    lower(several ? { ...updated, gradientNorm } : { ...updated, gradientNorm, ...watched }),
  )
  const first: Session | undefined = several
    ? await engine.load(lower({ ...watched, ...renamed(gradients) }))
    : undefined
  const next: Session | undefined = several ? await engine.load(lower({ ...watched, ...summed(gradients) })) : undefined
  let validation: Session | undefined

  const heldWeights = Object.fromEntries(names.map((name) => [name, stateName('weight', name)]))
  const heldAverages = Object.fromEntries(names.map((name) => [name, stateName('average', name)]))
  const kinds = stateKindsOf(parameters, settings.optimiser)
  const replaced = Object.fromEntries(Object.keys(after).map((name) => [afterName(name), name]))
  const heldState = {
    ...heldWeights,
    ...identity(
      names.flatMap((name) =>
        kinds
          .get(name)!
          .slice(1)
          .map((kind) => stateName(kind, name)),
      ),
    ),
  }

  const beginning = beginningOf(start, parameters, objective, settings)
  let step = beginning.step
  let diverged: NeufError | undefined
  for (const [name, { shape, data }] of beginning.tensors) {
    // A copy: tensors read from one file may share its buffer, and the engine takes whole buffers.
    await engine.put(name, { type: 'float32', shape, data: data.slice() })
  }
  const order = exampleOrder(objective.count, settings.seed)

  function nextBatch(part: number): Record<string, Value> {
    const draw = drawAt(step + 1, part, settings)
    return objective.batch(order(draw, settings.batchSize), draw)
  }

  async function readTensors(
    kindsOf: (name: string) => readonly StateKind[],
    named: typeof stateName,
  ): Promise<Weights> {
    if (diverged !== undefined) throw diverged
    const tensors: Weights = new Map()
    for (const name of names) {
      for (const kind of kindsOf(name)) {
        const { shape, data } = await engine.get(stateName(kind, name))
        tensors.set(named(kind, name), { shape, data: data as Float32Array<ArrayBuffer> })
      }
    }
    return tensors
  }

  const numbers = (values: Readonly<Record<string, Value>>): Record<string, number> =>
    Object.fromEntries(Object.entries(values).map(([name, { data }]) => [name, Number(data[0])]))

  return {
    get step() {
      return step
    },
    async advance() {
      if (diverged !== undefined) throw diverged
      const place = step + 1
      const numbersOfStep = scalarsAt(place, settings)
      const scalars = Object.fromEntries(Object.entries(numbersOfStep).map(([name, value]) => [name, scalar(value)]))
      const fetch = Object.keys(watched)
      const readings: Record<string, number>[] = []
      if (first !== undefined && next !== undefined) {
        for (let part = 0; part < settings.accumulate; part++) {
          const held = part === 0 ? heldWeights : { ...heldWeights, ...identity(sums) }
          const session = part === 0 ? first : next
          const hold = Object.fromEntries(sums.map((name) => [part === 0 ? name : `${name}:sum`, name]))
          readings.push(numbers(await session.run(nextBatch(part), { fetch, held, hold })))
        }
      }
      const held = several ? { ...heldState, ...identity(sums) } : heldState
      const inputs = several ? scalars : { ...scalars, ...nextBatch(0) }
      const asked = several ? ['gradientNorm'] : [...fetch, 'gradientNorm']
      const { gradientNorm: norm, ...last } = numbers(await update.run(inputs, { fetch: asked, held, hold: replaced }))
      if (!several) readings.push(last)
      const { loss: meanLoss, ...others } = meanOf(readings)
      if (!Number.isFinite(meanLoss) || !Number.isFinite(norm)) {
        const details = { name: objective.name, step: place, loss: meanLoss!, gradientNorm: norm! }
        diverged = new NeufError('training-diverged', details)
        throw diverged
      }
      step = place
      return { step, loss: meanLoss!, rate: numbersOfStep.rate, gradientNorm: norm!, metrics: others }
    },
    async validate() {
      if (diverged !== undefined) throw diverged
      const { validationCount } = objective
      const size = Math.min(settings.batchSize, validationCount)
      if (size === 0) return { loss: Number.NaN, metrics: {} }
      validation ??= await engine.load(lower(watchedAt(size)))
      const readings: Record<string, number>[] = []
      for (let at = 0; at + size <= validationCount; at += size) {
        const examples = Array.from({ length: size }, (_, i) => at + i)
        const inputs = objective.validationBatch(examples)
        readings.push(numbers(await validation.run(inputs, { fetch: Object.keys(watched), held: heldAverages })))
      }
      const { loss: meanLoss, ...others } = meanOf(readings)
      return { loss: meanLoss!, metrics: others }
    },
    state: async () => ({ step, tensors: await readTensors((name) => kinds.get(name)!, stateName) }),
    weights: () =>
      readTensors(
        () => ['average'],
        (_, name) => name,
      ),
    async dispose() {
      for (const session of [update, first, next, validation]) await session?.dispose()
      await engine.drop([...Object.values(heldState), ...sums])
    },
  }
}

const renamed = (gradients: ReadonlyMap<string, Tensor>): Record<string, Tensor> =>
  Object.fromEntries([...gradients].map(([name, gradient]) => [gradientName(name), gradient]))

const summed = (gradients: ReadonlyMap<string, Tensor>): Record<string, Tensor> =>
  Object.fromEntries(
    [...gradients].map(([name, gradient]) => [
      `${gradientName(name)}:sum`,
      add(input(gradientName(name), gradient.shape), gradient),
    ]),
  )

function meanOf(readings: readonly Record<string, number>[]): Record<string, number> {
  const [first = {}] = readings
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, readings.reduce((sum, one) => sum + one[name]!, 0) / readings.length]),
  )
}
