/** Activations. */
import { applyAll, defineOp, expectType, type Tensor } from '../tensor.ts'
import { add, exp, mul } from './elementwise.ts'

const geluOp = defineOp<Record<string, never>>({
  name: 'gelu',
  infer: ([x]) => {
    expectType('gelu', x!, 'float32')
    return [x!, x!]
  },
  lower: (to, { inputs: [x], outputs: [, cumulative] }) => {
    const name = to.name(x!)
    if (!to.used(cumulative!)) return to.emit('Gelu', [name])
    const [error] = to.emit('Erf', to.emit('Mul', [name, to.scalar(Math.SQRT1_2)]))
    const [half] = to.emit('Mul', [error, to.scalar(0.5)])
    const [probability] = to.emit('Add', [half, to.scalar(0.5)])
    return [to.emit('Mul', [name, probability])[0], probability]
  },
  gradient: ({ inputs: [x], outputs: [, cumulative] }, [dy]) => {
    const density = mul(exp(mul(mul(x!, x!), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return [mul(dy!, add(cumulative!, mul(x!, density)))]
  },
})

/** x times the normal distribution's cumulative probability at x, exact (Hendrycks and Gimpel 2016). */
export const gelu = (x: Tensor): Tensor => applyAll(geluOp, [x], {})[0]!
