/**
 * The weights of a published DALL·E mini or mega under the names of `networks/dalle-mini.ts`: from the original's Flax tree
 * (`flax_model.msgpack`, layers scanned into one leading axis, or each on its own), or from min-dalle's two PyTorch files.
 */
import { input } from '../../../graph/index.ts'
import type { Checkpoint } from '../../../models/checkpoints/checkpoint.ts'
import { codesAtPosition, type DalleMiniSettings, generator } from '../../../networks/dalle-mini.ts'
import { inFlax, rootOfFlax, type TorchWeight } from './flax-layout.ts'
import { otherNetwork, type PublishedNetwork, parametersOf, type Stored } from './match-weights.ts'

/** One file of the original, or the two of min-dalle, whose names begin within the encoder and the decoder. */
export type GeneratorFiles =
  | { readonly flax: Checkpoint }
  | { readonly encoder: Checkpoint; readonly decoder: Checkpoint }

/**
 * DALL·E mega's tables have rows for 31 tokens that stand for no code, behind the start token: they are left out unless
 * the settings keep them (`tableRows`). The number of heads leaves no trace in a file.
 * @throws NeufError `checkpoint-other-network` for settings of several codes at a position, which no such network has
 */
export function publishedGenerator(files: GeneratorFiles, settings: DalleMiniSettings): PublishedNetwork {
  const network = 'DALL·E mini'
  const checkpoints = 'flax' in files ? [files.flax] : [files.encoder, files.decoder]
  if (codesAtPosition(settings) !== 1) {
    throw otherNetwork(checkpoints[0]!, network, 'it has one code at a position, and the settings several')
  }
  const { textLength, imageLength } = settings
  const parameters = parametersOf((p) =>
    generator(p, settings, {
      text: input('text', [1, textLength], 'int32'),
      visible: input('visible', [1, textLength]),
      shifted: input('shifted', [1, imageLength], 'int32'),
    }),
  )
  return {
    network,
    checkpoints,
    parameters,
    find(name, shape) {
      const side = name.startsWith('encoder.') ? 'encoder' : 'decoder'
      const tensor = name.replace(/^(encoder|decoder)\./, '')
      const ofImageTokens = name === 'lm_head.weight' || name === 'decoder.embed_tokens.weight'
      const weight: TorchWeight = { tensor, shape, ...(ofImageTokens && { longer: 0 }) }
      if ('flax' in files) return inTree(files.flax, name, weight, settings)
      return { ...weight, checkpoint: files[side] }
    },
  }
}

const layerName = /^(encoder|decoder)\.layers\.(\d+)\.(.+)$/

/** Flax numbers a module's parts in the order in which it calls them. */
const flaxModules: Readonly<Record<string, string>> = {
  pre_self_attn_layer_norm: 'LayerNorm_0',
  self_attn: 'FlaxBartAttention_0',
  self_attn_layer_norm: 'LayerNorm_1',
  pre_encoder_attn_layer_norm: 'LayerNorm_2',
  encoder_attn: 'FlaxBartAttention_1',
  encoder_attn_layer_norm: 'LayerNorm_3',
  glu: 'GLU_0',
  ln0: 'LayerNorm_0',
  ln1: 'LayerNorm_1',
  fc0: 'Dense_0',
  fc1: 'Dense_1',
  fc2: 'Dense_2',
}

function inTree(checkpoint: Checkpoint, name: string, weight: TorchWeight, settings: DalleMiniSettings): Stored {
  const inLayer = layerName.exec(name)
  const parts = (inLayer?.[3] ?? name).split('.').slice(0, -1)
  const root = rootOfFlax(checkpoint)
  if (inLayer === null) {
    const path = name === 'lm_head.weight' ? parts : ['model', ...parts]
    return { ...inFlax(weight, [...root, ...path], parts.at(-1)!.startsWith('embed_')), checkpoint }
  }
  const [, side, index] = inLayer
  const modules = parts.map((part) => flaxModules[part] ?? part)
  const kind = side === 'encoder' ? 'FlaxBartEncoderLayer' : 'FlaxBartDecoderLayer'
  const within = (layers: string) => inFlax(weight, [...root, 'model', side!, 'layers', layers, ...modules], false)
  const own = within(`${kind}_${index}`)
  if (checkpoint.tensors.has(own.tensor)) return { ...own, checkpoint }
  const of = side === 'encoder' ? settings.encoderLayers : settings.decoderLayers
  return { ...within(`${kind}s`), checkpoint, layer: { index: Number(index), of } }
}
