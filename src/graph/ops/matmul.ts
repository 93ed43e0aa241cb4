/** Matrix products. */
import { productAttributes } from '../onnx/block-weight.ts'
import type { Lowering } from '../onnx/lowering.ts'
import { emitProduct, type Factor, type ProductAttributes } from '../onnx/product.ts'
import { emitRowProduct } from '../onnx/row-product.ts'
import {
  apply,
  broadcastShapes,
  type Dimension,
  defineOp,
  elementCount,
  expectType,
  fixed,
  GraphError,
  type Tensor,
} from '../tensor.ts'
import { sum, sumTo } from './broadcast.ts'
import { reshape } from './shape.ts'

type MatmulOptions = Partial<ProductAttributes>

const swapped = (x: Tensor, yes: boolean): readonly [Dimension, Dimension] => {
  const rows = x.shape.at(-2)!
  const columns = x.shape.at(-1)!
  return yes ? [columns, rows] : [rows, columns]
}

const factor = (to: Lowering, x: Tensor): Factor => ({ name: to.name(x), axes: x.shape.length })

const matmulOp = defineOp<ProductAttributes>({
  name: 'matmul',
  infer: ([a, b], { transposeA, transposeB }) => {
    expectType('matmul', a!, 'float32')
    expectType('matmul', b!, 'float32')
    if (a!.shape.length < 2 || b!.shape.length < 2) throw new GraphError('matmul', 'needs two axes', [a!, b!])
    const [rows, inner] = swapped(a!, transposeA)
    const [innerB, columns] = swapped(b!, transposeB)
    if (inner !== innerB) throw new GraphError('matmul', `inner sizes ${inner} and ${innerB} differ`, [a!, b!])
    const batch = broadcastShapes(
      'matmul',
      { shape: a!.shape.slice(0, -2), type: 'float32' },
      { shape: b!.shape.slice(0, -2), type: 'float32' },
    )
    return [{ shape: [...batch, rows, columns], type: 'float32' }]
  },
  lower: (to, { inputs: [a, b], attributes }) => emitProduct(to, factor(to, a!), factor(to, b!), attributes),
  gradient: ({ inputs: [a, b], attributes: { transposeA, transposeB, scale } }, [dy]) => {
    const da = transposeA
      ? matmul(b!, dy!, { transposeA: transposeB, transposeB: true, scale })
      : matmul(dy!, b!, { transposeB: !transposeB, scale })
    const db = transposeB
      ? matmul(dy!, a!, { transposeA: true, transposeB: transposeA, scale })
      : matmul(a!, dy!, { transposeA: !transposeA, scale })
    return [sumTo(da, a!.shape), sumTo(db, b!.shape)]
  },
})

/** The product over the last two axes, times `scale`; leading axes broadcast. Either may be read transposed. */
export const matmul = (a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor =>
  apply(matmulOp, [a, b], { transposeA: false, transposeB: false, scale: 1, ...options })

/** All axes but the last as one: [a, b, c] becomes [a b, c]. Sizes must be numbers. */
export const asRows = (x: Tensor): Tensor => {
  const width = fixed(x, -1)
  return reshape(x, [elementCount('asRows', x.shape) / width, width])
}

/** `x W^T` in the precision that the weight is given in. */
function emitLinear(to: Lowering, x: Tensor, weight: Tensor): readonly [string, ...string[]] {
  const rows = to.rows(weight)
  if (rows !== undefined) return emitRowProduct(to, to.name(x), rows)
  const blocks = to.blocks(weight, 'product')
  if (blocks === undefined) return emitProduct(to, factor(to, x), factor(to, weight), { transposeB: true })
  const attributes = productAttributes(weight.shape as number[], blocks.bits)
  return to.emit('MatMulNBits', [to.name(x), blocks.codes, blocks.scales], attributes, { domain: 'com.microsoft' })
}

const linearOp = defineOp<Record<string, never>>({
  name: 'linear',
  infer: ([x, weight, bias]) => {
    for (const operand of [x, weight, bias]) if (operand !== undefined) expectType('linear', operand, 'float32')
    const [outputs, inputs] = weight!.shape
    if (weight!.shape.length !== 2 || x!.shape.length < 2 || x!.shape.at(-1) !== inputs) {
      throw new GraphError('linear', 'the weight must be [outputs, inputs] and x [..., rows, inputs]', [x!, weight!])
    }
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
      throw new GraphError('linear', 'the bias must be [outputs]', [weight!, bias])
    }
    return [{ shape: [...x!.shape.slice(0, -1), outputs!], type: 'float32' }]
  },
  lower: (to, { inputs: [x, weight, bias] }) => {
    const product = emitLinear(to, x!, weight!)
    return bias === undefined ? product : to.emit('Add', [product[0], to.name(bias)])
  },
  gradient: ({ inputs: [x, weight, bias] }, [dy]) => {
    const rows = asRows(dy!)
    const dWeight = matmul(rows, asRows(x!), { transposeA: true })
    const dx = matmul(dy!, weight!)
    return bias === undefined ? [dx, dWeight] : [dx, dWeight, sum(rows, [0])]
  },
})

/** `x W^T + b`. x: [..., rows, inputs], weight: [outputs, inputs], bias: [outputs]; returns [..., rows, outputs]. */
export const linear = (x: Tensor, weight: Tensor, bias?: Tensor): Tensor =>
  apply(linearOp, bias === undefined ? [x, weight] : [x, weight, bias], {})
