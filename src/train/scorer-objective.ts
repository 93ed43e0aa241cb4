/** Learning the scorer: each picture's caption among those of its batch, and the other way (CLIP, Radford et al. 2021). */
import type { Corpus } from '../corpus/read.ts'
import type { Thing } from '../corpus/scene.ts'
import {
  add,
  argmax,
  cast,
  constant,
  crossEntropy,
  equal,
  input,
  meanOfAll,
  mul,
  type Parameters,
  slice,
  transpose,
} from '../graph/index.ts'
import { embedPicture, embedText, type ScorerSettings, similarities } from '../networks/scorer.ts'
import { philoxBelow, philoxUniform } from '../random/philox.ts'
import type { Value } from '../runtime/index.ts'
import type { CaptionIds } from './caption-ids.ts'
import type { Objective } from './objective.ts'
import { pictureBatch } from './picture-error.ts'
import { createSpoiler } from './spoil-codes.ts'

/** Added to the score of a pair that is not the row's own but matches as well: it must not count as wrong. */
const sameContent = -1e9

const captionChoice = 1
const neighbourChoice = 3
const brokenChoice = 5
const drawnChoice = 6

/** What captions always say of a picture; pictures that agree in it cannot be told apart by their captions. */
const contentOf = (corpus: Corpus, example: number): string => {
  const record = corpus.record(example)
  if (!('scene' in record)) return JSON.stringify(record.captions)
  const { things, relations } = record.scene
  return JSON.stringify([things, relations])
}

/** The things of a scene; none where nobody says what a picture shows. */
const thingsOf = (corpus: Corpus, example: number): readonly Thing[] => {
  const record = corpus.record(example)
  return 'scene' in record ? record.scene.things : []
}

/** How pictures of a batch are broken that no caption may match. Only a scorer that reads codes learns from them. */
export type BrokenPictures = {
  /** Broken pictures for each whole one. */
  readonly share: number
  /** Shares of codes that are replaced. */
  readonly least: number
  readonly most: number
  /** Replaced codes are among this many nearest ones, or another picture's. */
  readonly near: number
}

/** Pictures that the generator drew for captions of examples: what the scorer will have to choose among. */
export type DrawnPictures = {
  readonly examples: readonly number[]
  /** Image tokens, [examples, length]. */
  readonly codes: Uint16Array
}

/**
 * Half of each batch is a second scene with the same first thing as its partner, so that the scorer learns to tell a red
 * kangaroo from one made of cheese and not only a kangaroo from a car. Where it reads image tokens, the first pictures
 * of the batch come a second time, broken: codes replaced here and there, or one side taken from a picture of another
 * thing in the same colour and material. Every second of these is one that the generator drew, where there are such: a
 * caption must match the true picture more than the generator's, so that the scorer learns what the generator gets wrong.
 * The last `validationCount` examples are kept apart.
 */
