/**
 * An image tokenizer with a codebook of patches, and a convolutional network that turns a grid of codes back into a picture.
 * A patch's code is its nearest codebook entry (vector quantisation), so a code means the same wherever it stands; how
 * neighbours join, and what the whole shows, is the decoder's to know: a U-Net (Ronneberger et al. 2015) over the picture
 * that the entries make. The codebook is made by k-means, not by gradients: docs/architecture.md has the measurement
 * behind that.
 */
import {
  add,
  argmax,
  embedding,
  fixed,
  linear,
  matmul,
  mul,
  type Parameters,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts'
import { blocks, gather, neighbours, project, type StageSettings, scatter } from './convolution.ts'
import { norm } from './layers.ts'
import { fromPatches, type PatchSize, toPatches } from './patch-transformer.ts'

export type CodebookTokenizerSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  readonly patch: PatchSize
  /** Number of codebook entries. */
  readonly codes: number
  readonly decoder: {
    /** The finest grid's cells are this many pixels a side; each further level halves the grid. */
    readonly cell: number
    readonly levels: readonly StageSettings[]
  }
}

/** Rows and columns of a picture's codes. */
export const gridOfPatches = ({
  side,
  patch: [height, width],
}: CodebookTokenizerSettings): readonly [number, number] => [side / height, side / width]

/** Numbers in a patch. */
export const patchLength = ({ patch: [height, width] }: CodebookTokenizerSettings): number => height * width * 3

/** The codebook, [codes, patchLength] in -1..1. */
export const codebookOf = (p: Parameters, settings: CodebookTokenizerSettings): Tensor =>
  p.get('codebook', [settings.codes, patchLength(settings)], 'zeros')

/** The nearest codebook entry of each patch. patches: [..., patchLength]; returns int32 [...]. */
export function nearestCodes(codebook: Tensor, patches: Tensor): Tensor {
  // |patch - entry|^2 is smallest where patch . entry - |entry|^2 / 2 is largest.
  const halfLengths = mul(sum(mul(codebook, codebook), [-1]), 0.5)
  return argmax(sub(matmul(patches, codebook, { transposeB: true }), halfLengths))
}

/** Pixels uint8 [batch, side, side, 3] to codes int32 [batch, tokens], in raster order. */
export const encodePatches = (p: Parameters, settings: CodebookTokenizerSettings, pixels: Tensor): Tensor =>
  nearestCodes(codebookOf(p, settings), toPatches(pixels, settings.patch))

/**
 * Codebook entries [batch, tokens, patchLength] to a picture [batch, side, side, 3], nominally in -1..1: the
 * entries themselves, and what the network adds.
 */
export function decodeEntries(parameters: Parameters, settings: CodebookTokenizerSettings, entries: Tensor): Tensor {
  const p = parameters.in('decoder')
  const { cell, levels } = settings.decoder
  const picture = fromPatches(entries, settings.side, settings.patch)
  const seen: Tensor[] = []
  let x = gather(picture, cell)
  for (const [i, { width, blocks: count }] of levels.entries()) {
    const level = p.in('down').in(i)
    x = blocks(level.in('blocks'), project(level.in('merge'), i === 0 ? neighbours(x) : gather(x, 2), width), count)
    seen.push(x)
  }
  for (let i = levels.length - 2; i >= 0; i--) {
    const { width, blocks: count } = levels[i]!
    const level = p.in('up').in(i)
    x = blocks(level.in('blocks'), add(seen[i]!, scatter(project(level.in('split'), x, 4 * width), 2)), count)
  }
  const out = p.in('pixels')
  const found = neighbours(norm(out.in('norm'), x))
  const weight = out.get('weight', [cell * cell * 3, fixed(found, 3)], { normal: 0.005 })
  return add(picture, scatter(linear(found, weight), cell))
}

/** Codes int32 [batch, tokens] to a picture [batch, side, side, 3], nominally in -1..1. */
export const decodeEntryCodes = (p: Parameters, settings: CodebookTokenizerSettings, codes: Tensor): Tensor =>
  decodeEntries(p, settings, embedding(codebookOf(p, settings), codes))
