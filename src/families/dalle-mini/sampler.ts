/** Drawing image tokens with the generator, one position of all candidates at a time, and decoding them to pixels. */
import type { SampleEvent, SampleRequest, Sampler } from '../../generate/contracts.ts'
import type { Pixels } from '../../image/pixels.ts'
import { type DalleMiniSettings, startToken } from '../../networks/dalle-mini.ts'
import type { ImageTokenizerSettings } from '../../networks/image-tokenizer.ts'
import type { Engine, Session, Value } from '../../runtime/index.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { evenRows, inBatches, picturesAtOnce, stackCodes } from './batches.ts'
import { layerNames } from './graphs.ts'
import { createTokenSampler } from './sample-token.ts'

export type SamplerParts = {
  readonly engine: Engine
  readonly settings: DalleMiniSettings
  readonly imageTokenizer: ImageTokenizerSettings
  readonly tokenizer: Tokenizer
  /** Sessions of the graphs in graphs.ts. Promises, so that drawing begins before the last is loaded. */
  readonly prompt: Promise<Session>
  readonly step: Promise<Session>
  readonly decoding: Promise<Session>
}

/** Candidates drawn side by side: more gain no speed, and their caches fill the memory. */
export const candidatesAtOnce = 64

/** The cache grows by this many positions: at such lengths attention rounds the same whatever is drawn beside. */
const bucket = 32

/** Positions the cache has room for while `position` is drawn: a matter of the position alone. */
const capacityAt = (position: number): number => (Math.floor(position / bucket) + 1) * bucket

/** Far below any score, so that a place not written yet gets a share of exactly 0. */
const notWritten = -1e9

const int32 = (shape: readonly number[], data: Int32Array<ArrayBuffer>): Value => ({ type: 'int32', shape, data })
const float32 = (shape: readonly number[], data: Float32Array<ArrayBuffer>): Value => ({ type: 'float32', shape, data })

let calls = 0

