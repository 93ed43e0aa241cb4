/** Parameters that are given in whole numbers with one scale an output: what they are in a model, and their numbers again. */
import { elementCount } from '../tensor.ts'
import { type Lowering, type RowNames, type RowWeight, type TensorData, tensorData } from './lowering.ts'

/** The codes are int8, declared as `type`: the same bytes without sign have 128 for zero once `signBit` is flipped. */
export const rowCodes = ({ shape, codes }: RowWeight, type: 'int8' | 'uint8'): TensorData => ({
  type,
  shape: shape.toReversed(),
  data: codes,
})

export const rowScales = ({ shape, scales }: RowWeight): TensorData => ({
  type: 'float32',
  shape: shape.slice(0, 1),
  data: scales,
})

/** What turns a signed byte into one with 128 for zero, and is that zero. */
export const signBit = tensorData('uint8', [], [128])

/** The parameter as 32-bit floats, [outputs, inputs], made in the graph: the name of what comes out. */
export function emitWidened(to: Lowering, { codes, zero, scales }: RowNames): string {
  const [whole] = to.emit('Cast', [codes], { to: 1 })
  const [centred] = zero === undefined ? [whole] : to.emit('Sub', [whole, to.emit('Cast', [zero], { to: 1 })[0]])
  const [wide] = to.emit('Mul', [centred, scales])
  return to.emit('Transpose', [wide], { perm: [1, 0] })[0]
}

/** The most products of two codes, one of them -128 in a file that is not ours, whose sum is sure to fit 32 bits. */
export const mostRowInputs = Math.floor((2 ** 31 - 1) / (127 * 128))

/** What is wrong with a weight, for "the weight has ..."; undefined where it fills its shape. */
export function faultOfRows({ shape, codes, scales }: RowWeight): string | undefined {
  if (shape.length !== 2) return `${shape.length} axes, where codes with a scale an output have 2`
  if (codes.length !== elementCount('lower', shape)) return `${codes.length} codes`
  if (scales.length !== shape[0]) return `${scales.length} scales`
  return shape[1]! <= mostRowInputs ? undefined : `${shape[1]} inputs, whose sums may not fit 32 bits`
}
