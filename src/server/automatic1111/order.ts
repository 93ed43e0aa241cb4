/** What these clients ask for, in the core's own words. */
import type { JobOrder } from '../jobs.ts'
import type { OfferedModel } from '../models.ts'
import { countOf, type DrawingRequest } from './schemas.ts'

/** What these clients send unless somebody changed it. */
const usualScale = 7

/**
 * Guidance from a scale for diffusion models, which mean much more by the same number: 1 is none for both, the usual one is the
 * model's own, and all others are in proportion.
 */
export const guidanceOf = (scale: number, own: number): number =>
  Math.max(0, 1 + ((own - 1) * (scale - 1)) / (usualScale - 1))

export function orderOf(asked: DrawingRequest, model: OfferedModel): JobOrder {
  const { prompt, seed, cfg_scale } = asked
  return {
    prompt,
    model: model.name,
    count: countOf(asked),
    ...(seed != null && seed >= 0 && { seed }),
    sampling: cfg_scale == null ? {} : { guidance: guidanceOf(cfg_scale, model.defaults.guidance) },
  }
}

/** Fields that ask for something that is not done, as a header may name them; undefined where there is none. */
export function ignoredFields(asked: object, understood: ReadonlySet<string>): string | undefined {
  const names = Object.entries(asked)
    .filter(([name, value]) => !understood.has(name) && asksFor(value))
    .map(([name]) => name)
    .filter((name) => /^[\w.-]{1,40}$/.test(name))
  return names.length === 0 ? undefined : names.slice(0, 20).join(', ')
}

const asksFor = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value) && value !== ' '
