/**
 * The detector: finds every thing in a picture and says what each is. One look, no proposals: a grid of cells, each of
 * which says whether the middle of a thing is in it (Zhou et al. 2019, "Objects as Points"), where the thing ends on
 * either side (Tian et al. 2019, FCOS), and what it is. A convolutional network that sees less and less finely and comes
 * back up to the grid (Lin et al. 2017); the coarsest places together tell what the whole picture is.
 */
import { add, cast, fixed, gelu, mul, type Parameters, reshape, sub, type Tensor } from '../graph/index.ts'
import { blocks, gather, neighbours, project, type StageSettings, scatter } from './convolution.ts'
import { linear, norm } from './layers.ts'

/** What is said of each thing, and the number of classes of it. */
export const thingAspects = ['concept', 'colour', 'material', 'presentation', 'tone'] as const
export type ThingAspect = (typeof thingAspects)[number]

/** What is said of the picture as a whole. */
export const wholeAspects = ['sound', 'style', 'filter', 'background'] as const
export type WholeAspect = (typeof wholeAspects)[number]

export type DetectorSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  /** The stem's cells are this many pixels a side; a window is three cells a side, one window a cell. */
  readonly cell: number
  /** Values the stem finds in each window. */
  readonly stem: number
  /** Each halves the grid, then looks. The first one's grid is that of the answers. */
  readonly stages: readonly StageSettings[]
  /** Width of the layer before what is said of a thing. */
  readonly hidden: number
  /** Width of the layer that reads the whole picture. */
  readonly whole: number
  /** Numbers of classes. */
  readonly things: Readonly<Record<ThingAspect, number>>
  readonly picture: Readonly<Record<WholeAspect, number>>
}

/** Cells a side of the grid of answers. */
export const cellsOf = ({ side, cell }: Pick<DetectorSettings, 'side' | 'cell'>): number => side / (2 * cell)

export type Detection = {
  /** Logits [batch, cells * cells]: the middle of a thing is here. */
  readonly centre: Tensor
  /** From the cell's middle to the thing's left, top, right and bottom, in parts of the side: [batch, cells * cells, 4]. */
  readonly reach: Tensor
  /** What is known of each place, for `nameThings`: [batch, cells * cells, width]. */
  readonly places: Tensor
  /** Logits [batch, classes]. */
  readonly picture: Readonly<Record<WholeAspect, Tensor>>
}

/** Most cells hold no middle: so it is believed of them before anything is learnt (Lin et al. 2017). */
const firstBelief = -2.2
/** A half of the side is a reach of 2 to the network, whose outputs are about 1. */
const reachScale = 1 / 4
/** The coarsest places are told in this many values each before they are read together. */
const wholeWidth = 64

/** pixels: uint8 [batch, side, side, 3]. */
export function detect(p: Parameters, settings: DetectorSettings, pixels: Tensor): Detection {
  const values = sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)
  let x = gelu(project(p.in('stem'), neighbours(gather(values, settings.cell)), settings.stem))
  const seen = settings.stages.map(({ width, blocks: count }, i) => {
    const stage = p.in('stages').in(i)
    x = blocks(stage.in('blocks'), project(stage.in('merge'), gather(x, 2), width), count)
    return x
  })
  const picture = describePicture(p.in('whole'), settings, x)
  for (let i = settings.stages.length - 2; i >= 0; i--) {
    const { width } = settings.stages[i]!
    const level = p.in('up').in(i)
    x = blocks(level.in('blocks'), add(seen[i]!, scatter(project(level.in('split'), x, 4 * width), 2)), 1)
  }
  const batch = x.shape[0]!
  const cells = fixed(x, 1) * fixed(x, 2)
  const places = reshape(norm(p.in('norm'), x), [batch, cells, fixed(x, 3)])
  const heads = p.in('heads')
  const centre = add(linear(heads.in('centre'), places, 1, { bias: true }), firstBelief)
  return {
    centre: reshape(centre, [batch, cells]),
    reach: mul(linear(heads.in('reach'), places, 4, { bias: true }), reachScale),
    places,
    picture,
  }
}

/** What the things are whose middles are at these places [..., width]: logits [..., classes]. */
export function nameThings(p: Parameters, settings: DetectorSettings, places: Tensor): Record<ThingAspect, Tensor> {
  const known = gelu(project(p.in('hidden'), places, settings.hidden))
  const named = thingAspects.map((aspect) => {
    return [aspect, linear(p.in('heads').in(aspect), known, settings.things[aspect], { bias: true })] as const
  })
  return Object.fromEntries(named) as Record<ThingAspect, Tensor>
}

/** From the coarsest places, all at once. */
function describePicture(p: Parameters, settings: DetectorSettings, x: Tensor): Record<WholeAspect, Tensor> {
  const batch = x.shape[0]!
  const told = gelu(project(p.in('places'), norm(p.in('norm'), x), wholeWidth))
  const all = reshape(told, [batch, 1, fixed(x, 1) * fixed(x, 2) * wholeWidth])
  const known = reshape(gelu(project(p.in('hidden'), all, settings.whole)), [batch, settings.whole])
  const named = wholeAspects.map((aspect) => {
    return [aspect, linear(p.in('heads').in(aspect), known, settings.picture[aspect], { bias: true })] as const
  })
  return Object.fromEntries(named) as Record<WholeAspect, Tensor>
}
