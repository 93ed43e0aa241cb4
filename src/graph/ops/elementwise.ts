/** Ops that work on each element by itself. Two operands broadcast as in NumPy. */
import {
  type Attributes,
  apply,
  broadcastShapes,
  defineOp,
  type ElementType,
  expectType,
  GraphError,
  type Op,
  type Tensor,
} from '../tensor.ts'
import { sumTo } from './broadcast.ts'
import { constant } from './leaves.ts'

type None = Record<string, never>
type Operand = Tensor | number

const asTensor = (x: Operand, like: Tensor): Tensor => (typeof x === 'number' ? constant(x, [], like.type) : x)

/** An op of two operands; its gradient is given for the broadcast shape and summed back here. */
function binary(
  name: string,
  onnx: string,
  gradient?: (a: Tensor, b: Tensor, y: Tensor, dy: Tensor) => readonly [Tensor, Tensor],
  result?: ElementType,
): (a: Operand, b: Operand) => Tensor {
  const op = defineOp<None>({
    name,
    infer: ([a, b]) => {
      if (a!.type !== b!.type) throw new GraphError(name, 'operands differ in type', [a!, b!])
      return [{ shape: broadcastShapes(name, a!, b!), type: result ?? a!.type }]
    },
    lower: (to, { inputs: [a, b] }) => to.emit(onnx, [to.name(a!), to.name(b!)]),
    ...(gradient && {
      gradient: ({ inputs: [a, b], outputs: [y] }, [dy]) => {
        const [da, db] = gradient(a!, b!, y!, dy!)
        return [sumTo(da, a!.shape), sumTo(db, b!.shape)]
      },
    }),
  })
  return (a, b) => {
    const like = typeof a === 'number' ? b : a
    if (typeof like === 'number') throw new GraphError(name, 'one operand must be a tensor')
    return apply(op, [asTensor(a, like), asTensor(b, like)], {})
  }
}

/** An op of one operand that keeps its shape. */
function unary(name: string, onnx: string, gradient?: (x: Tensor, y: Tensor, dy: Tensor) => Tensor) {
  const op = defineOp<None>({
    name,
    infer: ([x]) => {
      expectType(name, x!, 'float32')
      return [x!]
    },
    lower: (to, { inputs: [x] }) => to.emit(onnx, [to.name(x!)]),
    ...(gradient && { gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [gradient(x!, y!, dy!)] }),
  })
  return (x: Tensor): Tensor => apply(op, [x], {})
}

export const add = binary('add', 'Add', (_a, _b, _y, dy) => [dy, dy])
export const sub = binary('sub', 'Sub', (_a, _b, _y, dy) => [dy, neg(dy)])
export const mul = binary('mul', 'Mul', (a, b, _y, dy) => [mul(dy, b), mul(dy, a)])
export const div = binary('div', 'Div', (_a, b, y, dy) => {
  const da = div(dy, b)
  return [da, neg(mul(da, y))]
})
/** The larger of the two. At a tie the gradient goes to the first. */
export const maximum = binary('maximum', 'Max', (a, b, _y, dy) => {
  const second = less(a, b)
  return [where(second, constant(0), dy), where(second, dy, constant(0))]
})
/** The smaller of the two. At a tie the gradient goes to the first. */
export const minimum = binary('minimum', 'Min', (a, b, _y, dy) => {
  const second = less(b, a)
  return [where(second, constant(0), dy), where(second, dy, constant(0))]
})
export const less = binary('less', 'Less', undefined, 'bool')
export const equal = binary('equal', 'Equal', undefined, 'bool')

export const neg = unary('neg', 'Neg', (_x, _y, dy) => neg(dy))
export const exp = unary('exp', 'Exp', (_x, y, dy) => mul(dy, y))
export const log = unary('log', 'Log', (x, _y, dy) => div(dy, x))
export const sqrt = unary('sqrt', 'Sqrt', (_x, y, dy) => div(mul(dy, 0.5), y))
export const tanh = unary('tanh', 'Tanh', (_x, y, dy) => mul(dy, sub(1, mul(y, y))))
export const sigmoid = unary('sigmoid', 'Sigmoid', (_x, y, dy) => mul(dy, mul(y, sub(1, y))))
export const abs = unary('abs', 'Abs', (x, _y, dy) => mul(dy, sign(x)))
export const sign = unary('sign', 'Sign')
/** The error function. */
export const erf = unary('erf', 'Erf', (x, _y, dy) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))))
/** To the nearest whole number, halves to even. No gradient flows: see `straightThroughRound`. */
export const round = unary('round', 'Round')

const whereOp = defineOp<None>({
  name: 'where',
  infer: ([condition, a, b]) => {
    expectType('where', condition!, 'bool')
    if (a!.type !== b!.type) throw new GraphError('where', 'operands differ in type', [condition!, a!, b!])
    const shape = broadcastShapes('where', condition!, { shape: broadcastShapes('where', a!, b!), type: a!.type })
    return [{ shape, type: a!.type }]
  },
  lower: (to, { inputs: [condition, a, b] }) => to.emit('Where', [to.name(condition!), to.name(a!), to.name(b!)]),
  gradient: ({ inputs: [condition, a, b] }, [dy]) => [
    undefined,
    sumTo(where(condition!, dy!, constant(0)), a!.shape),
    sumTo(where(condition!, constant(0), dy!), b!.shape),
  ],
})

/** `a` where the condition holds, `b` elsewhere. */
export const where = (condition: Tensor, a: Tensor, b: Tensor): Tensor => apply(whereOp, [condition, a, b], {})

const onnxTypes: Record<ElementType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }

const castOp = defineOp<{ readonly type: string }>({
  name: 'cast',
  infer: ([x], { type }) => [{ shape: x!.shape, type: type as ElementType }],
  lower: (to, { inputs: [x], attributes: { type } }) =>
    to.emit('Cast', [to.name(x!)], { to: onnxTypes[type as ElementType] }),
  gradient: ({ inputs: [x] }, [dy]) => [x!.type === 'float32' ? dy : undefined],
})

/** The same values in another element type. */
export const cast = (x: Tensor, type: ElementType): Tensor => (x.type === type ? x : apply(castOp, [x], { type }))

const straightThroughOp: Op<Attributes> = defineOp<Attributes>({
  name: 'straightThroughRound',
  infer: ([x]) => {
    expectType('straightThroughRound', x!, 'float32')
    return [x!]
  },
  lower: (to, { inputs: [x] }) => to.emit('Round', [to.name(x!)]),
  gradient: (_, [dy]) => [dy],
})

/** Rounds, and passes the gradient on as if it had not (the straight-through estimator, Bengio et al. 2013). */
export const straightThroughRound = (x: Tensor): Tensor => apply(straightThroughOp, [x], {})
