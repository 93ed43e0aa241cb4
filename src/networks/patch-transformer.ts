/** Pictures cut into patches and put together again (as in ViT, Dosovitskiy et al. 2021), and a transformer over short texts. */
import {
  add,
  attention,
  cast,
  type Dimension,
  div,
  fixed,
  mul,
  type Parameters,
  reshape,
  sub,
  sum,
  type Tensor,
  transpose,
} from '../graph/index.ts'
import { feedForward, linear, norm } from './layers.ts'

export type TransformerSettings = { readonly width: number; readonly heads: number; readonly layers: number }

/** Pre-norm layers of attention and feed-forward (four times as wide), and a last norm. x: [batch, length, width], visible: [batch, length]. */
export function transformer(p: Parameters, x: Tensor, { width, heads, layers }: TransformerSettings, visible: Tensor) {
  let h = x
  for (let i = 0; i < layers; i++) {
    const layer = p.in('layers').in(i)
    const own = layer.in('self_attn')
    const seen = norm(layer.in('norm1'), h)
    const [q, k, v] = (['q_proj', 'k_proj', 'v_proj'] as const).map((name) =>
      linear(own.in(name), seen, width, { bias: name !== 'k_proj' }),
    ) as [Tensor, Tensor, Tensor]
    const context = attention(q, k, v, { heads, visible })
    h = add(h, linear(own.in('out_proj'), context, width, { bias: true }))
    h = add(h, feedForward(layer.in('mlp'), norm(layer.in('norm2'), h), 4 * width))
  }
  return norm(p.in('norm'), h)
}

/** Learned positions added to x. x: [batch, length, width]. */
export const withPositions = (p: Parameters, x: Tensor): Tensor =>
  add(x, p.get('weight', [fixed(x, 1), fixed(x, 2)], { normal: 0.02 }))

/** Height and width of a patch in pixels. */
export type PatchSize = readonly [height: number, width: number]

/** Number of patches of a square picture. */
export const patchCount = (side: number, [height, width]: PatchSize): number => (side / height) * (side / width)

/** Pixels uint8 [batch, side, side, 3] as patches in raster order, [batch, patches, height * width * 3] in -1..1. */
export function toPatches(pixels: Tensor, [height, width]: PatchSize): Tensor {
  const [batch] = pixels.shape as readonly [Dimension]
  const side = fixed(pixels, 1)
  const values = sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)
  const cut = reshape(values, [batch, side / height, height, side / width, width, 3])
  const length = height * width * 3
  return reshape(transpose(cut, [0, 1, 3, 2, 4, 5]), [batch, patchCount(side, [height, width]), length])
}

/** The inverse of the cutting in `toPatches`: [batch, patches, height * width * 3] to [batch, side, side, 3]. */
export function fromPatches(patches: Tensor, side: number, [height, width]: PatchSize): Tensor {
  const [batch] = patches.shape as readonly [Dimension]
  const cut = reshape(patches, [batch, side / height, side / width, height, width, 3])
  return reshape(transpose(cut, [0, 1, 3, 2, 4, 5]), [batch, side, side, 3])
}

/** Mean over the visible positions; visible: [batch, length]. [batch, width]. */
export function meanOverLength(x: Tensor, visible: Tensor): Tensor {
  const weight = reshape(visible, [...visible.shape, 1])
  return div(sum(mul(x, weight), [1]), sum(weight, [1]))
}
