/** The place of the largest element. */
import { apply, defineOp, expectType, normaliseAxis, type Tensor } from '../tensor.ts'

const argmaxOp = defineOp<Record<string, never>>({
  name: 'argmax',
  infer: ([x]) => {
    expectType('argmax', x!, 'float32')
    normaliseAxis('argmax', x!, -1)
    return [{ shape: x!.shape.slice(0, -1), type: 'int32' }]
  },
  lower: (to, { inputs: [x] }) =>
    to.emit('Cast', to.emit('ArgMax', [to.name(x!)], { axis: -1, keepdims: 0 }), { to: 6 }),
})

/** Index of the largest element along the last axis, the first of equals. x: [..., length]; returns int32 [...]. */
export const argmax = (x: Tensor): Tensor => apply(argmaxOp, [x], {})
