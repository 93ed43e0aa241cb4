/**
 * The DALL·E mini transformer (Dayma et al. 2021): BART's encoder and decoder (Lewis et al. 2020) with NormFormer's
 * norms (Shleifer et al. 2021) and gated feed-forward layers (Shazeer 2020). It writes a picture's tokens in raster
 * order from a prompt's. No bias anywhere but in norms; embeddings are not tied; every layer normalisation before a
 * block has a bias only. Parameter names are those of the PyTorch port of the original.
 *
 * A position may hold several codes (RQ-Transformer, Lee et al. 2022): the decoder reads their sum and writes the first, and
 * a small head each writes the others, which know those before them. So a picture of more codes costs hardly more.
 */
import {
  add,
  attention,
  cachedAttention,
  concat,
  type Dimension,
  embedding,
  fixed,
  GraphError,
  gelu,
  mul,
  type Parameters,
  type Past,
  reshape,
  slice,
  splitHeads,
  sum,
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
  /** Codes of a picture. */
  readonly imageLength: number
  /** Codes of one position; 1, as in DALL·E mini, unless given. */
  readonly codesPerPosition?: number
  /** Rows of the decoder's table of tokens and of its output where these have more than are used, as the published weights do. */
  readonly tableRows?: number
  /** Standard deviation of the first weights. */
  readonly initialDeviation: number
}

export const codesAtPosition = ({ codesPerPosition = 1 }: DalleMiniSettings): number => codesPerPosition

/** Positions that the decoder goes through. */
export const positionsOf = (settings: DalleMiniSettings): number => settings.imageLength / codesAtPosition(settings)

/** What the decoder reads for a code in place `k` of its position: each place has its own tokens. */
export const tokenOf = ({ imageVocabulary }: DalleMiniSettings, code: number, k: number): number =>
  k * imageVocabulary + code

/** The token that the decoder reads at position 0, in every place. */
export const startToken = (settings: DalleMiniSettings): number => tokenOf(settings, 0, codesAtPosition(settings))
const tokenRows = (settings: DalleMiniSettings): number => settings.tableRows ?? startToken(settings) + 1

const project = (p: Parameters, x: Tensor, width: number, { initialDeviation }: DalleMiniSettings): Tensor =>
  linear(p, x, width, { initial: { normal: initialDeviation } })

function gatedFeedForward(p: Parameters, x: Tensor, settings: DalleMiniSettings): Tensor {
  const h = biasNorm(p.in('ln0'), x)
  const gate = gelu(project(p.in('fc0'), h, settings.feedForward, settings)) // [..., feedForward]
  const value = project(p.in('fc1'), h, settings.feedForward, settings)
  return project(p.in('fc2'), biasNorm(p.in('ln1'), mul(gate, value)), settings.width, settings)
}

const lookUp = (p: Parameters, ids: Tensor, tokens: number, settings: DalleMiniSettings): Tensor =>
  embedding(p.get('weight', [tokens, settings.width], { normal: settings.initialDeviation }), ids)

const embed = (p: Parameters, x: Tensor, positions: Tensor): Tensor =>
  norm(p.in('layernorm_embedding'), add(x, positions))

