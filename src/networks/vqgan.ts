/**
 * VQGAN (Esser, Rombach, Ommer 2021, "Taming Transformers for High-Resolution Image Synthesis"): a convolutional encoder
 * to a grid of vectors, each of which becomes its nearest codebook entry, and a convolutional decoder back to a picture.
 * It is what DALL·E mini draws with. Parameter names are those of the authors' PyTorch code; the products of single places
 * in attention and around the codebook have two axes here.
 */
import {
  add,
  attention,
  cast,
  embedding,
  fixed,
  groupNorm,
  mul,
  type Parameters,
  sub,
  type Tensor,
} from '../graph/index.ts'
import { nearestCodes } from './codebook-tokenizer.ts'
import { linear } from './layers.ts'
import {
  asGrid,
  asPlanes,
  convolve1,
  convolve3,
  convolveDoubled,
  convolveHalving,
  placesOf,
  planesOf,
  swish,
} from './planes.ts'

export type VqganSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  /** Number of codebook entries, and their length. */
  readonly codes: number
  readonly codeWidth: number
  /** Length of the vectors that the encoder makes and the decoder reads, before and after the codebook. */
  readonly latentWidth: number
  /** Channels of each level, the finest first; each level after it has half as many rows and columns. */
  readonly levels: readonly number[]
  /** Residual blocks of a level of the encoder; one of the decoder has one more. */
  readonly blocks: number
  /** Levels with so many rows have attention after each block. */
  readonly attentionRows: readonly number[]
  /**
   * Which attention follows a block there: the block's own, as in the paper's code, or all of its level's in turn. Own unless
   * told: the published weights were learnt so, and min-dalle draws so. The Flax code that DALL·E mini's pictures were
   * encoded and drawn with takes all (vqgan-jax 44cb011), with the same weights.
   */
  readonly attentionAfter?: 'own' | 'all'
  /** Groups of the group normalisations, and what keeps them from dividing by zero. */
  readonly groups: number
  readonly epsilon: number
  /** There is no encoder, as in the file of min-dalle: codes become pictures, and no picture becomes codes. */
  readonly decoderOnly?: true
}

/** Of the published weights `vqgan_imagenet_f16_16384`: 256 x 256 pixels are 16 x 16 codes. */
export const vqganImagenet: VqganSettings = {
  side: 256,
  codes: 16_384,
  codeWidth: 256,
  latentWidth: 256,
  levels: [128, 128, 256, 256, 512],
  blocks: 2,
  attentionRows: [16],
  groups: 32,
  epsilon: 1e-6,
}

/** Rows of the codes of a picture, and columns. */
export const rowsOfCodes = ({ side, levels }: VqganSettings): number => side / 2 ** (levels.length - 1)

function normalise(p: Parameters, x: Tensor, { groups, epsilon }: VqganSettings): Tensor {
  const [scale, bias] = [p.get('weight', [fixed(x, 1)], 'ones'), p.get('bias', [fixed(x, 1)], 'zeros')]
  return groupNorm(x, { groups, scale, bias, epsilon })
}

/** x: [batch, inputs, rows, columns]; returns as many planes as `outputs`. */
function residualBlock(p: Parameters, x: Tensor, outputs: number, settings: VqganSettings): Tensor {
  const first = convolve3(p.in('conv1'), swish(normalise(p.in('norm1'), x, settings)), outputs)
  const second = convolve3(p.in('conv2'), swish(normalise(p.in('norm2'), first, settings)), outputs)
  return add(fixed(x, 1) === outputs ? x : convolve1(p.in('nin_shortcut'), x, outputs), second)
}

/** Every place looks at all places, with one head. */
function attentionBlock(p: Parameters, x: Tensor, settings: VqganSettings): Tensor {
  const width = fixed(x, 1)
  const places = placesOf(normalise(p.in('norm'), x, settings)) // [batch, places, width]
  const [q, k, v] = (['q', 'k', 'v'] as const).map((name) => linear(p.in(name), places, width, { bias: true })) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  return add(x, planesOf(linear(p.in('proj_out'), attention(q, k, v, { heads: 1 }), width, { bias: true })))
}

