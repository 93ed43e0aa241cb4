/**
 * Philox4x32-10 (Salmon et al. 2011): a counter-based generator. The numbers at a counter are a pure function of key
 * and counter, so any draw can be made again, in any order, without those before it.
 */

const multiplierA = 0xd2511f53
const multiplierB = 0xcd9e8d57
const weylA = 0x9e3779b9
const weylB = 0xbb67ae85
const rounds = 10

/** High 32 bits of the product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const lowHigh = aLow * bHigh
  const highLow = aHigh * bLow
  const middle = ((aLow * bLow) >>> 16) + (lowHigh & 0xffff) + (highLow & 0xffff)
  return (aHigh * bHigh + (lowHigh >>> 16) + (highLow >>> 16) + (middle >>> 16)) >>> 0
}

/** Four unsigned 32-bit numbers from a counter of four and a key of two. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [a, b, c, d] = counter.map((part) => part >>> 0) as [number, number, number, number]
  let [k0, k1] = key.map((part) => part >>> 0) as [number, number]
  for (let round = 0; round < rounds; round++) {
    const highA = multiplyHigh(multiplierA, a)
    const lowA = Math.imul(multiplierA, a) >>> 0
    const highB = multiplyHigh(multiplierB, c)
    const lowB = Math.imul(multiplierB, c) >>> 0
    const next0 = (highB ^ b ^ k0) >>> 0
    const next2 = (highA ^ d ^ k1) >>> 0
    a = next0
    b = lowB
    c = next2
    d = lowA
    k0 = (k0 + weylA) >>> 0
    k1 = (k1 + weylB) >>> 0
  }
  return [a, b, c, d]
}

/** Splits a seed (a whole number up to 2^53) into a key. */
export const keyOf = (seed: number): [number, number] => [seed % 2 ** 32, Math.floor(seed / 2 ** 32)]

/** Uniform in [0, 1), 53 bits, as a function of a seed and up to three whole numbers. */
export function philoxUniform(seed: number, x = 0, y = 0, z = 0): number {
  const [high, low] = philox([x, y, z, 0], keyOf(seed))
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53
}

/** Uniform whole number in [0, below). */
export const philoxBelow = (below: number, seed: number, x = 0, y = 0, z = 0): number =>
  Math.floor(philoxUniform(seed, x, y, z) * below)

/** A pair of independent normal numbers (Box and Muller 1958). */
export function philoxNormals(seed: number, x = 0, y = 0, z = 0): [number, number] {
  const [a, b, c, d] = philox([x, y, z, 1], keyOf(seed))
  const radius = Math.sqrt(-2 * Math.log((a * 2 ** 21 + (b >>> 11) + 1) / 2 ** 53))
  const angle = (2 * Math.PI * (c * 2 ** 21 + (d >>> 11))) / 2 ** 53
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}
