/** Softmax and cross-entropy over the last axis. */
import { apply, applyAll, defineOp, expectType, GraphError, sameShape, type Tensor } from '../tensor.ts'
import { sum } from './broadcast.ts'
import { mul, sub } from './elementwise.ts'

const softmaxOp = defineOp<Record<string, never>>({
  name: 'softmax',
  infer: ([x]) => {
    expectType('softmax', x!, 'float32')
    return [x!]
  },
  lower: (to, { inputs: [x] }) => to.emit('Softmax', [to.name(x!)], { axis: -1 }),
  gradient: ({ outputs: [y] }, [dy]) => [softmaxGradient(y!, dy!)],
})

/** Exponentials that sum to 1 along the last axis. */
export const softmax = (x: Tensor): Tensor => apply(softmaxOp, [x], {})

/** The gradient of softmax's input, from its output y and the gradient of that. */
export const softmaxGradient = (y: Tensor, dy: Tensor): Tensor => mul(y, sub(dy, sum(mul(dy, y), [-1], true)))

const crossEntropyOp = defineOp<Record<string, never>>({
  name: 'crossEntropy',
  infer: ([logits, targets]) => {
    expectType('crossEntropy', logits!, 'float32')
    expectType('crossEntropy', targets!, 'int32')
    if (!sameShape(logits!.shape.slice(0, -1), targets!.shape)) {
      throw new GraphError('crossEntropy', 'needs logits [..., classes] and targets [...]', [logits!, targets!])
    }
    return [{ shape: targets!.shape, type: 'float32' }, logits!]
  },
  lower: (to, { inputs: [logits, targets] }) => {
    const [logProbabilities] = to.emit('LogSoftmax', [to.name(logits!)], { axis: -1 })
    const [index] = to.emit('Unsqueeze', [to.name(targets!), to.integers([-1])])
    const [chosen] = to.emit('GatherElements', [logProbabilities, index], { axis: -1 })
    const [flat] = to.emit('Squeeze', [chosen, to.integers([-1])])
    return [to.emit('Neg', [flat])[0], logProbabilities]
  },
  gradient: ({ inputs: [, targets], outputs: [, logProbabilities] }, [dy]) => [
    apply(crossEntropyGradientOp, [logProbabilities!, targets!, dy!], {}),
    undefined,
  ],
})

/** `(softmax - one-hot) dy`, without writing the one-hot rows out. */
const crossEntropyGradientOp = defineOp<Record<string, never>>({
  name: 'crossEntropyGradient',
  infer: ([logProbabilities]) => [logProbabilities!],
  lower: (to, { inputs: [logProbabilities, targets, dy] }) => {
    const [probabilities] = to.emit('Exp', [to.name(logProbabilities!)])
    const [weight] = to.emit('Unsqueeze', [to.name(dy!), to.integers([-1])])
    const [weighted] = to.emit('Mul', [probabilities, weight])
    const [index] = to.emit('Unsqueeze', [to.name(targets!), to.integers([-1])])
    const [minus] = to.emit('Neg', [weight])
    return to.emit('ScatterElements', [weighted, index, minus], { axis: -1, reduction: 'add' })
  },
})

/** Minus the log-probability of each target. logits: [..., classes], targets: int32 [...]; returns [...]. */
export const crossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  applyAll(crossEntropyOp, [logits, targets], {})[0]!
