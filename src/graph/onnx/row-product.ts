/**
 * Products of whole numbers of 8 bits, with one scale for each row on either side: each row of x is rounded to bytes by its own
 * largest magnitude, the weight by that of each output (row-wise and vector-wise quantisation, Dettmers et al. 2022, "LLM.int8()").
 * Sums of such products are exact, so no row depends on another, whatever the batch and the number of threads.
 */
import type { Lowering, RowNames } from './lowering.ts'

/** What a byte stands for when a row's largest magnitude is 127: 128 is zero. */
const [largest, zero] = [127, 128]

/** Below this a row counts as zeros, and its scale stays a number. */
const leastMagnitude = 1e-30

/** float32 [..., rows, inputs] times a weight [outputs, inputs]: the name of what comes out, [..., rows, outputs]. */
export function emitRowProduct(to: Lowering, x: string, weight: RowNames): [string] {
  const [magnitudes] = to.emit('Abs', [x])
  const [most] = to.emit('ReduceMax', [magnitudes, to.integers([-1])], { keepdims: 1 })
  const [bounded] = to.emit('Max', [most, to.scalar(leastMagnitude)])
  const [upTo] = to.emit('Mul', [x, to.emit('Div', [to.scalar(largest), bounded])[0]])
  const [bytes] = to.emit('QuantizeLinear', [upTo, to.scalar(1), to.scalar(zero, 'uint8')])
  const [scale] = to.emit('Mul', [bounded, to.scalar(1 / largest)])
  const one = to.scalar(1)
  const product = emitWholeProduct(to, { name: bytes, scale: one, zero: to.scalar(zero, 'uint8') }, weight)
  return [to.emit('Mul', [product, scale])[0]]
}

/** Bytes, each `(byte - zero) * scale`: scalars. */
export type Bytes = { readonly name: string; readonly scale: string; readonly zero: string }

/** Bytes [..., rows, inputs] times a weight's codes, in float32, with a bias [outputs] where there is one. */
export function emitWholeProduct(to: Lowering, x: Bytes, { codes, zero, scales }: RowNames, bias = ''): string {
  if (to.products === 'fused') {
    const inputs = [x.name, codes, x.scale, scales, x.zero, zero ?? '', bias]
    return to.emit('MatMulIntegerToFloat', inputs, {}, { domain: 'com.microsoft' })[0]
  }
  const [whole] = to.emit('MatMulInteger', [x.name, codes, x.zero, ...(zero === undefined ? [] : [zero])])
  const [scale] = to.emit('Mul', [x.scale, scales])
  const [product] = to.emit('Mul', [to.emit('Cast', [whole], { to: 1 })[0], scale])
  return bias === '' ? product : to.emit('Add', [product, bias])[0]
}
