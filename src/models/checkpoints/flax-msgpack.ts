/**
 * What `flax.serialization` writes (google/flax, `flax_model.msgpack` at Hugging Face): a tree of msgpack maps whose leaves
 * are arrays, extension 1 (3 for a numpy scalar) around `(shape, type's name, bytes)`. An array of over 1 GiB is a map of
 * its own, with its shape and its elements in chunks.
 */
import { NeufError } from '../../errors/errors.ts'
import { quoted } from '../../errors/quoted.ts'
import type { RandomAccess } from '../../storage/random-access.ts'
import { type ElementType, elementBytes } from '../safetensors.ts'
import { type ByteWindow, createByteWindow } from './byte-window.ts'
import { elementCount, type LocatedTensor, mostAxes } from './located-tensor.ts'
import { type Head, readHead } from './msgpack.ts'

/** Bounds of the reader; DALL·E mega is 10.4 GB, 7 names deep, and has 42 arrays. */
export const flaxLimits = {
  /** Keeps a mistaken path from being read through. */
  fileBytes: 2 ** 36,
  /** Every map is a call within a call. */
  depth: 32,
  /** A name is a module's or a parameter's, of 21 letters at most; it has to fit the window of the reader. */
  nameBytes: 256,
  /** Entries of maps and items of lists, all together, each with a path of so many letters at most: 64 MiB of them. */
  values: 2 ** 16,
  pathLetters: 1024,
} as const

const types: ReadonlyMap<string, ElementType> = new Map([
  ['float32', 'F32'],
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
  ['float64', 'F64'],
  ['bool', 'BOOL'],
  ...(['8', '16', '32', '64'] as const).flatMap((bits): [string, ElementType][] => [
    [`int${bits}`, `I${bits}`],
    [`uint${bits}`, `U${bits}`],
  ]),
])

const extensions = { array: 1, complex: 2, scalar: 3 } as const

const chunkedMark = '__msgpack_chunked_array__'

/** What stands in the tree. Values that are no arrays (a step's number, a text) are passed over unless a number. */
type Node =
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Node> }
  | { readonly kind: 'array'; readonly tensor: LocatedTensor }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'other' }

/**
 * Where each array of the tree lies, by its path joined with `/`. Of the file only heads and names are read.
 * @throws NeufError `weights-broken` with what is wrong and at which byte, `file-unreadable`
 */
export async function locateFlax(source: RandomAccess, limits = flaxLimits): Promise<Map<string, LocatedTensor>> {
  const wrong = (why: string, at?: number): never => {
    const place = at === undefined ? '' : ` (at byte ${at})`
    throw new NeufError('weights-broken', { path: source.path, why: why + place, format: 'Flax msgpack' })
  }
  if (source.size > limits.fileBytes) wrong(`${source.size} bytes are over the limit of ${limits.fileBytes}`)
  const bytes = createByteWindow(source)
  const reading: Reading = { bytes, end: source.size, limits, wrong, values: 0 }
  const root = await readNode(reading, 0)
  if (bytes.position < source.size) wrong(`${source.size - bytes.position} bytes after its tree belong to none`)
  const located = new Map<string, LocatedTensor>()
  const collect = (node: Node, path: string): void => {
    if (path.length > limits.pathLetters) wrong(`a path is longer than ${limits.pathLetters} letters`)
    if (node.kind === 'map' && !node.entries.has(chunkedMark)) {
      for (const [name, child] of node.entries) collect(child, path === '' ? name : `${path}/${name}`)
    } else if (node.kind === 'array' || node.kind === 'map') {
      if (located.has(path)) wrong(`it has two arrays of the path ${quoted(path)}`)
      located.set(path, node.kind === 'array' ? node.tensor : joinChunks(node.entries, path, wrong))
    }
  }
  collect(root, '')
  return located
}

type Wrong = (why: string, at?: number) => never
type Reading = {
  readonly bytes: ByteWindow
  readonly end: number
  readonly limits: { readonly depth: number; readonly nameBytes: number; readonly values: number }
  readonly wrong: Wrong
  /** So far. */
  values: number
}

async function readNode(reading: Reading, depth: number): Promise<Node> {
  const { bytes, end, limits, wrong } = reading
  const at = bytes.position
  const head = await readHead(bytes, end, wrong)
  if (depth === 0 && head.type !== 'map') return wrong('its root is not a map', at)
  switch (head.type) {
    case 'map':
    case 'array': {
      if (depth === limits.depth) return wrong(`it is nested more than ${limits.depth} deep`, at)
      reading.values += head.count
      if (reading.values > limits.values) return wrong(`it has more than ${limits.values} values`, at)
      const entries = new Map<string, Node>()
      for (let i = 0; i < head.count; i++) {
        const keyAt = bytes.position
        const key = head.type === 'map' ? await readText(reading, limits.nameBytes, 'a name') : String(i)
        if (entries.has(key)) return wrong(`it names ${quoted(key)} twice in one map`, keyAt)
        entries.set(key, await readNode(reading, depth + 1))
      }
      return { kind: 'map', entries }
    }
    case 'extension':
      if (head.code === extensions.array || head.code === extensions.scalar) {
        return { kind: 'array', tensor: await readArray(reading, head.length) }
      }
      if (head.code !== extensions.complex) return wrong(`Flax writes no extension of type ${head.code}`, at)
      bytes.position += head.length
      return { kind: 'other' }
    case 'text':
    case 'bytes':
      bytes.position += head.length
      return { kind: 'other' }
    case 'number':
      return { kind: 'number', value: head.value }
    default:
      return { kind: 'other' }
  }
}

