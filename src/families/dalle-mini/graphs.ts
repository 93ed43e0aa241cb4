/** The graphs that drawing and scoring run: each network with its inputs named, lowered with a model's weights. */
import {
  createParameters,
  input,
  type LoweredGraph,
  lower,
  mul,
  reshape,
  type Tensor,
  type WeightData,
} from '../../graph/index.ts'
import { type ClipSettings, clipScale, embedClipPicture, embedClipText } from '../../networks/clip.ts'
import {
  codesAtPosition,
  type DalleMiniSettings,
  encodeText,
  furtherCode,
  generatorStep,
  memoryOf,
} from '../../networks/dalle-mini.ts'
import {
  asBytes,
  channelsOf,
  decodeCodes,
  encodePicture,
  type ImageTokenizerSettings,
  tokenCount,
} from '../../networks/image-tokenizer.ts'
import { embedPicture, embedText, type ScorerSettings } from '../../networks/scorer.ts'

/** By name, as numbers or in blocks. */
export type Weights = ReadonlyMap<string, WeightData>

/** What is kept of each decoder layer: of the prompt, of the positions drawn so far, and of the one being drawn. */
export const layerNames = (kind: 'memory' | 'past' | 'present', layer: number) => ({
  keys: `${kind}.${layer}.keys`,
  values: `${kind}.${layer}.values`,
})

/**
 * The prompts of all groups, once: `text` int32 and `visible` float32 [groups, textLength] to `memory.<layer>.keys` and
 * `.values` [groups, heads, textLength, headSize].
 */
export function promptGraph(settings: DalleMiniSettings, weights: Weights): LoweredGraph {
  const p = createParameters()
  const shape = ['groups', settings.textLength]
  const encoded = encodeText(p, settings, input('text', shape, 'int32'), input('visible', shape))
  const outputs: Record<string, Tensor> = {}
  for (const [layer, { keys, values }] of memoryOf(p, settings, encoded).entries()) {
    const names = layerNames('memory', layer)
    outputs[names.keys] = keys
    outputs[names.values] = values
  }
  return lower(outputs, weights)
}

/**
 * One position of all candidates: `tokens` int32 [groups, candidates], and a last axis of places where a position has
 * several codes; `position` int32 [1], `visible` float32 [groups, textLength], `mask` [capacity], `memory.*` as above and
 * `past.*` [groups, candidates, heads, capacity, headSize] to `logits` [groups, candidates, imageVocabulary] of the first
 * code, `hidden` [groups, candidates, width] where there are further ones, and `present.*` [groups, candidates, heads, 1, headSize].
 */
export function stepGraph(settings: DalleMiniSettings, weights: Weights): LoweredGraph {
  const { width, heads, textLength, decoderLayers } = settings
  const places = codesAtPosition(settings)
  const layers = Array.from({ length: decoderLayers }, (_, layer) => layer)
  const mask = input('mask', ['capacity'])
  const { logits, hidden, present } = generatorStep(createParameters(), settings, {
    tokens: input('tokens', ['groups', 'candidates', ...(places === 1 ? [] : [places])], 'int32'),
    position: input('position', [1], 'int32'),
    visible: input('visible', ['groups', textLength]),
    memory: layers.map((layer) => {
      const names = layerNames('memory', layer)
      const shape = ['groups', heads, textLength, width / heads]
      return { keys: input(names.keys, shape), values: input(names.values, shape) }
    }),
    past: layers.map((layer) => {
      const names = layerNames('past', layer)
      const shape = ['groups', 'candidates', heads, 'capacity', width / heads]
      return { keys: input(names.keys, shape), values: input(names.values, shape), mask }
    }),
  })
  const outputs: Record<string, Tensor> = { logits, ...(places > 1 && { hidden }) }
  for (const [layer, { keys, values }] of present.entries()) {
    const names = layerNames('present', layer)
    const shape = ['groups', 'candidates', heads, 1, width / heads]
    outputs[names.keys] = reshape(keys, shape)
    outputs[names.values] = reshape(values, shape)
  }
  return lower(outputs, weights)
}

/** For each further code of a position: `hidden` as above and `before` int32 [groups, candidates, k] to `logits`. */
export const furtherGraphs = (settings: DalleMiniSettings, weights: Weights): LoweredGraph[] =>
  Array.from({ length: codesAtPosition(settings) - 1 }, (_, i) => {
    const hidden = input('hidden', ['groups', 'candidates', settings.width])
    const before = input('before', ['groups', 'candidates', i + 1], 'int32')
    return lower({ logits: furtherCode(createParameters(), settings, i + 1, hidden, before) }, weights)
  })

/** `codes` int32 [pictures, tokens] to `pixels` uint8 [pictures, side, side, channels]. */
export function decodingGraph(settings: ImageTokenizerSettings, weights: Weights): LoweredGraph {
  const codes = input('codes', ['pictures', tokenCount(settings)], 'int32')
  return lower({ pixels: asBytes(decodeCodes(createParameters(), settings, codes)) }, weights)
}

/** `pixels` uint8 [pictures, side, side, channels] to `codes` int32 [pictures, tokens]. */
export function encodingGraph(settings: ImageTokenizerSettings, weights: Weights): LoweredGraph {
  const pixels = input('pixels', ['pictures', settings.side, settings.side, channelsOf(settings)], 'uint8')
  return lower({ codes: encodePicture(createParameters(), settings, pixels) }, weights)
}

/** `text` int32 and `visible` float32 [texts, textLength] to unit vectors `vectors` [texts, embedding]. */
export function textTowerGraph(settings: ScorerSettings, textLength: number, weights: Weights): LoweredGraph {
  const shape = ['texts', textLength]
  const vectors = embedText(createParameters(), settings, input('text', shape, 'int32'), input('visible', shape))
  return lower({ vectors }, weights)
}

/** `picture`, pixels uint8 [pictures, side, side, 3] or codes int32 [pictures, tokens], to unit vectors `vectors`. */
export function pictureTowerGraph(
  settings: ScorerSettings,
  imageTokenizer: ImageTokenizerSettings,
  weights: Weights,
): LoweredGraph {
  const { side } = imageTokenizer
  const picture =
    'codes' in settings.reads
      ? input('picture', ['pictures', tokenCount(imageTokenizer)], 'int32')
      : input('picture', ['pictures', side, side, 3], 'uint8')
  return lower({ vectors: embedPicture(createParameters(), settings, picture) }, weights)
}

/** `text` int32 [texts, length] to `vectors` [texts, embedding]: unit vectors times the scale that CLIP learnt. */
export function clipTextGraph(settings: ClipSettings, weights: Weights): LoweredGraph {
  const p = createParameters()
  const vectors = embedClipText(p, settings, input('text', ['texts', settings.text.length], 'int32'))
  return lower({ vectors: mul(vectors, clipScale(p)) }, weights)
}

/** `picture`, pixels uint8 [pictures, side, side, 3], to unit vectors `vectors`. */
export function clipPictureGraph(settings: ClipSettings, weights: Weights): LoweredGraph {
  const { side } = settings.picture
  const picture = input('picture', ['pictures', side, side, 3], 'uint8')
  return lower({ vectors: embedClipPicture(createParameters(), settings, picture) }, weights)
}
