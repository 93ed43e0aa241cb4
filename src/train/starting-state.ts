/** Where a training begins: the state before its first step. */
import { NeufError } from '../errors/errors.ts'
import { describeParameter, type Parameters } from '../graph/index.ts'
import { initialWeights, type Weights } from './initial-weights.ts'
import type { Objective } from './objective.ts'
import { type OptimiserSettings, type StateKind, stateKindsOf, stateName } from './optimiser.ts'

/** Everything a run needs to go on exactly where it stopped. */
export type TrainingState = { readonly step: number; readonly tensors: Weights }

/** Where a training begins: where another stopped, or at weights that were learnt before; else at weights from the seed. */
export type TrainingStart = TrainingState | { readonly weights: Weights }

/**
 * The state to begin with. Moments start at zero, the average at the weights.
 * @throws NeufError `weights-broken` for weights that are not the network's, name for name and shape for shape
 */
export function beginningOf(
  start: TrainingStart | undefined,
  parameters: Parameters,
  { name }: Pick<Objective, 'name'>,
  { seed, optimiser }: { readonly seed: number; readonly optimiser: OptimiserSettings },
): TrainingState {
  if (start !== undefined && 'step' in start) return start
  if (start !== undefined) refuseOtherWeights(name, start.weights, parameters)
  const weights = start?.weights ?? initialWeights(parameters, seed)
  return { step: 0, tensors: startingState(weights, stateKindsOf(parameters, optimiser)) }
}

function refuseOtherWeights(network: string, weights: Weights, parameters: Parameters): void {
  const wrong = (why: string) => new NeufError('weights-broken', { path: `the weights to begin ${network} with`, why })
  for (const [name, parameter] of parameters.all()) {
    const { shape } = describeParameter(parameter)
    const given = weights.get(name)?.shape
    if (given === undefined) throw wrong(`there is no "${name}"`)
    if (given.join() !== shape.join()) throw wrong(`"${name}" is [${given.join(', ')}], not [${shape.join(', ')}]`)
  }
  for (const name of weights.keys()) if (!parameters.all().has(name)) throw wrong(`"${name}" belongs to no parameter`)
}

function startingState(weights: Weights, kinds: ReadonlyMap<string, readonly StateKind[]>): Weights {
  const state: Weights = new Map()
  for (const [name, { shape, data }] of weights) {
    for (const kind of kinds.get(name)!) {
      state.set(stateName(kind, name), { shape, data: kind.endsWith('Moment') ? new Float32Array(data.length) : data })
    }
  }
  return state
}
