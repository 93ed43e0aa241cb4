/** A model as the start of another training: its words, its codebook, and the networks that fit the recipe. */
import { isDeepStrictEqual } from 'node:util'
import { NeufError } from '../errors/errors.ts'
import type { Model } from '../models/model-folder.ts'
import type { Weights as StoredWeights } from '../models/weights.ts'
import { createTokenizer } from '../text/tokenizer.ts'
import type { TokenizerJson } from '../text/tokenizer-json.ts'
import { readWordList } from '../text/word-list.ts'
import type { Weights } from './initial-weights.ts'
import type { Recipe } from './recipe.ts'
import { splitTokenizer } from './tokenizer-stages.ts'

export type EarlierModel = {
  readonly sha256: string
  readonly tokenizerJson: TokenizerJson
  readonly words: ReadonlyMap<string, number>
  /** What decides the codes: the codebook, or the encoder. */
  readonly codes: Weights
  /** Those of the recipe's own settings; the others are learnt anew. */
  readonly decoder?: Weights
  readonly generator?: Weights
  readonly scorer?: Weights
}

/**
 * Reads what a training by the recipe can go on from. The text tokenizer and the codebook must fit, since every other
 * network is learnt on what they say.
 * @throws NeufError `start-other-settings`, and the faults of reading a model
 */
export async function readEarlierModel(model: Model, recipe: Recipe): Promise<EarlierModel> {
  const json = async (name: string): Promise<unknown> => {
    const bytes = await model.file(name)
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch (cause) {
      throw new NeufError('model-broken', { path: `${model.folder}/${name}`, why: 'it is not JSON' }, { cause })
    }
  }
  const differs = (what: string) => new NeufError('start-other-settings', { folder: model.folder, what })
  const { text, imageTokenizer, generator, scorer } = recipe
  const { length, normaliser, tokenizer } = model.json.text
  if (tokenizer !== undefined) throw differs('a tokenizer of another kind')
  const tokenizerJson = (await json('tokenizer.json')) as TokenizerJson
  const path = `${model.folder}/tokenizer.json`
  const { vocabularySize } = createTokenizer(tokenizerJson, { length: text.length, path })
  if (length !== text.length) throw differs(`prompts of ${length} text tokens, not ${text.length}`)
  if (!isDeepStrictEqual(normaliser, JSON.parse(JSON.stringify(text.normaliser)))) throw differs('another normaliser')
  if (vocabularySize > text.vocabularySize) throw differs(`${vocabularySize} text tokens, not ${text.vocabularySize}`)
  if (!isDeepStrictEqual(codesSettings(model.settings('imageTokenizer')), codesSettings(imageTokenizer.settings))) {
    throw differs('other codes or another picture size')
  }
  const { codes, decoder } = splitTokenizer(own(await model.weights('imageTokenizer')))
  if (codes.size === 0) throw differs('no codebook and no encoder')
  const fitting = async (name: string, settings: object, weights: () => Promise<Weights>) =>
    Object.hasOwn(model.json.networks, name) &&
    isDeepStrictEqual(model.settings(name), JSON.parse(JSON.stringify(settings)))
      ? weights()
      : undefined
  const networks = {
    decoder: await fitting('imageTokenizer', imageTokenizer.settings, async () => decoder),
    generator: await fitting('generator', generator.settings, async () => own(await model.weights('generator'))),
    scorer: await fitting('scorer', scorer.settings, async () => own(await model.weights('scorer'))),
  }
  return {
    sha256: model.sha256,
    tokenizerJson,
    words: Object.hasOwn(model.json.files, 'words.json')
      ? readWordList(await json('words.json'), `${model.folder}/words.json`)
      : new Map(),
    codes,
    ...Object.fromEntries(Object.entries(networks).filter(([, weights]) => weights !== undefined)),
  }
}

/** The part of an image tokenizer's settings that decides what its codes mean. */
function codesSettings(settings: object): unknown {
  const plain = JSON.parse(JSON.stringify(settings))
  return 'quantiser' in plain ? plain : { side: plain.side, patch: plain.patch, codes: plain.codes }
}

/** Each with a buffer of its own: stored weights may share one. */
const own = (weights: StoredWeights): Weights =>
  new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data) }]))
