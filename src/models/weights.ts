/**
 * A network's weights between memory (32-bit floats by name) and a file. What a tensor is stored in shows from its element type
 * alone. In 8 bit, the tensor `name` holds the codes (I8) and `name.scales` the scales (F16, blocks along the last axis; see
 * quantise.ts); where the scales have one axis, each is an output's, and codes stand with outputs last (quantise-rows.ts); in 4 bit,
 * two codes a byte (U8, half as many columns; see quantise-4.ts). Vectors and small tensors stay exact.
 */
import { NeufError } from '../errors/errors.ts'
import { quoted } from '../errors/quoted.ts'
import type { BlockWeight, RowWeight, WeightData } from '../graph/index.ts'
import { blocksOf4, blocksOf8, rowsOf8 } from './coded-weights.ts'
import { dequantise, type Quantised, quantise, scalesShape } from './quantise.ts'
import { dequantise4, fitsFourBits, type Quantised4, quantise4 } from './quantise-4.ts'
import { dequantiseRows, fitsRows, type QuantisedRows, quantiseRows } from './quantise-rows.ts'
import type { ElementType, Safetensors, StoredTensor, TensorKind } from './safetensors.ts'
import { aligned, widen } from './widen.ts'

/** One weight tensor, row-major. */
export type Weight = { readonly shape: readonly number[]; readonly data: Float32Array }
export type Weights = ReadonlyMap<string, Weight>
export type Precision = 'fp32' | 'fp16' | 'int8' | 'int8-rows' | 'int4'

/** Whether it stores whole numbers and scales, which an engine can read as they are. */
export const storesCodes = (precision: Precision): boolean => precision.startsWith('int')

/** One precision for all tensors, or each tensor's own. */
export type Precisions = Precision | ((name: string) => Precision)

export const scalesSuffix = '.scales'

/** Below this a tensor is all norms, biases and the like: nothing to gain in bytes, much to lose in accuracy. */
const fewElements = 1024

const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/**
 * What a tensor of this shape is stored in: vectors and small tensors are exact, an odd row has 8 bits for 4, and what `fitsRows` says
 * no to has blocks for rows.
 */
export function storedPrecision(name: string, shape: readonly number[], precisions: Precisions): Precision {
  if (elementsOf(shape) < fewElements || shape.length < 2) return 'fp32'
  const precision = typeof precisions === 'string' ? precisions : precisions(name)
  if (precision === 'int8-rows') return fitsRows(shape) ? precision : 'int8'
  return precision === 'int4' && !fitsFourBits(shape) ? 'int8' : precision
}

/** The tensors that a weight becomes, before any number of it is known. */
export function packedKinds(name: string, shape: readonly number[], precisions: Precisions): [string, TensorKind][] {
  const precision = storedPrecision(name, shape, precisions)
  if (precision === 'fp32') return [[name, { dtype: 'F32', shape }]]
  if (precision === 'fp16') return [[name, { dtype: 'F16', shape }]]
  if (precision === 'int8-rows') {
    return [
      [name, { dtype: 'I8', shape: shape.toReversed() }],
      [name + scalesSuffix, { dtype: 'F16', shape: shape.slice(0, 1) }],
    ]
  }
  const codes: TensorKind =
    precision === 'int8' ? { dtype: 'I8', shape } : { dtype: 'U8', shape: shape.with(-1, shape.at(-1)! / 2) }
  return [
    [name, codes],
    [name + scalesSuffix, { dtype: 'F16', shape: scalesShape(shape) }],
  ]
}

/** A weight as its tensors. @throws RangeError when it is coded and not finite, or too large */
export function packWeight(name: string, { shape, data }: Weight, precisions: Precisions): [string, StoredTensor][] {
  const precision = storedPrecision(name, shape, precisions)
  const kinds = packedKinds(name, shape, precision)
  const coded = (code: typeof quantise | typeof quantiseRows | typeof quantise4): ArrayBufferView[] => {
    const { codes, scales } = code(data, shape)
    return [codes, scales]
  }
  const parts: Record<Precision, () => ArrayBufferView[]> = {
    fp32: () => [data],
    fp16: () => [halves(data)],
    int8: () => coded(quantise),
    'int8-rows': () => coded(quantiseRows),
    int4: () => coded(quantise4),
  }
  return parts[precision]().map((part, i) => {
    const [own, kind] = kinds[i]!
    return [own, { ...kind, data: new Uint8Array(part.buffer, part.byteOffset, part.byteLength) }]
  })
}

function halves(data: Float32Array): Float16Array {
  const narrow = new Float16Array(data)
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(narrow[i]) && Number.isFinite(data[i])) throw new RangeError(`weight ${i} is ${data[i]}`)
  }
  return narrow
}

/** @throws RangeError when a weight is not finite, or a name is taken by another's scales */
export function packWeights(weights: Weights, settings: { readonly precision: Precisions }): Map<string, StoredTensor> {
  const packed = new Map<string, StoredTensor>()
  for (const [name, weight] of weights) {
    for (const [own, tensor] of packWeight(name, weight, settings.precision)) {
      if (packed.has(own)) throw new RangeError(`two tensors would be stored as ${quoted(own)}`)
      packed.set(own, tensor)
    }
  }
  return packed
}

/** The name of the coded tensor whose scales this one is; undefined where it is none's. */
export function codesOfScales(name: string, tensors: ReadonlyMap<string, TensorKind>): string | undefined {
  if (!name.endsWith(scalesSuffix)) return undefined
  const codes = name.slice(0, -scalesSuffix.length)
  const dtype = tensors.get(codes)?.dtype
  return dtype === 'I8' || dtype === 'U8' ? codes : undefined
}

/** Where weights are put; `shared`: in memory that several threads can read. */
export type WeightPlace = { readonly shared?: boolean }

