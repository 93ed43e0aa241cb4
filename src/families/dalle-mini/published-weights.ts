/**
 * The weights of a published DALL·E mini or mega under the names of `networks/dalle-mini.ts`, a tensor at a time: from the
 * original's Flax tree (`flax_model.msgpack`, layers scanned into one leading axis, or each on its own), or from
 * min-dalle's two PyTorch files.
 */
import { NeufError } from '../../errors/errors.ts'
import { quoted } from '../../errors/quoted.ts'
import { createParameters, input } from '../../graph/index.ts'
import type { Checkpoint } from '../../models/checkpoints/checkpoint.ts'
import type { Part } from '../../models/checkpoints/located-tensor.ts'
import type { Weight } from '../../models/weights.ts'
import { codesAtPosition, type DalleMiniSettings, generator } from '../../networks/dalle-mini.ts'

/** One file of the original, or the two of min-dalle, whose names begin within the encoder and the decoder. */
export type PublishedGenerator =
  | { readonly flax: Checkpoint }
  | { readonly encoder: Checkpoint; readonly decoder: Checkpoint }

/** Where a parameter comes from. */
type Source = {
  readonly checkpoint: Checkpoint
  readonly tensor: string
  /** Of a tensor that holds all layers. */
  readonly layer?: number
  /** A Flax kernel is [inputs, outputs]. */
  readonly transposed: boolean
}

type Found = Source & {
  readonly name: string
  /** As the network has it. */
  readonly shape: readonly number[]
}

/**
 * The generator's weights in the order in which the network asks for them; every name and shape is checked before the
 * first is read. DALL·E mega's tables have rows for 31 tokens that stand for no code, behind the start token: they are
 * left out. The number of heads leaves no trace in a file.
 * @throws NeufError `checkpoint-other-network` where names or shapes are not those of the settings, `weights-broken` for a
 *   weight that is no finite number, `file-unreadable`
 */
export async function* readPublishedGenerator(
  published: PublishedGenerator,
  settings: DalleMiniSettings,
): AsyncGenerator<readonly [name: string, weight: Weight]> {
  for (const found of matchPublishedGenerator(published, settings)) yield [found.name, await readWeight(found)]
}

/** Every parameter's shape, by its name; reads nothing. @throws NeufError `checkpoint-other-network` */
export const publishedShapes = (
  published: PublishedGenerator,
  settings: DalleMiniSettings,
): ReadonlyMap<string, readonly number[]> =>
  new Map(matchPublishedGenerator(published, settings).map(({ name, shape }) => [name, shape]))

/** Where each of the generator's parameters lies; reads nothing. @throws NeufError `checkpoint-other-network` */
export function matchPublishedGenerator(published: PublishedGenerator, settings: DalleMiniSettings): readonly Found[] {
  const checkpoints = 'flax' in published ? [published.flax] : [published.encoder, published.decoder]
  const other = ({ path }: Checkpoint, why: string): never => {
    throw new NeufError('checkpoint-other-network', { path, network: 'DALL·E mini', why })
  }
  if (codesAtPosition(settings) !== 1) other(checkpoints[0]!, 'it has one code at a position, and the settings several')
  const used = new Set<string>()
  const all = [...parametersOf(settings)].map(([name, shape]): Found => {
    const source = 'flax' in published ? inFlax(published.flax, name, shape) : inMinDalle(published, name)
    const { checkpoint, tensor, layer, transposed } = source
    const stored = checkpoint.tensors.get(tensor)
    if (stored === undefined) return other(checkpoint, `it has no "${tensor}"`)
    used.add(keyOf(checkpoint, tensor))
    const one = transposed ? shape.toReversed() : [...shape]
    const layers =
      layer === undefined ? [] : [name.startsWith('encoder') ? settings.encoderLayers : settings.decoderLayers]
    const wanted = [...layers, ...one]
    // The last axis of the transposed output, the first of a table: there may be more tokens than codes.
    const tokens = ofImageTokens(name) ? wanted.length - 1 - (transposed ? 0 : 1) : -1
    const fits = (size: number, axis: number) => (axis === tokens ? size >= wanted[axis]! : size === wanted[axis])
    if (stored.shape.length !== wanted.length || !stored.shape.every(fits)) {
      const expected = wanted.map((size, axis) => (axis === tokens ? `at least ${size}` : size)).join(', ')
      return other(checkpoint, `"${tensor}" is [${stored.shape.join(', ')}], and the settings ask for [${expected}]`)
    }
    return { ...source, name, shape }
  })
  for (const checkpoint of checkpoints) {
    const extra = [...checkpoint.tensors.keys()].filter((tensor) => !used.has(keyOf(checkpoint, tensor)))
    if (extra.length > 0) other(checkpoint, `it has ${extra.length} tensors more, ${quoted(extra[0]!)} the first`)
  }
  return all
}

