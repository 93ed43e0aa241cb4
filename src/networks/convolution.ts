/**
 * Convolutions over grids [batch, rows, columns, width], written as products over gathered neighbours, so that a product
 * is all that is ever learnt or differentiated. Residual blocks are pre-norm (He et al. 2016), activations are GELU.
 */
import {
  add,
  concat,
  fixed,
  gelu,
  type Parameters,
  padZeros,
  reshape,
  slice,
  type Tensor,
  transpose,
} from '../graph/index.ts'
import { linear, norm } from './layers.ts'

/** A product that keeps the size of rectified values (He et al. 2015), with a bias. x: [..., inputs]. */
export const project = (p: Parameters, x: Tensor, outputs: number): Tensor =>
  linear(p, x, outputs, { bias: true, initial: { normal: Math.sqrt(2 / fixed(x, -1)) } })

/** Each place with its eight neighbours, zeros beyond the edge: [batch, rows, columns, 9 * width]. */
export function neighbours(x: Tensor): Tensor {
  const [rows, columns] = [fixed(x, 1), fixed(x, 2)]
  const padded = padZeros(padZeros(x, 1, 1, 1), 2, 1, 1)
  const lines = [0, 1, 2].map((row) => slice(padded, 1, row, row + rows))
  return concat(
    lines.flatMap((line) => [0, 1, 2].map((column) => slice(line, 2, column, column + columns))),
    3,
  )
}

/** `count` residual blocks: a window of 3 x 3 places, then each place alone. */
export function blocks(p: Parameters, x: Tensor, count: number): Tensor {
  const width = fixed(x, 3)
  let h = x
  for (let i = 0; i < count; i++) {
    const block = p.in(i)
    const seen = gelu(project(block.in('fc1'), neighbours(norm(block.in('norm'), h)), width))
    h = add(h, linear(block.in('fc2'), seen, width, { bias: true }))
  }
  return h
}

/** A part of a network that sees less finely, in more ways: the grid halves, then residual blocks. */
export type StageSettings = { readonly width: number; readonly blocks: number }

/** Stage after stage. x: [batch, rows, columns, width], sizes that each stage can halve. */
export function halvingStages(p: Parameters, x: Tensor, stages: readonly StageSettings[]): Tensor {
  return stages.reduce((h, { width, blocks: count }, i) => {
    const stage = p.in(i)
    return blocks(stage.in('blocks'), project(stage.in('merge'), gather(h, 2), width), count)
  }, x)
}

/** Rows and columns of a cell, or one number for both. */
export type CellSize = number | readonly [rows: number, columns: number]

const sidesOf = (cell: CellSize): readonly [number, number] => (typeof cell === 'number' ? [cell, cell] : cell)

/** The places of a cell as one: [batch, rows / high, columns / wide, high * wide * width]. */
export function gather(x: Tensor, cell: CellSize): Tensor {
  const [high, wide] = sidesOf(cell)
  const [rows, columns, width] = [fixed(x, 1) / high, fixed(x, 2) / wide, fixed(x, 3)]
  const cut = transpose(reshape(x, [x.shape[0]!, rows, high, columns, wide, width]), [0, 1, 3, 2, 4, 5])
  return reshape(cut, [x.shape[0]!, rows, columns, high * wide * width])
}

/** The inverse of `gather`. */
export function scatter(x: Tensor, cell: CellSize): Tensor {
  const [high, wide] = sidesOf(cell)
  const [rows, columns, width] = [fixed(x, 1), fixed(x, 2), fixed(x, 3) / (high * wide)]
  const cut = transpose(reshape(x, [x.shape[0]!, rows, columns, high, wide, width]), [0, 1, 3, 2, 4, 5])
  return reshape(cut, [x.shape[0]!, rows * high, columns * wide, width])
}
