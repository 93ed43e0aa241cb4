/** The weights of a published CLIP under the names of `networks/clip.ts`: Hugging Face's, of PyTorch or Flax. */
import { input } from '../../../graph/index.ts'
import type { Checkpoint } from '../../../models/checkpoints/checkpoint.ts'
import { type ClipSettings, clipScores, embedClipPicture, embedClipText } from '../../../networks/clip.ts'
import { inFlax, isFlax, rootOfFlax, type TorchWeight } from './flax-layout.ts'
import { type PublishedNetwork, parametersOf } from './match-weights.ts'

/** Both towers, and the scale of the scores. */
export function publishedClip(checkpoint: Checkpoint, settings: ClipSettings): PublishedNetwork {
  const { side, patch } = settings.picture
  const parameters = parametersOf((p) => {
    const text = embedClipText(p, settings, input('text', [1, settings.text.length], 'int32'))
    clipScores(p, text, embedClipPicture(p, settings, input('pixels', [1, side, side, 3], 'uint8')))
  })
  const flax = isFlax(checkpoint)

  function inTorch(tensor: string, own: readonly number[]): TorchWeight {
    if (tensor === 'logit_scale') return { tensor, shape: [] }
    if (!tensor.endsWith('patch_embedding.weight')) return { tensor, shape: own }
    // To a patch's pixels, row by row, each with its channels.
    return { tensor, shape: [own[0]!, 3, patch, patch], order: [0, 2, 3, 1] }
  }

  return {
    network: 'CLIP',
    checkpoints: [checkpoint],
    parameters,
    find(name, own) {
      const weight = inTorch(name, own)
      if (!flax) return { ...weight, checkpoint }
      const path = name.split('.').slice(0, -1)
      const table = /(token|position)_embedding\.weight$/.test(name)
      return { ...inFlax(weight, [...rootOfFlax(checkpoint), ...path], table), checkpoint }
    },
    // Numbers 0, 1, 2 ..., which PyTorch's files hold beside the weights.
    unneeded: (tensor) => /[./]position_ids$/.test(tensor),
  }
}
