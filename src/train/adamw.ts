/** AdamW (Loshchilov and Hutter 2019) with clipping by the global norm and an exponential moving average, as a graph. */
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

export type AdamWSettings = {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Decay of matrices; vectors (norms and biases) are never decayed. */
  readonly weightDecay: number
  /** Gradients longer than this in all are scaled down to it. */
  readonly clipNorm: number
}

export const adamWDefaults: AdamWSettings = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.05, clipNorm: 1 }

/** What is kept for each parameter between steps, and the prefix of its name. */
export const stateKinds = ['weight', 'firstMoment', 'secondMoment', 'average'] as const
export type StateKind = (typeof stateKinds)[number]
export const stateName = (kind: StateKind, parameter: string): string => `${kind}:${parameter}`

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
export function adamW(
  parameters: Parameters,
  gradients: ReadonlyMap<string, Tensor>,
  settings: AdamWSettings,
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
    const first = blend(before('firstMoment'), gradient, 1 - settings.beta1)
    const second = blend(before('secondMoment'), mul(gradient, gradient), 1 - settings.beta2)
    const step = div(mul(first, correction1), add(sqrt(mul(second, correction2)), settings.epsilon))
    const decay = shape.length > 1 ? settings.weightDecay : 0
    const change = decay === 0 ? step : add(step, mul(weight, decay))
    const after = sub(weight, mul(change, rate))
    state[stateName('weight', name)] = after
    state[stateName('firstMoment', name)] = first
    state[stateName('secondMoment', name)] = second
    state[stateName('average', name)] = blend(before('average'), after, averageShare)
  }
  return { state, gradientNorm: reshape(gradientNorm, []) }
}

/** `a` moved towards `b` by a share. */
const blend = (a: Tensor, b: Tensor, share: Tensor | number): Tensor => add(a, mul(sub(b, a), share))
