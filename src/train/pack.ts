/** Puts trained networks into a model folder. */
import { type ModelToWrite, writeModel } from '../models/model-folder.ts'
import type { JsonObject } from '../models/model-json.ts'
import type { Precision } from '../models/weights.ts'
import { codeCount, tokenCount } from '../networks/image-tokenizer.ts'
import { writeWordList } from '../text/word-list.ts'
import type { MadeNetworks } from './make-model.ts'
import type { Recipe } from './recipe.ts'

export type Packing = {
  readonly precision: Precision
  /** {slope, offset}, or {} for a scorer that was not calibrated. */
  readonly calibration: JsonObject
  /** CARD.md. */
  readonly card: string
  /** Further files by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>
}

/** A model without a scorer is a training in progress: another goes on from it, and it draws nothing. */
export type NetworksToPack = Omit<MadeNetworks, 'scorer'> & Partial<Pick<MadeNetworks, 'scorer'>>

/** Writes `model.json` and all files. Returns the model's sha256. Throws `file-unwritable`. */
export function packModel(folder: string, recipe: Recipe, made: NetworksToPack, packing: Packing): Promise<string> {
  const { imageTokenizer, generator, scorer, text } = recipe
  const { side, count, seed, sample, validationCount, ownPictures } = recipe.corpus
  const corpus = ownPictures ? { side, count, ownPictures } : { side, count, seed, validationCount, sample }
  const network = (settings: object, weights: MadeNetworks['generator']) => ({
    settings: settings as JsonObject,
    weights,
    precision: packing.precision,
  })
  const model: ModelToWrite = {
    name: recipe.name,
    family: 'dalle-mini',
    imageSide: recipe.corpus.side,
    imageTokens: { length: tokenCount(imageTokenizer.settings), codes: codeCount(imageTokenizer.settings) },
    text: { length: text.length, normaliser: text.normaliser },
    sampling: recipe.sampling,
    calibration: packing.calibration,
    networks: {
      generator: network(generator.settings, made.generator),
      imageTokenizer: network(imageTokenizer.settings, made.imageTokenizer),
      ...(made.scorer && { scorer: network(scorer.settings, made.scorer) }),
    },
    files: {
      'tokenizer.json': JSON.stringify(made.tokenizerJson),
      'words.json': JSON.stringify(writeWordList(made.words)),
      'corpus.json': JSON.stringify(corpus),
      'CARD.md': packing.card,
      ...packing.files,
    },
  }
  return writeModel(folder, model)
}
