/** Layer normalisation (Ba, Kiros, Hinton 2016) over the last axis, with or without a scale and a bias. */
import { applyAll, defineOp, expectType, fixed, GraphError, sameShape, type Tensor } from '../tensor.ts'
import { sum } from './broadcast.ts'
import { mul, sub } from './elementwise.ts'
import { asRows } from './matmul.ts'
import { mean } from './reduce.ts'

type NormAttributes = { readonly epsilon: number; readonly scaled: boolean; readonly shifted: boolean }

/** Which inputs stand for the scale and the bias. */
const parts = ([x, second, third]: readonly Tensor[], { scaled, shifted }: NormAttributes) => ({
  x: x!,
  scale: scaled ? second : undefined,
  bias: shifted ? (scaled ? third : second) : undefined,
})

const normOp = defineOp<NormAttributes>({
  name: 'norm',
  infer: (inputs, attributes) => {
    const { x, scale, bias } = parts(inputs, attributes)
    expectType('norm', x, 'float32')
    const width = fixed(x, -1)
    for (const vector of [scale, bias]) {
      if (vector !== undefined && !(vector.type === 'float32' && sameShape(vector.shape, [width]))) {
        throw new GraphError('norm', `scale and bias must be [${width}]`, [x, vector])
      }
    }
    const statistics = { shape: x.shape.with(-1, 1), type: 'float32' } as const
    return [x, statistics, statistics]
  },
  lower: (to, { inputs, attributes, outputs }) => {
    const { x, scale, bias } = parts(inputs, attributes)
    const width = fixed(x, -1)
    const ones = () => to.constant({ type: 'float32', shape: [width], data: new Float32Array(width).fill(1) })
    const operands = [to.name(x), scale === undefined ? ones() : to.name(scale)]
    if (bias !== undefined) operands.push(to.name(bias))
    const count = to.used(outputs[1]!) || to.used(outputs[2]!) ? 3 : 1
    return to.emit('LayerNormalization', operands, { axis: -1, epsilon: { float: attributes.epsilon } }, { count })
  },
  gradient: ({ inputs, attributes, outputs: [y, centre, inverseDeviation] }, [dy]) => {
    const { x, scale, bias } = parts(inputs, attributes)
    // Without a scale the normalised values can be had from the output in one step.
    const normalised =
      scale === undefined ? (bias === undefined ? y! : sub(y!, bias)) : mul(sub(x, centre!), inverseDeviation!)
    const g = scale === undefined ? dy! : mul(dy!, scale)
    const along = mul(normalised, mean(mul(g, normalised), [-1]))
    const dx = mul(sub(sub(g, mean(g, [-1])), along), inverseDeviation!)
    const gradients: Tensor[] = [dx]
    if (scale !== undefined) gradients.push(sum(asRows(mul(dy!, normalised)), [0]))
    if (bias !== undefined) gradients.push(sum(asRows(dy!), [0]))
    return gradients
  },
})

type NormOptions = { readonly scale?: Tensor; readonly bias?: Tensor; readonly epsilon?: number }

/** Zero mean and unit variance along the last axis, then `scale` and `bias` where given. x: [..., width]. */
export function norm(x: Tensor, { scale, bias, epsilon = 1e-5 }: NormOptions = {}): Tensor {
  const inputs = [x, scale, bias].filter((tensor) => tensor !== undefined)
  return applyAll(normOp, inputs, { epsilon, scaled: scale !== undefined, shifted: bias !== undefined })[0]!
}
