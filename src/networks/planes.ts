/**
 * Convolutions over planes, [batch, channels, rows, columns], by the engine's own kernel: for published networks that only
 * run. What is learnt here is made of products over gathered neighbours instead (convolution.ts).
 */
import {
  add,
  concat,
  convolution,
  type Dimension,
  fixed,
  mul,
  type Parameters,
  reshape,
  sigmoid,
  slice,
  type Tensor,
  transpose,
} from '../graph/index.ts'

/** x times its sigmoid (Ramachandran et al. 2017, swish). */
export const swish = (x: Tensor): Tensor => mul(x, sigmoid(x))

/** A grid [batch, rows, columns, channels] as planes. */
export const asPlanes = (grid: Tensor): Tensor => transpose(grid, [0, 3, 1, 2])

/** Planes as a grid [batch, rows, columns, channels]. */
export const asGrid = (planes: Tensor): Tensor => transpose(planes, [0, 2, 3, 1])

/** The places of planes in raster order, [batch, rows * columns, channels]. */
export function placesOf(planes: Tensor): Tensor {
  const [batch, channels, rows, columns] = planes.shape as readonly [Dimension, number, number, number]
  return transpose(reshape(planes, [batch, channels, rows * columns]), [0, 2, 1])
}

/** The inverse of `placesOf`, for as many rows as columns. */
export function planesOf(places: Tensor): Tensor {
  const [batch, count, channels] = places.shape as readonly [Dimension, number, number]
  const side = Math.sqrt(count)
  return reshape(transpose(places, [0, 2, 1]), [batch, channels, side, side])
}

/** `weight` [outputs, inputs, size, size] and `bias`, which keep the size of their inputs at first (LeCun et al. 1998). */
function weightsOf(p: Parameters, x: Tensor, outputs: number, size: number) {
  const inputs = fixed(x, 1)
  const weight = p.get('weight', [outputs, inputs, size, size], { normal: 1 / Math.sqrt(inputs * size * size) })
  return { weight, bias: p.get('bias', [outputs], 'zeros') }
}

/** Each place by itself. */
export function convolve1(p: Parameters, x: Tensor, outputs: number): Tensor {
  const { weight, bias } = weightsOf(p, x, outputs, 1)
  return convolution(x, weight, { bias })
}

/** A window of 3 x 3 places, zeros beyond the edge. */
export function convolve3(p: Parameters, x: Tensor, outputs: number): Tensor {
  const { weight, bias } = weightsOf(p, x, outputs, 3)
  return convolution(x, weight, { bias, pads: [1, 1, 1, 1] })
}

/** A window of 3 x 3 places at every second one: it starts there, and there are zeros beyond the last places only. */
export function convolveHalving(p: Parameters, x: Tensor): Tensor {
  const { weight, bias } = weightsOf(p, x, fixed(x, 1), 3)
  return convolution(x, weight, { bias, stride: 2, pads: [0, 1, 0, 1] })
}

/**
 * Each place twice along both axes, then a window of 3 x 3 there. Of the nine places of such a window, those that come from
 * one place share a product: four windows of 2 x 2 over the places as they were, one for each of the four places that a
 * place becomes (Shi et al. 2016), with the sums of the weights. It is the same to rounding, for 16 products in place of 36.
 */
export function convolveDoubled(p: Parameters, x: Tensor): Tensor {
  const [batch, channels, rows, columns] = x.shape as readonly [Dimension, number, number, number]
  const { weight, bias } = weightsOf(p, x, channels, 3)
  const phase = (down: number, across: number): Tensor => {
    const sums = sumsOfPhase(sumsOfPhase(weight, 2, down), 3, across) // [channels, channels, 2, 2]
    return convolution(x, sums, { bias, pads: [1 - down, down, 1 - across, across] })
  }
  const line = (down: number): Tensor => {
    const sides = [0, 1].map((across) => reshape(phase(down, across), [batch, channels, rows, columns, 1]))
    return reshape(concat(sides, 4), [batch, channels, rows, 1, 2 * columns])
  }
  return reshape(concat([line(0), line(1)], 3), [batch, channels, 2 * rows, 2 * columns])
}

/** The first of two places sees one place and twice its own, the second its own twice and the next. */
function sumsOfPhase(weight: Tensor, axis: number, phase: number): Tensor {
  const [before, here, after] = [0, 1, 2].map((i) => slice(weight, axis, i, i + 1)) as [Tensor, Tensor, Tensor]
  return concat(phase === 0 ? [before, add(here, after)] : [add(before, here), after], axis)
}
