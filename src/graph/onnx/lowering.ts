/** What an op may use to write itself in ONNX. */
import type { ElementType, Shape, Tensor } from '../tensor.ts'

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number }

export type TensorData = {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array
}

/** Numbers as data of an element type. */
export function tensorData(type: ElementType, shape: readonly number[], values: readonly number[]): TensorData {
  switch (type) {
    case 'float32':
      return { type, shape, data: Float32Array.from(values) }
    case 'int32':
      return { type, shape, data: Int32Array.from(values) }
    case 'int64':
      return { type, shape, data: BigInt64Array.from(values, BigInt) }
    case 'uint8':
    case 'bool':
      return { type, shape, data: Uint8Array.from(values) }
  }
}

export type Lowering = {
  /** The ONNX name of a tensor that was lowered before. */
  name(tensor: Tensor): string
  /** Whether anything in the graph reads this output. */
  used(tensor: Tensor): boolean
  /**
   * Adds an ONNX node and returns the names of its outputs (`count`, 1 unless told). An empty input name stands for an
   * input that is left out. Whole numbers become INT attributes, `{ float }` FLOAT ones, arrays INTS.
   */
  emit(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    options?: { readonly count?: number; readonly domain?: 'com.microsoft' },
  ): [string, ...string[]]
  /** A constant; equal small constants are written once. */
  constant(value: TensorData): string
  scalar(value: number, type?: ElementType): string
  integers(values: readonly number[]): string
  /** An int64 vector that holds a shape; named sizes are read from the graph's inputs when it runs. */
  shape(shape: Shape): string
}
