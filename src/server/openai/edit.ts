/** Pictures drawn anew in part: under a mask, or scattered places for a variation. */
import { randomInt } from 'node:crypto'
import { NeufError } from '../../errors/errors.ts'
import type { JobOrder } from '../jobs.ts'
import type { OfferedModel } from '../models.ts'
import { clear, keptByMask, keptByStrength, readPicture, readSource, type SourcePicture } from '../redraw.ts'
import type { Decoding } from '../upload.ts'
import { modelOf, orderOf } from './order.ts'
import type { EditRequest, ImageRequest, VariationRequest } from './schemas.ts'

/** The share that is drawn anew where nothing says which part or how much. */
const usualStrength = 0.85

/** The models there are, and through what uploads are read. */
export type Reading = { readonly models: readonly OfferedModel[]; readonly decoding: Decoding }

type Upload = Pick<EditRequest, 'image' | 'strength'> & ImageRequest

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())

/** An uploaded picture as the model reads it. @throws NeufError `upload-unreadable`, `model-cannot-encode`, `option-value` */
async function sourceOf(
  asked: Pick<EditRequest, 'image' | 'model'>,
  model: OfferedModel,
  { decoding }: Reading,
): Promise<SourcePicture> {
  const [image] = Array.isArray(asked.image) ? asked.image : [asked.image]
  return readSource(await bytesOf(image!), ['image'], { model, decoding })
}

const orderWith = (asked: Upload, models: readonly OfferedModel[], { source }: SourcePicture, keep: Keep): JobOrder => {
  const seed = asked.seed ?? randomInt(2 ** 32)
  return { ...orderOf(asked, models), seed, redraw: { source, kept: keep(seed) } }
}

type Keep = (seed: number) => Uint8Array

/**
 * An edit: what is clear in the mask is drawn anew; without a mask, what is clear in the picture, or else scattered places.
 * @throws NeufError `upload-unreadable`, `model-cannot-encode`, `option-value`
 */
export async function editOrder(asked: EditRequest, reading: Reading): Promise<JobOrder> {
  const { models, decoding } = reading
  const model = modelOf(models, asked.model)
  const found = await sourceOf(asked, model, reading)
  const { side } = model
  const mask =
    asked.mask == null ? undefined : await readPicture(await bytesOf(asked.mask), ['mask'], { side, decoding })
  // Of a model that draws clear backgrounds, one with such a background is a whole picture.
  const kept = mask === undefined && model.transparent ? undefined : keptByMask(model, mask ?? found.picture, clear)
  if (kept?.includes(0)) return orderWith(asked, models, found, () => kept)
  if (mask !== undefined) {
    const expected = 'a picture with clear places, which are drawn anew'
    throw new NeufError('option-value', { option: 'mask', value: 'opaque all over', expected })
  }
  return orderWith(asked, models, found, (seed) => keptByStrength(model, asked.strength ?? usualStrength, seed))
}

/**
 * A variation: scattered places of the picture stay. Its prompt is the one that its file tells, unless one is sent.
 * @throws NeufError `upload-unreadable`, `model-cannot-encode`, `body-malformed` where nobody says what it shows
 */
export async function variationOrder(asked: VariationRequest, reading: Reading): Promise<JobOrder> {
  const { models } = reading
  const model = modelOf(models, asked.model)
  const found = await sourceOf(asked, model, reading)
  const prompt = asked.prompt ?? found.record?.recipe.prompt
  if (prompt === undefined) {
    const why = 'prompt: the picture does not say what it shows (those drawn here do): send a prompt, too'
    throw new NeufError('body-malformed', { why, field: { path: ['prompt'], wrong: 'missing' } })
  }
  return orderWith({ ...asked, prompt }, models, found, (seed) => {
    return keptByStrength(model, asked.strength ?? usualStrength, seed)
  })
}
