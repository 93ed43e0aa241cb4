/** A small DALL·E mini of random weights as it would have been published: files of Flax and of PyTorch, and their texts. */
import { readFileSync } from 'node:fs'
import { count } from '../../../graph/testing/pseudo-random.ts'
import { type Checkpoint, readCheckpoint } from '../../../models/checkpoints/checkpoint.ts'
import { packTree } from '../../../models/checkpoints/testing/build-msgpack.ts'
import { dictionary, pickle, tensor, torchFile } from '../../../models/checkpoints/testing/build-torch.ts'
import { type CheckpointWeight, memoryCheckpoint } from '../../../models/checkpoints/testing/memory-checkpoint.ts'
import { memoryFile } from '../../../models/checkpoints/testing/memory-file.ts'
import type { ModelToWrite } from '../../../models/model-folder.ts'
import type { ClipSettings } from '../../../networks/clip.ts'
import type { DalleMiniSettings } from '../../../networks/dalle-mini.ts'
import type { VqganSettings } from '../../../networks/vqgan.ts'
import { philoxNormals } from '../../../random/philox.ts'
import { publishedClip } from '../published/clip.ts'
import { publishedGenerator } from '../published/generator.ts'
import type { PublishedNetwork } from '../published/match-weights.ts'
import {
  type PublishedFiles,
  type PublishedModel,
  type PublishedSettings,
  publishedSampling,
} from '../published/model.ts'
import { reordered } from '../published/reorder.ts'
import { publishedVqgan } from '../published/vqgan.ts'

type Tensors = ReadonlyMap<string, CheckpointWeight>

const generator: DalleMiniSettings = {
  ...{ width: 128, heads: 2, encoderLayers: 1, decoderLayers: 2, feedForward: 90 },
  ...{ textVocabulary: 410, textLength: 16, imageVocabulary: 96, imageLength: 256, tableRows: 97 },
  initialDeviation: 0.15,
}

const imageTokenizer: VqganSettings = {
  ...{ side: 32, codes: 96, codeWidth: 8, latentWidth: 8, levels: [8, 16], blocks: 1, attentionRows: [16] },
  ...{ groups: 4, epsilon: 1e-6 },
}

const scorer: ClipSettings = {
  embedding: 12,
  text: { width: 16, heads: 2, layers: 1, vocabulary: 649, length: 20 },
  picture: { width: 16, heads: 2, layers: 1, side: 24, patch: 8 },
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
}

/** Head size 64 and 256 positions, as in the published ones. */
export const smallPublished: PublishedSettings = {
  name: 'small-published',
  ...{ generator, imageTokenizer, scorer },
  sampling: { ...publishedSampling, candidates: 10 },
  precision: { generator: 'fp32', imageTokenizer: 'fp32', scorer: 'fp32' },
}

/** Weights of ours for a network, none of them left zero or one. */
export function randomWeights({ parameters }: PublishedNetwork, seed: number): Tensors {
  const entries = [...parameters].map(([name, shape], place): [string, CheckpointWeight] => {
    const middle = shape.length === 1 && !name.endsWith('bias') ? 1 : 0
    const inputs = count(shape.slice(1))
    const deviation = shape.length === 1 ? 0.2 : name.includes('embed') ? 0.5 : 1.5 / Math.sqrt(inputs)
    const data = Float32Array.from({ length: count(shape) }, (_, i) => {
      return middle + deviation * philoxNormals(seed, place, i)[0]
    })
    return [name, { shape, data }]
  })
  return new Map(entries)
}

/** The same as the tensors of a published file: by other names, axes in another order, layers stacked, tables longer. */
export function asPublished(network: PublishedNetwork, weights: Tensors, rowsMore = 0): Map<string, CheckpointWeight> {
  const tensors = new Map<string, CheckpointWeight>()
  for (const [name, { shape: own, data }] of weights) {
    const { tensor: path, shape, order = shape.map((_, axis) => axis), layer, longer } = network.find(name, own)
    const ours = order.map((axis) => shape[axis]!)
    const inverse = shape.map((_, axis) => order.indexOf(axis))
    let stored: CheckpointWeight = { shape, data: reordered(data, ours, ours, inverse).slice() }
    if (longer !== undefined) stored = lengthened(stored, longer, rowsMore)
    if (layer !== undefined) {
      const all = tensors.get(path) ?? { shape: [layer.of, ...shape], data: new Float32Array(layer.of * data.length) }
      all.data.set(stored.data, layer.index * data.length)
      stored = all
    }
    tensors.set(path, stored)
  }
  return tensors
}

/** More rows or columns, of sevens. */
function lengthened({ shape, data }: CheckpointWeight, axis: number, more: number): CheckpointWeight {
  const [rows, columns] = shape as [number, number]
  const longer = axis === 0 ? [rows + more, columns] : [rows, columns + more]
  const out = new Float32Array(count(longer)).fill(7)
  for (let row = 0; row < rows; row++) out.set(data.subarray(row * columns, (row + 1) * columns), row * longer[1]!)
  return { shape: longer, data: out }
}

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** As `flax.serialization` writes a tree. */
export function flaxBytes(tensors: Tensors): Uint8Array {
  type Tree = { [name: string]: unknown }
  const root: Tree = {}
  for (const [path, { shape, data }] of tensors) {
    const parts = path.split('/')
    const leaf = parts.pop()!
    let tree = root
    for (const part of parts) {
      tree[part] ??= {}
      tree = tree[part] as Tree
    }
    tree[leaf] = { dtype: 'float32', shape, data: bytesOf(data) }
  }
  return packTree(root)
}

