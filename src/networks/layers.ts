/** The pieces that networks are made of, each with its parameters. */
import {
  fixed,
  gelu,
  type Initial,
  linear as linearOp,
  norm as normOp,
  type Parameters,
  type Tensor,
} from '../graph/index.ts'

/** A product with the weight `weight` [outputs, inputs], and the bias `bias` where wanted. x: [..., inputs]. */
export function linear(
  p: Parameters,
  x: Tensor,
  outputs: number,
  { bias = false, initial = { normal: 0.02 } }: { bias?: boolean; initial?: Initial } = {},
): Tensor {
  const weight = p.get('weight', [outputs, fixed(x, -1)], initial)
  return linearOp(x, weight, bias ? p.get('bias', [outputs], 'zeros') : undefined)
}

/** Layer normalisation with a scale and a bias. x: [..., width]. */
export const norm = (p: Parameters, x: Tensor): Tensor =>
  normOp(x, { scale: p.get('weight', [fixed(x, -1)], 'ones'), bias: p.get('bias', [fixed(x, -1)], 'zeros') })

/** DALL·E mini's bias-only layer normalisation: there is no scale. x: [..., width]. */
export const biasNorm = (p: Parameters, x: Tensor): Tensor =>
  normOp(x, { bias: p.get('bias', [fixed(x, -1)], 'zeros') })

/** Two layers with a GELU between them. x: [..., width]. */
export const feedForward = (p: Parameters, x: Tensor, hidden: number): Tensor =>
  linear(p.in('fc2'), gelu(linear(p.in('fc1'), x, hidden, { bias: true })), fixed(x, -1), { bias: true })
