/** Parameters that are given in whole numbers with one scale an output: their shapes in a model, and their numbers again. */
import { elementCount } from '../tensor.ts'
import { type Lowering, type RowNames, type RowWeight, type TensorData, tensorData } from './lowering.ts'

/** Codes are the second factor of a product: all that an output reads, by outputs. */
export const productShape = ({ shape }: Pick<RowWeight, 'shape'>): readonly [number, number] => [
  elementCount('lower', shape.slice(1)),
  shape[0]!,
]

export const rowScales = ({ shape, scales }: RowWeight): TensorData => ({
  type: 'float32',
  shape: [shape[0]!],
  data: scales,
})

/** The parameter as 32-bit floats in its own shape, made in the graph: the name of what comes out. */
export function emitWidened(to: Lowering, { codes, zero, scales }: RowNames, shape: readonly number[]): string {
  const [whole] = to.emit('Cast', [codes], { to: 1 })
  const [centred] = zero === undefined ? [whole] : to.emit('Sub', [whole, to.emit('Cast', [zero], { to: 1 })[0]])
  const [wide] = to.emit('Mul', [centred, scales])
  if (shape.length === 2) return to.emit('Transpose', [wide], { perm: [1, 0] })[0]
  const [outputs, inputs, high, wideness] = shape as readonly [number, number, number, number]
  const [window] = to.emit('Reshape', [wide, to.integers([high, wideness, inputs, outputs])])
  return to.emit('Transpose', [window], { perm: [3, 2, 0, 1] })[0]
}

/** What is wrong with a weight, for "the weight has ..."; undefined where it fills its shape. */
export function faultOfRows({ shape, codes, scales }: RowWeight): string | undefined {
  if (shape.length !== 2 && shape.length !== 4)
    return `${shape.length} axes, where codes with a scale an output have 2 or 4`
  if (codes.length !== elementCount('lower', shape)) return `${codes.length} codes`
  return scales.length === shape[0] ? undefined : `${scales.length} scales`
}

/** What turns a signed byte into one with 128 for zero. */
export const signBit = tensorData('uint8', [], [128])
