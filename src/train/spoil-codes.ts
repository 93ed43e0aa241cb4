/** Image tokens made wrong, as a generator that errs makes them: for networks that are to mend or to notice it. */
import { philoxBelow, philoxUniform } from '../random/philox.ts'

export type Spoiler = {
  /**
   * Replaces a share of a picture's codes in place: three of four by one that looks alike, the others by what stands at
   * the same place of another picture. A function of the seed and the draw.
   */
  scatter(codes: Int32Array, share: number, draw: number): void
  /** Replaces the codes on one side of a line across the picture by those of another example. */
  graft(codes: Int32Array, other: number, draw: number): void
}

/** Which of the independent random choices of a draw are made, this and the next; objectives use smaller numbers. */
const choice = 50

/**
 * `tokens` are the codes of every example, [examples, rows * columns], of which the first `count` may be taken from;
 * codes look alike whose vectors [codes, width] are among the `near` nearest.
 */
export function createSpoiler(data: {
  readonly codeVectors: Float32Array
  readonly codes: number
  readonly tokens: Uint16Array
  readonly grid: readonly [rows: number, columns: number]
  readonly count: number
  readonly near: number
  readonly seed: number
}): Spoiler {
  const { tokens, count, near, seed } = data
  const [rows, columns] = data.grid
  const length = rows * columns
  const alike = nearestCodes(data.codeVectors, data.codes, near)
  return {
    scatter(codes, share, draw) {
      const other = philoxBelow(count, seed, draw, choice, 0)
      for (let at = 0; at < length; at++) {
        const picked = philoxUniform(seed, draw, choice, 1 + 2 * at)
        if (picked >= share) continue
        const which = Math.floor(philoxUniform(seed, draw, choice, 2 + 2 * at) * near)
        codes[at] = picked < share * 0.75 ? alike[codes[at]! * near + which]! : tokens[other * length + at]!
      }
    },
    graft(codes, other, draw) {
      const [turn, middle] = [0, 1].map((k) => philoxUniform(seed, draw, choice + 1, k)) as [number, number]
      const angle = 2 * Math.PI * turn
      const shift = (middle - 0.5) * 0.3
      for (let at = 0; at < length; at++) {
        const y = (Math.floor(at / columns) + 0.5) / rows - 0.5
        const x = ((at % columns) + 0.5) / columns - 0.5
        if (x * Math.cos(angle) + y * Math.sin(angle) > shift) codes[at] = tokens[other * length + at]!
      }
    },
  }
}

/** The `near` nearest other codes of each, [codes, near]. */
function nearestCodes(vectors: Float32Array, codes: number, near: number): Uint16Array {
  const width = vectors.length / codes
  const found = new Uint16Array(codes * near)
  const distances = new Float32Array(codes)
  const order = new Uint16Array(codes)
  for (let code = 0; code < codes; code++) {
    for (let other = 0; other < codes; other++) {
      let distance = 0
      for (let k = 0; k < width; k++) distance += (vectors[code * width + k]! - vectors[other * width + k]!) ** 2
      distances[other] = other === code ? Number.POSITIVE_INFINITY : distance
      order[other] = other
    }
    order.sort((a, b) => distances[a]! - distances[b]!)
    found.set(order.subarray(0, near), code * near)
  }
  return found
}
