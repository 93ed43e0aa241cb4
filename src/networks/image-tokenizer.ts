/**
 * Image tokenizers: pictures to codes on a grid and back. Two are trained here: one with a codebook of patches made by
 * k-means, which needs no training to encode, and one that learns its codes. The third, VQGAN, comes with its weights.
 */
import { cast, maximum, minimum, mul, type Parameters, add as plus, round, type Tensor } from '../graph/index.ts'
import { type CodebookTokenizerSettings, decodeEntryCodes, encodePatches, gridOfPatches } from './codebook-tokenizer.ts'
import {
  codesOfLevels,
  codesOfQuantiser,
  decodeLevels,
  encodeLevels,
  gridOfLearned,
  type LearnedTokenizerSettings,
  levelsOfPicture,
} from './learned-tokenizer.ts'
import { decodeVqgan, encodeVqgan, rowsOfCodes, type VqganSettings } from './vqgan.ts'

export type TrainedTokenizerSettings = CodebookTokenizerSettings | LearnedTokenizerSettings
export type ImageTokenizerSettings = TrainedTokenizerSettings | VqganSettings

export const isLearned = (settings: ImageTokenizerSettings): settings is LearnedTokenizerSettings =>
  'quantiser' in settings

export const isVqgan = (settings: ImageTokenizerSettings): settings is VqganSettings => 'latentWidth' in settings

/** Whether pictures can become codes: some published files hold a decoder alone. */
export const canEncode = (settings: ImageTokenizerSettings): boolean => !(isVqgan(settings) && settings.decoderOnly)

/** Rows and columns of a picture's codes. */
export function gridOf(settings: ImageTokenizerSettings): readonly [number, number] {
  if (isVqgan(settings)) return [rowsOfCodes(settings), rowsOfCodes(settings)]
  return isLearned(settings) ? gridOfLearned(settings) : gridOfPatches(settings)
}

/** Image tokens of a picture. */
export function tokenCount(settings: ImageTokenizerSettings): number {
  const [rows, columns] = gridOf(settings)
  return rows * columns
}

/** How many codes there are. */
export const codeCount = (settings: ImageTokenizerSettings): number =>
  isLearned(settings) ? codesOfQuantiser(settings.quantiser) : settings.codes

/** Channels of the pictures that go in and come out. */
export const channelsOf = (settings: ImageTokenizerSettings): 3 | 4 => (isLearned(settings) ? settings.channels : 3)

/** Pixels uint8 [batch, side, side, channels] to codes int32 [batch, tokens], in raster order. */
export function encodePicture(p: Parameters, settings: ImageTokenizerSettings, pixels: Tensor): Tensor {
  if (isVqgan(settings)) return encodeVqgan(p, settings, pixels)
  return isLearned(settings)
    ? codesOfLevels(settings, encodeLevels(p, settings, pixels))
    : encodePatches(p, settings, pixels)
}

/** Codes int32 [batch, tokens] to a picture [batch, side, side, channels], nominally in -1..1. */
export function decodeCodes(p: Parameters, settings: ImageTokenizerSettings, codes: Tensor): Tensor {
  if (isVqgan(settings)) return decodeVqgan(p, settings, codes)
  return isLearned(settings)
    ? decodeLevels(p, settings, levelsOfPicture(settings, codes))
    : decodeEntryCodes(p, settings, codes)
}

/** A picture, nominally in -1..1, to bytes; halves are rounded to even. */
export const asBytes = (picture: Tensor): Tensor =>
  cast(round(minimum(maximum(mul(plus(picture, 1), 127.5), 0), 255)), 'uint8')
