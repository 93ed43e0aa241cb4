/**
 * CLIP with a vision transformer (Radford et al. 2021, "Learning Transferable Visual Models From Natural Language
 * Supervision"): a causal transformer over the text and a transformer over the patches of a picture (Dosovitskiy et al.
 * 2021) that end in one space, where a caption lies near its picture. Both are pre-norm, with the sigmoid approximation of
 * GELU. Parameter names are those that Hugging Face gives the published weights; patches are in our order.
 */
import {
  add,
  argmax,
  attention,
  cast,
  concat,
  constant,
  type Dimension,
  embedding,
  equal,
  exp,
  expand,
  fixed,
  matmul,
  mul,
  type Parameters,
  reshape,
  sigmoid,
  slice,
  sub,
  sum,
  type Tensor,
  unitLength,
} from '../graph/index.ts'
import { gather } from './convolution.ts'
import { linear, norm } from './layers.ts'

type Tower = { readonly width: number; readonly heads: number; readonly layers: number }

export type ClipSettings = {
  /** Length of the vectors that are compared. */
  readonly embedding: number
  /** `length`: token ids of a text, the start and the end among them. The end has the largest id of all. */
  readonly text: Tower & { readonly vocabulary: number; readonly length: number }
  /** `side` and `patch` in pixels. */
  readonly picture: Tower & { readonly side: number; readonly patch: number }
  /** Of red, green and blue in 0..1 over the pictures it was trained on. */
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

/** Of the published weights `clip-vit-base-patch32` (ViT-B/32). */
export const clipVitB32: ClipSettings = {
  embedding: 512,
  text: { width: 512, heads: 8, layers: 12, vocabulary: 49_408, length: 77 },
  picture: { width: 768, heads: 12, layers: 12, side: 224, patch: 32 },
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
}

/** x times the logistic function of 1.702 x (Hendrycks and Gimpel 2016, their approximation of GELU). */
const quickGelu = (x: Tensor): Tensor => mul(x, sigmoid(mul(x, 1.702)))

/** x: [batch, length, width] */
function layers(p: Parameters, x: Tensor, { width, heads, layers: count }: Tower, causal: boolean): Tensor {
  let h = x
  for (let i = 0; i < count; i++) {
    const layer = p.in('encoder').in('layers').in(i)
    const project = (name: string, input: Tensor) =>
      linear(layer.in('self_attn').in(name), input, width, { bias: true })
    const own = norm(layer.in('layer_norm1'), h)
    const seen = attention(project('q_proj', own), project('k_proj', own), project('v_proj', own), { heads, causal })
    h = add(h, project('out_proj', seen))
    const mlp = layer.in('mlp')
    const hidden = quickGelu(linear(mlp.in('fc1'), norm(layer.in('layer_norm2'), h), 4 * width, { bias: true }))
    h = add(h, linear(mlp.in('fc2'), hidden, width, { bias: true }))
  }
  return h
}

const table = (p: Parameters, name: string, rows: number, width: number): Tensor =>
  p.in('embeddings').in(name).get('weight', [rows, width], { normal: 0.02 })

/**
 * text: int32 [batch, length]; returns unit vectors [batch, embedding]. No mask is needed: what is read is the first
 * token with the largest id, which is the end, and nothing after it is seen there.
 */
export function embedClipText(parameters: Parameters, settings: ClipSettings, text: Tensor): Tensor {
  const p = parameters.in('text_model')
  const { width, vocabulary, length } = settings.text
  const words = embedding(table(p, 'token_embedding', vocabulary, width), text)
  const x = add(words, table(p, 'position_embedding', length, width))
  const h = norm(p.in('final_layer_norm'), layers(p, x, settings.text, true))
  const batch = text.shape[0]!
  const places = constant([...Array(length).keys()], [1, length], 'int32')
  const end = equal(reshape(argmax(cast(text, 'float32')), [batch, 1]), places) // [batch, length]
  const read = sum(mul(h, reshape(cast(end, 'float32'), [batch, length, 1])), [1])
  return unitLength(linear(parameters.in('text_projection'), read, settings.embedding))
}

/** pixels: uint8 [batch, side, side, 3], brought to that size as src/image/centre-square.ts does; returns unit vectors [batch, embedding]. */
export function embedClipPicture(parameters: Parameters, settings: ClipSettings, pixels: Tensor): Tensor {
  const p = parameters.in('vision_model')
  const { width, patch } = settings.picture
  const centred = sub(mul(cast(pixels, 'float32'), 1 / 255), constant(settings.mean))
  const values = mul(centred, constant(settings.deviation.map((each) => 1 / each)))
  const cells = gather(values, patch) // [batch, rows, columns, patch * patch * 3]
  const batch = pixels.shape[0]! as Dimension
  const count = fixed(cells, 1) * fixed(cells, 2)
  const own = p.in('embeddings')
  const patches = linear(own.in('patch_embedding'), reshape(cells, [batch, count, fixed(cells, 3)]), width)
  const whole = expand(reshape(own.get('class_embedding', [width], { normal: 0.02 }), [1, 1, width]), [batch, 1, width])
  const x = add(concat([whole, patches], 1), table(p, 'position_embedding', count + 1, width))
  const h = layers(p, norm(p.in('pre_layrnorm'), x), settings.picture, false)
  const read = norm(p.in('post_layernorm'), reshape(slice(h, 1, 0, 1), [batch, width]))
  return unitLength(linear(parameters.in('visual_projection'), read, settings.embedding))
}

/** What a cosine is multiplied by, as it was learnt: 100 in the published weights. [1] */
export const clipScale = (p: Parameters): Tensor => exp(p.get('logit_scale', [1], 'ones'))

/** Scores of every text with every picture: their cosine times the scale. [texts, pictures] */
export const clipScores = (p: Parameters, texts: Tensor, pictures: Tensor): Tensor =>
  mul(matmul(texts, pictures, { transposeB: true }), clipScale(p))
