/** Sums over squares, in time that does not depend on their size. */

/**
 * For every pixel the sum over the square of side 2 * reach + 1 around it, outside counted as 0.
 * `out` has the length of `values`, which may be bytes or whole numbers up to 2^20.
 */
export function boxSum(
  values: Uint8Array | Int32Array,
  width: number,
  height: number,
  reach: number,
  out: Int32Array,
): void {
  // Down the columns first: all columns at once, row after row, as memory lies.
  const columns = new Int32Array(width)
  for (let y = 0; y < Math.min(reach, height); y++) {
    for (let x = 0, at = y * width; x < width; x++, at++) columns[x]! += values[at]!
  }
  for (let y = 0; y < height; y++) {
    const enters = y + reach
    if (enters < height) for (let x = 0, at = enters * width; x < width; x++, at++) columns[x]! += values[at]!
    const leaves = y - reach - 1
    if (leaves >= 0) for (let x = 0, at = leaves * width; x < width; x++, at++) columns[x]! -= values[at]!
    let sum = 0
    for (let x = 0; x < Math.min(reach, width); x++) sum += columns[x]!
    const row = y * width
    for (let x = 0; x < width; x++) {
      if (x + reach < width) sum += columns[x + reach]!
      if (x - reach > 0) sum -= columns[x - reach - 1]!
      out[row + x] = sum
    }
  }
}
