/** Turns a graph of our ops into an ONNX model. */
import { inOrder } from '../order.ts'
import { elementCount, GraphError, type Node, type Shape, type Tensor, type TensorType } from '../tensor.ts'
import { blockShapes, checkWeight, tableAttributes } from './block-weight.ts'
import {
  type BlockWeight,
  isBlocks,
  isRows,
  type Lowering,
  type Products,
  type RowWeight,
  type TensorData,
  tensorData,
  type WeightData,
} from './lowering.ts'
import { encodeOnnx, type OnnxInitialiser, type OnnxNode, type OnnxValue } from './model.ts'
import { emitWidened, rowCodes, rowScales, signBit } from './row-weight.ts'

/** Constants up to this size are compared by content, so that equal ones are written once. */
const sharedConstantBytes = 65_536

const madeHere = '%'
const microsoft = { domain: 'com.microsoft' } as const

export type LoweredGraph = {
  readonly model: Uint8Array<ArrayBuffer>
  /**
   * The same model with products of the ONNX standard that no processor computes with overflow, for what runs no others. To be
   * asked for before the weights are moved to an engine.
   */
  readonly standardModel?: () => Uint8Array<ArrayBuffer>
  /** Whether it multiplies bytes by signed bytes, which some processors do with overflow. */
  readonly multipliesBytes?: boolean
  /** Weights that the model refers to by location; they are not copied into it. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[]
  readonly inputs: Readonly<Record<string, TensorType>>
  readonly outputs: Readonly<Record<string, TensorType>>
}

/**
 * Writes what computes `outputs`. With `weights` the parameters become constants (inference); without, they become
 * inputs under their names (training). Weights in blocks stay so in products and tables, those with a scale an output in products;
 * they are widened elsewhere. Throws GraphError for a missing or misshapen weight, and where two of the inputs, parameters and
 * outputs have one name.
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  weights?: ReadonlyMap<string, WeightData>,
): LoweredGraph {
  const multipliesBytes = weights !== undefined && [...weights.values()].some(isRows)
  const standardModel = () => write(outputs, weights, 'standard').model
  return { ...write(outputs, weights, 'fused'), standardModel, multipliesBytes }
}

function write(
  outputs: Readonly<Record<string, Tensor>>,
  weights: ReadonlyMap<string, WeightData> | undefined,
  products: Products,
): LoweredGraph {
  const order = inOrder(Object.values(outputs))
  const used = new Set<Tensor>([...Object.values(outputs), ...order.flatMap((node) => node.inputs)])
  const names = new Map<Tensor, string>()
  const nodes: OnnxNode[] = []
  const initialisers: OnnxInitialiser[] = []
  const inputs = new Map<string, TensorType>()
  const externalData: { path: string; data: Uint8Array }[] = []
  const constants = new Map<string, string>()
  const inBlocks = new Map<Tensor, { readonly name: string; readonly weight: BlockWeight }>()
  const inRows = new Map<Tensor, { readonly name: string; readonly weight: RowWeight }>()
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
      const name = names.get(tensor) ?? widened(tensor)
      if (name === undefined) throw new GraphError(tensor.node.op.name, 'read before it was lowered', [tensor])
      return name
    },
    blocks(tensor, as) {
      const found = inBlocks.get(tensor)
      if (found === undefined) return undefined
      const { name, weight } = found
      const shapes = blockShapes(weight, as)
      const codes: TensorData = { type: 'uint8', shape: shapes.codes, data: weight.codes }
      const scales: TensorData = { type: 'float32', shape: shapes.scales, data: weight.scales }
      return {
        codes: outside(`${madeHere}${as} codes of ${name}`, codes, `${madeHere}codes of ${name}`),
        scales: outside(`${madeHere}scales of ${name}`, scales, `${madeHere}scales of ${name}`),
        bits: weight.bits,
      }
    },
    rows(tensor) {
      const found = inRows.get(tensor)
      if (found === undefined) return undefined
      const { name, weight } = found
      const scales = outside(`${madeHere}scales of ${name}`, rowScales(weight), `${madeHere}scales of ${name}`)
      const place = `${madeHere}codes of ${name}`
      const bytes = outside(place, rowCodes(weight, products === 'fused' ? 'int8' : 'uint8'), place)
      if (products === 'fused') return { codes: bytes, zero: undefined, scales }
      const zero = to.constant(signBit)
      return { codes: to.emit('BitwiseXor', [bytes, zero])[0], zero, scales }
    },
    products,
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

  /** An initialiser whose data stand outside of the model; asked for again, it is the same. */
  function outside(name: string, value: TensorData, location: string): string {
    if (initialisers.some((known) => known.name === name)) return name
    initialisers.push({ name, value, location })
    const { buffer, byteOffset, byteLength } = value.data
    if (!externalData.some(({ path }) => path === location)) {
      externalData.push({ path: location, data: new Uint8Array(buffer, byteOffset, byteLength) })
    }
    return name
  }

  /** A parameter of few bits as 32-bit floats, made in the graph; of blocks, all rows as a table, without what fills them up. */
  function widened(tensor: Tensor): string | undefined {
    const found = inBlocks.get(tensor)
    if (found === undefined) {
      const rows = to.rows(tensor)
      if (rows !== undefined) names.set(tensor, emitWidened(to, rows))
      return names.get(tensor)
    }
    const { shape } = found.weight
    const { codes, scales, bits } = to.blocks(tensor, 'table')!
    const rows = elementCount('lower', shape.slice(0, -1))
    const all = to.constant(tensorData('int32', [rows], [...Array(rows).keys()]))
    const table = to.emit('GatherBlockQuantized', [codes, all, scales], tableAttributes(bits), microsoft)
    const [own] = to.emit('Slice', [table[0], ...[0, shape.at(-1)!, 1].map((value) => to.integers([value]))])
    const [name] = to.emit('Reshape', [own, to.integers(shape)])
    names.set(tensor, name)
    return name
  }

  /** Reads a named size off the first input that has it. */
  function namedSize(size: string): string {
    for (const [name, { shape }] of inputs) {
      const axis = shape.indexOf(size)
      if (axis >= 0) return to.emit('Shape', [name], { start: axis, end: axis + 1 })[0]
    }
    throw new GraphError('lower', `no input carries the size "${size}"`)
  }

  /** Names of a leaf's outputs, none yet for a parameter of few bits; undefined for a node that is no leaf. */
  function lowerLeaf(node: Node): readonly string[] | undefined {
    const { name } = node.attributes as { name?: string }
    const [tensor] = node.outputs as readonly [Tensor]
    if (name === undefined || (node.op.name !== 'input' && node.op.name !== 'parameter')) return undefined
    const weight = node.op.name === 'parameter' ? weights?.get(name) : undefined
    take(name, tensor)
    if (node.op.name === 'input' || weights === undefined) {
      inputs.set(name, { shape: tensor.shape, type: tensor.type })
      return [name]
    }
    if (weight === undefined) throw new GraphError('lower', `there is no weight "${name}"`, [tensor])
    if (weight.shape.join() !== tensor.shape.join()) {
      throw new GraphError('lower', `the weight "${name}" is [${weight.shape.join(', ')}]`, [tensor])
    }
    checkWeight(name, weight, tensor)
    if (isBlocks(weight)) inBlocks.set(tensor, { name, weight })
    else if (isRows(weight)) inRows.set(tensor, { name, weight })
    else return [outside(name, { type: 'float32', ...weight }, name)]
    return []
  }

  // Inputs first: a named size may be read off any of them.
  for (const node of order.toSorted((a, b) => Number(a.op.name !== 'input') - Number(b.op.name !== 'input'))) {
    const made = lowerLeaf(node) ?? node.op.lower(to, node)
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
