/** Which family draws with a model. */
import { NeufError } from '../errors/errors.ts'
import type { Model } from '../models/model-folder.ts'
import type { Engine } from '../runtime/index.ts'
import { type OpenModel, openDalleMini } from './dalle-mini/open.ts'
import { inBlocks, type PictureSettings, pictureSettings } from './dalle-mini/settings.ts'

export type { OpenModel } from './dalle-mini/open.ts'
export type { PictureSettings } from './dalle-mini/settings.ts'

type Family = {
  readonly open: (model: Model, engine: Engine, ...helping: readonly Engine[]) => Promise<OpenModel>
  readonly pictures: (model: Model) => PictureSettings
}

const families: Readonly<Record<string, Family>> = {
  'dalle-mini': { open: openDalleMini, pictures: pictureSettings },
}

/**
 * Whether a model is so large that its weights should be in memory once: for one engine of all threads, not several of some.
 * @throws NeufError `model-broken`
 */
export const isLarge = (model: Model): boolean =>
  Object.keys(model.json.networks).some((network) => inBlocks(model, network))

/**
 * Makes a model ready to draw on an engine; others help where there is work to share.
 * @throws NeufError `model-broken`, for a family there is none of among others
 */
export async function openFamily(model: Model, engine: Engine, ...helping: readonly Engine[]): Promise<OpenModel> {
  return familyOf(model).open(model, engine, ...helping)
}

/** What a model's pictures are made of, told without loading it. @throws NeufError `model-broken` */
export const picturesOfModel = (model: Model): PictureSettings => familyOf(model).pictures(model)

function familyOf(model: Model): Family {
  const { family } = model.json
  const known = Object.hasOwn(families, family) ? families[family] : undefined
  if (known !== undefined) return known
  throw new NeufError('model-broken', {
    path: `${model.folder}/model.json`,
    why: `the field family is "${family}"; this neuf draws with ${Object.keys(families).join(', ')}`,
  })
}
