/** A graph as plain data, before lowering: what a program in another language needs to compute it. */
import { inOrder } from './order.ts'
import { type Attributes, type ElementType, GraphError, type Node, type Shape, type Tensor } from './tensor.ts'

/** Where a value comes from: the node, by its place in `nodes`, and which of its outputs. */
export type Reference = readonly [node: number, output: number]

export type NodeData = {
  readonly op: string
  readonly attributes: Attributes
  readonly inputs: readonly Reference[]
  readonly outputs: readonly { readonly shape: Shape; readonly type: ElementType }[]
}

/** Survives JSON. Every node stands after those it reads; high-level ops (norm, crossEntropy ...) are whole. */
export type GraphData = {
  readonly inputs: readonly { readonly name: string; readonly shape: Shape; readonly type: ElementType }[]
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly nodes: readonly NodeData[]
  readonly outputs: Readonly<Record<string, Reference>>
}

export type ConstantData = { readonly shape: readonly number[]; readonly type: ElementType; readonly values: number[] }

/**
 * What computes `outputs`, as data. `store` may keep a constant elsewhere and return a name for it; the node then has
 * the attribute `stored` in place of `values`. Throws GraphError where two inputs or two parameters have one name, and
 * for a constant that JSON cannot hold.
 */
export function graphData(
  outputs: Readonly<Record<string, Tensor>>,
  store: (constant: ConstantData) => string | undefined = () => undefined,
): GraphData {
  const order = inOrder(Object.values(outputs))
  const places = new Map(order.map((node, place) => [node, place]))
  const reference = ({ node, index }: Tensor): Reference => [places.get(node)!, index]

  function attributesOf({ op, attributes }: Node): Attributes {
    if (op.name !== 'constant') return attributes
    const { values, ...rest } = attributes as unknown as ConstantData
    const stored = store({ ...rest, values })
    if (stored !== undefined) return { ...rest, stored }
    if (!values.every(Number.isFinite)) throw new GraphError('constant', 'JSON holds finite numbers only')
    return attributes
  }

  function leaves(op: 'input' | 'parameter') {
    const found = order.filter((node) => node.op.name === op)
    const names = new Set<string>()
    return found.map(({ attributes, outputs: [tensor] }) => {
      const name = String(attributes.name)
      if (names.has(name)) throw new GraphError(op, `two of them are called "${name}"`)
      names.add(name)
      return { name, shape: tensor!.shape, type: tensor!.type }
    })
  }

  return {
    inputs: leaves('input'),
    parameters: leaves('parameter').map(({ name, shape }) => ({ name, shape: shape as readonly number[] })),
    nodes: order.map((node) => ({
      op: node.op.name,
      attributes: attributesOf(node),
      inputs: node.inputs.map(reference),
      outputs: node.outputs.map(({ shape, type }) => ({ shape, type })),
    })),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, reference(tensor)])),
  }
}
