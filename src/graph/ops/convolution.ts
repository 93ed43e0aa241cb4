/**
 * Convolution over planes, [batch, channels, rows, columns], which is how ONNX Runtime's kernel wants them. Its gradients
 * are made of convolutions and products, so it can be differentiated as often as one likes.
 */
import { apply, type Dimension, defineOp, expectType, fixed, GraphError, type Tensor } from '../tensor.ts'
import { sum } from './broadcast.ts'
import { matmul } from './matmul.ts'
import { concat, padZeros, reshape, slice, transpose } from './shape.ts'

/** Rows and columns of zeros around the planes. */
type Pads = readonly [top: number, bottom: number, left: number, right: number]
type ConvolutionAttributes = { readonly stride: number; readonly pads: Pads }

const isCount = (value: number, least: number): boolean => Number.isInteger(value) && value >= least

const convolutionOp = defineOp<ConvolutionAttributes>({
  name: 'convolution',
  infer: ([x, weight, bias], { stride, pads }) => {
    for (const operand of [x, weight, bias]) if (operand !== undefined) expectType('convolution', operand, 'float32')
    const [batch, channels] = x!.shape
    if (x!.shape.length !== 4 || weight!.shape.length !== 4 || weight!.shape[1] !== channels) {
      const problem = 'needs x [batch, inputs, rows, columns] and a weight [outputs, inputs, high, wide]'
      throw new GraphError('convolution', problem, [x!, weight!])
    }
    const outputs = fixed(weight!, 0)
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
      throw new GraphError('convolution', `the bias must be [${outputs}]`, [weight!, bias])
    }
    if (!isCount(stride, 1) || pads.length !== 4 || !pads.every((pad) => isCount(pad, 0))) {
      throw new GraphError('convolution', 'a stride is 1 or more, and there are four pads, none below 0', [x!, weight!])
    }
    const places = [0, 1].map((axis) => {
      const room = fixed(x!, 2 + axis) + pads[2 * axis]! + pads[2 * axis + 1]! - fixed(weight!, 2 + axis)
      if (room < 0) throw new GraphError('convolution', 'the window is larger than the padded planes', [x!, weight!])
      return Math.floor(room / stride) + 1
    })
    return [{ shape: [batch!, outputs, ...places], type: 'float32' }]
  },
  lower: (to, { inputs, attributes: { stride, pads } }) => {
    const [top, bottom, left, right] = pads
    return to.emit(
      'Conv',
      inputs.map((x) => to.name(x)),
      { strides: [stride, stride], pads: [top, left, bottom, right] },
    )
  },
  gradient: ({ inputs: [x, weight, bias], attributes }, [dy]) => {
    const gradients = [gradientOfPlanes(x!, weight!, dy!, attributes), gradientOfWeight(x!, weight!, dy!, attributes)]
    return bias === undefined ? gradients : [...gradients, sum(dy!, [0, 2, 3])]
  },
})

/** What a window of each place holds, taken back to the places: dy spread out by the stride, and the window turned about. */
function gradientOfPlanes(x: Tensor, weight: Tensor, dy: Tensor, { stride, pads }: ConvolutionAttributes): Tensor {
  const turned = transpose(reversed(reversed(weight, 2), 3), [1, 0, 2, 3])
  const spread = spreadOut(spreadOut(dy, 2, stride), 3, stride)
  // From the first place that reads a pixel to the last: as many zeros as give each pixel of x its window.
  const around = [0, 1].map((axis) => {
    const before = fixed(weight, 2 + axis) - 1 - pads[2 * axis]!
    return [before, fixed(x, 2 + axis) + fixed(weight, 2 + axis) - 1 - fixed(spread, 2 + axis) - before] as const
  })
  const fitted = around.reduce((y, [before, after], axis) => framed(y, 2 + axis, before, after), spread)
  return convolution(fitted, turned)
}

/** For each place of the window, the product of dy with the pixels that this place saw. */
function gradientOfWeight(x: Tensor, weight: Tensor, dy: Tensor, { stride, pads }: ConvolutionAttributes): Tensor {
  const [batch, inputs] = x.shape as readonly [Dimension, number]
  const [outputs, , high, wide] = weight.shape as readonly [number, number, number, number]
  const [rows, columns] = [fixed(dy, 2), fixed(dy, 3)]
  const slopes = reshape(dy, [batch, outputs, rows * columns])
  const padded = padZeros(padZeros(x, 2, pads[0], pads[1]), 3, pads[2], pads[3])
  const places = Array.from({ length: high * wide }, (_, place) => {
    const line = everyNth(padded, 2, Math.floor(place / wide), rows, stride)
    const seen = reshape(everyNth(line, 3, place % wide, columns, stride), [batch, inputs, rows * columns])
    return reshape(sum(matmul(slopes, seen, { transposeB: true }), [0]), [outputs, inputs, 1])
  })
  return reshape(concat(places, 2), weight.shape)
}

const reversed = (x: Tensor, axis: number): Tensor =>
  concat(
    Array.from({ length: fixed(x, axis) }, (_, i) => fixed(x, axis) - 1 - i).map((i) => slice(x, axis, i, i + 1)),
    axis,
  )

/** Zeros between the elements of an axis, so that each is `stride` from the next; there are stride - 1 after the last, too. */
function spreadOut(x: Tensor, axis: number, stride: number): Tensor {
  if (stride === 1) return x
  const apart = reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)])
  return reshape(padZeros(apart, axis + 1, 0, stride - 1), x.shape.with(axis, fixed(x, axis) * stride))
}

/** `count` elements of an axis from `start` on, each `stride` from the next. */
function everyNth(x: Tensor, axis: number, start: number, count: number, stride: number): Tensor {
  if (stride === 1) return slice(x, axis, start, start + count)
  const lacking = Math.max(0, start + count * stride - fixed(x, axis))
  const run = slice(padZeros(x, axis, 0, lacking), axis, start, start + count * stride)
  const apart = reshape(run, [...x.shape.slice(0, axis), count, stride, ...x.shape.slice(axis + 1)])
  return reshape(slice(apart, axis + 1, 0, 1), x.shape.with(axis, count))
}

/** Zeros before and after the elements of an axis; where a number is below 0, as many elements less. */
function framed(x: Tensor, axis: number, before: number, after: number): Tensor {
  const padded = padZeros(x, axis, Math.max(0, before), Math.max(0, after))
  const length = fixed(padded, axis)
  return before >= 0 && after >= 0 ? padded : slice(padded, axis, Math.max(0, -before), length - Math.max(0, -after))
}

type ConvolutionOptions = {
  readonly bias?: Tensor
  readonly stride?: number
  /** Rows of zeros above and below, columns left and right; none unless given. */
  readonly pads?: Pads
}

/**
 * The sum over each window of planes, as in every deep learning framework (the window is not turned about). x: [batch,
 * inputs, rows, columns], weight: [outputs, inputs, high, wide], bias: [outputs]; returns [batch, outputs, ...]. Rows and
 * columns are numbers; the batch may be named.
 */
export const convolution = (
  x: Tensor,
  weight: Tensor,
  { bias, stride = 1, pads = [0, 0, 0, 0] }: ConvolutionOptions = {},
): Tensor => apply(convolutionOp, bias === undefined ? [x, weight] : [x, weight, bias], { stride, pads })
