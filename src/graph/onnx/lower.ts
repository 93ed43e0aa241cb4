/** Turns a graph of our ops into an ONNX model. */
import { inOrder } from '../order.ts'
import { elementCount, GraphError, type Node, type Shape, type Tensor, type TensorType } from '../tensor.ts'
import { type Lowering, type TensorData, tensorData } from './lowering.ts'
import { encodeOnnx, type OnnxInitialiser, type OnnxNode, type OnnxValue } from './model.ts'

/** Constants up to this size are compared by content, so that equal ones are written once. */
const sharedConstantBytes = 65_536

const madeHere = '%'

export type LoweredGraph = {
  readonly model: Uint8Array<ArrayBuffer>
  /** Weights that the model refers to by location; they are not copied into it. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[]
  readonly inputs: Readonly<Record<string, TensorType>>
  readonly outputs: Readonly<Record<string, TensorType>>
}

/**
 * Writes what computes `outputs`. With `weights` the parameters become constants (inference); without, they become
 * inputs under their names (training). Throws GraphError for a missing or misshapen weight, and where two of the inputs,
 * parameters and outputs have one name.
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  weights?: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
): LoweredGraph {
  const order = inOrder(Object.values(outputs))
  const used = new Set<Tensor>([...Object.values(outputs), ...order.flatMap((node) => node.inputs)])
  const names = new Map<Tensor, string>()
  const nodes: OnnxNode[] = []
  const initialisers: OnnxInitialiser[] = []
  const inputs = new Map<string, TensorType>()
  const externalData: { path: string; data: Uint8Array }[] = []
  const constants = new Map<string, string>()
  const taken = new Set<string>()
  let count = 0

  /** Names given from outside are used as they are; those made here start with a character that they may not. */
  function take(name: string, tensor: Tensor): string {
    if (name === '' || name.startsWith(madeHere)) throw new GraphError('lower', `"${name}" cannot be a name`, [tensor])
    if (taken.has(name)) throw new GraphError('lower', `two values are called "${name}"`, [tensor])
    taken.add(name)
    return name
  }

  const to: Lowering = {
    name(tensor) {
      const name = names.get(tensor)
      if (name === undefined) throw new GraphError(tensor.node.op.name, 'read before it was lowered', [tensor])
      return name
    },
    used: (tensor) => used.has(tensor),
    emit(type, operands, attributes = {}, { count: outputCount = 1, domain = '' as const } = {}) {
      const made = Array.from({ length: outputCount }, () => `${madeHere}t${count++}`) as [string, ...string[]]
      nodes.push({ type, domain, inputs: operands, outputs: made, attributes })
      return made
    },
    constant(value) {
      const { buffer, byteOffset, byteLength } = value.data
      const bytes = new Uint8Array(buffer, byteOffset, byteLength)
      const key =
        byteLength > sharedConstantBytes
          ? `unique ${count}`
          : `${value.type} ${value.shape} ${String.fromCharCode(...bytes.subarray(0, 4096))} ${bytes.subarray(4096)}`
      const before = constants.get(key)
      if (before !== undefined) return before
      const name = `${madeHere}c${count++}`
      initialisers.push({ name, value })
      constants.set(key, name)
      return name
    },
    scalar: (value, type = 'float32') => to.constant(tensorData(type, [], [value])),
    integers: (values) => to.constant(tensorData('int64', [values.length], values)),
    shape(shape) {
      if (shape.every((size) => typeof size === 'number')) return to.integers(shape)
      const parts = shape.map((size) => (typeof size === 'number' ? to.integers([size]) : namedSize(size)))
      return to.emit('Concat', parts, { axis: 0 })[0]
    },
  }

  /** Reads a named size off the first input that has it. */
  function namedSize(size: string): string {
    for (const [name, { shape }] of inputs) {
      const axis = shape.indexOf(size)
      if (axis >= 0) return to.emit('Shape', [name], { start: axis, end: axis + 1 })[0]
    }
    throw new GraphError('lower', `no input carries the size "${size}"`)
  }

  function lowerLeaf(node: Node): string | undefined {
    const { name } = node.attributes as { name?: string }
    const [tensor] = node.outputs as readonly [Tensor]
    if (name === undefined || (node.op.name !== 'input' && node.op.name !== 'parameter')) return undefined
    const weight = node.op.name === 'parameter' ? weights?.get(name) : undefined
    take(name, tensor)
    if (node.op.name === 'input' || weights === undefined) {
      inputs.set(name, { shape: tensor.shape, type: tensor.type })
      return name
    }
    if (weight === undefined) throw new GraphError('lower', `there is no weight "${name}"`, [tensor])
    if (weight.shape.join() !== tensor.shape.join()) {
      throw new GraphError('lower', `the weight "${name}" is [${weight.shape.join(', ')}]`, [tensor])
    }
    if (weight.data.length !== elementCount('lower', weight.shape)) {
      throw new GraphError('lower', `the weight "${name}" has ${weight.data.length} values`, [tensor])
    }
    const value: TensorData = { type: 'float32', shape: weight.shape, data: weight.data }
    const { buffer, byteOffset, byteLength } = weight.data
    initialisers.push({ name, value, location: name })
    externalData.push({ path: name, data: new Uint8Array(buffer, byteOffset, byteLength) })
    return name
  }

  // Inputs first: a named size may be read off any of them.
  for (const node of order.toSorted((a, b) => Number(a.op.name !== 'input') - Number(b.op.name !== 'input'))) {
    const leaf = lowerLeaf(node)
    const made = leaf === undefined ? node.op.lower(to, node) : [leaf]
    for (const [index, tensor] of node.outputs.entries()) {
      if (made[index] !== undefined) names.set(tensor, made[index])
    }
  }

  const values: OnnxValue[] = []
  for (const [name, tensor] of Object.entries(outputs)) {
    take(name, tensor)
    nodes.push({ type: 'Identity', domain: '', inputs: [to.name(tensor)], outputs: [name], attributes: {} })
    values.push({ name, type: tensor.type, shape: tensor.shape as Shape })
  }
  const inputValues = [...inputs].map(([name, type]) => ({ name, ...type }))
  return {
    model: encodeOnnx({ nodes, inputs: inputValues, outputs: values, initialisers }),
    externalData,
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { shape, type }]) => [name, { shape, type }])),
  }
}
