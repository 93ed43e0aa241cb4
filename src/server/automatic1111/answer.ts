/** A job's pictures as these clients get them, with all that was done told in JSON and in each file. */

import { fitPicture } from '../../image/fit-picture.ts'
import { infotext } from '../../image/infotext.ts'
import { withText } from '../../image/png-metadata.ts'
import type { PictureRecord } from '../../image/recipe-metadata.ts'
import { readRecipe } from '../../image/recipe-metadata.ts'
import type { EngineRoom } from '../engine-room.ts'
import type { Job } from '../job.ts'
import type { OfferedModel } from '../models.ts'
import { hashOf } from './models.ts'
import type { DrawingRequest } from './schemas.ts'

/** The one way of sampling there is. */
export const samplerName = 'neuf'

export type Size = { readonly width: number; readonly height: number }

export const sizeOf = ({ width, height }: DrawingRequest, { side }: OfferedModel): Size => ({
  width: width ?? height ?? side,
  height: height ?? width ?? side,
})

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** A time as these programs write it: 20261126093000. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\D/g, '').slice(0, 14)

function textOf({ recipe, tokens }: PictureRecord, size: Size): string {
  return infotext({ recipe, steps: tokens.length, ...size })
}

/** The pictures a job has by now, best first, at the size asked for: each a file in base64, and its text. */
export async function drawnPictures({ jobs }: EngineRoom, { id, pictures }: Job, size: Size) {
  const images: string[] = []
  const infotexts: string[] = []
  for (const { index } of pictures) {
    const file = await fitPicture(await jobs.picture(id, index), { size, format: 'png', quality: 100 })
    const carried = readRecipe(file)
    const text = carried.kind === 'picture' ? textOf(carried.record, size) : ''
    images.push(base64(withText(file, { parameters: text })))
    infotexts.push(text)
  }
  return { images, infotexts }
}

/** Characters of JSON that are told back: as many as there are bytes in a request without pictures. */
const mostToldBack = 64 * 1024

/**
 * What was asked for, as these clients are told it again: without pictures, and without what other fields hold that is as large.
 * An answer that is waited for would keep them in memory until then.
 */
export function toldBack(asked: DrawingRequest): Record<string, unknown> {
  const { init_images: _, mask: __, ...others }: Record<string, unknown> = asked
  const told: [string, unknown][] = []
  let left = mostToldBack
  for (const field of Object.entries(others)) {
    const characters = charactersOf(field)
    if (characters > left) continue
    left -= characters
    told.push(field)
  }
  return Object.fromEntries(told)
}

/** As JSON; of what is nested deeper than it can be written, infinitely many. */
function charactersOf(value: unknown): number {
  try {
    return JSON.stringify(value).length
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** What these clients read as JSON in `info`. One seed draws all of a job's pictures. */
export function infoOf(job: Job, { model, size, infotexts, ignored, batch_size }: InfoParts): string {
  const { prompt, seed, sampling, candidates } = job.request
  const each = <T>(value: T): T[] => infotexts.map(() => value)
  return JSON.stringify({
    prompt,
    all_prompts: each(prompt),
    negative_prompt: '',
    all_negative_prompts: each(''),
    seed,
    all_seeds: each(seed),
    subseed: seed,
    all_subseeds: each(seed),
    subseed_strength: 0,
    ...size,
    sampler_name: samplerName,
    cfg_scale: sampling.guidance,
    steps: model.imageTokens,
    batch_size: batch_size ?? 1,
    restore_faces: false,
    face_restoration_model: null,
    sd_model_name: model.name,
    sd_model_hash: hashOf(model),
    sd_vae_name: null,
    sd_vae_hash: null,
    seed_resize_from_w: -1,
    seed_resize_from_h: -1,
    denoising_strength: null,
    extra_generation_params: {
      Candidates: candidates,
      Candidate: job.pictures.map(({ index }) => index),
      Job: job.id,
      ...(ignored !== undefined && { 'Not used': ignored }),
    },
    index_of_first_image: 0,
    infotexts,
    styles: [],
    job_timestamp: timestamp(job.created),
    clip_skip: 1,
    is_using_inpainting_conditioning: false,
    version: 'neuf',
  })
}

type InfoParts = Pick<DrawingRequest, 'batch_size'> & {
  readonly model: OfferedModel
  readonly size: Size
  readonly infotexts: readonly string[]
  readonly ignored: string | undefined
}
