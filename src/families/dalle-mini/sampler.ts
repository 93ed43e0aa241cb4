/** Drawing image tokens with the generator, one position of all candidates at a time, and decoding them to pixels. */
import type {
  Candidate,
  KeptTokens,
  SampleEvent,
  SampleRequest,
  Sampler,
  UnfinishedCandidate,
} from '../../generate/contracts.ts'
import type { Pixels } from '../../image/pixels.ts'
import { picturesOf } from '../../image/transparency.ts'
import { codesAtPosition, type DalleMiniSettings } from '../../networks/dalle-mini.ts'
import { channelsOf, codeCount, gridOf, type ImageTokenizerSettings } from '../../networks/image-tokenizer.ts'
import type { Engine, Session, Value } from '../../runtime/index.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import {
  candidateRows,
  candidatesAtOnce,
  evenRows,
  inBatches,
  pictureRows,
  picturesAtOnce,
  stackCodes,
} from './batches.ts'
import { codeNames, createDecoderCache, heldNames, namesOfCall } from './decoder-cache.ts'
import { drawPosition, type GeneratorSessions, startTokens } from './draw-position.ts'
import { fillUnfinished } from './fill-unfinished.ts'
import { merge } from './merge.ts'
import { createTokenSampler } from './sample-token.ts'

/** One engine that draws, with the graphs it does it with. */
export type Lane = { readonly engine: Engine; readonly generator: Promise<GeneratorSessions> }

export type SamplerParts = {
  /** Candidates are shared out among them; which one draws a candidate makes no difference to it. */
  readonly lanes: readonly Lane[]
  readonly settings: DalleMiniSettings
  readonly imageTokenizer: ImageTokenizerSettings
  readonly tokenizer: Tokenizer
  /** Sessions of `decodingGraph`, one an engine, which share the pictures: promises, so that drawing begins before they are loaded. */
  readonly decoding: readonly Promise<Session>[]
}

const int32 = (shape: readonly number[], data: Int32Array<ArrayBuffer>): Value => ({ type: 'int32', shape, data })
const float32 = (shape: readonly number[], data: Float32Array<ArrayBuffer>): Value => ({ type: 'float32', shape, data })
const abort = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

/** Codes drawn at one position of a batch, and what its candidates are now. */
type Advance = { readonly codes: number; readonly unfinished: readonly UnfinishedCandidate[] }

let calls = 0

