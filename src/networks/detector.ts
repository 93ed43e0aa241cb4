/**
 * The detector, in two networks. The finder says of each cell of a grid whether the middle of a thing is in it (Zhou et al.
 * 2019, "Objects as Points") and how far the thing reaches to its four sides (Tian et al. 2019, FCOS), and what the picture
 * is as a whole. The namer is shown each thing by itself, cut out and brought to one size, and says what it is: so it need not
 * learn a thing anew for every place and size (Girshick 2015; the cutting is a product, as in Jaderberg et al. 2015).
 */
import {
  abs,
  add,
  cast,
  concat,
  constant,
  div,
  fixed,
  gelu,
  less,
  matmul,
  maximum,
  mul,
  type Parameters,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../graph/index.ts'
import { blocks, gather, halvingStages, neighbours, project, type StageSettings, scatter } from './convolution.ts'
import { linear, norm } from './layers.ts'

/** What is said of each thing, and the number of classes of it. */
export const thingAspects = ['concept', 'colour', 'material', 'presentation', 'tone'] as const
export type ThingAspect = (typeof thingAspects)[number]

/** What is said of the picture as a whole. */
export const wholeAspects = ['sound', 'style', 'filter', 'background'] as const
export type WholeAspect = (typeof wholeAspects)[number]

/** A part that looks at a picture. */
type Looking = {
  /** The stem's cells are this many pixels a side; a window is three cells a side, one window a cell. */
  readonly cell: number
  /** Values the stem finds in each window. */
  readonly stem: number
  /** Each halves the grid, then looks. */
  readonly stages: readonly StageSettings[]
}

export type DetectorSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  /** The first stage's grid is that of the answers; `whole` is the width of the layer that reads the whole picture. */
  readonly finder: Looking & { readonly whole: number }
  /** `side`: pixels a side of a thing that is cut out; `hidden`: width of the layer that reads all of it. */
  readonly namer: Looking & { readonly side: number; readonly hidden: number }
  /** Numbers of classes. */
  readonly things: Readonly<Record<ThingAspect, number>>
  readonly picture: Readonly<Record<WholeAspect, number>>
}

/** Cells a side of the grid of answers. */
export const cellsOf = ({ side, finder }: Pick<DetectorSettings, 'side' | 'finder'>): number => side / (2 * finder.cell)

export type Found = {
  /** Logits [batch, cells * cells]: the middle of a thing is here. */
  readonly centre: Tensor
  /** From the cell's middle to the thing's left, top, right and bottom, in parts of the side: [batch, cells * cells, 4]. */
  readonly reach: Tensor
  /** Logits [batch, classes]. */
  readonly picture: Readonly<Record<WholeAspect, Tensor>>
}

/** Most cells hold no middle: so it is believed of them before anything is learnt (Lin et al. 2017). */
const firstBelief = -2.2
/** A half of the side is a reach of 2 to the network, whose outputs are about 1. */
const reachScale = 1 / 4
/** The coarsest places are told in this many values each before they are read together. */
const wholeWidth = 64

/** Bytes as numbers in -1..1. */
const valuesOf = (pixels: Tensor): Tensor => sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)

const stemOf = (p: Parameters, { cell, stem }: Looking, values: Tensor): Tensor =>
  gelu(project(p.in('stem'), neighbours(gather(values, cell)), stem))

/** pixels: uint8 [batch, side, side, 3]. Down to coarse grids and up again (Lin et al. 2017). */
export function findThings(parameters: Parameters, { finder, picture }: DetectorSettings, pixels: Tensor): Found {
  const p = parameters.in('finder')
  let x = stemOf(p, finder, valuesOf(pixels))
  const seen = finder.stages.map(({ width, blocks: count }, i) => {
    const stage = p.in('stages').in(i)
    x = blocks(stage.in('blocks'), project(stage.in('merge'), gather(x, 2), width), count)
    return x
  })
  const whole = readWhole(p.in('whole'), x, finder.whole, picture)
  for (let i = finder.stages.length - 2; i >= 0; i--) {
    const level = p.in('up').in(i)
    const split = scatter(project(level.in('split'), x, 4 * finder.stages[i]!.width), 2)
    x = blocks(level.in('blocks'), add(seen[i]!, split), 1)
  }
  const [batch, cells] = [x.shape[0]!, fixed(x, 1) * fixed(x, 2)]
  const places = reshape(norm(p.in('norm'), x), [batch, cells, fixed(x, 3)])
  const heads = p.in('heads')
  return {
    centre: reshape(add(linear(heads.in('centre'), places, 1, { bias: true }), firstBelief), [batch, cells]),
    reach: mul(linear(heads.in('reach'), places, 4, { bias: true }), reachScale),
    picture: whole,
  }
}

