/** The published weights of CLIP as `clip.ts` wants them: Hugging Face's, of PyTorch or Flax. */
import { createParameters, input } from '../graph/index.ts'
import { type ClipSettings, clipScores, embedClipPicture, embedClipText } from './clip.ts'
import { fromPublished, type PublishedWeight, type PublishedWeights, permuted } from './published-weights.ts'

function arrange(name: string, weight: PublishedWeight): PublishedWeight {
  if (name === 'logit_scale' && weight.shape.length === 0) return { ...weight, shape: [1] }
  if (!name.endsWith('patch_embedding.weight') || weight.shape.length !== 4) return weight
  // [width, channels, rows, columns] to a patch's pixels, row by row, each with its channels.
  const { shape, data } = permuted(weight, [0, 2, 3, 1])
  return { shape: [shape[0]!, shape[1]! * shape[2]! * shape[3]!], data }
}

/**
 * Both towers.
 * @param path names the file in messages
 * @throws NeufError `weights-of-another-network`
 */
export function clipWeights(
  published: PublishedWeights,
  settings: ClipSettings,
  path: string,
): Map<string, PublishedWeight> {
  const p = createParameters()
  const { side } = settings.picture
  const text = embedClipText(p, settings, input('text', [1, settings.text.length], 'int32'))
  clipScores(p, text, embedClipPicture(p, settings, input('pixels', [1, side, side, 3], 'uint8')))
  return fromPublished(p.all(), published, {
    network: 'CLIP',
    path,
    unneeded: (name) => name.endsWith('.position_ids'),
    arrange,
  })
}