/** Tokens [..., places] of positions, or [...] where a position has one, as the sum of their vectors. [..., width] */
function embedPosition(p: Parameters, tokens: Tensor, settings: DalleMiniSettings): Tensor {
  const vectors = lookUp(p.in('embed_tokens'), tokens, tokenRows(settings), settings)
  return codesAtPosition(settings) === 1 ? vectors : sum(vectors, [-2])
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
  const words = lookUp(p.in('embed_tokens'), text, settings.textVocabulary, settings)
  let x = embed(p, words, positionTable(p, settings.textLength, settings))
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

/**
 * What the decoder reads of the prompt, per layer: computed once per prompt, shared by all its candidates. Each [batch, heads,
 * textLength, headSize], so that no step has to take the heads apart again.
 */
export function memoryOf(parameters: Parameters, settings: DalleMiniSettings, encoded: Tensor): KeysAndValues[] {
  return Array.from({ length: settings.decoderLayers }, (_, i) => {
    const p = parameters.in('decoder').in('layers').in(i).in('encoder_attn')
    const ofHeads = (name: 'k_proj' | 'v_proj') =>
      splitHeads(project(p.in(name), encoded, settings.width, settings), settings.heads)
    return { keys: ofHeads('k_proj'), values: ofHeads('v_proj') }
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
  return { hidden: x, present }
}

/** Logits of the first code of a position. hidden: [..., width]; returns [..., imageVocabulary]. */
function firstCode(p: Parameters, settings: DalleMiniSettings, hidden: Tensor): Tensor {
  const { imageVocabulary, tableRows = imageVocabulary } = settings
  const logits = project(p.in('lm_head'), biasNorm(p.in('decoder').in('final_ln'), hidden), tableRows, settings)
  return tableRows === imageVocabulary ? logits : slice(logits, -1, 0, imageVocabulary)
}

/**
 * Logits of code `k` of a position, 1 or more, which knows the codes before it there. hidden: [..., width], before: their
 * tokens, int32 [..., k]; returns [..., imageVocabulary].
 */
export function furtherCode(
  parameters: Parameters,
  settings: DalleMiniSettings,
  k: number,
  hidden: Tensor,
  before: Tensor,
): Tensor {
  const p = parameters.in('further').in(k - 1)
  const known = sum(lookUp(p.in('embed_tokens'), before, tokenOf(settings, 0, k), settings), [-2])
  const x = norm(p.in('layernorm_embedding'), add(hidden, known))
  const h = add(x, gatedFeedForward(p.in('glu'), x, settings))
  return project(p.in('lm_head'), biasNorm(p.in('final_ln'), h), settings.imageVocabulary, settings)
}

/**
 * Logits of every code at once, for training: a position sees the prompt and the positions before it, a code also those
 * before it at its position. text: int32 [batch, textLength], visible: float32 [batch, textLength], shifted: int32 [batch,
 * imageLength], which is the start token for a whole position followed by all tokens (`tokenOf`) but those of the last
 * position; tokens: int32 [batch, imageLength], all of them, needed where a position has several.
 * Returns [batch, imageLength, imageVocabulary].
 */
export function generator(
  p: Parameters,
  settings: DalleMiniSettings,
  { text, visible, shifted, tokens }: { text: Tensor; visible: Tensor; shifted: Tensor; tokens?: Tensor },
): Tensor {
  const memory = memoryOf(p, settings, encodeText(p, settings, text, visible))
  const decoder = p.in('decoder')
  const places = codesAtPosition(settings)
  const length = fixed(shifted, 1) / places
  const [batch] = shifted.shape as readonly [Dimension]
  const byPosition = (ids: Tensor): Tensor => (places === 1 ? ids : reshape(ids, [batch, length, places]))
  const positions = slice(positionTable(decoder, positionsOf(settings), settings), 0, 0, length)
  const embedded = embed(decoder, embedPosition(decoder, byPosition(shifted), settings), positions)
  const { hidden } = decode(p, settings, { embedded, memory, visible })
  const first = firstCode(p, settings, hidden)
  if (places === 1) return first
  if (tokens === undefined) throw new GraphError('generator', 'positions of several codes need `tokens`')
  const own = byPosition(tokens)
  const logits = Array.from({ length: places }, (_, k) =>
    k === 0 ? first : furtherCode(p, settings, k, hidden, slice(own, 2, 0, k)),
  )
  const side = logits.map((each) => reshape(each, [batch, length, 1, settings.imageVocabulary]))
  return reshape(concat(side, 2), [batch, length * places, settings.imageVocabulary])
}

/**
 * One position of many candidates. tokens: int32 [groups, candidates] (a group is a prompt; with guidance there are
 * two, the prompt and the empty one), or [groups, candidates, places] where a position has several codes; position:
 * int32 [1], memory: per layer [groups, heads, textLength, headSize], past: per layer [groups, candidates, heads, capacity,
 * headSize]. Returns the first code's logits [groups, candidates, imageVocabulary], what `furtherCode` reads, [groups,
 * candidates, width], and each layer's keys and values of this position [groups, candidates, width], for the cache.
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
): { readonly logits: Tensor; readonly hidden: Tensor; readonly present: readonly KeysAndValues[] } {
  const decoder = p.in('decoder')
  const here = embedding(positionTable(decoder, positionsOf(settings), settings), input.position) // [1, width]
  const position = reshape(here, [1, 1, settings.width])
  const embedded = embed(decoder, embedPosition(decoder, input.tokens, settings), position)
  const { memory, visible, past } = input
  const { hidden, present } = decode(p, settings, { embedded, memory, visible, past })
  return { logits: firstCode(p, settings, hidden), hidden, present }
}
