/**
 * The DALL·E mini transformer (Dayma et al. 2021): BART's encoder and decoder (Lewis et al. 2020) with NormFormer's
 * norms (Shleifer et al. 2021) and gated feed-forward layers (Shazeer 2020). It writes a picture's tokens in raster
 * order from a prompt's. No bias anywhere but in norms; embeddings are not tied; every layer normalisation before a
 * block has a bias only. Parameter names are those of the PyTorch port of the original.
 */
import {
  add,
  attention,
  cachedAttention,
  embedding,
  fixed,
  gelu,
  mul,
  type Parameters,
  type Past,
  reshape,
  slice,
  type Tensor,
} from '../graph/index.ts'
import { biasNorm, linear, norm } from './layers.ts'

export type DalleMiniSettings = {
  readonly width: number
  readonly heads: number
  readonly encoderLayers: number
  readonly decoderLayers: number
  /** Width of the gated feed-forward layers. */
  readonly feedForward: number
  readonly textVocabulary: number
  readonly textLength: number
  /** Number of image codes. The token after the last code starts a picture. */
  readonly imageVocabulary: number
  readonly imageLength: number
  /** Standard deviation of the first weights. */
  readonly initialDeviation: number
}

/** The token that the decoder reads at position 0. */
export const startToken = (settings: DalleMiniSettings): number => settings.imageVocabulary

const project = (p: Parameters, x: Tensor, width: number, { initialDeviation }: DalleMiniSettings): Tensor =>
  linear(p, x, width, { initial: { normal: initialDeviation } })

function gatedFeedForward(p: Parameters, x: Tensor, settings: DalleMiniSettings): Tensor {
  const h = biasNorm(p.in('ln0'), x)
  const gate = gelu(project(p.in('fc0'), h, settings.feedForward, settings)) // [..., feedForward]
  const value = project(p.in('fc1'), h, settings.feedForward, settings)
  return project(p.in('fc2'), biasNorm(p.in('ln1'), mul(gate, value)), settings.width, settings)
}

function embed(p: Parameters, ids: Tensor, positions: Tensor, tokens: number, settings: DalleMiniSettings): Tensor {
  const initial = { normal: settings.initialDeviation }
  const x = embedding(p.in('embed_tokens').get('weight', [tokens, settings.width], initial), ids)
  return norm(p.in('layernorm_embedding'), add(x, positions))
}

const positionTable = (p: Parameters, length: number, { width, initialDeviation }: DalleMiniSettings): Tensor =>
  p.in('embed_positions').get('weight', [length, width], { normal: initialDeviation })

/**
 * Reads the prompt. text: int32 [batch, textLength]; visible: float32 [batch, textLength], 0 at padding.
 * Returns [batch, textLength, width].
 */
export function encodeText(parameters: Parameters, settings: DalleMiniSettings, text: Tensor, visible: Tensor): Tensor {
  const p = parameters.in('encoder')
  const { heads, width } = settings
  let x = embed(p, text, positionTable(p, settings.textLength, settings), settings.textVocabulary, settings)
  for (let i = 0; i < settings.encoderLayers; i++) {
    const layer = p.in('layers').in(i)
    const h = biasNorm(layer.in('pre_self_attn_layer_norm'), x)
    const [q, k, v] = (['q_proj', 'k_proj', 'v_proj'] as const).map((name) =>
      project(layer.in('self_attn').in(name), h, width, settings),
    ) as [Tensor, Tensor, Tensor]
    const seen = project(layer.in('self_attn').in('out_proj'), attention(q, k, v, { heads, visible }), width, settings)
    x = add(x, norm(layer.in('self_attn_layer_norm'), seen))
    x = add(x, gatedFeedForward(layer.in('glu'), x, settings))
  }
  return biasNorm(p.in('final_ln'), x)
}

/** Keys and values of one decoder layer. In training of whole sequences, in steps of one position. */
export type KeysAndValues = { readonly keys: Tensor; readonly values: Tensor }

/** What the decoder reads of the prompt, per layer: computed once per prompt, shared by all its candidates. */
export function memoryOf(parameters: Parameters, settings: DalleMiniSettings, encoded: Tensor): KeysAndValues[] {
  return Array.from({ length: settings.decoderLayers }, (_, i) => {
    const p = parameters.in('decoder').in('layers').in(i).in('encoder_attn')
    return {
      keys: project(p.in('k_proj'), encoded, settings.width, settings),
      values: project(p.in('v_proj'), encoded, settings.width, settings),
    }
  })
}

