/** Parameters that are given in blocks of whole numbers: their shapes in a model, and what the ops that read them are told. */
import { elementCount, GraphError, type Tensor } from '../tensor.ts'
import { type BlockWeight, isBlocks, isRows, type OnnxAttribute, type WeightData } from './lowering.ts'
import { faultOfRows } from './row-weight.ts'

/** Neighbours along the last axis that share a scale: the size at which every row of a product is indifferent to its batch. */
export const neighboursInBlock = 32

/** Sizes of a weight's codes and scales, whose rows are all axes but the last. */
export function blockShapes({ shape, bits }: BlockWeight, as: 'product' | 'table') {
  const rows = elementCount('lower', shape.slice(0, -1))
  const blocks = Math.ceil((shape.at(-1) ?? 0) / neighboursInBlock)
  const bytes = (neighboursInBlock * bits) / 8
  const codes = as === 'product' ? [rows, blocks, bytes] : [rows, blocks * bytes]
  return { codes, scales: [rows, blocks] } as const
}

/** For GatherBlockQuantized over the rows of a table. */
export const tableAttributes = (bits: number): Record<string, OnnxAttribute> => ({
  bits,
  block_size: neighboursInBlock,
  gather_axis: 0,
  quantize_axis: 1,
})

/**
 * For MatMulNBits. At level 4 it multiplies whole numbers, with a scale for each 32 of a row: some thirty times faster in 8 bit
 * than at level 0, which widens, and as indifferent to other rows.
 */
export const productAttributes = (shape: readonly number[], bits: number): Record<string, OnnxAttribute> => ({
  K: shape[1]!,
  N: shape[0]!,
  bits,
  block_size: neighboursInBlock,
  accuracy_level: 4,
})

/** What ONNX Runtime takes as one tensor, also of those that stand outside of the model; all together may have more. */
const mostBytes = 2 ** 31

/** @throws GraphError for a weight whose numbers do not fill its shape, or are more than the engine takes at once */
export function checkWeight(name: string, weight: WeightData, tensor: Tensor): void {
  const refuse = (what: string): never => {
    throw new GraphError('lower', `the weight "${name}" has ${what}`, [tensor])
  }
  const { byteLength } = 'codes' in weight ? weight.codes : weight.data
  if (byteLength > mostBytes)
    refuse(`${byteLength} bytes, more than the ${mostBytes} of the largest tensor that can be run`)
  const count = elementCount('lower', weight.shape)
  if (isRows(weight)) {
    const fault = faultOfRows(weight)
    if (fault !== undefined) refuse(fault)
    return
  }
  if (!isBlocks(weight)) {
    if (weight.data.length !== count) refuse(`${weight.data.length} values`)
    return
  }
  const { codes, scales } = blockShapes(weight, 'table')
  if (weight.codes.length !== elementCount('lower', codes)) refuse(`${weight.codes.length} bytes of codes`)
  if (weight.scales.length !== elementCount('lower', scales)) refuse(`${weight.scales.length} scales`)
}
