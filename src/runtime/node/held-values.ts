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

/**
 * What glibc never takes from its heap but maps: pages of it count when they are written to, and go back to the system when it is let
 * go. From the heap, a decoder's cache would have stayed with the process beside what comes after it.
 */
const mappedBytes = 2 ** 25
const largeBytes = 2 ** 20

/** Zeros, float32, at the beginning of memory for `room` numbers or more. */
export function zeros(shape: readonly number[], room: number): Value {
  const length = shape.reduce((product, size) => product * size, 1)
  const bytes = Math.max(length, room) * Float32Array.BYTES_PER_ELEMENT
  const memory = new ArrayBuffer(bytes < largeBytes ? bytes : Math.max(bytes, mappedBytes))
  return { type: 'float32', shape, data: new Float32Array(memory, 0, length) }
}

/**
 * The value with another size along an axis: what is cut off is lost, what is new is zeros. Where the memory that it lies in
 * has room behind it, the value stays there, and the one given is no more.
 */
export function resized(value: Value, axis: number, size: number): Value {
  const { outer, inner, length } = around(value.shape, axis)
  if (!Number.isInteger(axis) || axis < 0 || axis >= value.shape.length || !Number.isInteger(size) || size < 1) {
    throw new Error(`cannot make axis ${axis} of [${value.shape}] ${size} long`)
  }
  const from = value.data as Float32Array<ArrayBuffer>
  const make = from.constructor as new (memory: ArrayBuffer | number, at?: number, length?: number) => typeof from
  const count = outer * size * inner
  const inPlace =
    from instanceof Float32Array &&
    size > length &&
    from.byteOffset + count * from.BYTES_PER_ELEMENT <= from.buffer.byteLength
  const to = inPlace ? new make(from.buffer, from.byteOffset, count) : new make(count)
  const kept = Math.min(length, size) * inner
  // From the end, so that in place nothing is written over that is still to be moved.
  for (let i = outer - 1; i >= 0; i--) {
    const target = i * size * inner
    if (inPlace) to.copyWithin(target, i * kept, (i + 1) * kept)
    else to.set(from.subarray(i * length * inner, i * length * inner + kept), target)
    if (inPlace) to.fill(0, target + kept, target + size * inner)
  }
  return { type: value.type, shape: value.shape.with(axis, size), data: to as ValueData }
}
