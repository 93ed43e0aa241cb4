/**
 * What `torch.save` writes since PyTorch 1.6: a zip archive with `data.pkl`, a pickle that describes the tensors, and
 * their storages as entries `data/0`, `data/1` ... A tensor is a view of a storage: an offset, sizes and strides. Nothing
 * of a file is run (see pickle.ts).
 */
import { NeufError } from '../../errors/errors.ts'
import { quoted } from '../../errors/quoted.ts'
import type { RandomAccess } from '../../storage/random-access.ts'
import { type ElementType, elementBytes } from '../safetensors.ts'
import { elementCount, type LocatedTensor, mostAxes, placesAreOwn, rowMajor } from './located-tensor.ts'
import { type Globals, isKind, type PickleValue, readPickle } from './pickle.ts'
import { readZipDirectory, readZipEntry, type ZipEntry } from './zip.ts'

export const torchLimits = {
  /** Some 120 bytes a tensor, and under 1,000 tensors in DALL·E mega. */
  pickleBytes: 2 ** 22,
  /** Names with what is in them, in lists and dictionaries within each other. */
  depth: 32,
  nameLetters: 1024,
  /** What a walk through lists and dictionaries meets: those within several others are met several times. */
  values: 2 ** 16,
} as const

const storages: ReadonlyMap<string, ElementType> = new Map([
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.DoubleStorage', 'F64'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
])

type Storage = { readonly dtype: ElementType; readonly elements: number; readonly position: number }
type Made = { readonly storage: Storage } | { readonly tensor: LocatedTensor }
type Value = PickleValue<Made>

type Wrong = (why: string) => never

/**
 * Where each tensor lies, by its name: those within dictionaries and lists as `outer.inner`. Whatever is no tensor (an
 * epoch, a rate) is passed over.
 * @throws NeufError `weights-broken` with what is wrong, `checkpoint-unknown` for an archive of other things,
 *   `file-unreadable`
 */
export async function locateTorch(source: RandomAccess): Promise<Map<string, LocatedTensor>> {
  const { path } = source
  const wrong: Wrong = (why) => {
    throw new NeufError('weights-broken', { path, why, format: 'PyTorch' })
  }
  const entries = await readZipDirectory(source, wrong)
  const [name, ...more] = [...entries.keys()].filter((each) => /^([^/]+\/)?data\.pkl$/.test(each))
  if (name === undefined || more.length > 0) {
    const why = 'it is a zip archive without the one data.pkl that torch.save writes'
    throw new NeufError('checkpoint-unknown', { path, why, todo: 'Give a file of weights as torch.save writes them.' })
  }
  const folder = name.slice(0, -'data.pkl'.length)
  const content = async (entry: ZipEntry, most: number) => readZipEntry(source, entry, most, wrong)
  const order = entries.get(`${folder}byteorder`)
  if (order !== undefined && new TextDecoder().decode(await content(order, 16)) !== 'little') {
    wrong('its numbers are not in little-endian order')
  }
  const pickle = await content(entries.get(name)!, torchLimits.pickleBytes)
  const root = readPickle(pickle, globals(wrong), (id) => storageOf(id, entries, folder, wrong), wrong)
  const located = new Map<string, LocatedTensor>()
  let met = 0
  const collect = (value: Value, at: string, depth: number): void => {
    if (++met > torchLimits.values) wrong(`it has more than ${torchLimits.values} values`)
    if (depth > torchLimits.depth) wrong(`it is nested more than ${torchLimits.depth} deep`)
    if (at.length > torchLimits.nameLetters) wrong(`a name is longer than ${torchLimits.nameLetters} letters`)
    const child = (key: unknown) => (depth === 0 ? String(key) : `${at}.${key}`)
    if (isKind(value, 'dictionary')) for (const [key, one] of value.entries) collect(one, child(key), depth + 1)
    else if (isKind(value, 'list') || isKind(value, 'tuple')) {
      value.items.forEach((one, i) => {
        collect(one, child(i), depth + 1)
      })
    } else if (isKind(value, 'made') && 'tensor' in value.made) {
      if (located.has(at)) wrong(`it has two tensors of the name ${quoted(at)}`)
      located.set(at, value.made.tensor)
    }
  }
  if (isKind(root, 'made')) wrong('it holds a tensor without a name')
  collect(root, '', 0)
  return located
}

