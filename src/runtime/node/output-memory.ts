/**
 * Memory that a session's outputs are written to run after run. What ONNX Runtime's binding allocates for an output is new
 * to the process each time: half a megabyte of it costs as much as a small product, and the garbage collector's work besides.
 */
import ort from 'onnxruntime-node'

type Maker = (new (memory: SharedArrayBuffer) => ArrayBufferView) & { readonly BYTES_PER_ELEMENT: number }

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['float32', Float32Array],
  ['int32', Int32Array],
  ['int64', BigInt64Array],
  ['uint8', Uint8Array],
])

export type OutputMemory = {
  /** The output's shape in a run on these inputs; undefined where the graph does not say. */
  shapeOf(name: string, feeds: Readonly<Record<string, ort.Tensor>>): readonly number[] | undefined
  /**
   * A tensor for the output of a run on these inputs, in memory that other threads can read, which the next call for it with
   * the same shape gives again; undefined where the graph does not say the shape.
   */
  tensorFor(name: string, feeds: Readonly<Record<string, ort.Tensor>>): ort.Tensor | undefined
}

export function createOutputMemory({ inputMetadata, outputMetadata }: ort.InferenceSession): OutputMemory {
  const kept = new Map<string, ort.Tensor>()
  /** Where each named size is read off: input and axis. */
  const sizes = new Map<string, readonly [input: string, axis: number]>()
  for (const input of inputMetadata) {
    if (!input.isTensor) continue
    for (const [axis, size] of input.shape.entries()) {
      if (typeof size === 'string' && !sizes.has(size)) sizes.set(size, [input.name, axis])
    }
  }
  const outputs = new Map(outputMetadata.map((output) => [output.name, output]))

  const shapeOf: OutputMemory['shapeOf'] = (name, feeds) => {
    const output = outputs.get(name)
    if (!output?.isTensor) return undefined
    const shape: number[] = []
    for (const size of output.shape) {
      const [input, axis] = typeof size === 'string' ? (sizes.get(size) ?? []) : []
      const found = typeof size === 'number' ? size : input === undefined ? undefined : feeds[input]?.dims[axis!]
      if (found === undefined) return undefined
      shape.push(found)
    }
    return shape
  }

  return {
    shapeOf,
    tensorFor(name, feeds) {
      const shape = shapeOf(name, feeds)
      const output = outputs.get(name)
      if (shape === undefined || !output?.isTensor) return undefined
      const before = kept.get(name)
      if (before !== undefined && sameShape(before.dims, shape)) return before
      const make = makers.get(output.type)
      if (make === undefined) return undefined
      const length = shape.reduce((product, size) => product * size, 1)
      const data = new make(new SharedArrayBuffer(length * make.BYTES_PER_ELEMENT))
      const tensor = new ort.Tensor(output.type as 'float32', data as Float32Array, shape)
      kept.set(name, tensor)
      return tensor
    },
  }
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])
