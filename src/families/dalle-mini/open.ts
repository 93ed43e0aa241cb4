/** A dalle-mini model made ready to draw: its files read, its graphs built and loaded. */
import { NeufError } from '../../errors/errors.ts'
import type { DrawingModel, PromptText } from '../../generate/contracts.ts'
import { GraphError, isBlocks, type LoweredGraph, type WeightData } from '../../graph/index.ts'
import type { Pixels } from '../../image/pixels.ts'
import type { PictureScore } from '../../image/recipe-metadata.ts'
import type { Model } from '../../models/model-folder.ts'
import { canEncode, channelsOf } from '../../networks/image-tokenizer.ts'
import type { Engine, Session } from '../../runtime/index.ts'
import { openText, type TextFiles } from '../../text/model-text.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { readWordList } from '../../text/word-list.ts'
import type { WordList } from '../../text/words.ts'
import { inBatches, pictureRows, picturesAtOnce, stackPictures } from './batches.ts'
import { generatorGraphs, generatorSessions } from './draw-position.ts'
import {
  clipPictureGraph,
  clipTextGraph,
  decodingGraph,
  encodingGraph,
  pictureTowerGraph,
  textTowerGraph,
  type Weights,
} from './graphs.ts'
import { createSampler } from './sampler.ts'
import { clipInputs, createScorer, scorerInputs } from './scorer.ts'
import { type ClipScorerSettings, inBlocks, isClip, readSettings } from './settings.ts'

/** A model of this family, with what only pictures from elsewhere need. */
export type OpenModel = DrawingModel & {
  /** Width and height of a picture. */
  readonly side: number
  /** Image tokens of pictures of side x side. @throws NeufError `model-cannot-encode` */
  encode(pictures: readonly Pixels[]): Promise<Uint16Array[]>
  /** Scores of any pictures of side x side with a prompt. */
  scorePictures(prompt: PromptText, pictures: readonly Pixels[]): Promise<PictureScore[]>
}

/**
 * Reads and checks what drawing needs, and begins loading the graphs; sampling waits for those it needs. The first engine
 * does all of it and the others help to draw and decode, each a share of the candidates at the same time: two of one thread are
 * faster than one of two, which have to wait for each other in every op. Engines stay the caller's, to dispose of after use.
 * @throws NeufError `model-broken`, `weights-broken`, `file-unreadable`
 */
export async function openDalleMini(model: Model, engine: Engine, ...helping: readonly Engine[]): Promise<OpenModel> {
  if (!Object.hasOwn(model.json.networks, 'scorer')) throw new NeufError('model-unfinished', { folder: model.folder })
  const settings = readSettings(model)
  const { generator, imageTokenizer, scorer } = settings
  const length = generator.textLength

  /** A network's graphs on some engines, in the order of these: the sessions of each. */
  const load = (network: string, engines: readonly Engine[], build: (weights: Weights) => LoweredGraph[]) => {
    // In shared memory where several engines read them: a copy for each would be one for the way, and one at its end.
    const reading: Promise<Weights> = inBlocks(model, network)
      ? model.blocks(network)
      : model.weights(network, { shared: engines.length > 1 })
    const graphs = reading.then((weights) => fitting(model, network, () => build(ownBuffers(weights))))
    const sessions = engines.map((to, i) => {
      const loading = graphs.then((all) => {
        // The last engine takes the graphs themselves, those before it copies.
        return Promise.all(all.map((graph) => to.load(graph, { keepWeights: i < engines.length - 1 })))
      })
      return handled(loading)
    })
    return sessions as [Promise<Session[]>, ...Promise<Session[]>[]]
  }
  const session = (sessions: Promise<Session[]>, which = 0): Promise<Session> =>
    handled(sessions.then((all) => all[which]!))

  const engines = [engine, ...helping]
  const drawing = load('generator', engines, (weights) => generatorGraphs(generator, weights))
  const [{ normaliser, tokenizer }, clipText, words] = await Promise.all([
    openText({ ...model.json.text, length }, textFiles(model)),
    isClip(scorer) ? openClipText(model, scorer) : undefined,
    readWords(model),
  ])
  checkVocabulary(model, 'generator', tokenizer, generator.textVocabulary)
  if (isClip(scorer)) checkVocabulary(model, 'scorer', clipText!.tokenizer, scorer.text.vocabulary)
  else checkVocabulary(model, 'scorer', tokenizer, scorer.textVocabulary)
  await Promise.all(drawing)
  // After the graphs that drawing begins with.
  const [scoring] = load('scorer', [engine], (weights) =>
    isClip(scorer)
      ? [clipTextGraph(scorer, weights), clipPictureGraph(scorer, weights)]
      : [textTowerGraph(scorer, length, weights), pictureTowerGraph(scorer, imageTokenizer, weights)],
  )
  const decoding = load('imageTokenizer', engines, (weights) => [decodingGraph(imageTokenizer, weights)])
  let encoding: Promise<Session[]> | undefined

  const sampler = createSampler({
    lanes: engines.map((each, i) => ({ engine: each, generator: handled(drawing[i]!.then(generatorSessions)) })),
    settings: generator,
    imageTokenizer,
    tokenizer,
    decoding: decoding.map((each) => session(each)),
  })
  const scores = createScorer({
    inputs: isClip(scorer) ? clipInputs(scorer, clipText!) : scorerInputs(scorer, imageTokenizer, tokenizer),
    calibration: settings.calibration,
    text: session(scoring, 0),
    picture: session(scoring, 1),
  })

  async function encode(pictures: readonly Pixels[]): Promise<Uint16Array[]> {
    if (!canEncode(imageTokenizer)) throw new NeufError('model-cannot-encode', { model: model.json.name })
    encoding ??= load('imageTokenizer', [engine], (weights) => [encodingGraph(imageTokenizer, weights)])[0]
    const { imageLength } = generator
    const tokens: Uint16Array[] = []
    for (const batch of inBatches(pictures, picturesAtOnce(imageTokenizer))) {
      const rows = pictureRows(imageTokenizer, batch.length)
      const inputs = { pixels: stackPictures(batch, imageTokenizer.side, channelsOf(imageTokenizer), rows) }
      const { codes } = await (await session(encoding)).run(inputs, { fetch: ['codes'] })
      for (const i of batch.keys()) {
        tokens.push(Uint16Array.from(codes!.data.subarray(i * imageLength, (i + 1) * imageLength) as Int32Array))
      }
    }
    return tokens
  }

  return {
    name: model.json.name,
    sha256: model.sha256,
    engine: engine.fingerprint,
    prompts: { normaliser, tokenizer, words },
    sampler,
    scorer: scores,
    defaults: model.json.sampling,
    side: imageTokenizer.side,
    encode,
    async scorePictures(prompt, pictures) {
      const tokens = scores.reads === 'tokens' ? await encode(pictures) : []
      return scores.score(
        prompt,
        pictures.map((picture, i) => ({ picture, tokens: tokens[i] ?? new Uint16Array(0) })),
      )
    },
  }
}

