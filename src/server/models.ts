/** The models a server offers, as their descriptions tell: nothing here is loaded. */
import { NeufError } from '../errors/errors.ts'
import { type PictureSettings, picturesOfModel } from '../families/open.ts'
import type { SamplingSettings } from '../generate/contracts.ts'
import { findModel, type Places } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import type { JobRequest } from './job.ts'

export type OfferedModel = PictureSettings & {
  readonly name: string
  readonly sha256: string
  readonly folder: string
  /** Width and height of a picture. */
  readonly side: number
  readonly imageTokens: number
  /** How many different image tokens there are. */
  readonly imageCodes: number
  readonly defaults: SamplingSettings & { readonly candidates: number }
  /** Bytes of its networks: each is read once for every image token, so it tells how much work one is. */
  readonly bytes: number
}

/** The first is the one drawn with where none is named. @throws NeufError `model-missing`, `model-broken` */
export async function offerModels(names: readonly string[], places: Places): Promise<OfferedModel[]> {
  const models = await Promise.all(names.map((name) => offerModel(name, places)))
  const twice = models.find(({ name }, i) => models.findIndex((other) => other.name === name) !== i)
  if (twice !== undefined) {
    const expected = 'models of different names'
    throw new NeufError('option-value', { option: '--model', value: twice.name, expected })
  }
  return models
}

async function offerModel(name: string, places: Places): Promise<OfferedModel> {
  const folder = await findModel(name, places)
  const model = await openModel(folder)
  const { json, sha256 } = model
  const bytes = Object.values(json.networks).reduce((sum, network) => sum + network.bytes, 0)
  return {
    ...picturesOfModel(model),
    name: json.name,
    sha256,
    folder,
    side: json.imageSide,
    imageTokens: json.imageTokens.length,
    imageCodes: json.imageTokens.codes,
    defaults: json.sampling,
    bytes,
  }
}

/** @throws NeufError `option-value` that names those there are */
export function chooseModel(models: readonly OfferedModel[], name: string | undefined): OfferedModel {
  const model = name === undefined ? models[0] : models.find((one) => one.name === name)
  if (model !== undefined) return model
  const expected = `one of ${models.map((one) => one.name).join(', ')}`
  throw new NeufError('option-value', { option: 'model', value: name ?? '', expected })
}

/** The unit of cost: a megabyte of weights read for one image token. */
const bytesOfCost = 1e6

/** What one candidate costs: weights times image tokens, twice that with guidance. Only ratios matter: speeds are measured. */
export function costOfCandidate({ imageTokens, bytes }: OfferedModel, { sampling }: JobRequest): number {
  const passes = sampling.guidance === 1 ? 1 : 2
  return (Math.max(bytes, 1) / bytesOfCost) * imageTokens * passes
}
