/** Numbers for tests as a function of a name; tools/oracle/jax_vectors.py computes the same. */

/** float32 values in -1..1: FNV-1a of the name, then a 32-bit mix of each index. */
export function pseudoRandom(name: string, count: number): Float32Array<ArrayBuffer> {
  let start = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) start = Math.imul(start ^ byte, 0x01000193)
  return Float32Array.from({ length: count }, (_, i) => {
    let x = (start + Math.imul(i, 0x9e3779b9)) >>> 0
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1
  })
}

/** Weights for a whole network: small biases, norm scales about 1, matrices large enough to make attention choose. */
export function pseudoRandomWeight(name: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const values = pseudoRandom(name, count(shape))
  if (name.endsWith('bias') || name === 'logit_scale') return values.map((value) => value * 0.25)
  return shape.length === 1 ? values.map((value) => 1 + Math.fround(value * 0.25)) : values.map((value) => value * 0.5)
}

export const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)
