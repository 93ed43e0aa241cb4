/**
 * Learning the verifier: what one thing on a picture is, its colour and its material, and which pictures are broken.
 * Its scenes have other seeds than the generator's corpus and hold the held-out pairs too, which it must know.
 */
import { type Random, random } from '../corpus/random.ts'
import type { Corpus } from '../corpus/read.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import { defaultSample } from '../corpus/sample.ts'
import { NeufError } from '../errors/errors.ts'
import {
  add,
  argmax,
  cast,
  concat,
  constant,
  createParameters,
  crossEntropy,
  describeParameter,
  equal,
  input,
  maximum,
  meanOfAll,
  minimum,
  mul,
  type Parameters,
  round,
  slice,
  type Tensor,
} from '../graph/index.ts'
import { decodeCodes, encodePicture, type ImageTokenizerSettings } from '../networks/image-tokenizer.ts'
import { type VerifierSettings, verifier } from '../networks/verifier.ts'
import type { Value } from '../runtime/index.ts'
import type { Objective } from '../train/objective.ts'
import { brokenKinds, brokenPicture } from './broken-pictures.ts'
import { broken, labelsOf, type VerifierClasses } from './verifier-classes.ts'

/** Scenes of one thing in all the styles of the shipped model, pairs held out of its training among them. */
export const verifierSample: SampleSettings = {
  ...defaultSample,
  mix: { plain: 28, colour: 32, material: 26, both: 6, size: 8, count: 0, relation: 0 },
  allowHeldOut: true,
}

/** An image tokenizer as it is; its weights do not learn. */
export type FrozenTokenizer = {
  readonly settings: ImageTokenizerSettings
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
}

/**
 * Whether all weights are there that encoding and decoding read, before a corpus is built for it.
 * @throws NeufError `model-broken` naming `path`, the weights' file, and the first weight that is not
 */
export function checkTokenizer({ settings, weights }: FrozenTokenizer, path: string): void {
  const p = createParameters()
  decodeCodes(p, settings, encodePicture(p, settings, input('pixels', [1, settings.side, settings.side, 3], 'uint8')))
  for (const [name, tensor] of p.all()) {
    const shape = describeParameter(tensor).shape.join(', ')
    const found = weights.get(name)?.shape.join(', ')
    if (found === shape) continue
    const instead = found === undefined ? 'there is none' : `it is [${found}]`
    throw new NeufError('model-broken', { path, why: `its settings ask for a weight ${name} [${shape}], ${instead}` })
  }
}

export type VerifierExamples = {
  readonly classes: VerifierClasses
  /** Scenes at the end of the corpus that are kept apart. */
  readonly validationCount: number
  /** Share of the examples that are broken pictures. */
  readonly brokenShare: number
  /** Pictures move by up to this many pixels. */
  readonly shift: number
  /** A share of the pictures passes through it, since those to be judged have. */
  readonly tokenizer?: FrozenTokenizer
  readonly decodedShare: number
}

/** What colour and material weigh beside the object, which has many more classes. */
const attributeWeight = 0.5