/** `count` residual blocks, each with attention after it where the level has any. */
function level(p: Parameters, x: Tensor, width: number, count: number, settings: VqganSettings): Tensor {
  const attends = settings.attentionRows.includes(fixed(x, 2))
  const all = [...Array(count).keys()]
  let h = x
  for (const i of all) {
    h = residualBlock(p.in('block').in(i), h, width, settings)
    if (!attends) continue
    for (const each of settings.attentionAfter === 'all' ? all : [i]) {
      h = attentionBlock(p.in('attn').in(each), h, settings)
    }
  }
  return h
}

/** The coarsest level once more, around attention. */
function middle(p: Parameters, x: Tensor, settings: VqganSettings): Tensor {
  const width = fixed(x, 1)
  const h = attentionBlock(p.in('attn_1'), residualBlock(p.in('block_1'), x, width, settings), settings)
  return residualBlock(p.in('block_2'), h, width, settings)
}

function last(p: Parameters, x: Tensor, outputs: number, settings: VqganSettings): Tensor {
  return convolve3(p.in('conv_out'), swish(normalise(p.in('norm_out'), x, settings)), outputs)
}

const codebookOf = (p: Parameters, { codes, codeWidth }: VqganSettings): Tensor =>
  p
    .in('quantize')
    .in('embedding')
    .get('weight', [codes, codeWidth], { normal: 1 / codes })

/** Pixels uint8 [batch, side, side, 3] to the vectors whose nearest codebook entries are its codes, [batch, rows * columns, codeWidth]. */
export function vectorsOfPicture(parameters: Parameters, settings: VqganSettings, pixels: Tensor): Tensor {
  const p = parameters.in('encoder')
  // The published weights were run on 0..1, unlike those of the paper.
  let x = convolve3(p.in('conv_in'), asPlanes(mul(cast(pixels, 'float32'), 1 / 255)), settings.levels[0]!)
  for (const [i, width] of settings.levels.entries()) {
    const here = p.in('down').in(i)
    x = level(here, x, width, settings.blocks, settings)
    if (i < settings.levels.length - 1) x = convolveHalving(here.in('downsample').in('conv'), x)
  }
  const vectors = placesOf(last(p, middle(p.in('mid'), x, settings), settings.latentWidth, settings))
  return linear(parameters.in('quant_conv'), vectors, settings.codeWidth, { bias: true })
}

/** Pixels uint8 [batch, side, side, 3] to codes int32 [batch, rows * columns], in raster order. */
export const encodeVqgan = (p: Parameters, settings: VqganSettings, pixels: Tensor): Tensor =>
  nearestCodes(codebookOf(p, settings), vectorsOfPicture(p, settings, pixels))

/**
 * Codes int32 [batch, rows * columns] to a picture [batch, side, side, 3], nominally in -1..1, as all image tokenizers
 * here give it (the network's own range is 0..1). What lies outside is for `asBytes` to cut off.
 */
export function decodeVqgan(parameters: Parameters, settings: VqganSettings, codes: Tensor): Tensor {
  const p = parameters.in('decoder')
  const entries = embedding(codebookOf(parameters, settings), codes) // [batch, places, codeWidth]
  const vectors = planesOf(linear(parameters.in('post_quant_conv'), entries, settings.latentWidth, { bias: true }))
  let x = middle(p.in('mid'), convolve3(p.in('conv_in'), vectors, settings.levels.at(-1)!), settings)
  for (const [i, width] of [...settings.levels.entries()].reverse()) {
    const here = p.in('up').in(i)
    x = level(here, x, width, settings.blocks + 1, settings)
    if (i > 0) x = convolveDoubled(here.in('upsample').in('conv'), x)
  }
  return sub(mul(asGrid(last(p, x, 3, settings)), 2), 1)
}
