/**
 * The scorer: two towers trained to match captions and pictures (CLIP, Radford et al. 2021). The picture tower reads
 * either pixels or the image tokenizer's codes; with codes, only the chosen candidates need decoding.
 */
import { add, embedding, exp, matmul, minimum, mul, type Parameters, type Tensor, unitLength } from '../graph/index.ts'
import { linear } from './layers.ts'
import { meanOverLength, type PatchSize, toPatches, transformer, withPositions } from './patch-transformer.ts'

export type ScorerSettings = {
  readonly width: number
  readonly heads: number
  readonly textLayers: number
  readonly pictureLayers: number
  readonly textVocabulary: number
  /** Length of the vectors that are compared. */
  readonly embedding: number
  /** What the picture tower reads. */
  readonly reads: { readonly pixels: { readonly patch: PatchSize } } | { readonly codes: number }
}

/** text: int32 [batch, length], visible: float32 [batch, length]; returns unit vectors [batch, embedding]. */
export function embedText(parameters: Parameters, settings: ScorerSettings, text: Tensor, visible: Tensor): Tensor {
  const p = parameters.in('text')
  const { width, heads, textLayers } = settings
  const words = embedding(p.in('embed_tokens').get('weight', [settings.textVocabulary, width], { normal: 0.02 }), text)
  const h = transformer(p, withPositions(p.in('positions'), words), { width, heads, layers: textLayers }, visible)
  return unitLength(linear(p.in('projection'), meanOverLength(h, visible), settings.embedding))
}

/** picture: pixels uint8 [batch, side, side, 3] or codes int32 [batch, length]; returns unit vectors [batch, embedding]. */
export function embedPicture(parameters: Parameters, settings: ScorerSettings, picture: Tensor): Tensor {
  const p = parameters.in('picture')
  const { width, heads, pictureLayers, reads } = settings
  const x =
    'codes' in reads
      ? embedding(p.in('embed_codes').get('weight', [reads.codes, width], { normal: 0.02 }), picture)
      : linear(p.in('patches'), toPatches(picture, reads.pixels.patch), width, { bias: true })
  const h = transformer(p, withPositions(p.in('positions'), x), { width, heads, layers: pictureLayers })
  return unitLength(linear(p.in('projection'), meanOverLength(h), settings.embedding))
}

/** Scores of every text with every picture: cosine times the learned temperature. [texts, pictures]. */
export function similarities(p: Parameters, texts: Tensor, pictures: Tensor): Tensor {
  const scale = exp(minimum(add(p.get('logit_scale', [1], 'zeros'), Math.log(1 / 0.07)), Math.log(100)))
  return mul(matmul(texts, pictures, { transposeB: true }), scale)
}
