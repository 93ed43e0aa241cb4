/** Reverse-mode differentiation: a graph in, a graph out. */
import { add } from './ops/elementwise.ts'
import { constant } from './ops/leaves.ts'
import { inOrder } from './order.ts'
import { GraphError, type Node, sameShape, type Tensor } from './tensor.ts'

/**
 * The gradient of a scalar with respect to each of `sources`, in their order, each of its source's shape. A source that
 * the loss does not depend on is an error: a parameter that cannot learn is a mistake in the network. The gradients are
 * ordinary tensors, but ops that keep intermediate results (norm, gelu, crossEntropy) cannot be differentiated twice.
 */
export function differentiate(loss: Tensor, sources: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0 || loss.type !== 'float32') {
    throw new GraphError('differentiate', 'the loss must be a float32 scalar', [loss])
  }
  const order = inOrder([loss])
  const wanted = dependents(order, sources)
  const gradients = new Map<Tensor, Tensor>([[loss, constant(1)]])
  for (const node of order.toReversed()) {
    if (!node.inputs.some((input) => wanted.has(input.node))) continue
    const ofOutputs = node.outputs.map((output) => gradients.get(output))
    if (ofOutputs.every((gradient) => gradient === undefined)) continue
    if (ofOutputs.slice(1).some((gradient) => gradient !== undefined)) {
      throw new GraphError(node.op.name, 'a gradient of its gradient is not defined', node.inputs)
    }
    if (node.op.gradient === undefined) throw new GraphError(node.op.name, 'has no gradient', node.inputs)
    const ofInputs = node.op.gradient(node, ofOutputs)
    for (const [index, input] of node.inputs.entries()) {
      const gradient = ofInputs[index]
      if (gradient === undefined || !wanted.has(input.node)) continue
      if (!sameShape(gradient.shape, input.shape)) {
        throw new GraphError(node.op.name, `gradient ${index} has another shape than its input`, [gradient, input])
      }
      const before = gradients.get(input)
      gradients.set(input, before === undefined ? gradient : add(before, gradient))
    }
  }
  return sources.map((source) => {
    const gradient = gradients.get(source)
    if (gradient !== undefined) return gradient
    const { name } = source.node.attributes
    throw new GraphError('differentiate', `the loss does not depend on ${String(name ?? source.node.op.name)}`, [
      source,
    ])
  })
}

/** The nodes on a path from a source to the end. */
function dependents(order: readonly Node[], sources: readonly Tensor[]): ReadonlySet<Node> {
  const found = new Set(sources.map((source) => source.node))
  for (const node of order) {
    if (node.inputs.some((input) => found.has(input.node))) found.add(node)
  }
  return found
}
