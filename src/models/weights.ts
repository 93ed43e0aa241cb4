/**
 * A network's weights between memory (32-bit floats by name) and a file. In a file of precision `int8`, the tensor
 * `name` holds the codes (I8) and `name.scales` the scales (F16, blocks along the last axis; see quantise.ts); vectors
 * and small tensors stay exact.
 */
import { NeufError } from '../errors/errors.ts'
import { dequantise, quantise, scalesShape } from './quantise.ts'
import type { Safetensors, StoredTensor } from './safetensors.ts'

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
    if (packed.has(name)) throw new RangeError(`two tensors would be stored as "${name}"`)
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
    if (!allFinite(data)) wrong(`tensor "${name}" holds a weight that is not a finite number`)
    weights.set(name, { shape: tensor.shape, data })
  }
  return weights
}

type Wrong = (why: string) => never

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
  if (scales === undefined) return wrong(`tensor "${name}" has no scales`)
  const shape = scalesShape(codes.shape)
  if (codes.shape.length === 0 || scales.dtype !== 'F16' || scales.shape.join() !== shape.join()) {
    return wrong(
      `the scales of "${name}" are ${scales.dtype} [${scales.shape.join(', ')}], not F16 [${shape.join(', ')}]`,
    )
  }
  const quantised = {
    shape: codes.shape,
    codes: new Int8Array(codes.data.buffer, codes.data.byteOffset, codes.data.byteLength),
    scales: aligned(scales.data, (buffer, offset, length) => new Uint16Array(buffer, offset, length), 2),
  }
  return dequantise(quantised, shared ? inSharedMemory(quantised.codes.length) : undefined)
}

function fromFloats(name: string, tensor: StoredTensor, wrong: Wrong, shared: boolean): Float32Array {
  const own = widened(name, tensor, wrong)
  if (!shared) return own
  const data = inSharedMemory(own.length)
  data.set(own)
  return data
}

function widened(name: string, { dtype, data }: StoredTensor, wrong: Wrong): Float32Array {
  if (dtype === 'F32') return aligned(data, (buffer, offset, length) => new Float32Array(buffer, offset, length), 4)
  if (dtype === 'F16') {
    return new Float32Array(aligned(data, (buffer, offset, length) => new Float16Array(buffer, offset, length), 2))
  }
  if (dtype !== 'BF16') return wrong(`tensor "${name}" has the element type ${dtype}, which no weight has`)
  // The upper half of a 32-bit float.
  const halves = aligned(data, (buffer, offset, length) => new Uint16Array(buffer, offset, length), 2)
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  return new Float32Array(bits.buffer)
}

/** A typed view where the place allows one, else of a copy: a foreign file need not align its tensors. */
function aligned<T>(
  data: Uint8Array,
  view: (buffer: ArrayBuffer, offset: number, length: number) => T,
  size: number,
): T {
  const { buffer, byteOffset, byteLength } = atMultipleOf(data, size)
  return view(buffer as ArrayBuffer, byteOffset, byteLength / size)
}

function atMultipleOf(data: Uint8Array, size: number): Uint8Array {
  return data.byteOffset % size === 0 ? data : data.slice()
}

function allFinite(data: Float32Array): boolean {
  // Infinity times 0, as NaN times 0, is NaN, which no sum loses: one pass without a branch.
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0
  return sum === 0
}
