/**
 * Learning a detector from scenes that are drawn as they are asked for. The loss of middles is CenterNet's focal one
 * (Zhou et al. 2019): what is easy weighs little, and cells near a middle are hardly blamed for being hot.
 */
import { type Random, random } from '../corpus/random.ts'
import {
  abs,
  add,
  argmax,
  cast,
  constant,
  crossEntropy,
  div,
  equal,
  exp,
  input,
  less,
  log,
  matmul,
  maximum,
  meanOfAll,
  mul,
  neg,
  type Parameters,
  reshape,
  sigmoid,
  sub,
  sum,
  type Tensor,
} from '../graph/index.ts'
import {
  cellsOf,
  type DetectorSettings,
  detect,
  nameThings,
  type ThingAspect,
  thingAspects,
  wholeAspects,
} from '../networks/detector.ts'
import type { Value } from '../runtime/index.ts'
import type { Objective } from '../train/objective.ts'
import { brokenKinds, brokenPicture } from './broken-pictures.ts'
import { type DetectorClasses, pictureLabels, thingLabels } from './detector-classes.ts'
import {
  type DrawnExample,
  type DrawnThing,
  type Placed,
  placeInCells,
  reachOf,
  spreadMiddle,
} from './detector-targets.ts'
import { type FrozenTokenizer, partlyDecoded } from './frozen-tokenizer.ts'
import { softened } from './soften.ts'

export type DetectorExamples = {
  readonly classes: DetectorClasses
  /** Scenes to learn from, and those kept apart. */
  readonly count: number
  readonly validationCount: number
  /** Share of the examples that are broken pictures. */
  readonly brokenShare: number
  /** Share of the others that look as if a rough image tokenizer had passed them on. */
  readonly softenedShare: number
  /** A share of the pictures passes through it, since those to be judged have. */
  readonly tokenizer?: FrozenTokenizer
  readonly decodedShare: number
}

/** A scene by its number: those from `count` on are for validation. */
export type DrawExample = (index: number) => DrawnExample

/** Things of one picture that are named and measured; more of them are only found. */
const named = 16

/** What each part of the loss weighs beside the concept of a thing. */
const weights = { centre: 1, reach: 4, colour: 0.5, material: 0.5, presentation: 0.3, tone: 0.3, picture: 0.3 } as const

export function detectorObjective(
  draw: DrawExample,
  settings: DetectorSettings,
  examples: DetectorExamples,
): Objective {
  const { classes, count } = examples
  const { side } = settings
  const cells = cellsOf(settings)
  const size = side * side * 3
  const places = new Map(
    [...Object.entries(classes.things), ...Object.entries(classes.picture)].map(([aspect, names]) => {
      return [aspect, new Map(names.map((name, k) => [name, k]))] as const
    }),
  )
  const classOf = (aspect: string, name: string): number => {
    const place = places.get(aspect)!.get(name)
    if (place === undefined) throw new RangeError(`the detector has no class "${name}" of ${aspect}`)
    return place
  }

  function batch(indices: readonly number[], sources: (place: number) => Random): Record<string, Value> {
    const rows = indices.length
    const pixels = new Uint8Array(rows * size)
    const heat = new Float32Array(rows * cells * cells)
    const middles = new Int32Array(rows * named)
    const reach = new Float32Array(rows * named * 4)
    const present = new Float32Array(rows * named)
    const coloured = new Float32Array(rows * named)
    const things = Object.fromEntries(thingAspects.map((aspect) => [aspect, new Int32Array(rows * named)]))
    const picture = Object.fromEntries(wholeAspects.map((aspect) => [aspect, new Int32Array(rows)]))
    // Of which pictures it is told whether they are broken, and of which the rest.
    const [told, whole] = [new Float32Array(rows), new Float32Array(rows)]
    for (const [row, index] of indices.entries()) {
      const source = sources(row)
      if (source.chance(examples.brokenShare)) {
        // Others of the same part, so that validation pictures are never learnt from.
        const other = (): number =>
          index < count ? source.below(count) : count + source.below(examples.validationCount)
        pixels.set(
          brokenPicture(source.pick(brokenKinds), () => draw(other()).pixels, side, source),
          row * size,
        )
        picture.sound![row] = classOf('sound', 'broken')
        told[row] = 1
        continue
      }
      const { scene, pixels: drawn, things: shown } = draw(index)
      pixels.set(source.chance(examples.softenedShare) ? softened(drawn, side, source) : drawn, row * size)
      if (scene !== null) {
        told[row] = 1
        whole[row] = 1
        const labels = pictureLabels(scene)
        for (const aspect of wholeAspects) picture[aspect]![row] = classOf(aspect, labels[aspect])
      }
      const placed = placeInCells(shown, side, cells)
      const own = heat.subarray(row * cells * cells, (row + 1) * cells * cells)
      for (const one of placed) spreadMiddle(one, side, cells, own)
      for (const [slot, one] of differentFirst(placed).slice(0, named).entries()) {
        const at = row * named + slot
        middles[at] = one.cell
        reach.set(reachOf(one, side, cells), at * 4)
        present[at] = 1
        coloured[at] = one.box.coloured ? 1 : 0
        const of = thingLabels(one.box.thing)
        for (const aspect of thingAspects) things[aspect]![at] = classOf(aspect, of[aspect])
      }
    }
    const floats = (data: Float32Array<ArrayBuffer>, ...shape: number[]): Value => ({ type: 'float32', shape, data })
    const classesOf = (data: Int32Array<ArrayBuffer>, ...shape: number[]): Value => ({ type: 'int32', shape, data })
    return {
      pixels: { type: 'uint8', shape: [rows, side, side, 3], data: pixels },
      heat: floats(heat, rows, cells * cells),
      middles: classesOf(middles, rows, named),
      reach: floats(reach, rows, named, 4),
      present: floats(present, rows, named),
      coloured: floats(coloured, rows, named),
      told: floats(told, rows),
      whole: floats(whole, rows),
      ...Object.fromEntries(thingAspects.map((aspect) => [aspect, classesOf(things[aspect]!, rows, named)])),
      ...Object.fromEntries(wholeAspects.map((aspect) => [`picture.${aspect}`, classesOf(picture[aspect]!, rows)])),
    }
  }

  return {
    name: 'verifier',
    count,
    validationCount: examples.validationCount,
    build(p, batchSize) {
      const pixels = input('pixels', [batchSize, side, side, 3], 'uint8')
      const decoded = Math.round(batchSize * examples.decodedShare)
      const shown = examples.tokenizer ? partlyDecoded(pixels, decoded, examples.tokenizer) : pixels
      return lossOf(p, settings, shown, batchSize, cells * cells)
    },
    batch: (indices, draw) => batch(indices, (place) => random(draw + place, 'verifier')),
    validationBatch: (indices) =>
      batch(
        indices.map((i) => count + i),
        (place) => random(indices[place]!, 'verifier-validation'),
      ),
  }
}