export function createSampler(parts: SamplerParts): Sampler {
  const { engine, settings, imageTokenizer, tokenizer } = parts
  const layers = Array.from({ length: settings.decoderLayers }, (_, layer) => layer)
  const { textLength, imageLength, imageVocabulary, width, heads } = settings

  /** Names of what one call holds in the engine. */
  const held = (call: string, kind: 'memory' | 'past') =>
    layers.flatMap((layer) => Object.values(layerNames(kind, layer)).map((name) => [name, `${call}.${name}`] as const))

  /** Reads the prompt of each group; what the decoder needs of it stays in the engine. Returns the groups' masks. */
  async function readPrompts(call: string, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array> {
    const encoded = texts.map((text) => tokenizer.encode(text))
    const visible = Float32Array.from(encoded.flatMap(({ mask }) => mask))
    const shape = [texts.length, textLength]
    const inputs = {
      text: int32(shape, Int32Array.from(encoded.flatMap(({ ids }) => ids))),
      visible: float32(shape, visible.slice()),
    }
    await (await parts.prompt).run(inputs, { hold: Object.fromEntries(held(call, 'memory')), ...abort(signal) })
    return visible
  }

  /** Draws one batch. Yields the positions done. Fills `drawn`, one row of tokens an index. */
  async function* drawBatch(
    call: string,
    { seed, sampling }: SampleRequest,
    indices: readonly number[],
    drawn: readonly Uint16Array[],
    visible: Float32Array,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<number> {
    const step = await parts.step
    const groups = visible.length / textLength
    const rows = evenRows(indices.length)
    const sampler = createTokenSampler(imageVocabulary, sampling)
    const pasts = held(call, 'past')
    const writes = layers.flatMap((layer) => {
      const present = layerNames('present', layer)
      const past = layerNames('past', layer)
      return [
        [present.keys, `${call}.${past.keys}`],
        [present.values, `${call}.${past.values}`],
      ] as const
    })
    let last = new Int32Array(rows).fill(startToken(settings))
    for (let position = 0; position < imageLength; position++) {
      const capacity = capacityAt(position)
      if (position === 0) {
        const shape = [groups, rows, heads, capacity, width / heads]
        const size = groups * rows * capacity * width
        await Promise.all(pasts.map(([, name]) => engine.put(name, float32(shape, new Float32Array(size)))))
      } else if (capacity !== capacityAt(position - 1)) {
        await engine.resize(
          pasts.map(([, name]) => name),
          3,
          capacity,
        )
      }
      const tokens = new Int32Array(groups * rows)
      for (let group = 0; group < groups; group++) tokens.set(last, group * rows)
      const isLast = position === imageLength - 1
      const { logits } = await step.run(
        {
          tokens: int32([groups, rows], tokens),
          position: int32([1], Int32Array.of(position)),
          visible: float32([groups, textLength], visible.slice() as Float32Array<ArrayBuffer>),
          mask: float32([capacity], new Float32Array(capacity).fill(notWritten, position)),
        },
        {
          fetch: ['logits'],
          held: Object.fromEntries([...held(call, 'memory'), ...pasts]),
          write: isLast
            ? {}
            : Object.fromEntries(writes.map(([from, into]) => [from, { into, axis: 3, at: position }])),
          ...abort(signal),
        },
      )
      const all = logits!.data as Float32Array
      const row = (group: number, i: number) => {
        const start = (group * rows + i) * imageVocabulary
        return all.subarray(start, start + imageVocabulary)
      }
      last = new Int32Array(rows)
      for (const [i, index] of indices.entries()) {
        const token = sampler.sample(row(0, i), groups === 2 ? row(1, i) : undefined, { seed, index, position })
        last[i] = token
        drawn[i]![position] = token
      }
      yield position + 1
    }
  }

  async function* sample(request: SampleRequest, signal?: AbortSignal): AsyncGenerator<SampleEvent> {
    const call = `sample${calls++}`
    const { prompt, indices } = request
    // Without guidance the empty prompt is not needed, and half the work falls away.
    const texts = request.sampling.guidance === 1 ? [prompt] : [prompt, '']
    const total = indices.length * imageLength
    let finished = 0
    try {
      const visible = await readPrompts(call, texts, signal)
      for (const batch of inBatches(indices, candidatesAtOnce)) {
        const drawn = batch.map(() => new Uint16Array(imageLength))
        for await (const positions of drawBatch(call, request, batch, drawn, visible, signal)) {
          yield { kind: 'progress', done: finished + positions * batch.length, total }
        }
        finished += batch.length * imageLength
        for (const [i, index] of batch.entries()) yield { kind: 'candidate', candidate: { index, tokens: drawn[i]! } }
      }
    } finally {
      // An engine that failed or was disposed has nothing left to drop, and its own error counts.
      await engine.drop([...held(call, 'memory'), ...held(call, 'past')].map(([, name]) => name)).catch(() => undefined)
    }
  }

  async function decode(tokens: readonly Uint16Array[], signal?: AbortSignal): Promise<Pixels[]> {
    const pictures: Pixels[] = []
    const { side } = imageTokenizer
    for (const row of tokens) checkTokens(row, imageLength, imageTokenizer.codes)
    for (const batch of inBatches(tokens, picturesAtOnce(imageLength))) {
      const inputs = { codes: stackCodes(batch, imageLength) }
      const { pixels } = await (await parts.decoding).run(inputs, { fetch: ['pixels'], ...abort(signal) })
      const all = pixels!.data as Uint8Array
      for (const i of batch.keys()) {
        const data = all.slice(i * side * side * 3, (i + 1) * side * side * 3)
        pictures.push({ width: side, height: side, channels: 3, data })
      }
    }
    return pictures
  }

  return { sample, decode }
}

const abort = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

function checkTokens(tokens: Uint16Array, length: number, codes: number): void {
  if (tokens.length !== length) throw new RangeError(`a picture has ${length} image tokens, not ${tokens.length}`)
  const wrong = tokens.find((token) => token >= codes)
  if (wrong !== undefined) throw new RangeError(`an image token is below ${codes}, not ${wrong}`)
}
