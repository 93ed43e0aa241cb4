/** The matrix product as ONNX nodes: ONNX Runtime's fused op, or the standard's with what it lacks beside it. */
import type { Lowering } from './lowering.ts'

/** A value that is lowered already, and how many axes it has. */
export type Factor = { readonly name: string; readonly axes: number }

export type ProductAttributes = { readonly transposeA: boolean; readonly transposeB: boolean; readonly scale: number }

/** The product over the last two axes, times `scale`, either factor read transposed: the name of what comes out. */
export function emitProduct(
  to: Lowering,
  a: Factor,
  b: Factor,
  { transposeA = false, transposeB = false, scale = 1 }: Partial<ProductAttributes>,
): [string] {
  if (!transposeA && !transposeB && scale === 1) return [to.emit('MatMul', [a.name, b.name])[0]]
  if (to.products === 'fused') {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: scale } }
    return [to.emit('FusedMatMul', [a.name, b.name], attributes, { domain: 'com.microsoft' })[0]]
  }
  const turned = ({ name, axes }: Factor, transposed: boolean): string => {
    if (!transposed) return name
    const leading = Array.from({ length: axes - 2 }, (_, axis) => axis)
    return to.emit('Transpose', [name], { perm: [...leading, axes - 1, axes - 2] })[0]
  }
  const [product] = to.emit('MatMul', [turned(a, transposeA), turned(b, transposeB)])
  return [scale === 1 ? product : to.emit('Mul', [product, to.scalar(scale)])[0]]
}
