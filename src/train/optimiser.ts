/**
 * One update of all parameters, as a graph: AdamW (Loshchilov and Hutter 2019), or Muon for the matrices inside a network
 * where the settings say so; clipping by the global norm; an exponential moving average.
 */
import {
  add,
  describeParameter,
  differentiate,
  div,
  input,
  minimum,
  mul,
  type Parameters,
  reshape,
  sqrt,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts'
import { isInside, muonScale, orthogonalised } from './muon.ts'

export type OptimiserSettings = {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Decay of matrices; vectors (norms and biases) are never decayed. */
  readonly weightDecay: number
  /** Gradients longer than this in all are scaled down to it. */
  readonly clipNorm: number
  /** Muon's momentum for the matrices inside the network; null leaves them to AdamW. */
  readonly muonMomentum: number | null
}

export const optimiserDefaults: OptimiserSettings = {
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.05,
  clipNorm: 1,
  muonMomentum: 0.95,
}

/** What may be kept for a parameter between steps, and the prefix of its name. Muon needs no second moment. */
export type StateKind = 'weight' | 'firstMoment' | 'secondMoment' | 'average'
export const stateName = (kind: StateKind, parameter: string): string => `${kind}:${parameter}`

const movedByMuon = (name: string, weight: Tensor, settings: OptimiserSettings): number | null =>
  isInside(name, weight) ? settings.muonMomentum : null

/** What is kept for each parameter, the weight first. */
export function stateKindsOf(parameters: Parameters, settings: OptimiserSettings): Map<string, readonly StateKind[]> {
  const kinds = (name: string, weight: Tensor): readonly StateKind[] =>
    movedByMuon(name, weight, settings) === null
      ? ['weight', 'firstMoment', 'secondMoment', 'average']
      : ['weight', 'firstMoment', 'average']
  return new Map([...parameters.all()].map(([name, weight]) => [name, kinds(name, weight)]))
}

/** Gradients of a loss, by parameter name, under the names in which they can be summed up over several batches. */
export const gradientName = (parameter: string): string => `gradient:${parameter}`

export function gradientsOf(loss: Tensor, parameters: Parameters): Map<string, Tensor> {
  const all = [...parameters.all()]
  const gradients = differentiate(
    loss,
    all.map(([, tensor]) => tensor),
  )
  return new Map(all.map(([name], i) => [name, gradients[i]!]))
}

/**
 * One update from gradients. Reads the scalars `rate`, `correction1` = 1 / (1 - beta1^step), `correction2` and
 * `averageShare` (the share of the new weights in the average); moments and average come in under `stateName`, the
 * weights under their own names. Returns the new state and the gradients' global norm before clipping.
 */
export function optimise(
  parameters: Parameters,
  gradients: ReadonlyMap<string, Tensor>,
  settings: OptimiserSettings,
): { readonly state: Record<string, Tensor>; readonly gradientNorm: Tensor } {
  const scalar = (name: string) => input(name, [])
  const [rate, correction1, correction2, averageShare] = (
    ['rate', 'correction1', 'correction2', 'averageShare'] as const
  ).map(scalar) as [Tensor, Tensor, Tensor, Tensor]
  const squares = [...gradients.values()].map((gradient) => sum(mul(gradient, gradient)))
  const gradientNorm = sqrt(squares.reduce(add))
  const clip = minimum(div(settings.clipNorm, add(gradientNorm, 1e-6)), 1)

  const state: Record<string, Tensor> = {}
  for (const [name, weight] of parameters.all()) {
    const { shape } = describeParameter(weight)
    const before = (kind: StateKind) => input(stateName(kind, name), shape)
    const gradient = mul(gradients.get(name)!, clip)
    const muon = movedByMuon(name, weight, settings)
    const first = blend(before('firstMoment'), gradient, 1 - (muon ?? settings.beta1))
    let step: Tensor
    if (muon === null) {
      const second = blend(before('secondMoment'), mul(gradient, gradient), 1 - settings.beta2)
      step = div(mul(first, correction1), add(sqrt(mul(second, correction2)), settings.epsilon))
      state[stateName('secondMoment', name)] = second
    } else {
      // Nesterov's momentum; its size does not matter, so that nothing corrects its start.
      step = mul(orthogonalised(blend(gradient, first, muon)), muonScale(shape))
    }
    const decay = shape.length > 1 ? settings.weightDecay : 0
    const change = decay === 0 ? step : add(step, mul(weight, decay))
    const after = sub(weight, mul(change, rate))
    state[stateName('weight', name)] = after
    state[stateName('firstMoment', name)] = first
    state[stateName('average', name)] = blend(before('average'), after, averageShare)
  }
  return { state, gradientNorm: reshape(gradientNorm, []) }
}

/** `a` moved towards `b` by a share. */
const blend = (a: Tensor, b: Tensor, share: Tensor | number): Tensor => add(a, mul(sub(b, a), share))
