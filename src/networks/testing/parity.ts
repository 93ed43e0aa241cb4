/** Networks with weights of published names, for holding them against other people's code (tools/parity/published_vectors.py). */
import { readFileSync } from 'node:fs'
import { relativeError } from '../../graph/testing/compare.ts'
import type { Result } from '../../graph/testing/evaluate.ts'
import { count, pseudoRandom } from '../../graph/testing/pseudo-random.ts'
import type { Checkpoint } from '../../models/checkpoints/checkpoint.ts'
import { type CheckpointWeight, memoryCheckpoint } from '../../models/checkpoints/testing/memory-checkpoint.ts'

/** Every n-th value of an output. */
export type Some = { readonly shape: readonly number[]; readonly every: number; readonly values: readonly number[] }

export type Parity<S> = {
  readonly settings: S
  /** Shapes by published name. */
  readonly weights: Readonly<Record<string, readonly number[]>>
}

export const parity = <T extends Parity<unknown>>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8')) as T

/** Vectors about 0 (biases) or 1; all else of a size that keeps that of what it is multiplied with. */
function weightOf(name: string, shape: readonly number[]): CheckpointWeight {
  const values = pseudoRandom(name, count(shape))
  if (name.endsWith('bias') || name === 'logit_scale') return { shape, data: values.map((value) => value * 0.25) }
  if (shape.length === 1) return { shape, data: values.map((value) => 1 + Math.fround(value * 0.25)) }
  const size = Math.fround(Math.sqrt(3 / count(shape.slice(1))))
  return { shape, data: values.map((value) => value * size) }
}

/** The weights that the other side had, under their published names and in their published shapes. */
export const publishedWeights = ({ weights }: Parity<unknown>): Map<string, CheckpointWeight> =>
  new Map(Object.entries(weights).map(([name, shape]) => [name, weightOf(name, shape)]))

/** The same as a checkpoint of PyTorch's. */
export const publishedCheckpoint = (of: Parity<unknown>, path: string): Checkpoint =>
  memoryCheckpoint(publishedWeights(of), path)

/** Bytes as a function of a name. */
export const pseudoPixels = (name: string, shape: readonly number[]): number[] =>
  Array.from(pseudoRandom(name, count(shape)), (value) => Math.min(255, Math.floor((value + 1) * 128)))

/** How far a result lies from what the other side computed, as a share of the largest value. */
export function difference(found: Result | undefined, { shape, every, values }: Some): number {
  if (found === undefined || count(found.shape) !== count(shape)) return Number.POSITIVE_INFINITY
  return relativeError(
    found.values.filter((_, i) => i % every === 0),
    values,
  )
}
