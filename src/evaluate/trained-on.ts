/** What a model says of the corpus that it learned from: enough to draw its scenes again. */
import { concepts } from '../corpus/concepts.ts'
import { defaultSample, type SampleSettings } from '../corpus/sample.ts'
import { backgrounds, styles } from '../corpus/scene.ts'
import { NeufError } from '../errors/errors.ts'
import type { Model } from '../models/model-folder.ts'

export type TrainedOn = {
  readonly side: number
  readonly seed: number
  readonly sample: SampleSettings
}

const file = 'corpus.json'

/**
 * Reads `corpus.json` of a model; undefined where it has none, as a model made elsewhere.
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
  const { side, seed, sample } = (value ?? {}) as Partial<TrainedOn>
  if (side !== json.imageSide) throw wrong(`the field side is not ${json.imageSide}`)
  if (!Number.isSafeInteger(seed) || seed! < 0) throw wrong('the field seed must be a whole number')
  const given = (sample ?? {}) as Record<string, unknown>
  const among = (field: string, known: readonly string[]) => {
    const names = given[field]
    const sound = Array.isArray(names) && names.length > 0 && names.every((name) => known.includes(name))
    if (!sound) throw wrong(`the field sample.${field} must be a list of: ${known.slice(0, 8).join(', ')} ...`)
  }
  among('concepts', concepts)
  among('styles', styles)
  among('backgrounds', backgrounds)
  const share = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1
  if (!share(given.whiteShare)) throw wrong('the field sample.whiteShare must be a number from 0 to 1')
  if (typeof given.wander !== 'boolean') throw wrong('the field sample.wander must be true or false')
  const mix = given.mix as Record<string, unknown> | undefined
  for (const kind of Object.keys(defaultSample.mix)) {
    const weight = mix?.[kind]
    if (!(typeof weight === 'number' && weight >= 0 && weight < 1e9)) {
      throw wrong(`the field sample.mix.${kind} must be a number, 0 or more`)
    }
  }
  return { side: side!, seed: seed!, sample: sample! }
}
