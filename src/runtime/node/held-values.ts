/** Changing values that the engine holds between runs: a decoder's cache grows and fills through these two. */
import type { Value, ValueData } from '../engine.ts'

/** Elements before and behind an axis: those behind it lie side by side. */
const around = (shape: readonly number[], axis: number) => ({
  outer: shape.slice(0, axis).reduce((product, size) => product * size, 1),
  inner: shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  length: shape[axis] ?? 0,
})

/** Copies `part`, of size 1 along the axis, to place `at` of `whole`, in place. */
export function writeAt(whole: Value, part: Value, axis: number, at: number): void {
  const { outer, inner, length } = around(whole.shape, axis)
  const from = part.data as Float32Array
  const to = whole.data as Float32Array
  if (at < 0 || at >= length || from.length !== outer * inner || part.type !== whole.type) {
    throw new Error(`cannot write [${part.shape}] at ${at} of axis ${axis} of [${whole.shape}]`)
  }
  // A head is a few dozen numbers: an inlined loop copies them sooner than a call of `set` begins.
  for (let i = 0; i < outer; i++) {
    const target = (i * length + at) * inner
    for (let j = 0; j < inner; j++) to[target + j] = from[i * inner + j]!
  }
}

/** The value with another size along an axis: what is cut off is lost, what is new is zeros. */
export function resized(value: Value, axis: number, size: number): Value {
  const { outer, inner, length } = around(value.shape, axis)
  if (!Number.isInteger(axis) || axis < 0 || axis >= value.shape.length || !Number.isInteger(size) || size < 1) {
    throw new Error(`cannot make axis ${axis} of [${value.shape}] ${size} long`)
  }
  const from = value.data as Float32Array
  const make = from.constructor as new (length: number) => Float32Array
  const to = new make(outer * size * inner)
  const kept = Math.min(length, size) * inner
  for (let i = 0; i < outer; i++) {
    to.set(from.subarray(i * length * inner, i * length * inner + kept), i * size * inner)
  }
  return { type: value.type, shape: value.shape.with(axis, size), data: to as ValueData }
}
