/** Tensors with their axes in another order. */

/**
 * The first `sizes` of each axis of a row-major tensor of `shape`, with axis `order[i]` as axis i. `values` themselves when
 * nothing changes.
 */
export function reordered(
  values: Float32Array,
  shape: readonly number[],
  sizes: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  if (order.length === 2 && order[0] === 1) return transposed(values, strides[0]!, sizes)
  const counts = order.map((axis) => sizes[axis]!)
  const steps = order.map((axis) => strides[axis]!)
  const out = new Float32Array(counts.reduce((a, b) => a * b, 1))
  const index = counts.map(() => 0)
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = values[from]!
    for (let axis = counts.length - 1; axis >= 0; axis--) {
      from += steps[axis]!
      if (++index[axis]! < counts[axis]!) break
      from -= steps[axis]! * counts[axis]!
      index[axis] = 0
    }
  }
  return out
}

/** Side of the squares that a transposition goes by: both sides of one stay in the processor's cache. */
const square = 32

/** Rows of `width` values, of which the first count, to columns. */
function transposed(values: Float32Array, width: number, sizes: readonly number[]): Float32Array {
  const [rows, columns] = sizes as readonly [number, number]
  const turned = new Float32Array(rows * columns)
  for (let top = 0; top < rows; top += square) {
    for (let left = 0; left < columns; left += square) {
      for (let column = left; column < Math.min(left + square, columns); column++) {
        for (let row = top; row < Math.min(top + square, rows); row++) {
          turned[column * rows + row] = values[row * width + column]!
        }
      }
    }
  }
  return turned
}
