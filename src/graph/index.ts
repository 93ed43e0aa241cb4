/** The tensor language: ops with their shapes, gradients and ONNX forms. See docs/graph.md. */
export { differentiate } from './differentiate.ts'
export { type LoweredGraph, lower } from './onnx/lower.ts'
export type { BlockWeight, RowWeight, TensorData, WeightData } from './onnx/lowering.ts'
export { isBlocks } from './onnx/lowering.ts'
export { gelu } from './ops/activation.ts'
export { argmax } from './ops/argmax.ts'
export { attention, cachedAttention, type Past, splitHeads } from './ops/attention.ts'
export { expand, sum } from './ops/broadcast.ts'
export { convolution } from './ops/convolution.ts'
export { crossEntropy, softmax } from './ops/cross-entropy.ts'
export {
  abs,
  add,
  cast,
  div,
  equal,
  erf,
  exp,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  round,
  sigmoid,
  sqrt,
  straightThroughRound,
  sub,
  tanh,
  where,
} from './ops/elementwise.ts'
export { embedding } from './ops/embedding.ts'
export { groupNorm } from './ops/group-norm.ts'
export { constant, describeParameter, type Initial, input, type ParameterDescription } from './ops/leaves.ts'
export { asRows, linear, matmul } from './ops/matmul.ts'
export { norm } from './ops/norm.ts'
export { mean, meanOfAll, unitLength } from './ops/reduce.ts'
export { concat, padZeros, reshape, slice, transpose } from './ops/shape.ts'
export { inOrder } from './order.ts'
export { createParameters, type Parameters } from './parameters.ts'
export {
  type Dimension,
  type ElementType,
  fixed,
  GraphError,
  type Node,
  type Op,
  type Shape,
  type Tensor,
  type TensorType,
} from './tensor.ts'