async function readText({ bytes, end, wrong }: Reading, most: number, what: string): Promise<string> {
  const at = bytes.position
  const head = await readHead(bytes, end, wrong)
  if (head.type !== 'text') return wrong(`${what} is not a text`, at)
  if (head.length > most) return wrong(`${what} of ${head.length} bytes is over the limit of ${most}`, at)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await bytes.take(head.length))
  } catch (error) {
    if (error instanceof NeufError) throw error
    return wrong(`${what} is not UTF-8`, at)
  }
}

/** The content of an array's extension, which has `length` bytes: the position is left behind it. */
async function readArray(reading: Reading, length: number): Promise<LocatedTensor> {
  const { bytes, wrong } = reading
  const at = bytes.position
  const end = at + length
  const inside: Reading = { ...reading, end }
  const expect = async <T extends Head['type']>(type: T, what: string): Promise<Extract<Head, { type: T }>> => {
    const head = await readHead(bytes, end, wrong)
    return head.type === type ? (head as Extract<Head, { type: T }>) : wrong(`an array's ${what} is not sound`, at)
  }
  if ((await expect('array', 'content')).count !== 3) wrong('an array is not of shape, type and bytes', at)
  const axes = (await expect('array', 'shape')).count
  if (axes > mostAxes) wrong(`an array has ${axes} axes, over the limit of ${mostAxes}`, at)
  const shape: number[] = []
  for (let axis = 0; axis < axes; axis++) {
    const { value } = await expect('number', 'shape')
    if (!Number.isSafeInteger(value) || value < 0) wrong(`an array has an axis of ${value}`, at)
    shape.push(value)
  }
  const name = await readText(inside, 64, "an array's type")
  const dtype = types.get(name)
  if (dtype === undefined) return wrong(`an array has the element type ${quoted(name)}, which no weight has`, at)
  const stored = (await expect('bytes', 'content')).length
  const needed = elementCount(shape) * elementBytes[dtype]
  // Beyond 2^53 the product is only near the truth, but then far above any size that could pass.
  if (stored !== needed) {
    wrong(`an array of shape [${shape.join(', ')}] and type ${name} needs ${needed} bytes and has ${stored}`, at)
  }
  const position = bytes.position
  if (position + stored !== end) wrong(`${end - position - stored} bytes of an array belong to none`, at)
  bytes.position = end
  return { dtype, shape, spans: [{ position, bytes: stored }] }
}

/** An array in chunks: `shape` and `chunks` are maps by whole numbers, each chunk an array of one axis. */
function joinChunks(entries: ReadonlyMap<string, Node>, path: string, wrong: Wrong): LocatedTensor {
  const list = (name: string): readonly Node[] => {
    const node = entries.get(name)
    if (node?.kind !== 'map') return wrong(`the array ${quoted(path)} in chunks has no ${name}`)
    return Array.from(node.entries, (_, i) => {
      return (
        node.entries.get(String(i)) ?? wrong(`the array ${quoted(path)} in chunks lacks number ${i} of its ${name}`)
      )
    })
  }
  const shape = list('shape').map((node) => {
    if (node.kind !== 'number' || !Number.isSafeInteger(node.value) || node.value < 0) {
      return wrong(`the array ${quoted(path)} in chunks has no sound shape`)
    }
    return node.value
  })
  if (shape.length > mostAxes)
    wrong(`the array ${quoted(path)} has ${shape.length} axes, over the limit of ${mostAxes}`)
  const chunks = list('chunks').map((node) => {
    return node.kind === 'array' && node.tensor.shape.length === 1
      ? node.tensor
      : wrong(`the array ${quoted(path)} in chunks has a chunk that is no array of one axis`)
  })
  const [first] = chunks
  if (first === undefined) return wrong(`the array ${quoted(path)} in chunks has none`)
  if (chunks.some(({ dtype }) => dtype !== first.dtype)) wrong(`the array ${quoted(path)} has chunks of several types`)
  const stored = chunks.reduce((sum, chunk) => sum + elementCount(chunk.shape), 0)
  if (stored !== elementCount(shape)) {
    wrong(
      `the array ${quoted(path)} of shape [${shape.join(', ')}] needs ${elementCount(shape)} elements and has ${stored}`,
    )
  }
  return { dtype: first.dtype, shape, spans: chunks.flatMap(({ spans }) => spans) }
}
