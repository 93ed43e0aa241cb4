/**
 * Calibration: from a score to the probability that a picture shows what was asked for (Platt 1999). It is fitted on
 * pictures that the model drew, as a verifier judges them: true scenes cannot say how often a generator fails. Pairs of
 * true scenes and captions, right and wrong ones, measure the scorer itself.
 */
import { type Random, random } from '../corpus/random.ts'
import type { Corpus } from '../corpus/read.ts'
import type { Caption, Scene, Thing } from '../corpus/scene.ts'
import type { PictureScore } from '../image/recipe-metadata.ts'
import { type Share, wilson } from './statistics.ts'

export type ScoredPair = { readonly score: number; readonly matches: boolean }

/** probability = 1 / (1 + exp(-(slope * score + offset))) */
export type Calibration = { readonly slope: number; readonly offset: number }

export const probabilityOf = (score: number, { slope, offset }: Calibration): number =>
  1 / (1 + Math.exp(-(slope * score + offset)))

/** Newton steps; the likelihood is concave, so a dozen are plenty. */
const newtonSteps = 50

/**
 * The logistic of greatest likelihood, with Platt's targets in place of 0 and 1: pairs that a threshold tells apart
 * without fault would else ask for an infinite slope. Throws RangeError unless there are pairs of both kinds.
 */
export function fitCalibration(pairs: readonly ScoredPair[]): Calibration {
  const positive = pairs.filter(({ matches }) => matches).length
  const negative = pairs.length - positive
  if (positive === 0 || negative === 0) throw new RangeError('calibration needs pairs that match and pairs that do not')
  const [high, low] = [(positive + 1) / (positive + 2), 1 / (negative + 2)]
  // Fitted on scores of mean 0 and deviation 1, where Newton's method is well-behaved.
  const mean = pairs.reduce((sum, { score }) => sum + score, 0) / pairs.length
  const deviation = Math.sqrt(pairs.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / pairs.length) || 1
  let [slope, offset] = [0, Math.log(positive / negative)]
  for (let step = 0; step < newtonSteps; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9]
    for (const { score, matches } of pairs) {
      const x = (score - mean) / deviation
      const p = 1 / (1 + Math.exp(-(slope * x + offset)))
      const error = (matches ? high : low) - p
      const weight = p * (1 - p)
      g0 += error
      g1 += error * x
      h00 += weight
      h01 += weight * x
      h11 += weight * x * x
    }
    const determinant = h00 * h11 - h01 * h01
    // A full step may overshoot where the curve is flat; none is longer than 2.
    const scale = (value: number): number => Math.max(-2, Math.min(2, value))
    const [dSlope, dOffset] = [scale((g1 * h00 - g0 * h01) / determinant), scale((g0 * h11 - g1 * h01) / determinant)]
    slope += dSlope
    offset += dOffset
    if (Math.abs(dSlope) + Math.abs(dOffset) < 1e-10) break
  }
  return { slope: slope / deviation, offset: offset - (slope * mean) / deviation }
}

/**
 * Expected calibration error (Naeini et al. 2015): by how much the stated probability and the share that is right differ,
 * over ten bins of equal width, each weighted by what falls into it. 0 for no pairs.
 */
export function calibrationError(
  pairs: readonly { readonly probability: number; readonly matches: boolean }[],
): number {
  const bins = Map.groupBy(pairs, ({ probability }) => Math.min(9, Math.floor(probability * 10)))
  let error = 0
  for (const bin of bins.values()) {
    const stated = bin.reduce((sum, { probability }) => sum + probability, 0)
    const right = bin.filter(({ matches }) => matches).length
    error += Math.abs(stated - right) / pairs.length
  }
  return error
}

export type CalibrationScenes = {
  /** Scenes that were not trained on: `first` and the `count` - 1 after it. */
  readonly first: number
  readonly count: number
  readonly seed: number
}

/** Scores of one picture of the corpus with a normalised text. */
export type ScoreOfScene = (text: string, example: number) => Promise<Pick<PictureScore, 'score'>>

