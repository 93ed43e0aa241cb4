/**
 * A published DALL·E mini put together: checkpoints and the files of its texts to what a model's folder holds. Everything is
 * matched before the first weight is read, and weights are read when they are asked for, one at a time.
 */
import type { Checkpoint } from '../../../models/checkpoints/checkpoint.ts'
import type { JsonObject, ModelDescription } from '../../../models/model-json.ts'
import type { Precision, Weight } from '../../../models/weights.ts'
import { type ClipSettings, clipVitB32 } from '../../../networks/clip.ts'
import type { DalleMiniSettings } from '../../../networks/dalle-mini.ts'
import { dalleMega, dalleMini } from '../../../networks/dalle-mini-published.ts'
import { rowsOfCodes, type VqganSettings, vqganImagenet } from '../../../networks/vqgan.ts'
import type { ClipScorerSettings } from '../settings.ts'
import { publishedClip } from './clip.ts'
import { type GeneratorFiles, publishedGenerator } from './generator.ts'
import { matchWeights, type PublishedNetwork, readWeights } from './match-weights.ts'
import { holdsEncoder, publishedVqgan } from './vqgan.ts'

/** A tokenizer as it was published: `tokenizer.json`, or `vocab.json` and `merges.txt`. */
export type TokenizerFiles =
  | { readonly json: Uint8Array }
  | { readonly vocabulary: Uint8Array; readonly merges: Uint8Array }

export type PublishedFiles = {
  readonly generator: GeneratorFiles
  /** With its encoder or without. */
  readonly imageTokenizer: Checkpoint
  readonly scorer: Checkpoint
  /** DALL·E mini's own, and CLIP's. */
  readonly tokenizer: TokenizerFiles
  readonly scorerTokenizer: TokenizerFiles
  /** `enwiki-words-frequency.txt`, by which hashtags are cut into words. */
  readonly words: Uint8Array
  /** `transliteration.json`, for scripts whose readings are not built in. */
  readonly readings?: Uint8Array
  /** `CARD.md`. */
  readonly card: string
}

export type PublishedNetworkName = 'generator' | 'imageTokenizer' | 'scorer'

export type PublishedSettings = {
  readonly name: string
  readonly generator: DalleMiniSettings
  /** `decoderOnly` follows from the file. */
  readonly imageTokenizer: Omit<VqganSettings, 'decoderOnly'>
  readonly scorer: ClipSettings
  readonly sampling: ModelDescription['sampling']
  /** What each network is stored in. */
  readonly precision: Readonly<Record<PublishedNetworkName, Precision>>
}

/** A network of which nothing is in memory yet. */
export type NetworkToStream = {
  readonly settings: JsonObject
  readonly precision: Precision
  /** Shapes of all weights by name, in the order in which they come. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Reads them afresh. @throws NeufError `weights-broken`, `file-unreadable` */
  weights(): AsyncIterable<readonly [name: string, weight: Weight]>
}

export type PublishedModel = ModelDescription & {
  readonly networks: Readonly<Record<PublishedNetworkName, NetworkToStream>>
  /** Other files by name. */
  readonly files: Readonly<Record<string, Uint8Array | string>>
}

/**
 * How the original draws unless told: the 50 likeliest tokens, guidance ("condition scale") 10 as in its notebook, and as
 * many candidates as its first demo chose from.
 */
export const publishedSampling: PublishedSettings['sampling'] = {
  temperature: 1,
  topK: 50,
  guidance: 10,
  candidates: 32,
}

const released = { imageTokenizer: vqganImagenet, scorer: clipVitB32, sampling: publishedSampling } as const

/** The two released generators, each with the image tokenizer and the scorer that they had. */
export const releasedMini: Omit<PublishedSettings, 'precision'> = {
  name: 'dalle-mini',
  generator: dalleMini,
  ...released,
}
export const releasedMega: Omit<PublishedSettings, 'precision'> = {
  name: 'dalle-mega',
  generator: dalleMega,
  ...released,
}

/**
 * What a model of the family `dalle-mini` is written from. Checkpoints stay the caller's, to close once the weights are
 * read. CLIP's scores are not calibrated, so the model tells no match probability.
 * @throws NeufError `checkpoint-other-network`, naming the checkpoint that is not of the settings
 */
export function publishedModel(files: PublishedFiles, settings: PublishedSettings): PublishedModel {
  const { generator, scorer, precision } = settings
  const imageTokenizer: VqganSettings = {
    ...settings.imageTokenizer,
    ...(!holdsEncoder(files.imageTokenizer) && { decoderOnly: true }),
  }
  const text = tokenizerOf(files.tokenizer, '')
  const clipText = tokenizerOf(files.scorerTokenizer, 'clip-')
  const clip: ClipScorerSettings = {
    ...scorer,
    prompt: { normaliser: 'none', tokenizer: { kind: 'clip', ...clipText.settings } },
  }
  // Its products are large enough to gain from staying in blocks; the image tokenizer is nearly all convolutions, which have none.
  const fewBits = precision.scorer === 'int8' || precision.scorer === 'int4'
  const clipNetwork = fewBits ? { ...clip, products: 'blocks' } : clip
  const network = (name: PublishedNetworkName, own: object, from: PublishedNetwork): NetworkToStream => {
    const matches = matchWeights(from)
    return {
      settings: own as JsonObject,
      precision: precision[name],
      shapes: new Map(matches.map((match) => [match.name, match.own])),
      weights: () => readWeights(from),
    }
  }
  return {
    name: settings.name,
    family: 'dalle-mini',
    imageSide: imageTokenizer.side,
    imageTokens: { length: rowsOfCodes(imageTokenizer) ** 2, codes: imageTokenizer.codes },
    text: { length: generator.textLength, normaliser: 'dalle-mini', tokenizer: { kind: 'bart', ...text.settings } },
    sampling: settings.sampling,
    calibration: {},
    networks: {
      generator: network('generator', generator, publishedGenerator(files.generator, generator)),
      imageTokenizer: network('imageTokenizer', imageTokenizer, publishedVqgan(files.imageTokenizer, imageTokenizer)),
      scorer: network('scorer', clipNetwork, publishedClip(files.scorer, scorer)),
    },
    files: {
      ...text.files,
      ...clipText.files,
      'enwiki-words-frequency.txt': files.words,
      ...(files.readings && { 'transliteration.json': files.readings }),
      'CARD.md': files.card,
    },
  }
}

/** A tokenizer's files under names that begin so, and the settings by which `openText` finds them. */
function tokenizerOf(given: TokenizerFiles, prefix: string) {
  const [file, vocabulary, merges] = ['tokenizer.json', 'vocab.json', 'merges.txt'].map((name) => prefix + name)
  return 'json' in given
    ? { settings: { file: file! }, files: { [file!]: given.json } }
    : {
        settings: { vocabulary: vocabulary!, merges: merges! },
        files: { [vocabulary!]: given.vocabulary, [merges!]: given.merges },
      }
}
