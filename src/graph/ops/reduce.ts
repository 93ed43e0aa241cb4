/** What is made of sums: means and lengths. */
import { apply, defineOp, elementCount, expectType, normaliseAxis, type Tensor } from '../tensor.ts'
import { expand, sum } from './broadcast.ts'
import { add, div, mul, sqrt } from './elementwise.ts'

const meanOp = defineOp<{ readonly axes: readonly number[] }>({
  name: 'mean',
  infer: ([x], { axes }) => {
    expectType('mean', x!, 'float32')
    return [{ shape: x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)), type: 'float32' }]
  },
  lower: (to, { inputs: [x], attributes: { axes } }) =>
    to.emit('ReduceMean', [to.name(x!), to.integers(axes)], { keepdims: 1 }),
  gradient: ({ inputs: [x], attributes: { axes } }, [dy]) => {
    const count = elementCount(
      'mean',
      axes.map((axis) => x!.shape[axis]!),
    )
    return [expand(mul(dy!, 1 / count), x!.shape)]
  },
})

/** Mean over axes, each of which is left with size 1. */
export const mean = (x: Tensor, axes: readonly number[]): Tensor =>
  apply(meanOp, [x], { axes: axes.map((axis) => normaliseAxis('mean', x, axis)) })

/** Mean of all elements, as a scalar. */
export const meanOfAll = (x: Tensor): Tensor => mul(sum(x), 1 / elementCount('meanOfAll', x.shape))

/** Divides by the Euclidean length along the last axis. */
export const unitLength = (x: Tensor): Tensor => div(x, sqrt(add(sum(mul(x, x), [-1], true), 1e-12)))
