/** Learning a detector from scenes that are drawn as they are asked for. */
import { type Random, random } from '../corpus/random.ts'
import { input } from '../graph/index.ts'
import { cellsOf, type DetectorSettings, thingAspects, wholeAspects } from '../networks/detector.ts'
import type { Value } from '../runtime/index.ts'
import type { Objective } from '../train/objective.ts'
import { brokenKinds, brokenPicture } from './broken-pictures.ts'
import { type DetectorClasses, pictureLabels, thingLabels } from './detector-classes.ts'
import { detectorLoss, measured, named } from './detector-loss.ts'
import {
  type DrawnExample,
  type DrawnThing,
  type PixelBox,
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

/** What its training's files are called. */
export const verifierName = 'verifier'

/** A scene by its number: those from `count` on are for validation. */
export type DrawExample = (index: number) => DrawnExample

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
    const middles = new Int32Array(rows * measured)
    const reach = new Float32Array(rows * measured * 4)
    const there = new Float32Array(rows * measured)
    // Where nothing is named, any box will do; none may be empty.
    const boxes = new Float32Array(rows * named * 4).map((_, k) => (k % 4 < 2 ? 0 : 1))
    const [present, coloured] = [new Float32Array(rows * named), new Float32Array(rows * named)]
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
      const inTurn = differentFirst(placed, source)
      for (const [slot, one] of inTurn.slice(0, measured).entries()) {
        const at = row * measured + slot
        middles[at] = one.cell
        reach.set(reachOf(one, side, cells), at * 4)
        there[at] = 1
      }
      for (const [slot, { box }] of inTurn.slice(0, named).entries()) {
        const at = row * named + slot
        boxes.set(
          roughly(box, source).map((edge) => edge / side),
          at * 4,
        )
        present[at] = 1
        coloured[at] = box.coloured ? 1 : 0
        const of = thingLabels(box.thing)
        for (const aspect of thingAspects) things[aspect]![at] = classOf(aspect, of[aspect])
      }
    }
    const floats = (data: Float32Array<ArrayBuffer>, ...shape: number[]): Value => ({ type: 'float32', shape, data })
    const classesOf = (data: Int32Array<ArrayBuffer>, ...shape: number[]): Value => ({ type: 'int32', shape, data })
    return {
      pixels: { type: 'uint8', shape: [rows, side, side, 3], data: pixels },
      heat: floats(heat, rows, cells * cells),
      middles: classesOf(middles, rows, measured),
      reach: floats(reach, rows, measured, 4),
      there: floats(there, rows, measured),
      boxes: floats(boxes, rows, named, 4),
      present: floats(present, rows, named),
      coloured: floats(coloured, rows, named),
      told: floats(told, rows),
      whole: floats(whole, rows),
      ...Object.fromEntries(thingAspects.map((aspect) => [aspect, classesOf(things[aspect]!, rows, named)])),
      ...Object.fromEntries(wholeAspects.map((aspect) => [`picture.${aspect}`, classesOf(picture[aspect]!, rows)])),
    }
  }

  return {
    name: verifierName,
    count,
    validationCount: examples.validationCount,
    build(p, batchSize) {
      const pixels = input('pixels', [batchSize, side, side, 3], 'uint8')
      const decoded = Math.round(batchSize * examples.decodedShare)
      const shown = examples.tokenizer ? partlyDecoded(pixels, decoded, examples.tokenizer) : pixels
      return detectorLoss(p, settings, shown)
    },
    batch: (indices, draw) => batch(indices, (place) => random(draw + place, 'verifier')),
    validationBatch: (indices) =>
      batch(
        indices.map((i) => count + i),
        (place) => random(indices[place]!, 'verifier-validation'),
      ),
  }
}

/** One of each thing, then a second of each, and so on, each round shuffled: a herd is not to crowd out the rest. */
function differentFirst(placed: readonly Placed<DrawnThing>[], source: Random): Placed<DrawnThing>[] {
  const met = new Map<unknown, number>()
  return placed
    .map((one) => ({ one, chance: source.next() }))
    .sort((a, b) => a.chance - b.chance)
    .map(({ one }) => {
      const round = met.get(one.box.thing) ?? 0
      met.set(one.box.thing, round + 1)
      return { one, round }
    })
    .sort((a, b) => a.round - b.round)
    .map(({ one }) => one)
}

/** A finder's boxes are off by this much of a thing's size, at most. */
const rough = 0.09

/** Left, top, right and bottom in pixels, each a little off. */
function roughly({ left, top, width, height }: PixelBox, source: Random): number[] {
  const off = (size: number): number => source.between(-rough, rough) * size
  return [left + off(width), top + off(height), left + width + off(width), top + height + off(height)]
}
