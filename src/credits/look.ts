/**
 * What a drawing looks like, in little: a grid over the square around it, for each cell how much of it the outline
 * covers and how light it is there, and a coarser grid of its colours. Two looks are compared first by outline and by light
 * and shade relative to the drawing's own, so that a recoloured drawing stays near, then by colour.
 */
import type { Thing } from './foreground.ts'

/** Cells a side of the grid of outline and light, and of the grid of colours. */
export const lightGrid = 14
export const colourGrid = 4

export type Look = {
  /** [lightGrid, lightGrid], 0..1: how much of a cell lies within the outline. */
  readonly coverage: Float32Array
  /** [lightGrid, lightGrid]: luma 0..255; -1 where nothing of the drawing's own shows. */
  readonly luma: Float32Array
  /** [colourGrid, colourGrid, 2]: Cb and Cr of BT.601, -128..127; 0 where nothing shows. */
  readonly chroma: Float32Array
}

/** Which square around a thing is looked at: moved by shares of its side, and so many times its size. */
export type Framing = { readonly dx: number; readonly dy: number; readonly scale: number; readonly mirror: boolean }

export const plainFraming: Framing = { dx: 0, dy: 0, scale: 1, mirror: false }

/** Sums over all rectangles at the top left of a thing, after which any look at it costs a few additions a cell. */
export type Sums = {
  readonly width: number
  readonly height: number
  readonly planes: Readonly<Record<Plane, Float64Array>>
}

type Plane = 'coverage' | 'own' | 'luma' | 'cb' | 'cr'

export function sumsOf({ width, height, rgb, coverage, own }: Thing): Sums {
  const row = width + 1
  const plane = () => new Float64Array(row * (height + 1))
  const planes = { coverage: plane(), own: plane(), luma: plane(), cb: plane(), cr: plane() }
  for (let y = 0; y < height; y++) {
    let [inside, shown, light, blue, red] = [0, 0, 0, 0, 0]
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x
      const weight = own[pixel]! / 255
      const luma = 0.299 * rgb[pixel * 3]! + 0.587 * rgb[pixel * 3 + 1]! + 0.114 * rgb[pixel * 3 + 2]!
      inside += coverage[pixel]! / 255
      shown += weight
      light += weight * luma
      blue += weight * 0.564 * (rgb[pixel * 3 + 2]! - luma)
      red += weight * 0.713 * (rgb[pixel * 3]! - luma)
      const at = (y + 1) * row + x + 1
      planes.coverage[at] = planes.coverage[at - row]! + inside
      planes.own[at] = planes.own[at - row]! + shown
      planes.luma[at] = planes.luma[at - row]! + light
      planes.cb[at] = planes.cb[at - row]! + blue
      planes.cr[at] = planes.cr[at - row]! + red
    }
  }
  return { width, height, planes }
}

/** Cells of which less than this share shows have no light and no colour. */
const leastShown = 0.02

export function lookOf(sums: Sums, { dx, dy, scale, mirror }: Framing = plainFraming): Look {
  const side = Math.max(sums.width, sums.height) * scale
  const left = sums.width / 2 + (mirror ? -dx : dx) * side - side / 2
  const top = sums.height / 2 + dy * side - side / 2
  /** The mean of a plane over each cell of a grid. */
  const cells = (grid: number, plane: Plane): Float32Array => {
    const step = side / grid
    const corners = new Float64Array((grid + 1) ** 2)
    for (let row = 0; row <= grid; row++) {
      for (let column = 0; column <= grid; column++) {
        const at = row * (grid + 1) + column
        corners[at] = cumulated(sums, sums.planes[plane], left + column * step, top + row * step)
      }
    }
    const out = new Float32Array(grid * grid)
    for (let row = 0; row < grid; row++) {
      for (let column = 0; column < grid; column++) {
        const upper = row * (grid + 1) + column
        const lower = upper + grid + 1
        const sum = corners[lower + 1]! - corners[lower]! - corners[upper + 1]! + corners[upper]!
        out[row * grid + (mirror ? grid - 1 - column : column)] = sum / (step * step)
      }
    }
    return out
  }
  const [shown, light] = [cells(lightGrid, 'own'), cells(lightGrid, 'luma')]
  const [coloured, cb, cr] = [cells(colourGrid, 'own'), cells(colourGrid, 'cb'), cells(colourGrid, 'cr')]
  const chroma = new Float32Array(colourGrid * colourGrid * 2)
  for (const [cell, weight] of coloured.entries()) {
    if (weight < leastShown) continue
    chroma[cell * 2] = cb[cell]! / weight
    chroma[cell * 2 + 1] = cr[cell]! / weight
  }
  return {
    coverage: cells(lightGrid, 'coverage'),
    luma: light.map((value, cell) => (shown[cell]! < leastShown ? -1 : value / shown[cell]!)),
    chroma,
  }
}

