/**
 * The nouns of the tensor language: types, nodes, tensors. A graph is built from the leaves up and is never changed:
 * every node and tensor is frozen, and every shape is checked when the node is built.
 */
import type { Lowering } from './onnx/lowering.ts'

/** A size, or the name of a size that is known only when an inference graph runs (`batch`, `capacity`). */
export type Dimension = number | string
export type Shape = readonly Dimension[]
export type ElementType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool'
export type TensorType = { readonly shape: Shape; readonly type: ElementType }

/** Plain data of an op: what is not a tensor. It must survive JSON, since graphs are exported. */
export type Attributes = { readonly [name: string]: AttributeValue }
export type AttributeValue = string | number | boolean | readonly (number | string)[] | null | undefined

/** One value in a graph. */
export type Tensor = TensorType & { readonly node: Node; readonly index: number }

/** One application of an op. */
export type Node = {
  readonly op: Op
  readonly inputs: readonly Tensor[]
  readonly attributes: Attributes
  readonly outputs: readonly Tensor[]
}

/**
 * Everything there is to know of an op, in one place.
 *
 * `infer` checks the inputs and gives the type of each output. `lower` writes the op in ONNX and returns the names of
 * its outputs. `gradient` returns, for each input, the gradient of the loss, built of ops again (undefined where none
 * flows), from the gradient of the first output. Further outputs are intermediate results that the gradient reads
 * again (a mean, a probability); no network sees them, so no gradient comes in by them.
 */
export type Op<A extends Attributes = Attributes> = {
  readonly name: string
  infer(inputs: readonly Tensor[], attributes: A): readonly TensorType[]
  lower(to: Lowering, node: Node & { readonly attributes: A }): readonly string[]
  gradient?(
    node: Node & { readonly attributes: A },
    gradients: readonly (Tensor | undefined)[],
  ): readonly (Tensor | undefined)[]
}

/** A graph that cannot be built: the op, what it was given and why that is wrong. */
export class GraphError extends Error {
  readonly op: string

  constructor(op: string, problem: string, inputs: readonly TensorType[] = []) {
    const given = inputs.length === 0 ? '' : ` (given ${inputs.map(describe).join(', ')})`
    super(`${op}: ${problem}${given}`)
    this.name = 'GraphError'
    this.op = op
  }
}

/** `float32[2, batch, 64]` */
export const describe = ({ shape, type }: TensorType): string => `${type}[${shape.join(', ')}]`

export const defineOp = <A extends Attributes>(op: Op<A>): Op<A> => Object.freeze(op)

/** Applies an op. Returns all its outputs; most ops have one. */
export function applyAll<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
  const types = op.infer(inputs, attributes)
  const outputs: Tensor[] = []
  const node = { op: op as unknown as Op, inputs: Object.freeze([...inputs]), attributes: frozen(attributes), outputs }
  for (const [index, { shape, type }] of types.entries()) {
    for (const size of shape) {
      const sound = typeof size === 'string' ? size !== '' : Number.isInteger(size) && size > 0
      if (!sound) throw new GraphError(op.name, `a size must be a whole number above 0 or a name, not ${size}`, inputs)
    }
    outputs.push(Object.freeze({ node, index, shape: Object.freeze([...shape]), type }))
  }
  Object.freeze(outputs)
  Object.freeze(node)
  return outputs
}

/** A copy down to the arrays, so that nobody's later change of what they passed reaches the graph. */
const frozen = (attributes: Attributes): Attributes =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        value !== null && typeof value === 'object' ? Object.freeze([...value]) : value,
      ]),
    ),
  )

/** Applies an op and returns its first output. */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return applyAll(op, inputs, attributes)[0]!
}

/** The size of an axis; negative axes count from the end. */
export function dimension(x: TensorType, axis: number): Dimension {
  const size = x.shape.at(axis)
  if (size === undefined) throw new GraphError('dimension', `there is no axis ${axis}`, [x])
  return size
}

/** The size of an axis where only a number will do (parameters, training graphs). */
export function fixed(x: TensorType, axis: number): number {
  const size = dimension(x, axis)
  if (typeof size === 'string') throw new GraphError('dimension', `axis ${axis} is "${size}", a number is needed`, [x])
  return size
}

/** An axis as a number from 0. */
export function normaliseAxis(op: string, x: TensorType, axis: number): number {
  const rank = x.shape.length
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) throw new GraphError(op, `there is no axis ${axis}`, [x])
  return axis < 0 ? axis + rank : axis
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i])

/** Number of elements of a shape of numbers. */
export function elementCount(op: string, shape: Shape): number {
  let count = 1
  for (const size of shape) {
    if (typeof size === 'string') throw new GraphError(op, `the size "${size}" is not known when the graph is built`)
    count *= size
  }
  return count
}

/** Throws unless the tensor has this element type. */
export function expectType(op: string, x: Tensor, ...types: ElementType[]): void {
  if (!types.includes(x.type)) throw new GraphError(op, `expected ${types.join(' or ')}`, [x])
}

/** The shape two tensors broadcast to (NumPy's rule; a named size matches only itself and 1). */
export function broadcastShapes(op: string, a: TensorType, b: TensorType): Shape {
  const rank = Math.max(a.shape.length, b.shape.length)
  const sizes: Dimension[] = []
  for (let axis = -rank; axis < 0; axis++) {
    const left = a.shape.at(axis) ?? 1
    const right = b.shape.at(axis) ?? 1
    if (left !== right && left !== 1 && right !== 1) throw new GraphError(op, 'shapes do not broadcast', [a, b])
    sizes.push(left === 1 ? right : left)
  }
  return sizes
}
