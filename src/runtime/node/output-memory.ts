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

type Feeds = Readonly<Record<string, ort.Tensor>>

export type OutputMemory = {
  /** Whether the output of a run on these inputs has the tensor's element type and shape; false where the graph does not say. */
  fits(tensor: ort.Tensor, name: string, feeds: Feeds): boolean
  /**
   * A tensor for the output of a run on these inputs, in memory that other threads can read: the one that `places` has
   * under `place` where it fits, else a new one, which goes there. Undefined where the graph does not say the shape.
   */
  tensorFor(name: string, feeds: Feeds, places: Map<string, ort.Tensor>, place: string): ort.Tensor | undefined
}

export function createOutputMemory({ inputMetadata, outputMetadata }: ort.InferenceSession): OutputMemory {
  /** Where each named size is read off: input and axis. */
  const sizes = new Map<string, readonly [input: string, axis: number]>()
  for (const input of inputMetadata) {
    if (!input.isTensor) continue
    for (const [axis, size] of input.shape.entries()) {
      if (typeof size === 'string' && !sizes.has(size)) sizes.set(size, [input.name, axis])
    }
  }
  const outputs = new Map(outputMetadata.map((output) => [output.name, output]))

  /** An output's shape; undefined where the graph does not say. */
  const shapeOf = (name: string, feeds: Feeds): readonly number[] | undefined => {
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

  const fits: OutputMemory['fits'] = ({ type, dims }, name, feeds) => {
    const output = outputs.get(name)
    if (!output?.isTensor || output.type !== type) return false
    const shape = shapeOf(name, feeds)
    return shape?.length === dims.length && shape.every((size, axis) => size === dims[axis])
  }

  return {
    fits,
    tensorFor(name, feeds, places, place) {
      const before = places.get(place)
      if (before !== undefined && fits(before, name, feeds)) return before
      const shape = shapeOf(name, feeds)
      const output = outputs.get(name)
      if (shape === undefined || !output?.isTensor) return undefined
      const make = makers.get(output.type)
      if (make === undefined) return undefined
      const length = shape.reduce((product, size) => product * size, 1)
      const data = new make(new SharedArrayBuffer(length * make.BYTES_PER_ELEMENT))
      const tensor = new ort.Tensor(output.type as 'float32', data as Float32Array, shape)
      places.set(place, tensor)
      return tensor
    },
  }
}
