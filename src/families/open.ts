/** Which family draws with a model. */
import { NeufError } from '../errors/errors.ts'
import type { Model } from '../models/model-folder.ts'
import type { Engine } from '../runtime/index.ts'
import { type OpenModel, openDalleMini } from './dalle-mini/open.ts'
import { inBlocks } from './dalle-mini/settings.ts'

export type { OpenModel } from './dalle-mini/open.ts'

const families: Readonly<
  Record<string, (model: Model, engine: Engine, ...helping: readonly Engine[]) => Promise<OpenModel>>
> = {
  'dalle-mini': openDalleMini,
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
  const { family } = model.json
  const open = Object.hasOwn(families, family) ? families[family] : undefined
  if (open !== undefined) return open(model, engine, ...helping)
  throw new NeufError('model-broken', {
    path: `${model.folder}/model.json`,
    why: `the field family is "${family}"; this neuf draws with ${Object.keys(families).join(', ')}`,
  })
}
