/** The host's classifier of pictures: a module that the host names, asked for each model whether it has one for it. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NeufError } from '../errors/errors.ts'
import { type PictureJudge, pictureCategories } from '../safety/picture-classifier.ts'
import type { OfferedModel } from './models.ts'

/** What such a module's default export is; undefined for a model whose pictures need none. */
export type OpenPictureJudge = (
  model: Pick<OfferedModel, 'name' | 'sha256' | 'folder'>,
) => PictureJudge | undefined | Promise<PictureJudge | undefined>

/** By a model's sha256. */
export type PictureJudges = ReadonlyMap<string, PictureJudge>

const variable = 'NEUF_PICTURE_CLASSIFIER'

/**
 * Opens what NEUF_PICTURE_CLASSIFIER names, for the models given; nothing where it names nothing.
 * @throws NeufError `option-value` for what cannot be loaded, is no such module, or opens no classifier with thresholds
 */
export async function openPictureJudges(
  models: readonly OfferedModel[],
  {
    environment,
    folder,
  }: { readonly environment: Readonly<Record<string, string | undefined>>; readonly folder: string },
): Promise<PictureJudges> {
  const judges = new Map<string, PictureJudge>()
  const named = environment[variable] ?? ''
  if (named === '') return judges
  const refuse = (why: string, cause?: unknown) => {
    const expected = `a module whose default export opens a classifier for a model, see docs/safety.md (${why})`
    return new NeufError('option-value', { option: variable, value: named, expected }, { cause })
  }
  const reason = (error: unknown) => (error instanceof Error ? error.message : String(error))
  const loaded = (await import(pathToFileURL(resolve(folder, named)).href).catch((error: unknown) => {
    throw refuse(reason(error), error)
  })) as { default?: OpenPictureJudge }
  if (typeof loaded.default !== 'function') throw refuse('it has no such export')
  for (const { name, sha256, folder: at } of models) {
    let judge: PictureJudge | undefined
    try {
      judge = await loaded.default({ name, sha256, folder: at })
    } catch (error) {
      throw refuse(`for ${name}: ${reason(error)}`, error)
    }
    if (judge === undefined) continue
    const wrong = faultOf(judge)
    if (wrong !== undefined) throw refuse(`for ${name}: ${wrong}`)
    judges.set(sha256, judge)
  }
  return judges
}

/** What a judge lacks: without it something would pass for harmless. */
function faultOf({ classifier, thresholds }: Partial<PictureJudge>): string | undefined {
  if (typeof classifier?.name !== 'string' || classifier.name === '') return 'classifier.name is no text'
  if (typeof classifier.classify !== 'function') return 'classifier.classify is no function'
  const category = pictureCategories.find((one) => {
    const threshold: unknown = thresholds?.[one]
    return typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1)
  })
  return category === undefined ? undefined : `thresholds.${category} is no number from 0 to 1`
}
