/** Weights of PyTorch's files in Flax's: other names of leaves, kernels with their inputs before their outputs. */
import type { Checkpoint } from '../../../models/checkpoints/checkpoint.ts'
import type { Stored } from './match-weights.ts'

/** A weight as PyTorch's files have it, and how ours is made of it. */
export type TorchWeight = Omit<Stored, 'checkpoint' | 'layer'>

/** PyTorch's axes of a kernel of Flax, by how many it has: a window, where there is one, comes first. */
const kernelOrders: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [3, 2, 0, 1] }

/** The same weight in a Flax tree, under `path` and a leaf that hangs on what it is; a `table` is read by rows. */
export function inFlax(weight: TorchWeight, path: readonly string[], table: boolean): TorchWeight {
  const { tensor, shape, longer } = weight
  const own = tensor.split('.').at(-1)!
  const order = own === 'weight' && !table ? kernelOrders[shape.length] : undefined
  const leaf = own !== 'weight' ? own : table ? 'embedding' : order ? 'kernel' : 'scale'
  const named = { ...weight, tensor: [...path, leaf].join('/') }
  if (order === undefined) return named
  const axes = shape.map((_, axis) => axis)
  return {
    ...named,
    shape: axes.map((axis) => shape[order.indexOf(axis)]!),
    order: (weight.order ?? axes).map((axis) => order[axis]!),
    ...(longer !== undefined && { longer: order[longer]! }),
  }
}

export const isFlax = ({ format }: Checkpoint): boolean => format === 'Flax msgpack'

/** Some trees are saved with the name of the collection that they are. */
export const rootOfFlax = ({ tensors }: Checkpoint): readonly string[] =>
  tensors.size > 0 && [...tensors.keys()].every((name) => name.startsWith('params/')) ? ['params'] : []
