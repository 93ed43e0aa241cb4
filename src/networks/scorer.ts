/**
 * The scorer: two towers trained to match captions and pictures (CLIP, Radford et al. 2021), a transformer over the text
 * and a convolutional network over the picture, which reads either pixels or the image tokenizer's codes; with codes,
 * only the chosen candidates need decoding.
 */
import {
  add,
  cast,
  embedding,
  exp,
  fixed,
  gelu,
  matmul,
  minimum,
  mul,
  type Parameters,
  reshape,
  sub,
  type Tensor,
  unitLength,
} from '../graph/index.ts'
import { gather, halvingStages, neighbours, project, type StageSettings } from './convolution.ts'
import { linear, norm } from './layers.ts'
import { meanOverLength, transformer, withPositions } from './patch-transformer.ts'

export type ScorerSettings = {
  readonly width: number
  readonly heads: number
  readonly textLayers: number
  readonly textVocabulary: number
  /** Length of the vectors that are compared. */
  readonly embedding: number
  /** What the picture tower reads: cells of so many pixels a side, or a grid of codes. */
  readonly reads:
    | { readonly pixels: { readonly cell: number } }
    | { readonly codes: number; readonly grid: readonly [rows: number, columns: number] }
  /** Values found in each cell, or of each code. */
  readonly stem: number
  readonly stages: readonly StageSettings[]
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
  const { stem, reads } = settings
  const batch = picture.shape[0]!
  let x: Tensor
  if ('codes' in reads) {
    const codes = embedding(p.in('embed_codes').get('weight', [reads.codes, stem], { normal: 0.5 }), picture)
    x = reshape(codes, [batch, ...reads.grid, stem])
  } else {
    const values = sub(mul(cast(picture, 'float32'), 1 / 127.5), 1)
    x = gelu(project(p.in('stem'), neighbours(gather(values, reads.pixels.cell)), stem))
  }
  const seen = norm(p.in('norm'), halvingStages(p.in('stages'), x, settings.stages))
  const places = reshape(seen, [batch, 1, fixed(seen, 1) * fixed(seen, 2) * fixed(seen, 3)])
  return unitLength(reshape(linear(p.in('projection'), places, settings.embedding), [batch, settings.embedding]))
}

/** Scores of every text with every picture: cosine times the learned temperature. [texts, pictures]. */
export function similarities(p: Parameters, texts: Tensor, pictures: Tensor): Tensor {
  const scale = exp(minimum(add(p.get('logit_scale', [1], 'zeros'), Math.log(1 / 0.07)), Math.log(100)))
  return mul(matmul(texts, pictures, { transposeB: true }), scale)
}