export function verifierObjective(corpus: Corpus, settings: VerifierSettings, examples: VerifierExamples): Objective {
  const count = corpus.count - examples.validationCount
  const [objects, colours, materials] = [
    examples.classes.objects,
    examples.classes.colours,
    examples.classes.materials,
  ].map((names) => new Map(names.map((name, k) => [name, k]))) as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ]

  function batch(indices: readonly number[], sources: (place: number) => Random, shift: number): Record<string, Value> {
    const rows = indices.length
    const size = corpus.side ** 2 * 3
    const pixels = new Uint8Array(rows * size)
    const [object, colour, material] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)]
    const whole = new Float32Array(rows)
    for (const [row, index] of indices.entries()) {
      const source = sources(row)
      const moved = (picture: Uint8Array): Uint8Array => shifted(picture, corpus.side, shift, source)
      if (source.chance(examples.brokenShare)) {
        // Others of the same part of the corpus, so that validation pictures are never learnt from.
        const other = (): number =>
          index < count ? source.below(count) : count + source.below(examples.validationCount)
        const next = (): Uint8Array => corpus.pixels(other())
        pixels.set(moved(brokenPicture(source.pick(brokenKinds), next, corpus.side, source)), row * size)
        object[row] = objects.get(broken)!
      } else {
        const labels = labelsOf(corpus.record(index).scene.things[0]!)
        pixels.set(moved(corpus.pixels(index)), row * size)
        object[row] = objects.get(labels.object)!
        colour[row] = colours.get(labels.colour)!
        material[row] = materials.get(labels.material)!
        whole[row] = 1
      }
    }
    const classes = (data: Int32Array<ArrayBuffer>): Value => ({ type: 'int32', shape: [rows], data })
    return {
      pixels: { type: 'uint8', shape: [rows, corpus.side, corpus.side, 3], data: pixels },
      object: classes(object),
      colour: classes(colour),
      material: classes(material),
      whole: { type: 'float32', shape: [rows], data: whole },
    }
  }

  return {
    name: 'verifier',
    count,
    validationCount: examples.validationCount,
    build(p, batchSize) {
      const pixels = input('pixels', [batchSize, settings.side, settings.side, 3], 'uint8')
      const decoded = Math.round(batchSize * examples.decodedShare)
      const shown = examples.tokenizer ? partlyDecoded(pixels, decoded, examples.tokenizer) : pixels
      const logits = verifier(p, settings, shown)
      const object = input('object', [batchSize], 'int32')
      const objectLoss = meanOfAll(crossEntropy(logits.object, object))
      // A broken picture has no colour and no material.
      const whole = input('whole', [batchSize])
      const ofWhole = (of: Tensor, name: string): Tensor =>
        meanOfAll(mul(crossEntropy(of, input(name, [batchSize], 'int32')), whole))
      const colourLoss = ofWhole(logits.colour, 'colour')
      const materialLoss = ofWhole(logits.material, 'material')
      const loss = add(objectLoss, mul(add(colourLoss, materialLoss), attributeWeight))
      const right = equal(argmax(logits.object), object)
      return {
        loss,
        metrics: { objectLoss, colourLoss, materialLoss, objectAccuracy: meanOfAll(cast(right, 'float32')) },
      }
    },
    batch: (indices, draw) => batch(indices, (place) => random(draw + place, 'verifier'), examples.shift),
    validationBatch: (indices) =>
      batch(
        indices.map((i) => count + i),
        (place) => random(indices[place]!, 'verifier-validation'),
        0,
      ),
  }
}

/** The first pictures of the batch as the tokenizer gives them back, the others as they are. */
function partlyDecoded(pixels: Tensor, decoded: number, { settings, weights }: FrozenTokenizer): Tensor {
  if (decoded === 0) return pixels
  const rows = pixels.shape[0] as number
  const p = frozen(weights)
  const picture = decodeCodes(p, settings, encodePicture(p, settings, slice(pixels, 0, 0, decoded)))
  const bytes = cast(round(maximum(minimum(mul(add(picture, 1), 127.5), 255), 0)), 'uint8')
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

/** Moved by up to `most` pixels each way, edges repeated. */
function shifted(picture: Uint8Array, side: number, most: number, source: Random): Uint8Array {
  const [dx, dy] = [source.below(2 * most + 1) - most, source.below(2 * most + 1) - most]
  if (dx === 0 && dy === 0) return picture
  const out = new Uint8Array(picture.length)
  const clamp = (k: number): number => Math.max(0, Math.min(side - 1, k))
  for (let y = 0; y < side; y++) {
    const row = clamp(y - dy) * side
    for (let x = 0; x < side; x++) {
      const from = (row + clamp(x - dx)) * 3
      const to = (y * side + x) * 3
      out[to] = picture[from]!
      out[to + 1] = picture[from + 1]!
      out[to + 2] = picture[from + 2]!
    }
  }
  return out
}
