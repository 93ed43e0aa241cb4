/** Arrays in plain TypeScript and double precision: what the ops' references are written in. */
import { count } from './pseudo-random.ts'

export type Plain = { readonly shape: readonly number[]; readonly data: readonly number[] }

/** An array from a function of its indices. */
export function plain(shape: readonly number[], at: (...index: number[]) => number): Plain {
  const data = Array.from({ length: count(shape) }, (_, flat) => at(...indexOf(flat, shape)))
  return { shape, data }
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  let left = flat
  return shape
    .toReversed()
    .map((size) => {
      const place = left % size
      left = Math.floor(left / size)
      return place
    })
    .toReversed()
}

/** One element. Leading indices that are too many are ignored, and sizes of 1 repeat, so that arrays broadcast. */
export function read({ shape, data }: Plain, ...index: number[]): number {
  const own = index.slice(index.length - shape.length)
  return data[shape.reduce((flat, size, axis) => flat * size + (size === 1 ? 0 : own[axis]!), 0)]!
}

/** Applies a function element by element; operands broadcast. */
export function map(f: (...values: number[]) => number, ...operands: readonly Plain[]): Plain {
  const rank = Math.max(...operands.map(({ shape }) => shape.length))
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(...operands.map((operand) => operand.shape.at(axis - rank) ?? 1)),
  )
  return plain(shape, (...index) => f(...operands.map((operand) => read(operand, ...index))))
}

/** The last axis, row by row. */
export function mapRows(x: Plain, f: (row: readonly number[], at: number) => readonly number[]): Plain {
  const width = x.shape.at(-1)!
  const rows = Array.from({ length: x.data.length / width }, (_, i) => f(x.data.slice(i * width, (i + 1) * width), i))
  return { shape: [...x.shape.slice(0, -1), rows[0]!.length], data: rows.flat() }
}

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** The error function to double precision: its Taylor series, and 1 far out. */
export function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}
