/**
 * The weights of a published VQGAN under the names of `networks/vqgan.ts`: PyTorch's by the paper's authors, those of its
 * decoder alone that come with min-dalle, and Flax's of DALL·E mini.
 */
import { input } from '../../../graph/index.ts'
import type { Checkpoint } from '../../../models/checkpoints/checkpoint.ts'
import { decodeVqgan, encodeVqgan, rowsOfCodes, type VqganSettings } from '../../../networks/vqgan.ts'
import { inFlax, isFlax, rootOfFlax } from './flax-layout.ts'
import { type PublishedNetwork, parametersOf } from './match-weights.ts'

/** Products of single places, which have two axes here. */
const products = /(^|\.)(q|k|v|proj_out|quant_conv|post_quant_conv)\.weight$/

/** Parts that a decoder alone does without, and the losses of its training, in names of both kinds. */
const encoderParts = /^(params\/)?(encoder|quant_conv)[./]/
const losses = /^(params\/)?loss[./]/

/** Whether a checkpoint of VQGAN can make codes of pictures. */
export const holdsEncoder = ({ tensors }: Checkpoint): boolean =>
  [...tensors.keys()].some((name) => encoderParts.test(name))

/** What decodes, and unless the settings are of a decoder only, what encodes. A file may always hold both. */
export function publishedVqgan(checkpoint: Checkpoint, settings: VqganSettings): PublishedNetwork {
  const { side, decoderOnly = false } = settings
  const parameters = parametersOf((p) => {
    decodeVqgan(p, settings, input('codes', [1, rowsOfCodes(settings) ** 2], 'int32'))
    if (!decoderOnly) encodeVqgan(p, settings, input('pixels', [1, side, side, 3], 'uint8'))
  })
  const flax = isFlax(checkpoint)
  // min-dalle's file has its codebook by itself.
  const bare = checkpoint.tensors.has('embedding.weight')
  return {
    network: 'VQGAN',
    checkpoints: [checkpoint],
    parameters,
    find(name, own) {
      const shape = products.test(name) ? [...own, 1, 1] : own
      const tensor = bare ? name.replace(/^quantize\.embedding/, 'embedding') : name
      const weight = { checkpoint, tensor, shape }
      if (!flax) return weight
      // `up.4.block.0` in PyTorch is `up_4.block_0` in Flax.
      const path = name.replace(/\b(up|down|block|attn)\.(\d+)\b/g, '$1_$2').split('.')
      const table = name === 'quantize.embedding.weight'
      return { ...inFlax(weight, [...rootOfFlax(checkpoint), ...path.slice(0, -1)], table), checkpoint }
    },
    unneeded: (tensor) => losses.test(tensor) || (decoderOnly && encoderParts.test(tensor)),
  }
}
