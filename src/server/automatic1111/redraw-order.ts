/** A picture of these clients' to be drawn anew: under a mask, or scattered places of it. */
import { randomInt } from 'node:crypto'
import { NeufError } from '../../errors/errors.ts'
import type { JobOrder } from '../jobs.ts'
import type { OfferedModel } from '../models.ts'
import { keptByMask, keptByStrength, type Masked, readPicture, readSource, white } from '../redraw.ts'
import type { Decoding } from '../upload.ts'
import { orderOf } from './order.ts'
import { bytesOf } from './png-info.ts'
import type { PictureRequest } from './schemas.ts'

/** What is done where nothing says how much, as there. */
const usualStrength = 0.75

/** @throws NeufError `upload-unreadable`, `model-cannot-encode`, `option-value` for a mask that has nothing drawn */
export async function redrawOrder(
  asked: PictureRequest,
  { model, decoding }: { readonly model: OfferedModel; readonly decoding: Decoding },
): Promise<JobOrder> {
  const order = orderOf(asked, model)
  const seed = order.seed ?? randomInt(2 ** 32)
  const field = ['init_images', 0]
  const { source } = await readSource(bytesOf(asked.init_images[0]!, field), field, { model, decoding })
  if (asked.mask == null) {
    const kept = keptByStrength(model, asked.denoising_strength ?? usualStrength, seed)
    return { ...order, seed, redraw: { source, kept } }
  }
  const mask = await readPicture(bytesOf(asked.mask, ['mask']), ['mask'], { side: model.side, decoding })
  const masked: Masked = asked.inpainting_mask_invert ? (data, at) => !white(data, at) : white
  const kept = keptByMask(model, mask, masked)
  if (kept.includes(0)) return { ...order, seed, redraw: { source, kept } }
  const expected = 'a picture with white places, which are drawn anew'
  throw new NeufError('option-value', { option: 'mask', value: 'without any', expected })
}
