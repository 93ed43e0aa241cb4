/**
 * An image tokenizer whose codes are learned: a convolutional network finds a few numbers for each place of a coarse grid,
 * finite scalar quantisation (Mentzer et al. 2023) rounds each to one of a few levels, and a second network draws the
 * picture from them. Some levels together are a code, so that there is no codebook to collapse.
 */
import {
  cast,
  constant,
  embedding,
  maximum,
  minimum,
  mul,
  type Parameters,
  reshape,
  round,
  sigmoid,
  straightThroughRound,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts'
import { blocks, gather, neighbours, project, scatter } from './convolution.ts'
import { linear, norm } from './layers.ts'

/** One grid on the way from pixels to codes and back. */
export type LevelSettings = {
  /** Places of the grid before (pixels, for the first) that one place of this grid stands for: rows, columns. */
  readonly cell: readonly [rows: number, columns: number]
  readonly width: number
  /** Residual blocks on the way to the codes, and on the way back. */
  readonly encoder: number
  readonly decoder: number
}

export type LearnedTokenizerSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  /** 3: red, green, blue; 4: these as seen on white, and how opaque it is. */
  readonly channels: 3 | 4
  /** How many levels each number of a code has; their product is the number of codes. */
  readonly quantiser: readonly number[]
  /** Codes that stand at each place of the last grid. */
  readonly codesPerPlace: number
  /** The finest grid first; codes stand on the last. */
  readonly levels: readonly LevelSettings[]
}

/** Rows and columns of a picture's codes; those of one place stand side by side. */
export function gridOfLearned({ side, levels, codesPerPlace }: LearnedTokenizerSettings): readonly [number, number] {
  const [rows, columns] = levels.reduce(([r, c], { cell: [high, wide] }) => [r / high, c / wide], [side, side])
  return [rows, columns * codesPerPlace]
}

/** Number of codes. */
export const codesOfQuantiser = (quantiser: readonly number[]): number => quantiser.reduce((all, n) => all * n, 1)

/** The levels of every code as numbers 0, 1, 2 ...; the last number changes fastest. [codes, numbers] */
export function levelsOfCodes(quantiser: readonly number[]): Float32Array<ArrayBuffer> {
  const codes = codesOfQuantiser(quantiser)
  const table = new Float32Array(codes * quantiser.length)
  for (let code = 0; code < codes; code++) {
    let rest = code
    for (let k = quantiser.length - 1; k >= 0; k--) {
      table[code * quantiser.length + k] = rest % quantiser[k]!
      rest = Math.floor(rest / quantiser[k]!)
    }
  }
  return table
}

/** Pixels uint8 [batch, side, side, channels] to numbers, nominally -1..1. */
export const asNumbers = (pixels: Tensor): Tensor => sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)

/** Pixels uint8 [batch, side, side, channels] to levels, whole numbers [batch, rows, columns, numbers], with a gradient. */
export function encodeLevels(parameters: Parameters, settings: LearnedTokenizerSettings, pixels: Tensor): Tensor {
  const p = parameters.in('encoder')
  const { levels } = settings
  const highest = highestLevels(settings)
  let x = asNumbers(pixels)
  for (const [i, { cell, width, encoder }] of levels.entries()) {
    const level = p.in('levels').in(i)
    const cut = gather(x, cell)
    x = blocks(level.in('blocks'), project(level.in('merge'), i === 0 ? neighbours(cut) : cut, width), encoder)
  }
  const out = linear(p.in('levels_of'), norm(p.in('norm'), x), highest.length, {
    bias: true,
    initial: { normal: 0.1 },
  })
  return straightThroughRound(mul(sigmoid(out), constant(highest, [highest.length])))
}

/** The highest level of each number of a place. */
const highestLevels = ({ quantiser, codesPerPlace }: LearnedTokenizerSettings): number[] =>
  Array.from({ length: codesPerPlace }, () => quantiser.map((n) => n - 1)).flat()

/** Levels [batch, rows, columns, numbers] to codes int32 [batch, tokens], in raster order. */
export function codesOfLevels(settings: LearnedTokenizerSettings, found: Tensor): Tensor {
  const { quantiser } = settings
  const strides = quantiser.map((_, k) => codesOfQuantiser(quantiser.slice(k + 1)))
  const [rows, columns] = gridOfLearned(settings)
  const each = reshape(found, [found.shape[0]!, rows * columns, quantiser.length])
  return cast(round(sum(mul(each, constant(strides, [quantiser.length])), [-1])), 'int32')
}

/** Codes int32 [batch, tokens] to levels [batch, rows, columns, numbers]. */
export function levelsOfPicture(settings: LearnedTokenizerSettings, codes: Tensor): Tensor {
  const { quantiser } = settings
  const table = constant(Array.from(levelsOfCodes(quantiser)), [codesOfQuantiser(quantiser), quantiser.length])
  const [rows, columns] = gridOfLearned(settings)
  const { codesPerPlace } = settings
  return reshape(embedding(table, codes), [
    codes.shape[0]!,
    rows,
    columns / codesPerPlace,
    codesPerPlace * quantiser.length,
  ])
}

/** Levels [batch, rows, columns, numbers], which may lie between or beyond whole ones, to a picture [batch, side, side, channels]. */
export function decodeLevels(parameters: Parameters, settings: LearnedTokenizerSettings, found: Tensor): Tensor {
  const p = parameters.in('decoder')
  const { levels, channels } = settings
  const highest = highestLevels(settings)
  const steps = highest.map((n) => 2 / n)
  const within = minimum(maximum(found, 0), constant(highest, [highest.length]))
  const spread = sub(mul(within, constant(steps, [highest.length])), 1)
  let x = project(p.in('levels_of'), neighbours(spread), levels.at(-1)!.width)
  for (let i = levels.length - 1; i >= 0; i--) {
    const level = p.in('levels').in(i)
    x = blocks(level.in('blocks'), x, levels[i]!.decoder)
    const [high, wide]: readonly [number, number] = levels[i]!.cell
    if (i > 0) x = scatter(project(level.in('split'), x, high * wide * levels[i - 1]!.width), [high, wide])
  }
  const [high, wide] = levels[0]!.cell
  const seen = neighbours(norm(p.in('pixels').in('norm'), x))
  return scatter(linear(p.in('pixels'), seen, high * wide * channels, { bias: true }), [high, wide])
}
