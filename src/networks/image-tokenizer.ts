/**
 * The image tokenizer: a codebook of patches, and a patch transformer that turns a grid of codes back into a picture
 * (as the decoder of ViT-VQGAN, Yu et al. 2022). A patch's code is its nearest codebook entry (vector quantisation), so
 * a code means the same wherever it stands; how neighbours join is the decoder's to know. The codebook is made by
 * k-means, not by gradients: docs/architecture.md has the measurement behind that.
 */
import { add, argmax, embedding, matmul, mul, type Parameters, sub, sum, type Tensor } from '../graph/index.ts'
import { linear } from './layers.ts'
import { fromPatches, toPatches, transformer, withPositions } from './patch-transformer.ts'

export type ImageTokenizerSettings = {
  /** Pixels a side of a picture and of a patch. */
  readonly side: number
  readonly patch: number
  /** Number of codebook entries. */
  readonly codes: number
  readonly width: number
  readonly heads: number
  readonly layers: number
}

/** The codebook, [codes, patch * patch * 3] in -1..1. */
export const codebookOf = (p: Parameters, { codes, patch }: ImageTokenizerSettings): Tensor =>
  p.get('codebook', [codes, patch * patch * 3], 'zeros')

/** The nearest codebook entry of each patch. patches: [..., patch * patch * 3]; returns int32 [...]. */
export function nearestCodes(codebook: Tensor, patches: Tensor): Tensor {
  // |patch - entry|^2 is smallest where patch . entry - |entry|^2 / 2 is largest.
  const halfLengths = mul(sum(mul(codebook, codebook), [-1]), 0.5)
  return argmax(sub(matmul(patches, codebook, { transposeB: true }), halfLengths))
}

/** Pixels uint8 [batch, side, side, 3] to codes int32 [batch, grid^2], in raster order. */
export const encodePicture = (p: Parameters, settings: ImageTokenizerSettings, pixels: Tensor): Tensor =>
  nearestCodes(codebookOf(p, settings), toPatches(pixels, settings.patch))

/**
 * Codebook entries [batch, grid^2, patch * patch * 3] to a picture [batch, side, side, 3], nominally in -1..1: the
 * entries themselves, and what a transformer that sees all of them adds.
 */
export function decodeEntries(parameters: Parameters, settings: ImageTokenizerSettings, entries: Tensor): Tensor {
  const p = parameters.in('decoder')
  const { width, heads, layers, patch } = settings
  const x = withPositions(
    p.in('positions'),
    linear(p.in('entries'), entries, width, { bias: true, initial: { normal: 0.1 } }),
  )
  const h = transformer(p, x, { width, heads, layers })
  return fromPatches(add(entries, linear(p.in('pixels'), h, patch * patch * 3, { bias: true })), patch)
}

/** Codes int32 [batch, grid^2] to a picture [batch, side, side, 3], nominally in -1..1. */
export const decodeCodes = (p: Parameters, settings: ImageTokenizerSettings, codes: Tensor): Tensor =>
  decodeEntries(p, settings, embedding(codebookOf(p, settings), codes))