/** The sum over the rectangle from the top left to a point, which may lie outside the thing or between pixels. */
function cumulated({ width, height }: Sums, plane: Float64Array, x: number, y: number): number {
  const u = Math.max(0, Math.min(width, x))
  const v = Math.max(0, Math.min(height, y))
  const x0 = Math.min(width - 1, Math.floor(u))
  const y0 = Math.min(height - 1, Math.floor(v))
  const upper = y0 * (width + 1) + x0
  const lower = upper + width + 1
  const above = plane[upper]! + (plane[upper + 1]! - plane[upper]!) * (u - x0)
  const below = plane[lower]! + (plane[lower + 1]! - plane[lower]!) * (u - x0)
  return above + (below - above) * (v - y0)
}

/** A look made ready to be compared: light and shade as deviations from its own mean, in its own spread. */
export type Comparable = {
  readonly coverage: Float32Array
  /** [lightGrid, lightGrid]: what a cell counts for light and shade. */
  readonly weight: Float32Array
  readonly shade: Float32Array
  readonly chroma: Float32Array
}

/** Light that spreads less than this, in levels of 255, is not stretched: a flat thing stays flat. */
const leastSpread = 28

export function comparable({ coverage, luma, chroma }: Look): Comparable {
  const weight = coverage.map((value, cell) => (luma[cell]! < 0 ? 0 : Math.max(0, value)))
  let [sum, first] = [0, 0]
  for (const [cell, value] of weight.entries()) {
    sum += value
    first += value * luma[cell]!
  }
  const mean = sum > 0 ? first / sum : 0
  let second = 0
  for (const [cell, value] of weight.entries()) second += value * (luma[cell]! - mean) ** 2
  const spread = Math.max(leastSpread, Math.sqrt(sum > 0 ? second / sum : 0))
  const shade = luma.map((value, cell) => (weight[cell]! > 0 ? (value - mean) / spread : 0))
  return { coverage, weight, shade, chroma }
}

export type Difference = {
  /** 0 for equal looks; the weighted sum of the three below. */
  readonly distance: number
  /** 0..1: the part of both outlines together that only one of them has. */
  readonly outline: number
  /** Mean squared difference of light and shade where both show, in spreads; each cell counts at most 4. */
  readonly shade: number
  /** Root mean square difference of Cb and Cr, levels of 255. */
  readonly colour: number
}

/** Weights that tell copies from other drawings of the same thing: `tools/measure-near-copies.ts` measures how well. */
const shadeWeight = 0.25
const colourWeight = 0.1
/** Beyond this difference colours are others; more does not count. */
export const otherColours = 40

export function difference(a: Comparable, b: Comparable): Difference {
  let [both, either, weights, shades] = [0, 0, 0, 0]
  for (let cell = 0; cell < a.coverage.length; cell++) {
    const [one, other] = [a.coverage[cell]!, b.coverage[cell]!]
    both += one < other ? one : other
    either += one < other ? other : one
    const weight = a.weight[cell]! < b.weight[cell]! ? a.weight[cell]! : b.weight[cell]!
    const apart = a.shade[cell]! - b.shade[cell]!
    weights += weight
    shades += weight * Math.min(apart * apart, 4)
  }
  let colours = 0
  for (let at = 0; at < a.chroma.length; at++) colours += (a.chroma[at]! - b.chroma[at]!) ** 2
  const outline = either > 0 ? 1 - both / either : 1
  // Outlines that meet nowhere tell nothing of light and shade; they are as far apart as can be.
  const shade = weights > 0.01 ? shades / weights : 4
  const colour = Math.sqrt(colours / a.chroma.length)
  const distance = outline + shadeWeight * shade + colourWeight * Math.min(1, colour / otherColours)
  return { distance, outline, shade, colour }
}