/** All that a file of tensors names. */
function globals(wrong: Wrong): Globals<Made> {
  return new Map<string, 'mark' | ((values: readonly Value[]) => Value)>([
    ...[...storages.keys()].map((name) => [name, 'mark'] as const),
    [
      'collections.OrderedDict',
      (values) => (values.length === 0 ? { kind: 'dictionary', entries: new Map() } : wrong('a dictionary has values')),
    ],
    ['torch._utils._rebuild_tensor_v2', (values) => ({ kind: 'made', made: { tensor: tensorOf(values, wrong) } })],
    [
      'torch._utils._rebuild_parameter',
      ([tensor]) => (isKind(tensor, 'made') && 'tensor' in tensor.made ? tensor : wrong('a parameter has no tensor')),
    ],
  ])
}

/** ('storage', type, key, device, elements) */
function storageOf(id: Value, entries: ReadonlyMap<string, ZipEntry>, folder: string, wrong: Wrong): Value {
  const [word, type, key, , elements] = isKind(id, 'tuple') ? id.items : []
  const dtype = isKind(type, 'global') ? storages.get(type.name) : undefined
  if (word !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(elements)) {
    return wrong('a storage is not described as torch.save does')
  }
  const name = `${folder}data/${key}`
  const entry = entries.get(name)
  if (entry === undefined) return wrong(`the storage ${quoted(name)} is missing`)
  if (entry.method !== 'stored') return wrong(`the storage ${quoted(name)} is compressed, which torch.save never does`)
  const needed = elements * elementBytes[dtype]
  if (entry.bytes !== needed) return wrong(`the storage ${quoted(name)} needs ${needed} bytes and has ${entry.bytes}`)
  return { kind: 'made', made: { storage: { dtype, elements, position: entry.position } } }
}

/** (storage, offset, sizes, strides, needs a gradient, hooks): offset and strides in elements */
function tensorOf([storage, offset, sizes, steps]: readonly Value[], wrong: Wrong): LocatedTensor {
  if (!isKind(storage, 'made') || !('storage' in storage.made)) return wrong('a tensor has no storage')
  const shape = isKind(sizes, 'tuple') ? sizes.items : []
  const strides = isKind(steps, 'tuple') ? steps.items : []
  if (!isCount(offset) || !isKind(sizes, 'tuple') || !isKind(steps, 'tuple') || shape.length !== strides.length) {
    return wrong('a tensor is not described as torch.save does')
  }
  if (shape.length > mostAxes) wrong(`a tensor has ${shape.length} axes, over the limit of ${mostAxes}`)
  if (!shape.every(isCount) || !strides.every(isCount)) return wrong('a tensor has no sound sizes and strides')
  const place = `a tensor of shape [${shape.join(', ')}], strides [${strides.join(', ')}] and offset ${offset}`
  const { dtype, elements, position } = storage.made.storage
  const size = elementBytes[dtype]
  const count = elementCount(shape)
  const reach = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis]!, count === 0 ? 0 : 1)
  if (offset + (count === 0 ? 0 : reach) > elements) wrong(`${place} goes beyond its storage of ${elements} elements`)
  const located = { dtype, shape, spans: [{ position: position + offset * size, bytes: (count && reach) * size }] }
  const plain = rowMajor(shape)
  if (count === 0 || shape.every((n, axis) => n === 1 || strides[axis] === plain[axis])) return located
  if (!placesAreOwn(shape, strides)) wrong(`${place} has elements that share a place`)
  return { ...located, strides }
}

function isCount(value: Value | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