/** Whoever awaits it gets the fault; that nobody does yet is none. */
function handled<T>(loading: Promise<T>): Promise<T> {
  loading.catch(() => undefined)
  return loading
}

/** Weights that are not in shared memory move to the engine with the whole buffer they lie in, so no two may lie in one. */
function ownBuffers(weights: Weights): Weights {
  return new Map(
    Array.from(weights, ([name, weight]): readonly [string, WeightData] => {
      if (!('codes' in weight)) return [name, { shape: weight.shape, data: own(weight.data) }]
      const scales = own(weight.scales)
      if (isBlocks(weight)) return [name, { ...weight, codes: own(weight.codes), scales }]
      return [name, { ...weight, codes: own(weight.codes), scales }]
    }),
  )
}

const own = <T extends Float32Array | Uint8Array | Int8Array>(data: T): T =>
  data.byteLength === data.buffer.byteLength ? data : (data.slice() as T)

/** A weight that is missing or of another shape is a fault of the model's, not of the graph's. */
function fitting<T>(model: Model, network: string, build: () => T): T {
  try {
    return build()
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause
    const path = `${model.folder}/${model.json.networks[network]?.file ?? network}`
    throw new NeufError('model-broken', { path, why: `it does not fit its settings (${cause.message})` }, { cause })
  }
}

/** CLIP's texts; it reads a text at the first token with the largest id, which has to be the end. */
async function openClipText(model: Model, { prompt, text }: ClipScorerSettings) {
  const opened = await openText({ ...prompt, length: text.length }, textFiles(model), 'networks.scorer.settings.prompt')
  const { end, vocabularySize } = opened.tokenizer
  if (end === vocabularySize - 1) return opened
  const why = `the token that ends a text of the scorer is ${end}, and the last of its tokenizer ${vocabularySize - 1}`
  throw new NeufError('model-broken', { path: `${model.folder}/model.json`, why })
}

function checkVocabulary(model: Model, network: string, { vocabularySize }: Tokenizer, reads: number): void {
  if (vocabularySize <= reads) return
  const why = `the tokenizer has ${vocabularySize} tokens, ${network} reads ${reads}`
  throw new NeufError('model-broken', { path: `${model.folder}/model.json`, why })
}

const textFiles = (model: Model): TextFiles => ({
  folder: model.folder,
  has: (name) => Object.hasOwn(model.json.files, name),
  read: (name) => model.file(name),
})

/** `words.json` is what a model may tell of its captions; one converted from elsewhere does not have it. */
async function readWords(model: Model): Promise<WordList | null> {
  if (!Object.hasOwn(model.json.files, 'words.json')) return null
  const path = `${model.folder}/words.json`
  return readWordList(parseJson(await model.file('words.json'), path), path)
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new NeufError('model-broken', { path, why: 'it is not JSON' }, { cause })
  }
}
