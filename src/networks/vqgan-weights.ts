/**
 * The published weights of VQGAN as `vqgan.ts` wants them: PyTorch's by the paper's authors, those of its decoder alone that
 * come with min-dalle, and Flax's of DALL·E mini.
 */
import { createParameters, input } from '../graph/index.ts'
import { fromPublished, type PublishedWeight, type PublishedWeights } from './published-weights.ts'
import { decodeVqgan, encodeVqgan, rowsOfCodes, type VqganSettings } from './vqgan.ts'

/** `up_4.block_0` in Flax is `up.4.block.0` in PyTorch; only the middle numbers its parts as Flax does. */
const torchName = (name: string): string =>
  name.includes('.mid.') ? name : name.replace(/\b(up|down|block|attn)_(\d+)\b/g, '$1.$2')

/** Products of single places, which have two axes here. */
const products = /(^|\.)(q|k|v|proj_out|quant_conv|post_quant_conv)\.weight$/

function arrange(name: string, weight: PublishedWeight): PublishedWeight {
  const [outputs, inputs, high, wide] = weight.shape
  const single = weight.shape.length === 4 && high === 1 && wide === 1
  return products.test(name) && single ? { ...weight, shape: [outputs!, inputs!] } : weight
}

/**
 * What decodes, and where `encodes`, what encodes, too. A file may always hold both, and the losses of its training.
 * @param path names the file in messages
 * @throws NeufError `weights-of-another-network`
 */
export function vqganWeights(
  published: PublishedWeights,
  settings: VqganSettings,
  path: string,
  { encodes }: { readonly encodes: boolean },
): Map<string, PublishedWeight> {
  const p = createParameters()
  decodeVqgan(p, settings, input('codes', [1, rowsOfCodes(settings) ** 2], 'int32'))
  if (encodes) encodeVqgan(p, settings, input('pixels', [1, settings.side, settings.side, 3], 'uint8'))
  const bare = [...published.keys()].includes('embedding.weight')
  return fromPublished(p.all(), published, {
    network: 'VQGAN',
    path,
    torchName,
    publishedName: (name) => (bare ? name.replace(/^quantize\.embedding/, 'embedding') : name),
    unneeded: (name) => name.startsWith('loss.') || (!encodes && /^(encoder|quant_conv)\./.test(name)),
    arrange,
  })
}
