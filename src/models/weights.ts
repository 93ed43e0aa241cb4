/**
 * A network's weights between memory (32-bit floats by name) and a file. In a file of precision `int8`, the tensor
 * `name` holds the codes (I8) and `name.scales` the scales (F16, blocks along the last axis; see quantise.ts); vectors
 * and small tensors stay exact.
 */
import { NeufError } from '../errors/errors.ts'
import { quoted } from '../errors/quoted.ts'
import { dequantise, quantise, scalesShape } from './quantise.ts'
import type { ElementType, Safetensors, StoredTensor } from './safetensors.ts'
import { aligned, widen } from './widen.ts'

/** One weight tensor, row-major. */
export type Weight = { readonly shape: readonly number[]; readonly data: Float32Array }
export type Weights = ReadonlyMap<string, Weight>
export type Precision = 'fp32' | 'fp16' | 'int8'

const scalesSuffix = '.scales'

/** Below this a tensor is all norms, biases and the like: nothing to gain in bytes, much to lose in accuracy. */
const fewElements = 1024

/** @throws RangeError when a weight is not finite, or a name is taken by another's scales */
export function packWeights(weights: Weights, settings: { readonly precision: Precision }): Map<string, StoredTensor> {
  const packed = new Map<string, StoredTensor>()
  const put = (name: string, dtype: StoredTensor['dtype'], shape: readonly number[], data: ArrayBufferView) => {
    if (packed.has(name)) throw new RangeError(`two tensors would be stored as ${quoted(name)}`)
    packed.set(name, { dtype, shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) })
  }
  for (const [name, { shape, data }] of weights) {
    const wide = data.length >= fewElements && shape.length >= 2
    if (!wide || settings.precision === 'fp32') put(name, 'F32', shape, data)
    else if (settings.precision === 'fp16') put(name, 'F16', shape, new Float16Array(data))
    else {
      const { codes, scales } = quantise(data, shape)
      put(name, 'I8', shape, codes)
      put(name + scalesSuffix, 'F16', scalesShape(shape), scales)
    }
  }
  return packed
}

/**
 * Weights of any precision as 32-bit floats: F32, F16, BF16, and I8 with its scales.
 * @param path names the file in messages
 * @param shared puts them in memory that several threads can read
 * @throws NeufError `weights-broken`: another element type, codes without scales or the other way round, a weight that
 *   is not finite
 */
export function unpackWeights(
  { tensors }: Pick<Safetensors, 'tensors'>,
  path: string,
  { shared = false } = {},
): Map<string, Weight> {
  const wrong = (why: string): never => {
    throw new NeufError('weights-broken', { path, why })
  }
  const weights = new Map<string, Weight>()
  for (const [name, tensor] of tensors) {
    const coded = name.endsWith(scalesSuffix) ? tensors.get(name.slice(0, -scalesSuffix.length)) : undefined
    if (coded?.dtype === 'I8') continue
    const data =
      tensor.dtype === 'I8' ? fromCodes(name, tensor, tensors, wrong, shared) : fromFloats(name, tensor, wrong, shared)
    if (!allFinite(data)) wrong(`tensor ${quoted(name)} holds a weight that is not a finite number`)
    weights.set(name, { shape: tensor.shape, data })
  }
  return weights
}

type Wrong = (why: string) => never

/** What a network here is stored in; other types are other things. */
const floats: ReadonlySet<ElementType> = new Set(['F32', 'F16', 'BF16'])

const inSharedMemory = (length: number): Float32Array =>
  new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT))

function fromCodes(
  name: string,
  codes: StoredTensor,
  tensors: Safetensors['tensors'],
  wrong: Wrong,
  shared: boolean,
): Float32Array {
  const scales = tensors.get(name + scalesSuffix)
  if (scales === undefined) return wrong(`tensor ${quoted(name)} has no scales`)
  const shape = scalesShape(codes.shape)
  if (codes.shape.length === 0 || scales.dtype !== 'F16' || scales.shape.join() !== shape.join()) {
    return wrong(
      `the scales of ${quoted(name)} are ${scales.dtype} [${scales.shape.join(', ')}], not F16 [${shape.join(', ')}]`,
    )
  }
  const quantised = {
    shape: codes.shape,
    codes: new Int8Array(codes.data.buffer, codes.data.byteOffset, codes.data.byteLength),
    scales: aligned(scales.data, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length)),
  }
  return dequantise(quantised, shared ? inSharedMemory(quantised.codes.length) : undefined)
}

function fromFloats(name: string, { dtype, data }: StoredTensor, wrong: Wrong, shared: boolean): Float32Array {
  if (!floats.has(dtype)) return wrong(`tensor ${quoted(name)} has the element type ${dtype}, which no weight has`)
  const wide = widen(dtype, data)
  if (typeof wide === 'string') return wrong(`tensor ${quoted(name)} ${wide}`)
  if (!shared) return wide
  const everywhere = inSharedMemory(wide.length)
  everywhere.set(wide)
  return everywhere
}

function allFinite(data: Float32Array): boolean {
  // Infinity times 0, as NaN times 0, is NaN, which no sum loses: one pass without a branch.
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0
  return sum === 0
}
