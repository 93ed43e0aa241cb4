/** A published DALL·E mini or mega becomes a model of this project: once, a tensor at a time, whole or not at all. */
import { NeufError } from '../errors/errors.ts'
import { type GeneratorFiles, publishedGenerator } from '../families/dalle-mini/published/generator.ts'
import { matchWeights, readWeights } from '../families/dalle-mini/published/match-weights.ts'
import { publishedSampling } from '../families/dalle-mini/published/model.ts'
import { choosePrecisions, type ErrorBudget, precisionsOf } from '../models/choose-precision.ts'
import { type ModelToWrite, writeModel } from '../models/model-folder.ts'
import type { JsonObject } from '../models/model-json.ts'
import { type NetworkToWrite, UnstorableWeight, type WeightStream } from '../models/network-file.ts'
import { type Precision, type Precisions, storesCodes, type Weights } from '../models/weights.ts'
import type { DalleMiniSettings } from '../networks/dalle-mini.ts'

type AnyNetwork = NetworkToWrite<Weights | WeightStream>

export type Conversion = {
  readonly folder: string
  /** 8 bit unless told; or the narrowest for each tensor that loses no more than the budget. */
  readonly precision?: Precision | Pick<ErrorBudget, 'relativeError'>
  /** What else `model.json` says, the other networks (image tokenizer, scorer), and further files. */
  readonly model?: Partial<Omit<ModelToWrite<Weights | WeightStream>, 'imageTokens' | 'networks'>> & {
    readonly networks?: Readonly<Record<string, AnyNetwork>>
  }
}

/**
 * Writes a model folder with the published weights as its `generator`. In memory are one tensor and its codes.
 * @returns the sha256 of the model
 * @throws NeufError `checkpoint-other-network`, `weights-broken`, `file-unreadable`, `file-unwritable`: an earlier model in the
 *   folder is then as it was
 */
export async function convertGenerator(
  published: GeneratorFiles,
  settings: DalleMiniSettings,
  { folder, precision = 'int8', model = {} }: Conversion,
): Promise<string> {
  try {
    const generator = await generatorToWrite(published, settings, precision)
    return await writeModel(folder, {
      ...described(settings),
      ...model,
      networks: { generator, ...model.networks },
      files: model.files ?? {},
    })
  } catch (cause) {
    if (!(cause instanceof UnstorableWeight)) throw cause
    const { path, format } = 'flax' in published ? published.flax : published.decoder
    throw new NeufError('weights-broken', { path, why: cause.message, format }, { cause })
  }
}

/** The generator as `writeModel` takes it, beside other networks. @throws as `convertGenerator` */
export async function generatorToWrite(
  published: GeneratorFiles,
  settings: DalleMiniSettings,
  precision: NonNullable<Conversion['precision']> = 'int8',
): Promise<NetworkToWrite<WeightStream>> {
  const network = publishedGenerator(published, settings)
  const weights: WeightStream = {
    shapes: new Map(matchWeights(network).map(({ name, own }) => [name, own])),
    read: () => readWeights(network),
  }
  const own: JsonObject = { ...settings }
  // Whole numbers stay whole in the products; floats are floats there in any case.
  const blocks: JsonObject = { ...own, products: 'blocks' }
  if (typeof precision === 'string') {
    return {
      settings: storesCodes(precision) ? blocks : own,
      weights,
      precision: generatorPrecisions(precision),
    }
  }
  const chosen = await choosePrecisions(weights.read(), { ...precision, eightBits })
  const about = { relativeError: String(precision.relativeError) }
  return { settings: blocks, weights, precision: precisionsOf(chosen), about }
}

const isTable = (name: string): boolean => /(^|\.)embed_\w+\./.test(name)

/** An error there is one of the whole token: what a position reads, and what decides among the codes. */
const eightBits = (name: string): boolean => isTable(name) || /(^|\.)lm_head\./.test(name)

/**
 * What the second half of a feed-forward layer reads, the product of two, has few large numbers in a row among small ones, which one
 * scale for all of them would wipe out: it would cost `pictogram` 0.014 nats of 2.15, and all other products together 0.0006.
 */
const needsBlocks = (name: string): boolean => isTable(name) || /(^|\.)glu\.fc2\./.test(name)

/** What each of a generator's tensors is stored in where a precision is asked for. */
export function generatorPrecisions(precision: Precision): Precisions {
  if (precision === 'int4') return (name) => (eightBits(name) ? 'int8' : precision)
  if (precision === 'int8-rows') return (name) => (needsBlocks(name) ? 'int8' : precision)
  return precision
}

/** What the published models have in common, and this project draws with unless told otherwise. */
function described(settings: DalleMiniSettings) {
  return {
    name: settings.width >= 2048 ? 'dalle-mega' : 'dalle-mini',
    family: 'dalle-mini',
    imageSide: 16 * Math.round(Math.sqrt(settings.imageLength)),
    imageTokens: { length: settings.imageLength, codes: settings.imageVocabulary },
    text: { length: settings.textLength, normaliser: 'dalle-mini', tokenizer: 'bart' },
    sampling: publishedSampling,
    calibration: {},
  }
}