/** As `torch.save` writes a dictionary of tensors; `positions` is one of whole numbers. */
export function torchBytes(tensors: Tensors, positions?: string): Uint8Array {
  const rowMajor = (shape: readonly number[]) => shape.map((_, axis) => count(shape.slice(axis + 1)))
  const entries = [...tensors].map(([name, { shape, data }], i) => {
    const described = tensor({ key: `${i + 1}`, elements: data.length, shape, strides: rowMajor(shape) })
    return { name, described, file: { name: `m/data/${i + 1}`, data: bytesOf(data) } }
  })
  const integers = BigInt64Array.from([0n, 1n, 2n])
  const ids = tensor({ type: 'LongStorage', key: 'p', elements: 3, shape: [1, 3], strides: [3, 1] })
  const described = Object.fromEntries(entries.map((entry) => [entry.name, entry.described]))
  return torchFile(pickle(dictionary({ ...described, ...(positions !== undefined && { [positions]: ids }) })), [
    ...entries.map(({ file }) => file),
    ...(positions === undefined ? [] : [{ name: 'm/data/p', data: new Uint8Array(integers.buffer) }]),
  ])
}

const open = (bytes: Uint8Array, path: string): Promise<Checkpoint> => readCheckpoint(memoryFile(bytes, path))
const ofText = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../text/testing/${name}`, import.meta.url)))

/** BART's and CLIP's tokenizers, small. */
export const textFiles = {
  tokenizer: { json: ofText('vectors/bart-tokenizer.json') },
  scorerTokenizer: { json: ofText('vectors/clip-tokenizer.json') },
  words: ofText('word-frequencies.txt'),
  card: '# Random weights\n',
} satisfies Partial<PublishedFiles>

/** Random weights for each network, and where a file of these formats has them. */
function randomNetworks(
  { generator, imageTokenizer, scorer }: PublishedSettings,
  scorerFormat: Checkpoint['format'],
  seed: number,
) {
  const empty = (format: Checkpoint['format']) => memoryCheckpoint(new Map(), 'x', { format })
  const networks = {
    generator: publishedGenerator({ flax: empty('Flax msgpack') }, generator),
    imageTokenizer: publishedVqgan(empty('Flax msgpack'), imageTokenizer),
    scorer: publishedClip(empty(scorerFormat), scorer),
  }
  const weights = {
    generator: randomWeights(networks.generator, seed),
    imageTokenizer: randomWeights(networks.imageTokenizer, seed + 1),
    scorer: randomWeights(networks.scorer, seed + 2),
  }
  return {
    weights,
    published: {
      generator: asPublished(networks.generator, weights.generator, 5),
      imageTokenizer: asPublished(networks.imageTokenizer, weights.imageTokenizer),
      scorer: asPublished(networks.scorer, weights.scorer),
    },
  }
}

/** The original's: generator and VQGAN of Flax, CLIP of PyTorch. `weights` are what a model must have of them. */
export async function publishedFiles(settings: PublishedSettings, seed = 1) {
  const { published, weights } = randomNetworks(settings, 'PyTorch', seed)
  const files: PublishedFiles = {
    generator: { flax: await open(flaxBytes(published.generator), 'flax_model.msgpack') },
    imageTokenizer: await open(flaxBytes(published.imageTokenizer), 'vqgan.msgpack'),
    scorer: await open(torchBytes(published.scorer, 'text_model.embeddings.position_ids'), 'pytorch_model.bin'),
    ...textFiles,
  }
  return { files, weights }
}

/** All of Flax, as the hub has them: bytes by role and name. `weights` are what a model must have of them. */
export function publishedBytes(settings: PublishedSettings, seed = 1) {
  const { published, weights } = randomNetworks(settings, 'Flax msgpack', seed)
  const flax = (name: keyof typeof published) => ({ 'flax_model.msgpack': flaxBytes(published[name]) })
  const bytes = {
    generator: flax('generator'),
    'image-tokenizer': flax('imageTokenizer'),
    scorer: { ...flax('scorer'), 'tokenizer.json': textFiles.scorerTokenizer.json },
    text: { 'tokenizer.json': textFiles.tokenizer.json, 'enwiki-words-frequency.txt': textFiles.words },
  }
  return { bytes, weights }
}

/** All in memory, as `writeModel` takes it. */
export async function collected(model: PublishedModel): Promise<ModelToWrite> {
  const networks = Object.entries(model.networks).map(async ([name, { settings, precision, weights }]) => {
    return [name, { settings, precision, weights: new Map(await Array.fromAsync(weights())) }] as const
  })
  return { ...model, networks: Object.fromEntries(await Promise.all(networks)) }
}
