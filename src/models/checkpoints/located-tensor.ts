/** A tensor that lies somewhere in a large file, and reading a part of it as 32-bit floats. */
import { NeufError } from '../../errors/errors.ts'
import { quoted } from '../../errors/quoted.ts'
import type { RandomAccess } from '../../storage/random-access.ts'
import { type ElementType, elementBytes } from '../safetensors.ts'
import { widen } from '../widen.ts'

/** Bytes of the file that follow each other. */
export type Span = { readonly position: number; readonly bytes: number }

export type LocatedTensor = {
  readonly dtype: ElementType
  readonly shape: readonly number[]
  /** Where its elements lie, in the order of memory. They hold whole elements. */
  readonly spans: readonly Span[]
  /** Elements from one index of an axis to the next, where they are not in row-major order. No two share a place. */
  readonly strides?: readonly number[]
}

/** Rows of a tensor: `count` indices of its first axis, from `start` on. */
export type Part = { readonly start: number; readonly count: number }

/** What is in memory besides the result. */
const windowBytes = 2 ** 22

/**
 * 2 GiB as floats. The largest tensor of DALL·E mega (a kernel of all its layers) has 201 million elements and is read a
 * layer at a time; the bound keeps a small type's bytes from becoming four times as many.
 */
export const mostElementsAtOnce = 2 ** 29

/** No network here goes beyond 5 axes; the bound keeps products of sizes short. */
export const mostAxes = 8

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

export const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => elementCount(shape.slice(axis + 1)))

/**
 * A tensor, or rows of it, in row-major order; whatever the file holds, nothing but these rows is read where they lie
 * together.
 * @param file.format names the format in messages
 * @throws NeufError `weights-broken`: too many elements, no float's type; `file-unreadable`
 * @throws RangeError for rows that the tensor does not have, for that is a fault in the caller
 */
export async function readLocated(
  file: { readonly source: RandomAccess; readonly format: string },
  name: string,
  tensor: LocatedTensor,
  part?: Part,
): Promise<Float32Array> {
  const wrong = (why: string): never => {
    throw new NeufError('weights-broken', {
      path: file.source.path,
      why: `tensor ${quoted(name)} ${why}`,
      format: file.format,
    })
  }
  const shape = part === undefined ? tensor.shape : [part.count, ...tensor.shape.slice(1)]
  if (part !== undefined) {
    const { start, count } = part
    const rows = tensor.shape[0] ?? 0
    if (!Number.isInteger(start) || !Number.isInteger(count) || start < 0 || count < 0 || start + count > rows) {
      throw new RangeError(
        `tensor ${quoted(name)} of shape [${tensor.shape.join(', ')}] has no rows ${start} + ${count}`,
      )
    }
  }
  const count = elementCount(shape)
  if (count > mostElementsAtOnce) wrong(`has ${count} elements, over the ${mostElementsAtOnce} that are read at once`)
  const values = new Float32Array(count)
  if (count === 0) return values
  const reader = elementsOf(file.source, tensor, wrong)
  const { strides } = tensor
  if (strides === undefined) {
    await reader((part?.start ?? 0) * elementCount(tensor.shape.slice(1)), values)
  } else {
    await gather(reader, { shape, strides, first: (part?.start ?? 0) * (strides[0] ?? 0), values })
  }
  return values
}

type Elements = (first: number, into: Float32Array) => Promise<void>

/** Reads elements by their place in memory, across the spans. */
function elementsOf(source: RandomAccess, { dtype, spans }: LocatedTensor, wrong: (why: string) => never): Elements {
  const size = elementBytes[dtype]
  return async (first, into) => {
    let done = 0
    let before = 0
    for (const { position, bytes } of spans) {
      const own = bytes / size
      while (done < into.length && first + done < before + own) {
        const at = position + (first + done - before) * size
        const count = Math.min(into.length - done, before + own - first - done)
        if (dtype === 'F32') {
          await source.read(at, new Uint8Array(into.buffer, into.byteOffset + done * 4, count * 4))
          done += count
          continue
        }
        const some = Math.min(count, windowBytes / size)
        const window = new Uint8Array(some * size)
        await source.read(at, window)
        const wide = widen(dtype, window)
        into.set(typeof wide === 'string' ? wrong(wide) : wide, done)
        done += some
      }
      before += own
    }
  }
}

type Gathering = {
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly first: number
  readonly values: Float32Array
}

/** Goes through the tensor in the order of memory, through a window, and puts each element where it belongs. */
async function gather(elements: Elements, { shape, strides, first, values }: Gathering): Promise<void> {
  const targets = rowMajor(shape)
  const axes = shape.map((_, axis) => axis).sort((a, b) => strides[b]! - strides[a]!)
  const last = first + axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0)
  const window = new Float32Array(Math.min(last - first + 1, windowBytes / 4))
  let begin = 0
  let end = 0
  const index = axes.map(() => 0)
  let from = first
  let to = 0
  for (let done = 0; done < values.length; done++) {
    if (from >= end) {
      const some = window.subarray(0, Math.min(window.length, last - from + 1))
      await elements(from, some)
      begin = from
      end = from + some.length
    }
    values[to] = window[from - begin]!
    // The next index, the axis of the smallest stride fastest.
    for (let i = axes.length - 1; i >= 0; i--) {
      const axis = axes[i]!
      from += strides[axis]!
      to += targets[axis]!
      if (++index[i]! < shape[axis]!) break
      from -= shape[axis]! * strides[axis]!
      to -= shape[axis]! * targets[axis]!
      index[i] = 0
    }
  }
}

/**
 * Whether no two elements share a place: each axis steps beyond all that the axes of smaller strides reach. (Some sound
 * layouts that no program makes are refused.) Axes of one index do not count.
 */
export function placesAreOwn(shape: readonly number[], strides: readonly number[]): boolean {
  let reach = 0
  const axes = shape.map((size, axis) => ({ size, stride: strides[axis]! })).filter(({ size }) => size > 1)
  for (const { size, stride } of axes.sort((a, b) => a.stride - b.stride)) {
    if (stride <= reach) return false
    reach += (size - 1) * stride
  }
  return true
}
