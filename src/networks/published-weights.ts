/**
 * Published weights under our names and in our layouts. Files of PyTorch and of Flax name the same weights in two ways; both
 * are read. A file that holds another network, or another size of it, is refused by the first weight that does not fit.
 */
import { NeufError } from '../errors/errors.ts'
import type { Tensor } from '../graph/index.ts'

/** A weight tensor, row-major; as of a model's weights elsewhere. */
export type PublishedWeight = { readonly shape: readonly number[]; readonly data: Float32Array }
export type PublishedWeights = ReadonlyMap<string, PublishedWeight>

export type Publication = {
  /** What the network is called in messages. */
  readonly network: string
  /** Where the weights came from, for messages. */
  readonly path: string
  /** The name in PyTorch's files for a name in Flax's, parts of both parted by dots. */
  readonly torchName?: (flaxName: string) => string
  /** The name in PyTorch's files of a weight of ours; the same, unless told. */
  readonly publishedName?: (ourName: string) => string
  /** Weights of the file, by their names in PyTorch's, that are not needed. */
  readonly unneeded?: (name: string) => boolean
  /** A weight of PyTorch's layout in ours, where it has another shape there. */
  readonly arrange?: (name: string, weight: PublishedWeight) => PublishedWeight
}

/**
 * The weights that a network asks for (`parameters.all()`), from a file's. Nothing is copied that has the layout already.
 * @throws NeufError `weights-of-another-network`: a weight is missing, has another shape, or is there and not asked for
 */
export function fromPublished(
  asked: ReadonlyMap<string, Tensor>,
  published: PublishedWeights,
  { network, path, torchName = same, publishedName = same, unneeded = never, arrange = asItIs }: Publication,
): Map<string, PublishedWeight> {
  const refuse = (why: string): never => {
    throw new NeufError('weights-of-another-network', { path, network, why })
  }
  const found = new Map<string, { readonly given: string; readonly weight: PublishedWeight }>()
  for (const [given, weight] of published) {
    const { name, flax } = nameOf(given, torchName)
    if (unneeded(name)) continue
    const before = found.get(name)
    if (before !== undefined) refuse(`"${before.given}" and "${given}" are one weight`)
    const order = flax ? kernelOrders[weight.shape.length] : undefined
    if (flax && order === undefined) refuse(`the kernel "${given}" has ${weight.shape.length} axes`)
    found.set(name, { given, weight: order === undefined ? weight : permuted(weight, order) })
  }
  const weights = new Map<string, PublishedWeight>()
  for (const [name, tensor] of asked) {
    const own = publishedName(name)
    const here = found.get(own) ?? refuse(`there is no weight "${own}"`)
    found.delete(own)
    const arranged = arrange(own, here.weight)
    if (arranged.shape.join() !== tensor.shape.join()) {
      const expected = `[${tensor.shape.join(', ')}]`
      refuse(`"${here.given}" is [${published.get(here.given)!.shape.join(', ')}], which does not make ${expected}`)
    }
    weights.set(name, arranged)
  }
  for (const { given } of found.values()) refuse(`it has "${given}", which this network has not`)
  return weights
}

const same = (name: string): string => name
const never = (): boolean => false
const asItIs = (_: string, weight: PublishedWeight): PublishedWeight => weight

/** What Flax calls the last part of a name; all its other leaves are called as in PyTorch. */
const flaxLeaves: Readonly<Record<string, string>> = { kernel: 'weight', scale: 'weight', embedding: 'weight' }

function nameOf(given: string, torchName: (name: string) => string): { name: string; flax: boolean } {
  const parts = given.split(/[./]/)
  if (parts[0] === 'params') parts.shift()
  const leaf = flaxLeaves[parts.at(-1)!]
  if (leaf === undefined) return { name: torchName(parts.join('.')), flax: false }
  return { name: torchName([...parts.slice(0, -1), leaf].join('.')), flax: parts.at(-1) === 'kernel' }
}

/** Kernels of Flax have their inputs before their outputs, after the window if there is one: PyTorch's axes of each, by rank. */
const kernelOrders: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [3, 2, 0, 1] }

/** Axis i of the result is axis `order[i]` of the weight. */
export function permuted({ shape, data }: PublishedWeight, order: readonly number[]): PublishedWeight {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  const sizes = order.map((axis) => shape[axis]!)
  const steps = order.map((axis) => strides[axis]!)
  const out = new Float32Array(data.length)
  const index = sizes.map(() => 0)
  for (let at = 0, from = 0; at < out.length; at++) {
    out[at] = data[from]!
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!
      if (++index[axis]! < sizes[axis]!) break
      from -= steps[axis]! * sizes[axis]!
      index[axis] = 0
    }
  }
  return { shape: sizes, data: out }
}
