/**
 * Muon (Jordan et al. 2024): a matrix moves by its momentum with all singular values made about equal, so that what is
 * rare in the data is learnt as fast as what is common. The matrix sign comes from a Newton-Schulz iteration.
 */
import { add, describeParameter, div, matmul, mul, sqrt, sum, type Tensor } from '../graph/index.ts'

/** Jordan's quintic: it does not settle at 1 but anywhere near it, and gets there from tiny values in five rounds. */
const [a, b, c] = [3.4445, -4.775, 2.0315]
const rounds = 5

/**
 * The nearest matrix with orthonormal rows or columns, to within some 30 % of each singular value. x: [rows, columns].
 * Products are taken on the side of the smaller axis.
 */
export function orthogonalised(x: Tensor): Tensor {
  const [rows, columns] = x.shape as readonly [number, number]
  const wide = rows <= columns
  let y = div(x, add(sqrt(sum(mul(x, x))), 1e-7))
  for (let round = 0; round < rounds; round++) {
    const square = wide ? matmul(y, y, { transposeB: true }) : matmul(y, y, { transposeA: true })
    const polynomial = add(mul(square, b), matmul(square, square, { scale: c }))
    y = add(mul(y, a), wide ? matmul(polynomial, y) : matmul(y, polynomial))
  }
  return y
}

/** What a step is multiplied by so that its entries are as large as AdamW's usually are (Liu et al. 2025): one rate does for both. */
export const muonScale = (shape: readonly number[]): number => 0.2 * Math.sqrt(Math.max(...shape))

/** Rows that are looked up, and rows that stand for classes: of those each has a size of its own to find. */
const tables = /(^|\.)(embed_\w+|positions|lm_head|heads)(\.|$)/

/** Whether a parameter is a matrix inside its network, which is what Muon is for. */
export const isInside = (name: string, parameter: Tensor): boolean =>
  describeParameter(parameter).shape.length === 2 && !tables.test(name)