/** From the coarsest places, all at once. */
function readWhole(p: Parameters, x: Tensor, width: number, classes: DetectorSettings['picture']) {
  const told = gelu(project(p.in('places'), norm(p.in('norm'), x), wholeWidth))
  const known = readAll(p.in('hidden'), told, width)
  return named(p, known, wholeAspects, classes)
}

/** A layer that reads all places together. x: [batch, rows, columns, width]; returns [batch, hidden]. */
function readAll(p: Parameters, x: Tensor, hidden: number): Tensor {
  const batch = x.shape[0]!
  const all = reshape(x, [batch, 1, fixed(x, 1) * fixed(x, 2) * fixed(x, 3)])
  return reshape(gelu(project(p, all, hidden)), [batch, hidden])
}

function named<A extends string>(p: Parameters, known: Tensor, aspects: readonly A[], classes: Record<A, number>) {
  const logits = aspects.map((aspect) => {
    return [aspect, linear(p.in('heads').in(aspect), known, classes[aspect], { bias: true })] as const
  })
  return Object.fromEntries(logits) as Record<A, Tensor>
}

/**
 * What the things in these boxes are: logits [batch * count, classes].
 * pixels: uint8 [batch, side, side, 3]; boxes: [batch, count, 4], left, top, right and bottom in parts of the side. Where the
 * batch is a named size, count is 1.
 */
export function nameThings(parameters: Parameters, settings: DetectorSettings, pixels: Tensor, boxes: Tensor) {
  const p = parameters.in('namer')
  const { namer, things } = settings
  const seen = halvingStages(p.in('stages'), stemOf(p, namer, cutOut(settings, valuesOf(pixels), boxes)), namer.stages)
  return named(p, readAll(p.in('hidden'), norm(p.in('norm'), seen), namer.hidden), thingAspects, things)
}

/** How much of what is around a thing is shown with it. */
const margin = 1.15

/**
 * The square around each box, brought to one size: [batch * count, size, size, 4], the fourth value being 1 inside of the
 * box. What lies outside of the picture is 0.
 */
function cutOut({ side, namer }: DetectorSettings, values: Tensor, boxes: Tensor): Tensor {
  const [batch, count, size] = [values.shape[0]!, fixed(boxes, 1), namer.side]
  const edge = (k: number): Tensor => slice(boxes, 2, k, k + 1) // [batch, count, 1]
  const [left, top, right, bottom] = [edge(0), edge(1), edge(2), edge(3)]
  const extent = mul(maximum(sub(right, left), sub(bottom, top)), margin)
  const across = along(size, side, left, right, extent)
  const down = along(size, side, top, bottom, extent)
  // [batch, count * size, side * 3], rows of the picture mixed; then its columns.
  const rows = matmul(reshape(down.weights, [batch, count * size, side]), reshape(values, [batch, side, side * 3]))
  const turned = transpose(reshape(rows, [batch, count, size, side, 3]), [0, 1, 3, 2, 4])
  const cut = matmul(across.weights, reshape(turned, [batch, count, side, size * 3])) // columns, then rows
  const picture = transpose(reshape(cut, [batch, count, size, size, 3]), [0, 1, 3, 2, 4])
  const inside = mul(
    reshape(down.inside, [batch, count, size, 1, 1]),
    reshape(across.inside, [batch, count, 1, size, 1]),
  )
  const crops = typeof batch === 'number' ? batch * count : batch
  return reshape(concat([picture, inside], 4), [crops, size, size, 4])
}

/**
 * One axis of the cutting: how much each of `side` pixels has of each of `size` new ones, [batch, count, size, side], and
 * which of these lie inside, [batch, count, size]. Pixels are spread so that none is left out and none is jagged.
 */
function along(size: number, side: number, from: Tensor, to: Tensor, extent: Tensor) {
  const [batch, count] = [from.shape[0]!, fixed(from, 1)]
  const steps = constant(
    Array.from({ length: size }, (_, k) => (k + 0.5) / size - 0.5),
    [1, 1, size],
  )
  const places = add(mul(add(from, to), 0.5), mul(extent, steps)) // [batch, count, size]
  const inside = mul(cast(less(from, places), 'float32'), cast(less(places, to), 'float32'))
  const pixels = constant(
    Array.from({ length: side }, (_, k) => (k + 0.5) / side),
    [1, 1, 1, side],
  )
  const reach = maximum(mul(extent, 1 / size), 1 / side)
  const away = abs(sub(reshape(places, [batch, count, size, 1]), pixels))
  const weights = maximum(sub(1, div(away, reshape(reach, [batch, count, 1, 1]))), 0)
  return { weights: div(weights, maximum(sum(weights, [3], true), 0.05)), inside }
}