export function createSampler(parts: SamplerParts): Sampler {
  const { lanes, settings, imageTokenizer, tokenizer } = parts
  const { textLength, imageLength, imageVocabulary, decoderLayers } = settings

  /**
   * Reads the prompt of each group; what the decoder needs of it stays in the engine, under the call's names. Returns
   * which text tokens are visible, [groups, textLength].
   */
  async function readPrompts(lane: Lane, call: string, texts: readonly string[], signal?: AbortSignal) {
    const encoded = texts.map((text) => tokenizer.encode(text))
    const visible = Float32Array.from(encoded.flatMap(({ mask }) => mask))
    const shape = [texts.length, textLength]
    const inputs = {
      text: int32(shape, Int32Array.from(encoded.flatMap(({ ids }) => ids))),
      visible: float32(shape, visible.slice()),
    }
    const hold = Object.fromEntries(heldNames(call, 'memory', decoderLayers))
    await (await lane.generator).prompt.run(inputs, { hold, ...abort(signal) })
    return visible
  }

  /**
   * Draws one batch into `drawn`, one row of tokens an index, in which those that stay stand already. Yields after each
   * position how many tokens of a row are there.
   */
  async function* drawBatch(
    lane: Lane,
    call: string,
    { seed, sampling, keep }: SampleRequest,
    batch: { readonly indices: readonly number[]; readonly drawn: readonly Uint16Array[] },
    visible: Float32Array<ArrayBuffer>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<number> {
    const sessions = await lane.generator
    const places = codesAtPosition(settings)
    const groups = visible.length / textLength
    const rows = candidateRows(batch.indices.length, groups)
    const cache = createDecoderCache(lane.engine, call, settings, { groups, rows })
    const sampler = createTokenSampler(imageVocabulary, sampling)
    let last = startTokens(settings, groups * rows)
    for (let position = 0; position < positionsToDraw(settings, keep); position++) {
      const inputs = {
        position: int32([1], Int32Array.of(position)),
        visible: float32([groups, textLength], visible.slice()),
        mask: await cache.prepare(position),
      }
      const options = { ...cache.options(position), ...abort(signal) }
      const at = { groups, rows, last, inputs, options, names: codeNames(call) }
      last = await drawPosition(sessions, settings, at, (logits, place) => {
        const row = (group: number, i: number) => {
          const start = (group * rows + i) * imageVocabulary
          return logits.subarray(start, start + imageVocabulary)
        }
        const which = position * places + place
        const codes = new Int32Array(groups * rows)
        for (const [i, index] of batch.indices.entries()) {
          const code =
            keep?.kept[which] === 1
              ? keep.tokens[which]!
              : sampler.sample(row(0, i), groups === 2 ? row(1, i) : undefined, { seed, index, position: which })
          for (let group = 0; group < groups; group++) codes[group * rows + i] = code
          batch.drawn[i]![which] = code
        }
        return codes
      })
      yield (position + 1) * places
    }
  }

  /** What one lane does for a call: takes batches until there are none. Yields what it drew of a batch, and candidates. */
  async function* drawOn(
    lane: Lane,
    call: string,
    request: SampleRequest,
    batches: number[][],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Advance | Candidate> {
    // Without guidance the empty prompt is not needed, and half the work falls away.
    const texts = request.sampling.guidance === 1 ? [request.prompt] : [request.prompt, '']
    try {
      const visible = await readPrompts(lane, call, texts, signal)
      for (let indices = batches.shift(); indices !== undefined; indices = batches.shift()) {
        const { keep } = request
        const drawn = indices.map(() => keep?.tokens.slice() ?? new Uint16Array(imageLength))
        for await (const count of drawBatch(lane, call, request, { indices, drawn }, visible, signal)) {
          const codes = indices.length * codesAtPosition(settings)
          // A picture of which a part stays is not to be seen without it.
          yield { codes, unfinished: keep === undefined ? unfinishedOf(indices, drawn, count) : [] }
        }
        for (const [i, index] of indices.entries()) yield { index, tokens: drawn[i]! }
      }
    } finally {
      // An engine that failed or was disposed has nothing left to drop, and its own error counts.
      await lane.engine.drop(namesOfCall(call, decoderLayers)).catch(() => undefined)
    }
  }

  /** Of which there is a picture: with a whole row, and not all. What is there is never written again. */
  function unfinishedOf(indices: readonly number[], drawn: readonly Uint16Array[], count: number) {
    if (count < gridOf(imageTokenizer)[1] || count === imageLength) return []
    return indices.map((index, i) => ({ index, tokens: drawn[i]!.subarray(0, count), of: imageLength }))
  }

  async function* sample(request: SampleRequest, signal?: AbortSignal): AsyncGenerator<SampleEvent> {
    const call = `sample${calls++}`
    const { indices, keep } = request
    if (keep !== undefined) checkKept(keep, imageLength, codeCount(imageTokenizer))
    const share = Math.ceil(indices.length / lanes.length)
    const groups = request.sampling.guidance === 1 ? 1 : 2
    const most = Math.floor(candidatesAtOnce(settings, groups) / lanes.length)
    const batches = [...inBatches(indices, candidateRows(Math.min(share, most), groups))]
    const total = indices.length * positionsToDraw(settings, keep) * codesAtPosition(settings)
    let done = 0
    const working = lanes.slice(0, batches.length).map((lane) => drawOn(lane, call, request, batches, signal))
    for await (const drawn of merge(working)) {
      if ('codes' in drawn) {
        done += drawn.codes
        yield { kind: 'progress', done, total, unfinished: drawn.unfinished }
      } else yield { kind: 'candidate', candidate: drawn }
    }
  }

  async function decode(tokens: readonly Uint16Array[], signal?: AbortSignal): Promise<Pixels[]> {
    const { side } = imageTokenizer
    const channels = channelsOf(imageTokenizer)
    for (const row of tokens) checkTokens(row, imageLength, codeCount(imageTokenizer))
    const share = evenRows(Math.ceil(tokens.length / parts.decoding.length))
    const batches = [...inBatches(tokens, Math.min(share, picturesAtOnce(imageTokenizer)))]
    const pictures = batches.map(async (batch, i) => {
      const session = await parts.decoding[i % parts.decoding.length]!
      const { pixels } = await session.run(
        { codes: stackCodes(batch, imageLength, pictureRows(imageTokenizer, batch.length)) },
        { fetch: ['pixels'], ...abort(signal) },
      )
      // The rows that only make the batch even are left out.
      return picturesOf(pixels!.data as Uint8Array, side, channels).slice(0, batch.length)
    })
    return (await Promise.all(pictures)).flat()
  }

  const decodeUnfinished = (unfinished: readonly UnfinishedCandidate[], signal?: AbortSignal): Promise<Pixels[]> =>
    decode(
      unfinished.map(({ tokens }) => fillUnfinished(tokens, gridOf(imageTokenizer))),
      signal,
    )

  return { sample, decode, decodeUnfinished }
}

/** Positions up to the last of which a token is drawn: those behind it depend on nothing and are known. */
function positionsToDraw(settings: DalleMiniSettings, keep: KeptTokens | undefined): number {
  const last = keep === undefined ? settings.imageLength - 1 : keep.kept.lastIndexOf(0)
  return Math.floor(last / codesAtPosition(settings)) + 1
}

function checkKept({ tokens, kept }: KeptTokens, length: number, codes: number): void {
  checkTokens(tokens, length, codes)
  if (kept.length !== length || kept.some((stays) => stays > 1)) {
    throw new RangeError(`what stays of a picture is a 1 or a 0 for each of ${length} image tokens`)
  }
}

function checkTokens(tokens: Uint16Array, length: number, codes: number): void {
  if (tokens.length !== length) throw new RangeError(`a picture has ${length} image tokens, not ${tokens.length}`)
  const wrong = tokens.find((token) => token >= codes)
  if (wrong !== undefined) throw new RangeError(`an image token is below ${codes}, not ${wrong}`)
}
