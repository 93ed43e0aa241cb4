/** The settings of a dalle-mini model's networks, read from `model.json`: nothing is believed before it is checked. */
import { NeufError } from '../../errors/errors.ts'
import type { Model } from '../../models/model-folder.ts'
import type { ClipSettings } from '../../networks/clip.ts'
import { type DalleMiniSettings, startToken } from '../../networks/dalle-mini.ts'
import {
  canEncode,
  channelsOf,
  codeCount,
  gridOf,
  type ImageTokenizerSettings,
  isLearned,
  tokenCount,
} from '../../networks/image-tokenizer.ts'
import type { LearnedTokenizerSettings } from '../../networks/learned-tokenizer.ts'
import type { ScorerSettings } from '../../networks/scorer.ts'
import type { VqganSettings } from '../../networks/vqgan.ts'
import type { TextSettings } from '../../text/model-text.ts'
import { Fields, most, mostCodes } from './fields.ts'

/** score to probability: 1 / (1 + exp(-(slope * score + offset))) */
export type Calibration = { readonly slope: number; readonly offset: number }

/** A CLIP, and how its texts come from a prompt as it was typed; the tokenizer's files have names of their own. */
export type ClipScorerSettings = ClipSettings & { readonly prompt: Pick<TextSettings, 'normaliser' | 'tokenizer'> }

export const isClip = (settings: ScorerSettings | ClipScorerSettings): settings is ClipScorerSettings =>
  'picture' in settings

export type DalleMiniModelSettings = {
  readonly generator: DalleMiniSettings
  readonly imageTokenizer: ImageTokenizerSettings
  readonly scorer: ScorerSettings | ClipScorerSettings
  /** null for a scorer that was not calibrated. */
  readonly calibration: Calibration | null
}

/** @throws NeufError `model-broken`, naming the field */
export function readSettings({
  json,
  folder,
  settings,
}: Pick<Model, 'json' | 'folder' | 'settings'>): DalleMiniModelSettings {
  const fields = (value: unknown, name: string) => new Fields(value, name, `${folder}/model.json`)
  const generator = readGenerator(fields(settings('generator'), 'networks.generator.settings'))
  const imageTokenizer = readImageTokenizer(fields(settings('imageTokenizer'), 'networks.imageTokenizer.settings'))
  const scoring = fields(settings('scorer'), 'networks.scorer.settings')
  const scorer = scoring.has('picture') ? readClip(scoring) : readScorer(scoring, imageTokenizer)
  const model = fields({ ...json }, 'model')
  const codes = codeCount(imageTokenizer)
  const tokens = tokenCount(imageTokenizer)
  model.agree('networks.generator.settings.imageVocabulary', generator.imageVocabulary, 'the number of codes', codes)
  model.agree('networks.generator.settings.imageLength', generator.imageLength, 'the number of patches', tokens)
  model.agree('networks.generator.settings.textLength', generator.textLength, 'text.length', json.text.length)
  model.agree('imageSide', json.imageSide, 'networks.imageTokenizer.settings.side', imageTokenizer.side)
  model.agree('imageTokens.length', json.imageTokens.length, 'the number of patches', tokens)
  model.agree('imageTokens.codes', json.imageTokens.codes, 'the number of codes', codes)
  const calibration = fields(json.calibration, 'calibration')
  return {
    generator,
    imageTokenizer,
    scorer,
    calibration: calibration.empty
      ? null
      : { slope: calibration.number('slope', -1e6, 1e6), offset: calibration.number('offset', -1e6, 1e6) },
  }
}

/** What a model's pictures are made of. */
export type PictureSettings = {
  /** Rows and columns of places that image tokens stand for, in raster order. */
  readonly grid: readonly [rows: number, columns: number]
  /** Image tokens of a place, one after the other. */
  readonly tokensOfPlace: number
  /** Whether a picture from elsewhere can become image tokens. */
  readonly encodes: boolean
  /** Whether pictures can be clear in places. */
  readonly transparent: boolean
}

/** @throws NeufError `model-broken`, naming the field */
export function pictureSettings({ folder, settings }: Pick<Model, 'folder' | 'settings'>): PictureSettings {
  const name = 'networks.imageTokenizer.settings'
  const tokenizer = readImageTokenizer(new Fields(settings('imageTokenizer'), name, `${folder}/model.json`))
  const [rows, columns] = gridOf(tokenizer)
  const tokensOfPlace = isLearned(tokenizer) ? tokenizer.codesPerPlace : 1
  return {
    grid: [rows, columns / tokensOfPlace],
    tokensOfPlace,
    encodes: canEncode(tokenizer),
    transparent: channelsOf(tokenizer) === 4,
  }
}

/**
 * Whether a network's products read its 8- and 4-bit weights as they are (`"products": "blocks"` in its settings): a quarter of the
 * memory and, for wide layers, twice the speed. Otherwise they are widened when loaded, as those of every model that names nothing.
 * @throws NeufError `model-broken`
 */
export function inBlocks({ json, folder, settings }: Pick<Model, 'json' | 'folder' | 'settings'>, network: string) {
  if (!Object.hasOwn(json.networks, network)) return false
  const { products } = settings(network)
  if (products === undefined || products === 'blocks') return products === 'blocks'
  const why = `the field networks.${network}.settings.products can only be "blocks"`
  throw new NeufError('model-broken', { path: `${folder}/model.json`, why })
}