/** One of each thing, then a second of each, and so on: a herd is not to crowd out the rest. */
function differentFirst(placed: readonly Placed<DrawnThing>[]): Placed<DrawnThing>[] {
  const met = new Map<unknown, number>()
  return placed
    .map((one) => {
      const place = met.get(one.box.thing) ?? 0
      met.set(one.box.thing, place + 1)
      return { one, place }
    })
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one)
}

function lossOf(p: Parameters, settings: DetectorSettings, pixels: Tensor, batchSize: number, cellCount: number) {
  const { centre, reach, places, picture } = detect(p, settings, pixels)
  const present = input('present', [batchSize, named])
  const coloured = input('coloured', [batchSize, named])
  const all = maximum(sum(present), 1)
  const mean = (values: Tensor, weight: Tensor, count: Tensor): Tensor => div(sum(mul(values, weight)), count)

  const heat = input('heat', [batchSize, cellCount])
  const centreLoss = div(focalLoss(centre, heat), all)

  // A thing's place is picked by a product with a row of zeros and a one.
  const cellNumbers = constant(
    Array.from({ length: cellCount }, (_, k) => k),
    [1, 1, cellCount],
    'int32',
  )
  const middles = reshape(input('middles', [batchSize, named], 'int32'), [batchSize, named, 1])
  const pick = cast(equal(middles, cellNumbers), 'float32')
  const off = abs(sub(matmul(pick, reach), input('reach', [batchSize, named, 4])))
  const reachLoss = mean(sum(off, [2]), present, all)

  const logits = nameThings(p, settings, matmul(pick, places))
  const labels = Object.fromEntries(
    thingAspects.map((aspect) => [aspect, input(aspect, [batchSize, named], 'int32')]),
  ) as Record<ThingAspect, Tensor>
  const seen = { concept: present, presentation: present, colour: coloured, material: coloured, tone: coloured }
  const colouredCount = maximum(sum(coloured), 1)
  const thingLoss = (aspect: ThingAspect): Tensor =>
    mean(crossEntropy(logits[aspect], labels[aspect]), seen[aspect], seen[aspect] === present ? all : colouredCount)

  const [told, whole] = [input('told', [batchSize]), input('whole', [batchSize])]
  const pictureLoss = wholeAspects
    .map((aspect) => {
      const each = crossEntropy(picture[aspect], input(`picture.${aspect}`, [batchSize], 'int32'))
      // A broken picture has no style and no ground.
      return meanOfAll(mul(each, aspect === 'sound' ? told : whole))
    })
    .reduce(add)

  const conceptLoss = thingLoss('concept')
  const colourLoss = thingLoss('colour')
  const materialLoss = thingLoss('material')
  const people = add(mul(thingLoss('presentation'), weights.presentation), mul(thingLoss('tone'), weights.tone))
  const loss = [
    mul(centreLoss, weights.centre),
    mul(reachLoss, weights.reach),
    conceptLoss,
    mul(colourLoss, weights.colour),
    mul(materialLoss, weights.material),
    people,
    mul(pictureLoss, weights.picture),
  ].reduce(add)
  const right = cast(equal(argmax(logits.concept), labels.concept), 'float32')
  const metrics = {
    centreLoss,
    reachLoss,
    conceptLoss,
    colourLoss,
    materialLoss,
    pictureLoss,
    conceptAccuracy: mean(right, present, all),
  }
  return { loss, metrics }
}

/** Summed over cells. logits and heat: [batch, cells]. */
function focalLoss(logits: Tensor, heat: Tensor): Tensor {
  const on = cast(less(0.999, heat), 'float32')
  const p = sigmoid(logits)
  const q = sub(1, p)
  // log(1 + exp(x)), which is -log q; -log p is the same less x.
  const softplus = add(maximum(logits, 0), log(add(exp(neg(abs(logits))), 1)))
  const missed = mul(mul(q, q), sub(softplus, logits))
  const away = sub(1, heat)
  const far = mul(mul(away, away), mul(away, away))
  const imagined = mul(mul(mul(p, p), softplus), far)
  return sum(add(mul(on, missed), mul(sub(1, on), imagined)))
}