const keyOf = (checkpoint: Checkpoint, tensor: string): string => `${checkpoint.path}\n${tensor}`

const ofImageTokens = (name: string): boolean => name === 'lm_head.weight' || name === 'decoder.embed_tokens.weight'

/** What the network itself asks for. */
function parametersOf(settings: DalleMiniSettings): Map<string, readonly number[]> {
  const p = createParameters()
  generator(p, settings, {
    text: input('text', [1, settings.textLength], 'int32'),
    visible: input('visible', [1, settings.textLength]),
    shifted: input('shifted', [1, settings.imageLength], 'int32'),
  })
  return new Map([...p.all()].map(([name, { shape }]) => [name, shape as readonly number[]]))
}

const layerName = /^(encoder|decoder)\.layers\.(\d+)\.(.+)$/

/** Flax numbers a module's parts in the order in which it calls them. */
const flaxModules: Readonly<Record<string, string>> = {
  pre_self_attn_layer_norm: 'LayerNorm_0',
  self_attn: 'FlaxBartAttention_0',
  self_attn_layer_norm: 'LayerNorm_1',
  pre_encoder_attn_layer_norm: 'LayerNorm_2',
  encoder_attn: 'FlaxBartAttention_1',
  encoder_attn_layer_norm: 'LayerNorm_3',
  glu: 'GLU_0',
  ln0: 'LayerNorm_0',
  ln1: 'LayerNorm_1',
  fc0: 'Dense_0',
  fc1: 'Dense_1',
  fc2: 'Dense_2',
}

function inFlax(checkpoint: Checkpoint, name: string, shape: readonly number[]): Source {
  const inLayer = layerName.exec(name)
  const parts = (inLayer?.[3] ?? name).split('.')
  const weight = parts.pop() === 'weight'
  const table = parts.at(-1)?.startsWith('embed_') ?? false
  const transposed = weight && !table && shape.length === 2
  const leaf = weight ? (table ? 'embedding' : transposed ? 'kernel' : 'scale') : 'bias'
  if (inLayer === null) {
    const path = name === 'lm_head.weight' ? parts : ['model', ...parts]
    return { checkpoint, tensor: [...path, leaf].join('/'), transposed }
  }
  const [, side, index] = inLayer
  const modules = parts.map((part) => flaxModules[part] ?? part)
  const path = (layers: string) => ['model', side, 'layers', layers, ...modules, leaf].join('/')
  const kind = side === 'encoder' ? 'FlaxBartEncoderLayer' : 'FlaxBartDecoderLayer'
  const own = path(`${kind}_${index}`)
  if (checkpoint.tensors.has(own)) return { checkpoint, tensor: own, transposed }
  return { checkpoint, tensor: path(`${kind}s`), layer: Number(index), transposed }
}

function inMinDalle(files: { readonly encoder: Checkpoint; readonly decoder: Checkpoint }, name: string): Source {
  const checkpoint = name.startsWith('encoder.') ? files.encoder : files.decoder
  return { checkpoint, tensor: name.replace(/^(encoder|decoder)\./, ''), transposed: false }
}

async function readWeight({ checkpoint, tensor, layer, transposed, name, shape }: Found): Promise<Weight> {
  const tokens: Part | undefined = !transposed && ofImageTokens(name) ? { start: 0, count: shape[0]! } : undefined
  const part = layer === undefined ? tokens : { start: layer, count: 1 }
  const stored = await checkpoint.read(tensor, part)
  // Infinity times 0, as NaN times 0, is NaN, which no sum loses.
  let sum = 0
  for (let i = 0; i < stored.length; i++) sum += stored[i]! * 0
  if (sum !== 0) {
    const why = `tensor "${tensor}" holds a weight that is not a finite number`
    throw new NeufError('weights-broken', { path: checkpoint.path, why, format: checkpoint.format })
  }
  return { shape, data: transposed ? transpose(stored, shape[0]!, shape[1]!) : stored }
}

/** Side of the squares that a transposition goes by: both sides of one stay in the processor's cache. */
const square = 32

/** [inputs, at least outputs] to [outputs, inputs] */
function transpose(values: Float32Array, outputs: number, inputs: number): Float32Array {
  const width = values.length / inputs
  const turned = new Float32Array(outputs * inputs)
  for (let top = 0; top < inputs; top += square) {
    for (let left = 0; left < outputs; left += square) {
      for (let column = left; column < Math.min(left + square, outputs); column++) {
        for (let row = top; row < Math.min(top + square, inputs); row++) {
          turned[column * inputs + row] = values[row * width + column]!
        }
      }
    }
  }
  return turned
}