/**
 * For every scene two pairs that match (two of its own captions) and two that do not: a caption of any other scene, and
 * one of a scene that shares its first thing but not its look, the near miss that a scorer is most often wrong about.
 */
export async function calibrationPairs(
  corpus: Pick<Corpus, 'record'>,
  { first, count, seed }: CalibrationScenes,
  score: ScoreOfScene,
  onProgress: (done: number) => void = () => {},
): Promise<ScoredPair[]> {
  const examples = Array.from({ length: count }, (_, k) => first + k)
  const records = new Map(examples.map((example) => [example, corpus.record(example)]))
  const scene = (example: number): Scene | undefined => {
    const record = records.get(example)!
    return 'scene' in record ? record.scene : undefined
  }
  // Of somebody's own pictures only captions are known: there each is like no other.
  const concept = (example: number): string => scene(example)?.things[0]?.concept ?? `picture ${example}`
  const alike = Map.groupBy(examples, concept)
  const pairs: ScoredPair[] = []
  for (const [done, example] of examples.entries()) {
    const source = random(seed, `calibrate/${example}`)
    const caption = (of: number): string => pickCaption(records.get(of)!.captions, source)
    const others = (list: readonly number[]): number[] =>
      list.filter((other) => {
        const [asked, shown] = [scene(other), scene(example)]
        return asked && shown ? asksForMore(asked, shown) : other !== example
      })
    const near = others(alike.get(concept(example))!)
    const far = others([0, 1, 2, 3].map(() => source.pick(examples)))
    const wrong = [far[0], near.length > 0 ? source.pick(near) : far[1]].filter((other) => other !== undefined)
    for (const other of wrong) {
      pairs.push({ score: (await score(caption(other), example)).score, matches: false })
      pairs.push({ score: (await score(caption(example), example)).score, matches: true })
    }
    onProgress(done + 1)
  }
  return pairs
}

/** True where a scene holds something that the other does not show: "cat" is no wrong caption of a red cat. */
const asksForMore = (asked: Scene, shown: Scene): boolean =>
  asked.things.some((thing) => {
    const shows = (other: Thing): boolean =>
      other.concept === thing.concept &&
      other.count === thing.count &&
      (thing.colour === null || other.colour === thing.colour) &&
      (thing.material === null || other.material === thing.material)
    return !shown.things.some(shows)
  })

const pickCaption = (captions: readonly Caption[], source: Random): string => source.pick(captions).text

/** Share of matching and wrong pairs of the same picture that the score puts in the right order; ties count half. */
export function pairsInOrder(pairs: readonly ScoredPair[]): Share {
  let right = 0
  const count = Math.floor(pairs.length / 2)
  for (let i = 0; i < count; i++) {
    const [wrong, matching] = [pairs[2 * i]!, pairs[2 * i + 1]!]
    right += matching.score > wrong.score ? 1 : matching.score === wrong.score ? 0.5 : 0
  }
  return wilson(right, count)
}

export type CalibrationReport = Calibration & {
  /** Pictures fitted on, and pictures that the error was measured on. */
  readonly fitted: number
  readonly count: number
  /** Expected calibration error. */
  readonly error: number
}

/**
 * Fits on every other group's pairs and measures on the rest; a group is one prompt's pictures, which stay together.
 * null where a higher score does not go with more pictures that match, or where all pairs are of one kind: then there is
 * no probability to tell.
 */
export function calibrate(groups: readonly (readonly ScoredPair[])[]): CalibrationReport | null {
  const fitted = groups.filter((_, place) => place % 2 === 0).flat()
  const matching = fitted.filter(({ matches }) => matches).length
  if (matching === 0 || matching === fitted.length) return null
  const calibration = fitCalibration(fitted)
  if (calibration.slope <= 0) return null
  const rest = groups
    .filter((_, place) => place % 2 === 1)
    .flat()
    .map(({ score, matches }) => ({ probability: probabilityOf(score, calibration), matches }))
  return { ...calibration, fitted: fitted.length, count: rest.length, error: calibrationError(rest) }
}
