/** What this project's networks make of a converted model, held against what `full_size.py` has from other implementations. */
import { join } from 'node:path'
import { codeNames, createDecoderCache, heldNames } from '../../src/families/dalle-mini/decoder-cache.ts'
import {
  drawPosition,
  generatorGraphs,
  generatorSessions,
  startTokens,
} from '../../src/families/dalle-mini/draw-position.ts'
import { clipPictureGraph, clipTextGraph } from '../../src/families/dalle-mini/graphs.ts'
import { createSampler } from '../../src/families/dalle-mini/sampler.ts'
import { isClip, readSettings } from '../../src/families/dalle-mini/settings.ts'
import { createParameters, input, type LoweredGraph, lower } from '../../src/graph/index.ts'
import { relativeError } from '../../src/graph/testing/compare.ts'
import { centreSquare } from '../../src/image/centre-square.ts'
import type { Model } from '../../src/models/model-folder.ts'
import { readSafetensorsFile, type StoredTensor } from '../../src/models/safetensors.ts'
import type { Weight } from '../../src/models/weights.ts'
import { decodeCodes, encodePicture, isVqgan } from '../../src/networks/image-tokenizer.ts'
import { vectorsOfPicture } from '../../src/networks/vqgan.ts'
import type { Engine, Value } from '../../src/runtime/index.ts'
import { openText } from '../../src/text/model-text.ts'
import type { Tokenizer } from '../../src/text/tokenizer.ts'

export type About = {
  readonly prompt: string
  readonly guidance: number
  readonly seen: readonly string[]
  readonly torch: string
  readonly minDalle: Readonly<Record<string, unknown>>
}

export type Comparing = {
  readonly model: Model
  readonly engine: Engine
  readonly about: About
  /** The folder of what the others made. */
  readonly expected: string
}

type Expected = ReadonlyMap<string, StoredTensor>

async function expectedOf({ expected }: Comparing, name: string): Promise<Expected> {
  return (await readSafetensorsFile(join(expected, `${name}.safetensors`))).tensors
}

const floats = (tensors: Expected, name: string): Float32Array => new Float32Array(bytes(tensors, name).buffer)
const integers = (tensors: Expected, name: string): Int32Array<ArrayBuffer> =>
  new Int32Array(bytes(tensors, name).buffer)
/** A copy with a buffer of its own, which is aligned. */
const bytes = (tensors: Expected, name: string): Uint8Array<ArrayBuffer> => tensors.get(name)!.data.slice()

/** A model's texts, and the tokenizer of its scorer. */
export async function textsOf(model: Model) {
  const files = {
    folder: model.folder,
    has: (name: string) => Object.hasOwn(model.json.files, name),
    read: (name: string) => model.file(name),
  }
  const { scorer } = readSettings(model)
  if (!isClip(scorer)) throw new Error('the scorer is not CLIP')
  const clip = { ...scorer.prompt, length: scorer.text.length }
  return { own: await openText(model.json.text, files), clip: (await openText(clip, files, 'scorer')).tokenizer }
}

/** The likeliest token of each position, drawn as every picture is; and the logits of each position after the tokens given. */
export async function compareGenerator(comparing: Comparing, tokenizer: Tokenizer, normalised: string) {
  const { model, engine, about } = comparing
  const expected = await expectedOf(comparing, 'generator')
  const tokens = integers(expected, 'tokens')
  const settings = readSettings(model)
  const { generator } = settings
  const graphs: LoweredGraph[] = generatorGraphs(generator, await model.weights('generator'))
  const loaded = []
  for (const [i, graph] of graphs.entries()) {
    // Both read some of the weights, so only the last one takes them.
    loaded.push(await engine.load(graph, { keepWeights: i < graphs.length - 1 }))
  }
  const sessions = generatorSessions(loaded)

  const sampler = createSampler({
    lanes: [{ engine, generator: Promise.resolve(sessions) }],
    settings: generator,
    imageTokenizer: settings.imageTokenizer,
    tokenizer,
    decoding: [],
  })
  const sampling = { temperature: 0, topK: 0, guidance: about.guidance }
  let drawn = new Uint16Array(0)
  for await (const event of sampler.sample({ prompt: normalised, seed: 1, sampling, indices: [0] })) {
    if (event.kind === 'candidate') drawn = event.candidate.tokens as typeof drawn
  }

  const logits = new Float32Array(tokens.length * 2 * generator.imageVocabulary)
  const encoded = [normalised, ''].map((text) => tokenizer.encode(text))
  const shape = [2, generator.textLength]
  const visible = (): Value => ({
    type: 'float32',
    shape,
    data: Float32Array.from(encoded.flatMap(({ mask }) => mask)),
  })
  const call = 'parity'
  await sessions.prompt.run(
    {
      text: { type: 'int32', shape, data: Int32Array.from(encoded.flatMap(({ ids }) => ids)) },
      visible: visible(),
    },
    { hold: Object.fromEntries(heldNames(call, 'memory', generator.decoderLayers)) },
  )
  // Two rows, the second beside the first: of one alone kernels take other ways.
  const rows = 2
  const cache = createDecoderCache(engine, call, generator, { groups: 2, rows })
  let last = startTokens(generator, 2 * rows)
  for (const [position, token] of tokens.entries()) {
    const at = { type: 'int32', shape: [1], data: Int32Array.of(position) } as const
    const inputs = { position: at, visible: visible(), mask: await cache.prepare(position) }
    const options = cache.options(position)
    last = await drawPosition(
      sessions,
      generator,
      { groups: 2, rows, last, inputs, options, names: codeNames(call) },
      (found) => {
        // The others have the empty prompt first.
        for (const [place, group] of [1, 0].entries()) {
          const start = group * rows * generator.imageVocabulary
          const row = found.subarray(start, start + generator.imageVocabulary)
          logits.set(row, (position * 2 + place) * generator.imageVocabulary)
        }
        return new Int32Array(2 * rows).fill(token)
      },
    )
  }
  for (const session of loaded) await session.dispose()
  return {
    logits: relativeError(logits, floats(expected, 'logits')),
    greedyTokensSame: tokens.reduce((same, token, i) => same + Number(token === drawn[i]), 0),
    greedyTokens: tokens.length,
  }
}

