/** An image tokenizer that does not learn: pictures pass through it, so that a verifier knows what they look like after. */
import { NeufError } from '../errors/errors.ts'
import {
  concat,
  constant,
  createParameters,
  describeParameter,
  input,
  type Parameters,
  slice,
  type Tensor,
} from '../graph/index.ts'
import {
  asBytes,
  channelsOf,
  decodeCodes,
  encodePicture,
  type ImageTokenizerSettings,
} from '../networks/image-tokenizer.ts'

/** An image tokenizer as it is; its weights do not learn. */
export type FrozenTokenizer = {
  readonly settings: ImageTokenizerSettings
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
}

/**
 * Whether all weights are there that encoding and decoding read, before a long work that needs it.
 * @throws NeufError `model-broken` naming `path`, the weights' file, and the first weight that is not
 */
export function checkTokenizer({ settings, weights }: FrozenTokenizer, path: string): void {
  const p = createParameters()
  const shape = [1, settings.side, settings.side, channelsOf(settings)]
  decodeCodes(p, settings, encodePicture(p, settings, input('pixels', shape, 'uint8')))
  for (const [name, tensor] of p.all()) {
    const shape = describeParameter(tensor).shape.join(', ')
    const found = weights.get(name)?.shape.join(', ')
    if (found === shape) continue
    const instead = found === undefined ? 'there is none' : `it is [${found}]`
    throw new NeufError('model-broken', { path, why: `its settings ask for a weight ${name} [${shape}], ${instead}` })
  }
}

/** The first RGB pictures of the batch as the tokenizer gives them back, the others as they are. */
export function partlyDecoded(pixels: Tensor, decoded: number, { settings, weights }: FrozenTokenizer): Tensor {
  if (decoded === 0) return pixels
  const rows = pixels.shape[0] as number
  const p = frozen(weights)
  const { side } = settings
  const first = slice(pixels, 0, 0, decoded)
  // A tokenizer of four channels reads how opaque pixels are: these are, all of them.
  const opaque = (): Tensor =>
    constant(new Array<number>(decoded * side * side).fill(255), [decoded, side, side, 1], 'uint8')
  const seen = channelsOf(settings) === 4 ? concat([first, opaque()], 3) : first
  const bytes = slice(asBytes(decodeCodes(p, settings, encodePicture(p, settings, seen))), 3, 0, 3)
  return decoded === rows ? bytes : concat([bytes, slice(pixels, 0, decoded, rows)], 0)
}

/** Weights as constants: they are in the graph, and no gradient reaches them. */
function frozen(weights: FrozenTokenizer['weights'], prefix = ''): Parameters {
  return {
    in: (name) => frozen(weights, `${prefix}${name}.`),
    get(name, shape) {
      const found = weights.get(prefix + name)
      if (found?.shape.join() !== shape.join())
        throw new RangeError(`no frozen weight ${prefix}${name} [${shape.join(', ')}]`)
      return constant(Array.from(found.data), shape)
    },
    all: () => new Map(),
  }
}
