/** The place of the largest element. */
import { apply, defineOp, expectType, normaliseAxis, type Tensor } from '../tensor.ts'

const argmaxOp = defineOp<Record<string, never>>({
  name: 'argmax',
  infer: ([x]) => {
    expectType('argmax', x!, 'float32')
    normaliseAxis('argmax', x!, -1)
    return [{ shape: x!.shape.slice(0, -1), type: 'int32' }]
  },
  // TopK and not ArgMax: ONNX Runtime's ArgMax works on one thread, element by element. Both take the first of equals.
  lower: (to, { inputs: [x] }) => {
    const [, places] = to.emit('TopK', [to.name(x!), to.integers([1])], { axis: -1 }, { count: 2 })
    const [flat] = to.emit('Squeeze', [places!, to.integers([-1])])
    return to.emit('Cast', [flat], { to: 6 })
  },
})

/** Index of the largest element along the last axis, the first of equals. x: [..., length]; returns int32 [...]. */
export const argmax = (x: Tensor): Tensor => apply(argmaxOp, [x], {})