export function scorerObjective(
  corpus: Corpus,
  settings: ScorerSettings,
  data: {
    readonly codes: Uint16Array
    readonly codeVectors: Float32Array
    readonly captions: CaptionIds
    readonly drawn?: DrawnPictures
  },
  options: {
    readonly validationCount: number
    readonly textLength: number
    readonly seed: number
    readonly broken: BrokenPictures
  },
): Objective {
  const { codes, captions, drawn } = data
  const { validationCount, seed, textLength, broken } = options
  const count = corpus.count - validationCount
  const contents = Array.from({ length: corpus.count }, (_, example) => contentOf(corpus, example))
  const things = Array.from({ length: corpus.count }, (_, example) => thingsOf(corpus, example))
  // Somebody's own pictures are all alike in this: any other is a partner, and none is grafted onto another.
  const first = things.map(([thing]) => thing?.concept ?? '')
  const byConcept = Map.groupBy(Array(count).keys(), (example) => first[example]!)
  const looks = things.map((all) => all.map(({ colour, material, count: n }) => `${colour} ${material} ${n}`).join())
  const byLook = Map.groupBy(Array(count).keys(), (example) => looks[example]!)
  const { reads } = settings
  const readsCodes = 'codes' in reads
  const length = codes.length / corpus.count
  const spoiler = readsCodes
    ? createSpoiler({ ...data, codes: reads.codes, tokens: codes, grid: reads.grid, count, near: broken.near, seed })
    : undefined
  const brokenOf = (size: number): number => (spoiler === undefined ? 0 : Math.round(size * broken.share))

  /** Which drawn picture stands in place `i` of the broken ones, if any. */
  const drawnAt = (draw: number, i: number): number | undefined =>
    drawn === undefined || i % 2 === 1 ? undefined : philoxBelow(drawn.examples.length, seed, draw + i, drawnChoice)

  function pictures(examples: readonly number[], spoilt: readonly number[], draw: number, withDrawn: boolean): Value {
    if (spoiler === undefined) return pictureBatch(corpus, examples)
    const all = [...examples, ...spoilt]
    const rows = new Int32Array(all.length * length)
    for (const [i, example] of all.entries()) {
      const row = rows.subarray(i * length, (i + 1) * length)
      row.set(codes.subarray(example * length, (example + 1) * length))
      if (i < examples.length) continue
      const at = draw + i - examples.length
      const which = withDrawn ? drawnAt(draw, i - examples.length) : undefined
      if (which !== undefined) {
        row.set(drawn!.codes.subarray(which * length, (which + 1) * length))
        continue
      }
      const chance = (what: number) => philoxUniform(seed, at, brokenChoice, what)
      // A look that only validation holds has no other scene to take from.
      const alike = byLook.get(looks[example]!) ?? [example]
      const other = alike[Math.floor(chance(0) * alike.length)]!
      if (chance(1) < 0.5 && first[other] !== first[example]) spoiler.graft(row, other, at)
      else spoiler.scatter(row, broken.least + (broken.most - broken.least) * chance(2), at)
    }
    return { type: 'int32', shape: [all.length, length], data: rows }
  }

  /** 0, or `sameContent` where a picture shows all that another row's text says; broken pictures show nothing. */
  function same(examples: readonly number[], brokenCount: number): Value {
    const size = examples.length
    const columns = size + brokenCount
    const mask = new Float32Array(size * columns)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (i !== j && contents[examples[i]!] === contents[examples[j]!]) mask[i * columns + j] = sameContent
      }
    }
    return { type: 'float32', shape: [size, columns], data: mask }
  }

  const inputs = (
    examples: readonly number[],
    spoilt: readonly number[],
    draw: number,
    withDrawn: boolean,
    caption: (example: number, i: number) => number,
  ) => ({
    ...captions.batch(examples.map((example, i) => [example, caption(example, i)] as const)),
    picture: pictures(examples, spoilt, draw, withDrawn),
    same: same(examples, spoilt.length),
  })

  return {
    name: 'scorer',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const columns = batchSize + brokenOf(batchSize)
      const text = input('text', [batchSize, textLength], 'int32')
      const visible = input('visible', [batchSize, textLength])
      const picture = readsCodes
        ? input('picture', [columns, length], 'int32')
        : input('picture', [columns, corpus.side, corpus.side, 3], 'uint8')
      const texts = embedText(p, settings, text, visible)
      const scores = add(
        similarities(p, texts, embedPicture(p, settings, picture)),
        input('same', [batchSize, columns]),
      )
      const own = constant([...Array(batchSize).keys()], [batchSize], 'int32')
      const byText = meanOfAll(crossEntropy(scores, own))
      const whole = columns === batchSize ? scores : slice(scores, 1, 0, batchSize)
      const byPicture = meanOfAll(crossEntropy(transpose(whole, [1, 0]), own))
      const accuracy = meanOfAll(cast(equal(argmax(scores), own), 'float32'))
      return { loss: mul(add(byText, byPicture), 0.5), metrics: { byText, byPicture, accuracy } }
    },
    batch(examples, draw) {
      const brokenCount = brokenOf(examples.length)
      const chosen: number[] = []
      for (const [i, example] of examples.entries()) {
        const which = i < brokenCount ? drawnAt(draw, i) : undefined
        if (i % 2 === 0) chosen.push(which === undefined ? example : drawn!.examples[which]!)
        else {
          const others = byConcept.get(first[chosen[i - 1]!]!)!
          chosen.push(others[philoxBelow(others.length, seed, draw + i, neighbourChoice)]!)
        }
      }
      const caption = (example: number, i: number) =>
        philoxBelow(captions.count(example), seed, draw + i, captionChoice)
      return inputs(chosen, chosen.slice(0, brokenCount), draw, true, caption)
    },
    validationBatch(examples) {
      const held = examples.map((example) => count + example)
      return inputs(held, held.slice(0, brokenOf(held.length)), examples[0]!, false, () => 0)
    },
  }
}
