/** A network's file as it is written: laid out from names and shapes, and filled from weights that come one at a time. */
import { quoted } from '../errors/quoted.ts'
import type { FileToFill } from '../storage/atomic-write.ts'
import { fillSafetensors } from './fill-safetensors.ts'
import type { JsonObject, NetworkFile } from './model-json.ts'
import { layOut, type StoredTensor, type TensorKind } from './safetensors.ts'
import { type Precisions, packedKinds, packWeight, type Weight, type Weights } from './weights.ts'

/** Weights that are not all in memory. */
export type WeightStream = {
  /** Of every weight, by its name: known before any is read. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Every weight once, in any order. It may be asked for again. */
  read(): AsyncIterable<readonly [name: string, weight: Weight]>
}

export type NetworkToWrite<W extends Weights | WeightStream = Weights> = {
  readonly settings: JsonObject
  readonly weights: W
  readonly precision: Precisions
  /** What the file says of its precision besides, in its metadata. */
  readonly about?: Readonly<Record<string, string>>
}

/** A weight that no file holds: not finite, or too large for what it was to be stored in. */
export class UnstorableWeight extends RangeError {}

/** What `entry` says until the file is filled. */
const notYet = '0'.repeat(64)

/** @throws RangeError when a name is taken by another's scales; `fill`: UnstorableWeight, and what reading the weights throws */
export function networkFile(
  name: string,
  { settings, weights, precision, about = {} }: NetworkToWrite<Weights | WeightStream>,
) {
  const shapes = 'read' in weights ? weights.shapes : new Map([...weights].map(([own, { shape }]) => [own, shape]))
  const kinds = new Map<string, TensorKind>()
  for (const [own, shape] of shapes) {
    for (const [stored, kind] of packedKinds(own, shape, precision)) {
      if (kinds.has(stored)) throw new RangeError(`two tensors would be stored as ${quoted(stored)}`)
      kinds.set(stored, kind)
    }
  }
  const words = typeof precision === 'string' ? precision : 'mixed'
  const layout = layOut(kinds, { ...about, network: name, precision: words })
  const file = `${name}.safetensors`
  let sha256 = notYet
  async function* tensors(): AsyncGenerator<readonly [string, StoredTensor]> {
    for await (const [own, weight] of 'read' in weights ? weights.read() : weights) {
      yield* packed(own, weight, precision)
    }
  }
  return {
    name,
    file,
    entry: (): NetworkFile => ({ file, bytes: layout.bytes, sha256, settings }),
    fill: async (to: FileToFill): Promise<void> => {
      sha256 = await fillSafetensors(to, layout, tensors())
    },
  }
}

/** What would not be read again is not written: weights that are not finite, in any precision. */
function packed(name: string, weight: Weight, precision: Precisions): [string, StoredTensor][] {
  // Infinity times 0, as NaN times 0, is NaN, which no sum loses.
  let sum = 0
  for (let i = 0; i < weight.data.length; i++) sum += weight.data[i]! * 0
  if (sum !== 0) throw new UnstorableWeight(`the weight ${quoted(name)} holds a number that is not finite`)
  try {
    return packWeight(name, weight, precision)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new UnstorableWeight(`the weight ${quoted(name)} cannot be stored: ${cause.message}`, { cause })
  }
}
