/**
 * Published weights as a network here wants them: where each of its parameters lies in a checkpoint is settled by names and
 * shapes before the first is read, then they are read one tensor at a time. What a network's parameters are called
 * elsewhere stands in a file for each (generator.ts, vqgan.ts, clip.ts).
 */
import { NeufError } from '../../../errors/errors.ts'
import { quoted } from '../../../errors/quoted.ts'
import { createParameters, describeParameter, type Parameters } from '../../../graph/index.ts'
import type { Checkpoint } from '../../../models/checkpoints/checkpoint.ts'
import type { Part } from '../../../models/checkpoints/located-tensor.ts'
import type { Weight } from '../../../models/weights.ts'
import { reordered } from './reorder.ts'

/** How a parameter of ours is stored. */
export type Stored = {
  readonly checkpoint: Checkpoint
  readonly tensor: string
  /** What the tensor's shape must be, the axis of all layers left out. */
  readonly shape: readonly number[]
  /** The tensor holds so many layers, this one among them, along a first axis. */
  readonly layer?: { readonly index: number; readonly of: number }
  /** Axis i of ours is axis `order[i]` of the tensor, before axes are joined or parted; the same unless told. */
  readonly order?: readonly number[]
  /** An axis of `shape` that may be longer: what is beyond is left out. */
  readonly longer?: number
}

export type PublishedNetwork = {
  /** What it is called in messages. */
  readonly network: string
  readonly checkpoints: readonly Checkpoint[]
  /** Shapes by name, in the order in which the network asks for them. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  readonly find: (name: string, shape: readonly number[]) => Stored
  /** A tensor that may be there and is not read: buffers, what only training needs. */
  readonly unneeded?: (tensor: string) => boolean
}

export type Match = Stored & { readonly name: string; readonly own: readonly number[] }

/** Shapes of what a network asks for. */
export function parametersOf(declare: (p: Parameters) => void): Map<string, readonly number[]> {
  const p = createParameters()
  declare(p)
  return new Map([...p.all()].map(([name, tensor]) => [name, describeParameter(tensor).shape]))
}

/** `checkpoint` is not what it was taken for. */
export function otherNetwork({ path }: Checkpoint, network: string, why: string): NeufError {
  return new NeufError('checkpoint-other-network', { path, network, why })
}

/**
 * Where each parameter lies; reads nothing.
 * @throws NeufError `checkpoint-other-network`: a weight is missing, has another shape, or is there and not asked for
 */
export function matchWeights({ network, checkpoints, parameters, find, unneeded }: PublishedNetwork): readonly Match[] {
  const used = new Map(checkpoints.map((checkpoint) => [checkpoint, new Set<string>()]))
  const matches = [...parameters].map(([name, own]): Match => {
    const stored = find(name, own)
    const { checkpoint, tensor, shape, layer, longer } = stored
    const there = checkpoint.tensors.get(tensor)
    if (there === undefined) throw otherNetwork(checkpoint, network, `it has no ${quoted(tensor)}`)
    used.get(checkpoint)!.add(tensor)
    const sizes = shape.map((size, axis) => ({ size, more: axis === longer }))
    const wanted = layer === undefined ? sizes : [{ size: layer.of, more: false }, ...sizes]
    const fits = wanted.length === there.shape.length
    if (!fits || !wanted.every(({ size, more }, i) => (more ? there.shape[i]! >= size : there.shape[i] === size))) {
      const asked = wanted.map(({ size, more }) => (more ? `at least ${size}` : size)).join(', ')
      const why = `${quoted(tensor)} is [${there.shape.join(', ')}], and the settings ask for [${asked}]`
      throw otherNetwork(checkpoint, network, why)
    }
    return { ...stored, name, own }
  })
  for (const [checkpoint, tensors] of used) {
    const extra = [...checkpoint.tensors.keys()].filter((tensor) => !tensors.has(tensor) && !unneeded?.(tensor))
    if (extra.length === 0) continue
    throw otherNetwork(checkpoint, network, `it has ${extra.length} tensors more, ${quoted(extra[0]!)} the first`)
  }
  return matches
}

/**
 * The weights, in the order in which the network asks for them.
 * @throws NeufError `checkpoint-other-network` before the first is read, `weights-broken` for a weight that is no finite
 *   number, `file-unreadable`
 */
export async function* readWeights(network: PublishedNetwork): AsyncGenerator<readonly [name: string, weight: Weight]> {
  for (const match of matchWeights(network)) yield [match.name, await readWeight(match)]
}

async function readWeight({ checkpoint, tensor, shape, layer, order, longer, own }: Match): Promise<Weight> {
  const first: Part | undefined = longer === 0 ? { start: 0, count: shape[0]! } : undefined
  const part = layer === undefined ? first : { start: layer.index, count: 1 }
  const values = await checkpoint.read(tensor, part)
  // Infinity times 0, as NaN times 0, is NaN, which no sum loses.
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0
  if (sum !== 0) {
    const why = `tensor ${quoted(tensor)} holds a weight that is not a finite number`
    throw new NeufError('weights-broken', { path: checkpoint.path, why, format: checkpoint.format })
  }
  if (order === undefined) return { shape: own, data: values }
  const there = checkpoint.tensors.get(tensor)!.shape.slice(layer === undefined ? 0 : 1)
  const read = there.map((size, axis) => (axis === 0 && first !== undefined ? first.count : size))
  return { shape: own, data: reordered(values, read, shape, order) }
}
