/**
 * The image tokenizer: a codebook of patches, and a patch transformer that turns a grid of codes back into a picture
 * (as the decoder of ViT-VQGAN, Yu et al. 2022). A patch's code is its nearest codebook entry (vector quantisation), so
 * a code means the same wherever it stands; how neighbours join is the decoder's to know. The codebook is made by
 * k-means, not by gradients: docs/architecture.md has the measurement behind that.
 */
import { add, argmax, embedding, matmul, mul, type Parameters, sub, sum, type Tensor } from '../graph/index.ts'
import { linear } from './layers.ts'
import { fromPatches, type PatchSize, patchCount, toPatches, transformer, withPositions } from './patch-transformer.ts'

export type ImageTokenizerSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  readonly patch: PatchSize
  /** Number of codebook entries. */
  readonly codes: number
  readonly width: number
  readonly heads: number
  readonly layers: number
}

/** Image tokens of a picture. */
export const tokenCount = ({ side, patch }: ImageTokenizerSettings): number => patchCount(side, patch)

/** Numbers in a patch. */
export const patchLength = ({ patch: [height, width] }: ImageTokenizerSettings): number => height * width * 3

/** The codebook, [codes, patchLength] in -1..1. */
export const codebookOf = (p: Parameters, settings: ImageTokenizerSettings): Tensor =>
  p.get('codebook', [settings.codes, patchLength(settings)], 'zeros')

/** The nearest codebook entry of each patch. patches: [..., patchLength]; returns int32 [...]. */
export function nearestCodes(codebook: Tensor, patches: Tensor): Tensor {
  // |patch - entry|^2 is smallest where patch . entry - |entry|^2 / 2 is largest.
  const halfLengths = mul(sum(mul(codebook, codebook), [-1]), 0.5)
  return argmax(sub(matmul(patches, codebook, { transposeB: true }), halfLengths))
}

/** Pixels uint8 [batch, side, side, 3] to codes int32 [batch, tokens], in raster order. */
export const encodePicture = (p: Parameters, settings: ImageTokenizerSettings, pixels: Tensor): Tensor =>
  nearestCodes(codebookOf(p, settings), toPatches(pixels, settings.patch))

/**
 * Codebook entries [batch, tokens, patchLength] to a picture [batch, side, side, 3], nominally in -1..1: the
 * entries themselves, and what a transformer that sees all of them adds.
 */
export function decodeEntries(parameters: Parameters, settings: ImageTokenizerSettings, entries: Tensor): Tensor {
  const p = parameters.in('decoder')
  const { width, heads, layers, side, patch } = settings
  const x = withPositions(
    p.in('positions'),
    linear(p.in('entries'), entries, width, { bias: true, initial: { normal: 0.1 } }),
  )
  const h = transformer(p, x, { width, heads, layers })
  return fromPatches(add(entries, linear(p.in('pixels'), h, patchLength(settings), { bias: true })), side, patch)
}

/** Codes int32 [batch, tokens] to a picture [batch, side, side, 3], nominally in -1..1. */
export const decodeCodes = (p: Parameters, settings: ImageTokenizerSettings, codes: Tensor): Tensor =>
  decodeEntries(p, settings, embedding(codebookOf(p, settings), codes))