/**
 * Pictures of codes, the vectors that an encoder makes of pictures, and their nearest entries, but for those that another is nearer to by
 * less than `tie` of the distance.
 */
export async function compareVqgan(comparing: Comparing, tie: number) {
  const { model, engine } = comparing
  const expected = await expectedOf(comparing, 'vqgan')
  const { imageTokenizer: settings } = readSettings(model)
  if (!isVqgan(settings)) throw new Error('the image tokenizer is not VQGAN')
  const weights = await model.weights('imageTokenizer')
  const codes = integers(expected, 'codes')
  const count = 2
  const places = codes.length / count
  const p = createParameters()
  const pixels = input('pixels', [count, settings.side, settings.side, 3], 'uint8')
  const given: Value = { type: 'uint8', shape: [count, settings.side, settings.side, 3], data: bytes(expected, 'seen') }
  const { picture } = await once(
    engine,
    lower({ picture: decodeCodes(p, settings, input('codes', [count, places], 'int32')) }, weights),
    { codes: { type: 'int32', shape: [count, places], data: codes } },
  )
  const { vectors, nearest } = await once(
    engine,
    lower({ vectors: vectorsOfPicture(p, settings, pixels), nearest: encodePicture(p, settings, pixels) }, weights),
    { pixels: given },
  )
  const margins = floats(expected, 'margins')
  const found = nearest as Int32Array
  const same = Array.from(integers(expected, 'nearest'), (code, i) => code === found[i])
  const clear = same.filter((_, i) => margins[i]! > tie)
  return {
    // In -1..1 here and in 0..1 there: the same numbers, made the same for the comparison.
    pixels: relativeError(
      (picture as Float32Array).map((value) => (value + 1) / 2),
      floats(expected, 'picture'),
    ),
    encoderVectors: relativeError(vectors as Float32Array, floats(expected, 'vectors')),
    encoderCodes: same.length,
    encoderCodesSame: same.filter(Boolean).length,
    clearCodes: clear.length,
    clearCodesSame: clear.filter(Boolean).length,
  }
}

/**
 * Vectors of texts and of pictures, as another implementation had cut these to size, and how far that is from what is done here, in
 * grey levels.
 */
export async function compareClip(comparing: Comparing, tokenizer: Tokenizer) {
  const { model, engine, about } = comparing
  const expected = await expectedOf(comparing, 'clip')
  const { scorer } = readSettings(model)
  if (!isClip(scorer)) throw new Error('the scorer is not CLIP')
  const weights: ReadonlyMap<string, Weight> = await model.weights('scorer')
  const ids = Int32Array.from(about.seen.flatMap((text) => tokenizer.encode(text).ids))
  const text = { type: 'int32', shape: [about.seen.length, scorer.text.length], data: ids } as const
  const { vectors: texts } = await once(engine, clipTextGraph(scorer, weights), { text })
  const { shape, data } = expected.get('seen')!
  const [count, height, width] = shape as [number, number, number]
  const seen = Array.from({ length: count }, (_, i) => {
    const own = data.slice((i * data.length) / count, ((i + 1) * data.length) / count)
    return centreSquare({ width, height, channels: 3, data: own }, scorer.picture.side)
  })
  const pixels = bytes(expected, 'cut')
  const resized = seen.flatMap((picture) => [...picture.data])
  const levelsOfResizing = resized.reduce((most, level, i) => Math.max(most, Math.abs(level - pixels[i]!)), 0)
  const picture = { type: 'uint8', shape: [count, scorer.picture.side, scorer.picture.side, 3], data: pixels } as const
  const { vectors: pictures } = await once(engine, clipPictureGraph(scorer, weights), { picture })
  const size = scorer.embedding
  const scores = about.seen.flatMap((_, i) =>
    seen.map((__, j) => dot(texts as Float32Array, pictures as Float32Array, i * size, j * size, size)),
  )
  // Texts come times the scale that CLIP learnt.
  const scale = Math.exp(weights.get('logit_scale')!.data[0]!)
  return {
    levelsOfResizing,
    clipTexts: relativeError(
      (texts as Float32Array).map((value) => value / scale),
      floats(expected, 'texts'),
    ),
    clipPictures: relativeError(pictures as Float32Array, floats(expected, 'pictures')),
    clipScores: relativeError(scores, floats(expected, 'scores')),
  }
}

function dot(a: Float32Array, b: Float32Array, fromA: number, fromB: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += a[fromA + i]! * b[fromB + i]!
  return sum
}

/** Runs a graph for its only time; the weights stay the caller's. Returns all outputs' data. */
async function once(engine: Engine, graph: LoweredGraph, inputs: Readonly<Record<string, Value>>) {
  const session = await engine.load(graph, { keepWeights: true })
  const found = await session.run(inputs, { fetch: Object.keys(graph.outputs) })
  await session.dispose()
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data]))
}