function readGenerator(fields: Fields): DalleMiniSettings {
  const { width, heads } = fields.widthAndHeads()
  const settings = {
    width,
    heads,
    encoderLayers: fields.whole('encoderLayers', 1, most.layers),
    decoderLayers: fields.whole('decoderLayers', 1, most.layers),
    feedForward: fields.whole('feedForward', 1, most.width),
    textVocabulary: fields.whole('textVocabulary', 4, most.vocabulary),
    textLength: fields.whole('textLength', 2, most.length),
    imageVocabulary: fields.whole('imageVocabulary', 2, mostCodes),
    imageLength: fields.whole('imageLength', 1, most.length),
    ...(fields.has('codesPerPosition') && { codesPerPosition: fields.divisorOf('codesPerPosition', 'imageLength') }),
    initialDeviation: fields.number('initialDeviation', 0, 10),
  }
  if (!fields.has('tableRows')) return settings
  return { ...settings, tableRows: fields.whole('tableRows', startToken(settings) + 1, most.vocabulary) }
}

function readImageTokenizer(fields: Fields): ImageTokenizerSettings {
  const side = fields.whole('side', 1, most.side)
  if (fields.has('quantiser')) return readLearnedTokenizer(fields, side)
  if (fields.has('latentWidth')) return readVqgan(fields, side)
  const patch = fields.patch(side)
  const codes = fields.whole('codes', 2, mostCodes)
  const decoder = fields.object('decoder')
  const cell = decoder.divisor('cell', side, "the picture's side")
  // The first level does not halve.
  return { side, patch, codes, decoder: { cell, levels: decoder.stages('levels', [(2 * side) / cell]) } }
}

function readLearnedTokenizer(fields: Fields, side: number): LearnedTokenizerSettings {
  const quantiser = fields.wholes('quantiser', most.levels, 2, mostCodes)
  if (quantiser.reduce((all, n) => all * n, 1) > mostCodes) {
    throw fields.refusal('.quantiser', `must make at most ${mostCodes} codes`)
  }
  const left = [side, side]
  const levels = fields.objects('levels', 1, most.levels).map((level) => {
    const cell = [0, 1].map((axis) => level.part('cell', axis, left[axis]!)) as [number, number]
    for (const axis of [0, 1]) left[axis]! /= cell[axis]!
    return {
      cell,
      width: level.whole('width', 1, most.width),
      encoder: level.whole('encoder', 0, most.layers),
      decoder: level.whole('decoder', 0, most.layers),
    }
  })
  const channels = fields.whole('channels', 3, 4) as 3 | 4
  return { side, channels, quantiser, codesPerPlace: fields.whole('codesPerPlace', 1, most.levels), levels }
}

function readScorer(fields: Fields, imageTokenizer: ImageTokenizerSettings): ScorerSettings {
  const { side } = imageTokenizer
  const codes = codeCount(imageTokenizer)
  const { width, heads } = fields.widthAndHeads()
  const reads = fields.object('reads')
  const readsCodes = reads.has('codes')
  const grid = gridOf(imageTokenizer)
  let places: readonly number[] = grid
  if (readsCodes) {
    reads.agree('codes', reads.whole('codes', 2, mostCodes), 'the number of codes', codes)
    reads.agreeList('grid', grid, 'the grid of codes')
  } else {
    const cell = reads.object('pixels').divisor('cell', side, "the picture's side")
    places = [side / cell]
  }
  const stages = fields.stages('stages', places)
  return {
    width,
    heads,
    textLayers: fields.whole('textLayers', 0, most.layers),
    textVocabulary: fields.whole('textVocabulary', 4, most.vocabulary),
    embedding: fields.whole('embedding', 1, most.width),
    reads: readsCodes ? { codes, grid } : { pixels: { cell: side / places[0]! } },
    stem: fields.whole('stem', 1, most.width),
    stages,
  }
}

function readVqgan(fields: Fields, side: number): VqganSettings {
  const levels = fields.wholes('levels', most.levels, 1, most.width)
  const groups = fields.whole('groups', 1, most.width)
  if (side % 2 ** (levels.length - 1) !== 0)
    throw fields.refusal('.levels', 'halve the picture more often than it can be')
  if (levels.some((width) => width % groups !== 0))
    throw fields.refusal('.groups', 'must divide the width of each level')
  return {
    side,
    codes: fields.whole('codes', 2, mostCodes),
    codeWidth: fields.whole('codeWidth', 1, most.width),
    latentWidth: fields.whole('latentWidth', 1, most.width),
    levels,
    blocks: fields.whole('blocks', 1, most.layers),
    attentionRows: fields.wholes('attentionRows', most.levels, 1, most.side, 0),
    ...(fields.has('attentionAfter') && { attentionAfter: fields.oneOf('attentionAfter', ['own', 'all']) }),
    groups,
    epsilon: fields.number('epsilon', 0, 1),
    ...(fields.has('decoderOnly') && { decoderOnly: fields.true('decoderOnly') }),
  }
}

function readClip(fields: Fields): ClipScorerSettings {
  const tower = (of: Fields) => ({ ...of.widthAndHeads(), layers: of.whole('layers', 1, most.layers) })
  const [text, picture, prompt] = [fields.object('text'), fields.object('picture'), fields.object('prompt')]
  const side = picture.whole('side', 1, most.side)
  const rgb = (field: string, least: number) => fields.numbers(field, 3, least, 1) as readonly [number, number, number]
  return {
    embedding: fields.whole('embedding', 1, most.width),
    text: {
      ...tower(text),
      vocabulary: text.whole('vocabulary', 4, most.vocabulary),
      length: text.whole('length', 2, most.length),
    },
    picture: { ...tower(picture), side, patch: picture.divisor('patch', side, 'its side') },
    mean: rgb('mean', 0),
    deviation: rgb('deviation', 1e-6),
    prompt: {
      normaliser: prompt.nameOrSettings('normaliser'),
      ...(prompt.has('tokenizer') && { tokenizer: prompt.nameOrSettings('tokenizer') }),
    },
  }
}
