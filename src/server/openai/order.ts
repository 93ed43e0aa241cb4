/** What an image request of OpenAI's asks for, in the core's own words. */
import { NeufError } from '../../errors/errors.ts'
import type { PictureFit } from '../../image/fit-picture.ts'
import type { JobOrder } from '../jobs.ts'
import { chooseModel, type OfferedModel } from '../models.ts'
import { type ImageRequest, understood } from './schemas.ts'

/** Names that clients send to any server, whatever it has: the first model stands for all of them. */
const known = /^(dall-e-\d|gpt-image-[\w.-]+|chatgpt-image-[\w.-]+)$/

/** @throws NeufError `option-value`, of the option `model` */
export const modelOf = (models: readonly OfferedModel[], name: string | null | undefined): OfferedModel => {
  const own = models.some((model) => model.name === name)
  return chooseModel(models, name == null || (!own && known.test(name)) ? undefined : name)
}

/** How captions that models learn from name a background that is left out (`src/corpus/english-scenery.ts`). */
const clear = ' on a transparent background'

/** @throws NeufError `option-value` for a model there is none of, or one that draws no clear backgrounds */
export function orderOf(asked: ImageRequest, models: readonly OfferedModel[]): JobOrder {
  const { prompt } = asked
  const model = modelOf(models, asked.model)
  const transparent = asked.background === 'transparent'
  if (transparent && !model.transparent) {
    const expected = `opaque or auto: ${model.name} draws no transparent backgrounds`
    throw new NeufError('option-value', { option: 'background', value: 'transparent', expected })
  }
  return {
    prompt: transparent && !/transparent/i.test(prompt) ? `${prompt.trim()}${clear}` : prompt,
    model: model.name,
    count: asked.n ?? 1,
    ...(asked.seed != null && { seed: asked.seed }),
    ...(asked.candidates != null && { candidates: asked.candidates }),
    sampling: {
      ...(asked.temperature != null && { temperature: asked.temperature }),
      ...(asked.top_k != null && { topK: asked.top_k }),
      ...(asked.guidance != null && { guidance: asked.guidance }),
    },
  }
}

/** How its pictures are to come. @throws NeufError `option-value` */
export function fitOf(asked: Omit<ImageRequest, 'prompt'>): PictureFit {
  const { size, output_format, output_compression, background } = asked
  const format = output_format ?? 'png'
  if (background === 'transparent' && format === 'jpeg') {
    const expected = 'png or webp with a transparent background'
    throw new NeufError('option-value', { option: 'output_format', value: format, expected })
  }
  const [width, height] = size == null || size === 'auto' ? [] : size.split('x').map(Number)
  return {
    size: width === undefined || height === undefined ? undefined : { width, height },
    format,
    quality: Math.max(1, output_compression ?? 100),
  }
}

/** The fields of a request that change nothing, as a header may name them; undefined where there is none. */
export function ignoredFields(body: object): string | undefined {
  const names = Object.keys(body).filter((name) => !understood.has(name) && /^[\w.-]{1,40}$/.test(name))
  return names.length === 0 ? undefined : names.slice(0, 20).join(', ')
}
