/** Ops that move elements without changing them. Each one's gradient moves them back. */
import {
  apply,
  type Dimension,
  defineOp,
  GraphError,
  normaliseAxis,
  type Shape,
  sameShape,
  type Tensor,
} from '../tensor.ts'

type ShapeAttributes = { readonly shape: Shape }

/** Product of the numbers, and the names in order: two shapes hold as many elements if both agree. */
function size(shape: Shape): { numbers: number; names: string } {
  const names = shape.filter((part) => typeof part === 'string').sort()
  return {
    numbers: shape.reduce<number>((product, part) => (typeof part === 'number' ? product * part : product), 1),
    names: names.join(),
  }
}

const reshapeOp = defineOp<ShapeAttributes>({
  name: 'reshape',
  infer: ([x], { shape }) => {
    const from = size(x!.shape)
    const to = size(shape)
    if (from.numbers !== to.numbers || from.names !== to.names) {
      throw new GraphError('reshape', `[${shape.join(', ')}] does not hold as many elements`, [x!])
    }
    return [{ shape, type: x!.type }]
  },
  lower: (to, { inputs: [x], attributes: { shape } }) => {
    // A named size that stays where it was is 0 in ONNX ("as in the input"); one other may be -1 ("what is left").
    const unknown = shape.filter((part, axis) => typeof part === 'string' && part !== x!.shape[axis])
    if (unknown.length > 1) return to.emit('Reshape', [to.name(x!), to.shape(shape)])
    const sizes = shape.map((part, axis) => (typeof part === 'number' ? part : part === x!.shape[axis] ? 0 : -1))
    return to.emit('Reshape', [to.name(x!), to.integers(sizes)])
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy!, x!.shape)],
})

/** The same elements in another shape. */
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape })

const transposeOp = defineOp<{ readonly order: readonly number[] }>({
  name: 'transpose',
  infer: ([x], { order }) => {
    const sound = order.length === x!.shape.length && [...order].sort((a, b) => a - b).every((axis, i) => axis === i)
    if (!sound) throw new GraphError('transpose', `[${order.join(', ')}] is no order of its axes`, [x!])
    return [{ shape: order.map((axis) => x!.shape[axis]!), type: x!.type }]
  },
  lower: (to, { inputs: [x], attributes: { order } }) => to.emit('Transpose', [to.name(x!)], { perm: order }),
  gradient: ({ attributes: { order } }, [dy]) => [
    transpose(
      dy!,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
})

/** Reorders the axes: axis i of the result is axis `order[i]` of x. */
export const transpose = (x: Tensor, order: readonly number[]): Tensor => apply(transposeOp, [x], { order })

type SliceAttributes = { readonly axis: number; readonly start: number; readonly end: number }

const sliceOp = defineOp<SliceAttributes>({
  name: 'slice',
  infer: ([x], { axis, start, end }) => {
    const length = x!.shape[axis]
    const sound = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start
    if (typeof length === 'string' || length === undefined || !sound || end > length) {
      throw new GraphError('slice', `${start} to ${end} does not lie in axis ${axis}`, [x!])
    }
    return [{ shape: x!.shape.with(axis, end - start), type: x!.type }]
  },
  lower: (to, { inputs: [x], attributes: { axis, start, end } }) =>
    to.emit('Slice', [to.name(x!), to.integers([start]), to.integers([end]), to.integers([axis])]),
  gradient: ({ inputs: [x], attributes: { axis, start, end } }, [dy]) => [
    padZeros(dy!, axis, start, (x!.shape[axis] as number) - end),
  ],
})

/** Elements `start` up to but not including `end` of one axis. */
export const slice = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  apply(sliceOp, [x], { axis: normaliseAxis('slice', x, axis), start, end })

type PadAttributes = { readonly axis: number; readonly before: number; readonly after: number }

const padOp = defineOp<PadAttributes>({
  name: 'padZeros',
  infer: ([x], { axis, before, after }) => {
    const length = x!.shape[axis]
    if (typeof length !== 'number' || before < 0 || after < 0) throw new GraphError('padZeros', 'needs numbers', [x!])
    return [{ shape: x!.shape.with(axis, length + before + after), type: x!.type }]
  },
  lower: (to, { inputs: [x], attributes: { axis, before, after } }) => {
    const pads = [...x!.shape, ...x!.shape].map(() => 0)
    pads[axis] = before
    pads[axis + x!.shape.length] = after
    return to.emit('Pad', [to.name(x!), to.integers(pads)])
  },
  gradient: ({ inputs: [x], attributes: { axis, before } }, [dy]) => [
    slice(dy!, axis, before, before + (x!.shape[axis] as number)),
  ],
})

/** Puts zeros before and after the elements of one axis. */
export const padZeros = (x: Tensor, axis: number, before: number, after: number): Tensor =>
  before === 0 && after === 0 ? x : apply(padOp, [x], { axis: normaliseAxis('padZeros', x, axis), before, after })

const concatOp = defineOp<{ readonly axis: number }>({
  name: 'concat',
  infer: (inputs, { axis }) => {
    const [first] = inputs
    if (first === undefined) throw new GraphError('concat', 'nothing to join')
    let length: Dimension = 0
    for (const x of inputs) {
      const same = x.type === first.type && sameShape(x.shape.with(axis, 1), first.shape.with(axis, 1))
      if (!same) throw new GraphError('concat', `all sizes but those of axis ${axis} must agree`, inputs)
      const part = x.shape[axis]!
      if (typeof part === 'string' || typeof length === 'string') {
        throw new GraphError('concat', `axis ${axis} must be numbers`, inputs)
      }
      length += part
    }
    return [{ shape: first.shape.with(axis, length), type: first.type }]
  },
  lower: (to, { inputs, attributes: { axis } }) =>
    to.emit(
      'Concat',
      inputs.map((x) => to.name(x)),
      { axis },
    ),
  gradient: ({ inputs, attributes: { axis } }, [dy]) => {
    let start = 0
    return inputs.map((x) => {
      const end = start + (x.shape[axis] as number)
      const part = slice(dy!, axis, start, end)
      start = end
      return part
    })
  },
})

/** Joins tensors along one axis. */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  const [first] = inputs
  if (first === undefined) throw new GraphError('concat', 'nothing to join')
  const from0 = normaliseAxis('concat', first, axis)
  return inputs.length === 1 ? first : apply(concatOp, inputs, { axis: from0 })
}
