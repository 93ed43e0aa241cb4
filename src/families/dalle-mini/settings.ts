/** The settings of a dalle-mini model's networks, read from `model.json`: nothing is believed before it is checked. */
import { NeufError } from '../../errors/errors.ts'
import type { Model } from '../../models/model-folder.ts'
import type { StageSettings } from '../../networks/convolution.ts'
import { type DalleMiniSettings, startToken } from '../../networks/dalle-mini.ts'
import { codeCount, gridOf, type ImageTokenizerSettings, tokenCount } from '../../networks/image-tokenizer.ts'
import type { LearnedTokenizerSettings } from '../../networks/learned-tokenizer.ts'
import type { PatchSize } from '../../networks/patch-transformer.ts'
import type { ScorerSettings } from '../../networks/scorer.ts'

/** score to probability: 1 / (1 + exp(-(slope * score + offset))) */
export type Calibration = { readonly slope: number; readonly offset: number }

export type DalleMiniModelSettings = {
  readonly generator: DalleMiniSettings
  readonly imageTokenizer: ImageTokenizerSettings
  readonly scorer: ScorerSettings
  /** null for a scorer that was not calibrated. */
  readonly calibration: Calibration | null
}

/** Bounds far above any network of this family, low enough that no product of two of them overflows a size. */
const most = { width: 16_384, layers: 256, levels: 12, vocabulary: 2 ** 20, length: 65_536, side: 4096 } as const

/** Image tokens are 16-bit numbers everywhere. */
const mostCodes = 2 ** 16

/** @throws NeufError `model-broken`, naming the field */
export function readSettings({
  json,
  folder,
  settings,
}: Pick<Model, 'json' | 'folder' | 'settings'>): DalleMiniModelSettings {
  const fields = (value: unknown, name: string) => new Fields(value, name, `${folder}/model.json`)
  const generator = readGenerator(fields(settings('generator'), 'networks.generator.settings'))
  const imageTokenizer = readImageTokenizer(fields(settings('imageTokenizer'), 'networks.imageTokenizer.settings'))
  const scorer = readScorer(fields(settings('scorer'), 'networks.scorer.settings'), imageTokenizer)
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

/** An object from a file: each value is asked for with what it may be, and a fault names the field. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #name: string
  readonly #path: string

  constructor(value: unknown, name: string, path: string) {
    this.#name = name
    this.#path = path
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.refusal('', 'must be an object')
    this.#values = value as Record<string, unknown>
  }

  get empty(): boolean {
    return Object.keys(this.#values).length === 0
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field)
  }

  object(field: string): Fields {
    return new Fields(this.#own(field), `${this.#name}.${field}`, this.#path)
  }

  objects(field: string, least: number, largest: number): Fields[] {
    const list = this.#list(field)
    if (list.length >= least && list.length <= largest)
      return list.map((value, i) => new Fields(value, `${this.#name}.${field}.${i}`, this.#path))
    throw this.refusal(`.${field}`, `must be a list of ${least} to ${largest} objects`)
  }

  /** Stages that each halve a grid of so many places along its sides. */
  stages(field: string, sides: readonly number[]): StageSettings[] {
    const stages = this.objects(field, 1, most.levels).map((stage) => ({
      width: stage.whole('width', 1, most.width),
      blocks: stage.whole('blocks', 0, most.layers),
    }))
    if (sides.every((side) => side % 2 ** stages.length === 0)) return stages
    throw this.refusal(`.${field}`, 'halve the grid more often than it can be halved')
  }

  number(field: string, least: number, largest: number): number {
    const value = this.#own(field)
    if (typeof value === 'number' && value >= least && value <= largest) return value
    throw this.refusal(`.${field}`, `must be a number from ${least} to ${largest}`)
  }

  whole(field: string, least: number, largest: number): number {
    const value = this.number(field, least, largest)
    if (Number.isInteger(value)) return value
    throw this.refusal(`.${field}`, `must be a whole number from ${least} to ${largest}`)
  }

  /** A list of whole numbers. */
  wholes(field: string, longest: number, least: number, largest: number): readonly number[] {
    const list = this.#list(field)
    const fits = (value: unknown): value is number =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= largest
    if (list.length > 0 && list.length <= longest && list.every(fits)) return list
    throw this.refusal(`.${field}`, `must be a list of up to ${longest} whole numbers from ${least} to ${largest}`)
  }

  /** One of the two numbers of a cell, which cuts a grid of so many places evenly. */
  part(field: string, axis: number, of: number): number {
    const list = this.#list(field)
    const value = list[axis]
    if (list.length === 2 && Number.isInteger(value) && (value as number) > 0 && of % (value as number) === 0) {
      return value as number
    }
    throw this.refusal(`.${field}`, `must be rows and columns that cut a grid of ${of} evenly`)
  }

  divisor(field: string, of: number, what: string): number {
    const value = this.whole(field, 1, of)
    if (of % value === 0) return value
    throw this.refusal(`.${field}`, `is ${value}, which does not divide ${what}, ${of}`)
  }

  /** A whole number that divides another field. */
  divisorOf(field: string, other: string): number {
    return this.divisor(field, this.whole(other, 1, most.length), other)
  }

  widthAndHeads(): { width: number; heads: number } {
    const width = this.whole('width', 1, most.width)
    return { width, heads: this.divisor('heads', width, 'width') }
  }

  /** `patch`: height and width, which cut the picture evenly. */
  patch(side: number): PatchSize {
    const [height, width, ...more] = this.#list('patch')
    const cuts = (size: unknown): size is number =>
      Number.isInteger(size) && (size as number) > 0 && side % (size as number) === 0
    if (cuts(height) && cuts(width) && more.length === 0) return [height, width]
    throw this.refusal('.patch', `must be height and width, each a divisor of the picture's side, ${side}`)
  }

  /** Two things the model says that have to be the same. */
  agree(field: string, value: number, other: string, expected: number): void {
    const name = this.#name === 'model' ? field : `${this.#name}.${field}`
    if (value === expected) return
    throw new NeufError('model-broken', {
      path: this.#path,
      why: `the field ${name} is ${value}, and ${other} is ${expected}`,
    })
  }

  agreeList(field: string, expected: readonly number[], other: string): void {
    const list = this.#list(field)
    if (list.length === expected.length && expected.every((value, i) => value === list[i])) return
    throw this.refusal(`.${field}`, `must be ${other}, [${expected.join(', ')}]`)
  }

  #list(field: string): readonly unknown[] {
    const value = this.#own(field)
    return Array.isArray(value) ? value : []
  }

  #own(field: string): unknown {
    return Object.hasOwn(this.#values, field) ? this.#values[field] : undefined
  }

  /** What to throw for a field that does not do. */
  refusal(field: string, why: string): NeufError {
    return new NeufError('model-broken', { path: this.#path, why: `the field ${this.#name}${field} ${why}` })
  }
}