type DecoderInput = {
  /** [batch, length, width]: embedded tokens. In a step the axes are groups, candidates, width. */
  readonly embedded: Tensor
  readonly memory: readonly KeysAndValues[]
  /** float32 [batch, textLength], 0 at padding. */
  readonly visible: Tensor
  /** For a step: each layer's earlier keys and values. Without it, whole sequences under a causal mask. */
  readonly past?: readonly Past[]
}

function decode(
  parameters: Parameters,
  settings: DalleMiniSettings,
  { embedded, memory, visible, past }: DecoderInput,
) {
  const p = parameters.in('decoder')
  const { heads, width } = settings
  const present: KeysAndValues[] = []
  let x = embedded
  for (let i = 0; i < settings.decoderLayers; i++) {
    const layer = p.in('layers').in(i)
    const own = layer.in('self_attn')
    const h = biasNorm(layer.in('pre_self_attn_layer_norm'), x)
    const q = project(own.in('q_proj'), h, width, settings)
    const keys = project(own.in('k_proj'), h, width, settings)
    const values = project(own.in('v_proj'), h, width, settings)
    const before = past?.[i]
    const context = before
      ? cachedAttention(q, keys, values, before, heads)
      : attention(q, keys, values, { heads, causal: true })
    x = add(x, norm(layer.in('self_attn_layer_norm'), project(own.in('out_proj'), context, width, settings)))
    present.push({ keys, values })

    const cross = layer.in('encoder_attn')
    const asked = project(cross.in('q_proj'), biasNorm(layer.in('pre_encoder_attn_layer_norm'), x), width, settings)
    const { keys: textKeys, values: textValues } = memory[i]!
    const read = attention(asked, textKeys, textValues, { heads, visible })
    x = add(x, norm(layer.in('encoder_attn_layer_norm'), project(cross.in('out_proj'), read, width, settings)))
    x = add(x, gatedFeedForward(layer.in('glu'), x, settings))
  }
  const head = parameters.in('lm_head')
  return { logits: project(head, biasNorm(p.in('final_ln'), x), settings.imageVocabulary, settings), present }
}

/**
 * Logits of every position at once, for training: position i sees the prompt and the tokens before i.
 * text: int32 [batch, textLength], visible: float32 [batch, textLength], shifted: int32 [batch, imageLength], which is
 * the start token followed by all image tokens but the last. Returns [batch, imageLength, imageVocabulary].
 */
export function generator(
  p: Parameters,
  settings: DalleMiniSettings,
  { text, visible, shifted }: { text: Tensor; visible: Tensor; shifted: Tensor },
): Tensor {
  const memory = memoryOf(p, settings, encodeText(p, settings, text, visible))
  const decoder = p.in('decoder')
  const positions = positionTable(decoder, settings.imageLength, settings)
  const length = fixed(shifted, 1)
  const embedded = embed(decoder, shifted, slice(positions, 0, 0, length), settings.imageVocabulary + 1, settings)
  return decode(p, settings, { embedded, memory, visible }).logits
}

/**
 * One position of many candidates. tokens: int32 [groups, candidates] (a group is a prompt; with guidance there are
 * two, the prompt and the empty one), position: int32 [1], memory: per layer [groups, textLength, width], past: per
 * layer [groups, candidates, heads, capacity, headSize]. Returns logits [groups, candidates, imageVocabulary] and each
 * layer's keys and values of this position [groups, candidates, width], for the cache.
 */
export function generatorStep(
  p: Parameters,
  settings: DalleMiniSettings,
  input: {
    readonly tokens: Tensor
    readonly position: Tensor
    readonly memory: readonly KeysAndValues[]
    readonly visible: Tensor
    readonly past: readonly Past[]
  },
): { readonly logits: Tensor; readonly present: readonly KeysAndValues[] } {
  const decoder = p.in('decoder')
  const here = embedding(positionTable(decoder, settings.imageLength, settings), input.position) // [1, width]
  const position = reshape(here, [1, 1, settings.width])
  const embedded = embed(decoder, input.tokens, position, settings.imageVocabulary + 1, settings)
  return decode(p, settings, { embedded, memory: input.memory, visible: input.visible, past: input.past })
}