/**
 * Weights of any precision as 32-bit floats: F32, F16, BF16, and I8 and U8 with their scales.
 * @param path names the file in messages
 * @throws NeufError `weights-broken`: another element type, codes without scales or the other way round, a weight that
 *   is not finite
 */
export function unpackWeights(
  { tensors }: Pick<Safetensors, 'tensors'>,
  path: string,
  options: WeightPlace = {},
): Map<string, Weight> {
  const weights = new Map<string, Weight>()
  for (const [name, tensor] of tensors) {
    if (codesOfScales(name, tensors) !== undefined) continue
    weights.set(name, unpackWeight(name, tensor, tensors.get(name + scalesSuffix), path, options))
  }
  return weights
}

/** One weight of `unpackWeights`, from its tensor and, where it is coded, its scales. */
export function unpackWeight(
  name: string,
  tensor: StoredTensor,
  scales: StoredTensor | undefined,
  path: string,
  { shared = false }: WeightPlace = {},
): Weight {
  const wrong = wrongIn(path)
  const coded = readCodes(name, tensor, scales, wrong)
  const place = shared && coded !== undefined && coded.in !== 'int4' ? inSharedMemory(coded.codes.length) : undefined
  const own = coded === undefined ? fromFloats(name, tensor, wrong) : numbersOf(coded, place)
  const data = shared && place === undefined ? shareable(own) : own
  if (!allFinite(data)) wrong(`tensor ${quoted(name)} holds a weight that is not a finite number`)
  return { shape: coded?.shape ?? tensor.shape, data }
}

/** `unpackWeight` that leaves codes as they are. The tensor's memory must be its own: codes may change in it. */
export function unpackCodes(
  name: string,
  tensor: StoredTensor,
  scales: StoredTensor | undefined,
  path: string,
): WeightData {
  const wrong = wrongIn(path)
  const coded = readCodes(name, tensor, scales, wrong)
  if (coded === undefined) return unpackWeight(name, tensor, scales, path)
  const weight = codesOf(coded)
  if (!allFinite(weight.scales)) wrong(`tensor ${quoted(name)} holds a weight that is not a finite number`)
  return weight
}

type Coded =
  | ({ readonly in: 'int8' } & Quantised)
  | ({ readonly in: 'int8-rows' } & QuantisedRows)
  | ({ readonly in: 'int4' } & Quantised4)

function numbersOf(coded: Coded, place?: Float32Array): Float32Array {
  if (coded.in === 'int4') return dequantise4(coded)
  return coded.in === 'int8' ? dequantise(coded, place) : dequantiseRows(coded, place)
}

function codesOf(coded: Coded): BlockWeight | RowWeight {
  if (coded.in === 'int4') return blocksOf4(coded)
  return coded.in === 'int8' ? blocksOf8(coded) : rowsOf8(coded)
}

type Wrong = (why: string) => never

/** What a network here is stored in; other types are other things. */
const floats: ReadonlySet<ElementType> = new Set(['F32', 'F16', 'BF16'])

const inSharedMemory = (length: number): Float32Array =>
  new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT))

function shareable(data: Float32Array): Float32Array {
  const everywhere = inSharedMemory(data.length)
  everywhere.set(data)
  return everywhere
}

function wrongIn(path: string): Wrong {
  return (why) => {
    throw new NeufError('weights-broken', { path, why })
  }
}

/** The parts of a coded weight, checked against each other; undefined for one that is not coded. */
function readCodes(
  name: string,
  tensor: StoredTensor,
  scales: StoredTensor | undefined,
  wrong: Wrong,
): Coded | undefined {
  // Bytes without scales are no weight, and refused as such.
  const fourBits = tensor.dtype === 'U8' && scales !== undefined
  if (tensor.dtype !== 'I8' && !fourBits) return undefined
  if (scales === undefined) return wrong(`tensor ${quoted(name)} has no scales`)
  const { data } = tensor
  const halves = () => aligned(scales.data, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length))
  const bytes = () => new Int8Array(data.buffer, data.byteOffset, data.byteLength)
  const [axes, outputs] = [tensor.shape.length, tensor.shape.at(-1)]
  if (!fourBits && scales.shape.length === 1 && axes === 2) {
    checkScales(name, scales, [outputs!], wrong)
    return { in: 'int8-rows', shape: tensor.shape.toReversed(), codes: bytes(), scales: halves() }
  }
  const shape = fourBits && axes > 0 ? tensor.shape.with(-1, outputs! * 2) : tensor.shape
  checkScales(name, scales, axes === 0 ? undefined : scalesShape(shape), wrong)
  return fourBits
    ? { in: 'int4', shape, codes: data, scales: halves() }
    : { in: 'int8', shape, codes: bytes(), scales: halves() }
}

/** Nothing has the scales of a single number. */
function checkScales(
  name: string,
  { dtype, shape }: StoredTensor,
  expected: readonly number[] | undefined,
  wrong: Wrong,
) {
  if (dtype === 'F16' && shape.join() === expected?.join()) return
  wrong(`the scales of ${quoted(name)} are ${dtype} [${shape.join(', ')}], not F16 [${(expected ?? []).join(', ')}]`)
}

function fromFloats(name: string, { dtype, data }: StoredTensor, wrong: Wrong): Float32Array {
  if (!floats.has(dtype)) return wrong(`tensor ${quoted(name)} has the element type ${dtype}, which no weight has`)
  const wide = widen(dtype, data)
  return typeof wide === 'string' ? wrong(`tensor ${quoted(name)} ${wide}`) : wide
}

function allFinite(data: Float32Array): boolean {
  // Infinity times 0, as NaN times 0, is NaN, which no sum loses: one pass without a branch.
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0
  return sum === 0
}
