/**
 * Weights in 8 bit with one scale (a half-precision number) for all that makes an output, their first axis: each weight is a whole
 * number of scales from -127 to 127. Coarser than blocks (`quantise.ts`), but products of such weights are sums of whole numbers
 * (`graph/onnx/row-product.ts`), which processors compute several times as fast. Codes stand as these products read them, outputs
 * last, so that nothing is turned about when a model is opened.
 */

/** Sums of so many products of codes fit 32 bits: `mostRowInputs` of the graph room. */
const mostInputs = 132_104

export type QuantisedRows = {
  /** The weight's, [outputs, inputs]. */
  readonly shape: readonly number[]
  /** -127 to 127, [inputs, outputs]. */
  readonly codes: Int8Array
  /** Half-precision bits, one an output. */
  readonly scales: Uint16Array
}

/** Whether a weight can be the factor of a product of whole numbers, whose sums have to fit 32 bits. */
export const fitsRows = (shape: readonly number[]): boolean => shape.length === 2 && shape[1]! <= mostInputs

/** @throws RangeError when a weight is not finite or too large for a half-precision scale (about 8.3 million) */
export function quantiseRows(weights: Float32Array, shape: readonly number[]): QuantisedRows {
  const [outputs, inputs] = sizesOf(shape)
  if (!fitsRows(shape) || outputs * inputs !== weights.length) {
    throw new RangeError(`${weights.length} weights do not fill the shape [${shape.join(', ')}] of two axes`)
  }
  const codes = new Int8Array(weights.length)
  const scales = new Float16Array(outputs)
  for (let output = 0; output < outputs; output++) {
    let largest = 0
    for (let i = output * inputs; i < (output + 1) * inputs; i++) {
      const magnitude = Math.abs(weights[i]!)
      // Written so that NaN is caught too.
      if (!(magnitude <= 65504 * 127)) throw new RangeError(`weight ${i} is ${weights[i]}`)
      if (magnitude > largest) largest = magnitude
    }
    scales[output] = largest / 127
    // The scale as it will be read, not as it was meant: the codes make up for its rounding.
    const scale = scales[output]!
    if (scale === 0) continue
    for (let input = 0; input < inputs; input++) {
      const code = Math.round(weights[output * inputs + input]! / scale)
      codes[input * outputs + output] = Math.max(-127, Math.min(127, code))
    }
  }
  return { shape: [...shape], codes, scales: new Uint16Array(scales.buffer) }
}

/** The weights again, row-major; exactly `code * scale` in single precision. They are written to `weights` where given. */
export function dequantiseRows(
  { shape, codes, scales }: QuantisedRows,
  weights: Float32Array = new Float32Array(codes.length),
): Float32Array {
  const [outputs, inputs] = sizesOf(shape)
  const wide = new Float32Array(new Float16Array(scales.buffer as ArrayBuffer, scales.byteOffset, scales.length))
  for (let output = 0; output < outputs; output++) {
    const scale = wide[output]!
    for (let input = 0; input < inputs; input++) {
      weights[output * inputs + input] = codes[input * outputs + output]! * scale
    }
  }
  return weights
}

const sizesOf = ([outputs = 0, inputs = 0]: readonly number[]): readonly [number, number] => [outputs, inputs]
