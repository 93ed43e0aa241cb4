/** Summing over axes and repeating along them: each is the other's gradient. */
import {
  apply,
  broadcastShapes,
  defineOp,
  GraphError,
  normaliseAxis,
  type Shape,
  sameShape,
  type Tensor,
} from '../tensor.ts'
import { reshape } from './shape.ts'

type SumAttributes = { readonly axes: readonly number[]; readonly keep: boolean }

const kept = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size))

const sumOp = defineOp<SumAttributes>({
  name: 'sum',
  infer: ([x], { axes, keep }) => [
    { shape: keep ? kept(x!.shape, axes) : x!.shape.filter((_, axis) => !axes.includes(axis)), type: x!.type },
  ],
  lower: (to, { inputs: [x], attributes: { axes, keep } }) =>
    to.emit('ReduceSum', [to.name(x!), to.integers(axes)], { keepdims: keep ? 1 : 0 }),
  gradient: ({ inputs: [x], attributes: { axes } }, [dy]) => [expand(reshape(dy!, kept(x!.shape, axes)), x!.shape)],
})

/** Sum over axes (all of them unless told); `keep` leaves each as an axis of size 1. */
export function sum(x: Tensor, axes: readonly number[] = x.shape.map((_, axis) => axis), keep = false): Tensor {
  const from0 = axes.map((axis) => normaliseAxis('sum', x, axis))
  const twice = from0.find((axis, i) => from0.indexOf(axis) < i)
  if (twice !== undefined) throw new GraphError('sum', `axis ${twice} comes twice`, [x])
  return from0.length === 0 ? x : apply(sumOp, [x], { axes: from0, keep })
}

const expandOp = defineOp<{ readonly shape: Shape }>({
  name: 'expand',
  infer: ([x], { shape }) => {
    const full = broadcastShapes('expand', x!, { shape, type: x!.type })
    if (!sameShape(full, shape)) throw new GraphError('expand', `does not broadcast to [${shape.join(', ')}]`, [x!])
    return [{ shape, type: x!.type }]
  },
  lower: (to, { inputs: [x], attributes: { shape } }) => to.emit('Expand', [to.name(x!), to.shape(shape)]),
  gradient: ({ inputs: [x] }, [dy]) => [sumTo(dy!, x!.shape)],
})

/** Repeats along the axes in which `shape` is larger (NumPy's broadcasting). */
export const expand = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(expandOp, [x], { shape })

/** Sums until the shape is `shape`, from which x was broadcast: the gradient of every op that broadcasts. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const extra = x.shape.length - shape.length
  const leading = Array.from({ length: extra }, (_, axis) => axis)
  const repeated = shape.flatMap((size, i) => (size === 1 && x.shape[i + extra] !== 1 ? [i] : []))
  const rows = sum(x, leading)
  return sum(rows, repeated, true)
}
