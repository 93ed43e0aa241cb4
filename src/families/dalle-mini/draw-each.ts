/** One picture for each of many prompts, side by side: for trainings and measures, where nobody waits for one prompt. */
import type { SamplingSettings } from '../../generate/contracts.ts'
import { codesAtPosition, type DalleMiniSettings, positionsOf } from '../../networks/dalle-mini.ts'
import type { Engine } from '../../runtime/index.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { codeNames, createDecoderCache, heldNames, namesOfCall } from './decoder-cache.ts'
import { drawPosition, loadGenerator, startTokens } from './draw-position.ts'
import type { Weights } from './graphs.ts'
import { createTokenSampler } from './sample-token.ts'

/** Prompts drawn side by side, each with the empty prompt beside it. */
const promptsAtOnce = 64

export type DrawingEach = {
  readonly settings: DalleMiniSettings
  readonly weights: Weights
  readonly tokenizer: Tokenizer
  readonly sampling: SamplingSettings
  readonly seed: number
}

/**
 * Image tokens of a picture for each normalised text, [texts, imageLength]. A picture depends on the seed, its place and,
 * in the last bits of its logits, on the texts beside it; candidates of a person's prompt are drawn by `createSampler`.
 */
export async function drawEach(
  engine: Engine,
  texts: readonly string[],
  { settings, weights, tokenizer, sampling, seed }: DrawingEach,
  onProgress: (done: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Uint16Array<ArrayBuffer>> {
  const { imageLength, textLength, imageVocabulary, decoderLayers } = settings
  const sessions = await loadGenerator(engine, settings, weights)
  const places = codesAtPosition(settings)
  const sampler = createTokenSampler(imageVocabulary, sampling)
  const codes = new Uint16Array(texts.length * imageLength)
  const call = 'draw-each'
  try {
    for (let first = 0; first < texts.length; first += promptsAtOnce) {
      const own = texts.slice(first, first + promptsAtOnce)
      const encoded = [...own, ...own.map(() => '')].map((text) => tokenizer.encode(text))
      const groups = encoded.length
      const shape = [groups, textLength]
      const visible = Float32Array.from(encoded.flatMap(({ mask }) => mask))
      await sessions.prompt.run(
        {
          text: { type: 'int32', shape, data: Int32Array.from(encoded.flatMap(({ ids }) => ids)) },
          visible: { type: 'float32', shape, data: visible.slice() },
        },
        { hold: Object.fromEntries(heldNames(call, 'memory', decoderLayers)) },
      )
      const cache = createDecoderCache(engine, call, settings, { groups, rows: 1 })
      let last = startTokens(settings, groups)
      for (let position = 0; position < positionsOf(settings); position++) {
        signal?.throwIfAborted()
        const inputs = {
          position: { type: 'int32', shape: [1], data: Int32Array.of(position) },
          visible: { type: 'float32', shape, data: visible.slice() },
          mask: await cache.prepare(position),
        } as const
        const options = cache.options(position)
        const at = { groups, rows: 1, last, inputs, options, names: codeNames(call) }
        last = await drawPosition(sessions, settings, at, (logits, place) => {
          const row = (group: number): Float32Array =>
            logits.subarray(group * imageVocabulary, (group + 1) * imageVocabulary)
          const chosen = new Int32Array(groups)
          for (const i of own.keys()) {
            const which = { seed, index: first + i, position: position * places + place }
            const code = sampler.sample(row(i), row(i + own.length), which)
            chosen[i] = code
            chosen[i + own.length] = code
            codes[which.index * imageLength + which.position] = code
          }
          return chosen
        })
      }
      onProgress(first + own.length)
    }
    return codes
  } finally {
    await engine.drop(namesOfCall(call, decoderLayers))
    for (const session of [sessions.prompt, sessions.step, ...sessions.further]) await session.dispose()
  }
}
