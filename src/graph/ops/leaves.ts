/** What a graph starts from: inputs, parameters, constants. */
import { tensorData } from '../onnx/lowering.ts'
import { apply, defineOp, type ElementType, elementCount, GraphError, type Shape, type Tensor } from '../tensor.ts'

const leaf = <A extends { readonly shape: readonly (number | string)[]; readonly type: string }>(name: string) =>
  defineOp<A>({
    name,
    infer: (_, { shape, type }) => [{ shape: shape as Shape, type: type as ElementType }],
    lower: () => {
      throw new GraphError(name, 'leaves are written by the lowering itself')
    },
  })

type InputAttributes = { readonly name: string; readonly shape: Shape; readonly type: string }
type ConstantAttributes = {
  readonly shape: readonly number[]
  readonly type: string
  readonly values: readonly number[]
}
type ParameterAttributes = {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: string
  /** `normal` (with its standard deviation), `zeros` or `ones`. */
  readonly initial: string
  readonly deviation: number
}

export const inputOp = leaf<InputAttributes>('input')
export const parameterOp = leaf<ParameterAttributes>('parameter')

export const constantOp = defineOp<ConstantAttributes>({
  name: 'constant',
  infer: (_, { shape, type, values }) => {
    const count = elementCount('constant', shape)
    if (count !== values.length) throw new GraphError('constant', `${values.length} values for a shape of ${count}`)
    return [{ shape, type: type as ElementType }]
  },
  lower: (to, { attributes: { shape, type, values } }) => [to.constant(tensorData(type as ElementType, shape, values))],
})

/** A value that is given when the graph runs. Sizes may be names. */
export const input = (name: string, shape: Shape, type: ElementType = 'float32'): Tensor =>
  apply(inputOp, [], { name, shape, type })

/** A constant: a number, or values with a shape. */
export function constant(values: number | readonly number[], shape?: readonly number[], type: ElementType = 'float32') {
  const list = typeof values === 'number' ? [values] : values
  return apply(constantOp, [], {
    shape: shape ?? (typeof values === 'number' ? [] : [list.length]),
    type,
    values: list,
  })
}

/** How a parameter starts: normally distributed with a standard deviation, zeros or ones. */
export type Initial = { readonly normal: number } | 'zeros' | 'ones'

export type ParameterDescription = {
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: Initial
}

export const parameter = (name: string, shape: readonly number[], initial: Initial): Tensor =>
  apply(parameterOp, [], {
    name,
    shape,
    type: 'float32',
    initial: typeof initial === 'string' ? initial : 'normal',
    deviation: typeof initial === 'string' ? 0 : initial.normal,
  })

/** What a parameter was declared as. */
export function describeParameter(tensor: Tensor): ParameterDescription {
  if (tensor.node.op.name !== 'parameter') throw new GraphError('parameter', 'this tensor is not a parameter', [tensor])
  const { name, shape, initial, deviation } = tensor.node.attributes as ParameterAttributes
  return { name, shape, initial: initial === 'normal' ? { normal: deviation } : (initial as 'zeros' | 'ones') }
}
