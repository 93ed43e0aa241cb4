/**
 * Weights in 8 bit: along the last axis, each block of 32 neighbours shares one scale (a half-precision number), and each
 * weight is a whole number of scales from -127 to 127. Symmetric, without a zero point, like GGML's Q8_0.
 *
 * The error of a weight is at most half a scale and what a scale loses in half precision: under 0.0044 of the largest
 * magnitude in its block, where that is at least 0.008 (below, half precision itself grows coarse).
 */

/** Neighbours along the last axis that share a scale. 32 costs half a bit a weight. */
export const blockSize = 32

export type Quantised = {
  readonly shape: readonly number[]
  /** Row-major, one number a weight, -127 to 127. */
  readonly codes: Int8Array
  /** Half-precision bits, row-major `[...shape without the last axis, blocks a row]`; a row's last block may be short. */
  readonly scales: Uint16Array
}

/** The shape of the scales for weights of `shape`. */
export function scalesShape(shape: readonly number[]): number[] {
  return [...shape.slice(0, -1), Math.ceil((shape.at(-1) ?? 0) / blockSize)]
}

/** @throws RangeError when a weight is not finite or too large for a half-precision scale (about 8.3 million) */
export function quantise(weights: Float32Array, shape: readonly number[]): Quantised {
  const columns = shape.at(-1) ?? 0
  const rows = columns === 0 ? 0 : weights.length / columns
  if (shape.length === 0 || rows * columns !== weights.length || shape.reduce((a, b) => a * b, 1) !== weights.length) {
    throw new RangeError(`${weights.length} weights do not fill the shape [${shape.join(', ')}]`)
  }
  const codes = new Int8Array(weights.length)
  const blocks = Math.ceil(columns / blockSize)
  const scales = new Float16Array(rows * blocks)
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * columns + block * blockSize
      const end = Math.min(start + blockSize, (row + 1) * columns)
      let largest = 0
      for (let i = start; i < end; i++) {
        const magnitude = Math.abs(weights[i]!)
        // Written so that NaN is caught too.
        if (!(magnitude <= 65504 * 127)) throw new RangeError(`weight ${i} is ${weights[i]}`)
        if (magnitude > largest) largest = magnitude
      }
      scales[row * blocks + block] = largest / 127
      // The scale as it will be read, not as it was meant: the codes make up for its rounding.
      const scale = scales[row * blocks + block]!
      if (scale === 0) continue
      for (let i = start; i < end; i++) {
        codes[i] = Math.max(-127, Math.min(127, Math.round(weights[i]! / scale)))
      }
    }
  }
  return { shape: [...shape], codes, scales: new Uint16Array(scales.buffer) }
}

/** The weights again, row-major; exactly `code * scale` in single precision. They are written to `weights` where given. */
export function dequantise(
  { shape, codes, scales }: Quantised,
  weights: Float32Array = new Float32Array(codes.length),
): Float32Array {
  const columns = shape.at(-1) ?? 0
  // Widening all scales at once is the engine's own loop, far faster than reading halves one by one.
  const wide = new Float32Array(new Float16Array(scales.buffer, scales.byteOffset, scales.length))
  let block = 0
  for (let row = 0; row < codes.length; row += columns) {
    for (let start = row; start < row + columns; start += blockSize) {
      const end = Math.min(start + blockSize, row + columns)
      const scale = wide[block++]!
      for (let i = start; i < end; i++) weights[i] = codes[i]! * scale
    }
  }
  return weights
}
