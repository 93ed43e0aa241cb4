/** What an op may use to write itself in ONNX. */
import type { ElementType, Shape, Tensor } from '../tensor.ts'

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number }

/** `int8` is only within a model: no value that goes in or out has it. */
export type TensorData = {
  readonly type: ElementType | 'int8'
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array
}

/**
 * A parameter's value in whole numbers: along the last axis, each block of 32 neighbours shares a scale, and a weight is
 * `(code - 2 ** (bits - 1)) * scale`. As ONNX Runtime's MatMulNBits reads it, without widening.
 */
export type BlockWeight = {
  readonly shape: readonly number[]
  readonly bits: 4 | 8
  /** [...shape without the last axis, blocks, 4 * bits] bytes, a row's last block filled up; of two 4-bit codes in a byte the
   *  first is the lower half. */
  readonly codes: Uint8Array
  /** [...shape without the last axis, blocks] */
  readonly scales: Float32Array
}

/**
 * A parameter's value in whole numbers of 8 bits with one scale for all that makes an output: `code * scale`. Products of such a
 * weight multiply whole numbers, with what they read rounded to 8 bits, too (`row-product.ts`).
 */
export type RowWeight = {
  /** [outputs, inputs] */
  readonly shape: readonly number[]
  /** -127 to 127, [inputs, outputs]: as products read them. */
  readonly codes: Int8Array
  /** [outputs] */
  readonly scales: Float32Array
}

/** A parameter's value: its numbers, row-major, or codes of few bits. */
export type WeightData = { readonly shape: readonly number[]; readonly data: Float32Array } | BlockWeight | RowWeight

export const isBlocks = (weight: WeightData): weight is BlockWeight => 'bits' in weight
export const isRows = (weight: WeightData): weight is RowWeight => 'codes' in weight && !('bits' in weight)

/** Names of a parameter's codes, uint8, and scales in the model. */
export type BlockNames = { readonly codes: string; readonly scales: string; readonly bits: 4 | 8 }

/**
 * Names of a parameter's codes, [inputs, outputs], and scales, [outputs], in the model. Codes are int8, or
 * uint8 with 128 for zero (`zero`, a scalar; none for int8).
 */
export type RowNames = { readonly codes: string; readonly zero: string | undefined; readonly scales: string }

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

/**
 * For what a model's products are written: `fused` are ONNX Runtime's own ops on a processor that multiplies bytes without
 * overflow, `standard` those of the ONNX standard, right everywhere. Products of blocks are MatMulNBits for both.
 */
export type Products = 'fused' | 'standard'

export type Lowering = {
  /** The ONNX name of a tensor that was lowered before; a parameter of few bits is widened where it is read so. */
  name(tensor: Tensor): string
  /**
   * A parameter that is given in blocks, for ops that read those as they are; undefined for any other tensor. Codes are
   * [rows, blocks, 4 * bits] for a `product`, [rows, blocks * 4 * bits] for a `table`; scales [rows, blocks].
   */
  blocks(tensor: Tensor, as: 'product' | 'table'): BlockNames | undefined
  /** A parameter that is given in codes with a scale an output; undefined for any other tensor. */
  rows(tensor: Tensor): RowNames | undefined
  readonly products: Products
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
