/** What a model says of the corpus that it learned from: enough to draw its scenes again. */
import { concepts } from '../corpus/concepts.ts'
import { completeSample, type SampleSettings } from '../corpus/sample.ts'
import { backgrounds, filters, materials, relations, styles } from '../corpus/scene.ts'
import { NeufError } from '../errors/errors.ts'
import type { Model } from '../models/model-folder.ts'

export type TrainedOn = {
  readonly side: number
  readonly seed: number
  readonly sample: SampleSettings
}

const file = 'corpus.json'

/**
 * Reads `corpus.json` of a model; undefined where it has none, as a model made elsewhere or from
 * somebody's own pictures.
 * @throws NeufError `model-broken`, naming the field
 */
export async function trainedOn({ json, folder, file: read }: Model): Promise<TrainedOn | undefined> {
  if (!Object.hasOwn(json.files, file)) return undefined
  const wrong = (why: string) => new NeufError('model-broken', { path: `${folder}/${file}`, why })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(await read(file)))
  } catch (error) {
    throw error instanceof NeufError ? error : wrong('it is not JSON')
  }
  // Somebody's own pictures cannot be drawn again.
  if ((value as { readonly ownPictures?: unknown } | null)?.ownPictures === true) return undefined
  const { side, seed, sample, validationCount } = (value ?? {}) as Partial<TrainedOn & { validationCount: number }>
  if (side !== json.imageSide) throw wrong(`the field side is not ${json.imageSide}`)
  if (!Number.isSafeInteger(seed) || seed! < 0) throw wrong('the field seed must be a whole number')
  const given = completeSample(isObject(sample) ? sample : {})
  const loose = sample as Record<string, unknown> | undefined
  const among = (
    field: 'concepts' | 'styles' | 'backgrounds' | 'materials' | 'relations' | 'filters',
    known: readonly string[],
  ) => {
    // These three every corpus names; the others came later, and are completed.
    const names: unknown = ['concepts', 'styles', 'backgrounds'].includes(field) ? loose?.[field] : given[field]
    const enough = Array.isArray(names) && (names.length > 0 || field === 'filters')
    if (enough && names.every((name) => known.includes(name))) return
    throw wrong(`the field sample.${field} must be a list of: ${known.slice(0, 8).join(', ')} ...`)
  }
  among('concepts', concepts)
  among('styles', styles)
  among('backgrounds', backgrounds)
  among('materials', materials)
  among('relations', relations)
  among('filters', filters)
  const share = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1
  if (!share(loose?.whiteShare)) throw wrong('the field sample.whiteShare must be a number from 0 to 1')
  if (typeof loose?.wander !== 'boolean') throw wrong('the field sample.wander must be true or false')
  for (const [kind, weight] of Object.entries(given.mix) as [string, unknown][]) {
    if (!(typeof weight === 'number' && weight >= 0 && weight < 1e9)) {
      throw wrong(`the field sample.mix.${kind} must be a number, 0 or more`)
    }
  }
  // Scenes that were kept for validation are no training pictures.
  const part = typeof validationCount === 'number' && validationCount > 0 ? { part: 'training' as const } : {}
  return { side: side!, seed: seed!, sample: { ...given, ...part } }
}

const isObject = (value: unknown): value is Partial<SampleSettings> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
