/**
 * Products of whole numbers of 8 bits, with one scale for each row on either side: each row of x is rounded to bytes by its own
 * largest magnitude, the weight by that of each output (row-wise and vector-wise quantisation, Dettmers et al. 2022, "LLM.int8()").
 * Sums of such products are exact, so no row depends on another, whatever the batch and the number of threads. Of a row with an
 * infinity nothing stays finite; a NaN among numbers counts as one of them, and shows only where all of its row are NaN.
 */
import type { Lowering, RowNames } from './lowering.ts'

/** What a byte stands for when a row's largest magnitude is 127: 128 is zero. */
const [largest, zero] = [127, 128]

/** float32 [..., rows, inputs] times a weight [outputs, inputs]: the name of what comes out, [..., rows, outputs]. */
export function emitRowProduct(to: Lowering, x: string, { codes, zero: codesZero, scales }: RowNames): [string] {
  const [most] = to.emit('ReduceMax', [to.emit('Abs', [x])[0], to.integers([-1])], { keepdims: 1 })
  // A row of zeros becomes whatever bytes 0 / 0 does: their product is finite, and times a magnitude of 0 it is 0.
  const [shares] = to.emit('Div', [x, most])
  const step = to.scalar(1 / largest)
  const bytesZero = to.scalar(zero, 'uint8')
  const [bytes] = to.emit('QuantizeLinear', [shares, step, bytesZero])
  if (to.products === 'fused') {
    const inputs = [bytes, codes, step, scales, bytesZero]
    const [product] = to.emit('MatMulIntegerToFloat', inputs, {}, { domain: 'com.microsoft' })
    return [to.emit('Mul', [product, most])[0]]
  }
  const [sums] = to.emit('MatMulInteger', [bytes, codes, bytesZero, ...(codesZero === undefined ? [] : [codesZero])])
  const [product] = to.emit('Mul', [to.emit('Cast', [sums], { to: 1 })[0], to.emit('Mul', [step, scales])[0]])
  return [to.emit('Mul', [product, most])[0]]
}
