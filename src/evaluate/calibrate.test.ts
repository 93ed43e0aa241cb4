import { describe, expect, it } from 'vitest'
import { captions } from '../corpus/captions.ts'
import { sceneSeed } from '../corpus/random.ts'
import { sampleScene, skeletonSample } from '../corpus/sample.ts'
import { philoxNormals, philoxUniform } from '../random/philox.ts'
import {
  calibrate,
  calibrateToJudged,
  calibrationError,
  calibrationPairs,
  fitCalibration,
  probabilityOf,
  type ScoredPair,
  withShare,
} from './calibrate.ts'

/** Scores from 10 to 40 whose pairs match as a logistic says. */
const drawn = (count: number, slope: number, offset: number): ScoredPair[] =>
  Array.from({ length: count }, (_, i) => {
    const score = 25 + 5 * philoxNormals(9, i)[0]
    return { score, matches: philoxUniform(9, i, 1) < probabilityOf(score, { slope, offset }) }
  })

describe('fitting', () => {
  it('finds the logistic that pairs were drawn from', () => {
    const { slope, offset } = fitCalibration(drawn(20_000, 0.4, -10))
    expect(slope).toBeCloseTo(0.4, 1)
    expect(-offset / slope).toBeCloseTo(25, 0)
  })

  it('is where the likelihood has no slope left', () => {
    const pairs = drawn(500, 0.3, -7)
    const fit = fitCalibration(pairs)
    const positive = pairs.filter(({ matches }) => matches).length
    const target = (matches: boolean) => (matches ? (positive + 1) / (positive + 2) : 1 / (pairs.length - positive + 2))
    const errors = pairs.map(({ score, matches }) => target(matches) - probabilityOf(score, fit))
    expect(errors.reduce((sum, e) => sum + e, 0)).toBeCloseTo(0, 6)
    expect(errors.reduce((sum, e, i) => sum + e * pairs[i]!.score, 0)).toBeCloseTo(0, 4)
  })

  it('stays finite where a threshold tells all apart, and refuses pairs of one kind', () => {
    const apart = Array.from({ length: 40 }, (_, i) => ({ score: i, matches: i >= 20 }))
    const fit = fitCalibration(apart)
    expect(Number.isFinite(fit.slope)).toBe(true)
    expect(probabilityOf(39, fit)).toBeGreaterThan(0.9)
    expect(probabilityOf(39, fit)).toBeLessThan(1)
    expect(() => fitCalibration(apart.filter(({ matches }) => matches))).toThrow(RangeError)
  })

  it('does not choke on scores that are all the same', () => {
    const fit = fitCalibration([1, 1, 1, 1].map((score, i) => ({ score, matches: i % 2 === 0 })))
    expect(probabilityOf(1, fit)).toBeCloseTo(0.5, 6)
  })
})

describe('calibration error', () => {
  it('is the mean distance of stated and found shares', () => {
    const bin = (probability: number, right: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ probability, matches: i < right }))
    expect(calibrationError(bin(0.75, 3, 4))).toBeCloseTo(0, 12)
    expect(calibrationError([...bin(0.95, 0, 2), ...bin(0.25, 1, 2)])).toBeCloseTo((0.95 + 0.25) / 2, 12)
    expect(calibrationError(bin(1, 4, 4))).toBe(0)
    expect(calibrationError([])).toBe(0)
  })

  it('is small for a fit on pairs kept apart', () => {
    const report = calibrate(drawn(8000, 0.4, -10))
    expect([report.fitted, report.count]).toEqual([4000, 4000])
    expect(report.error).toBeLessThan(0.03)
    expect(report.accuracy).toBeGreaterThan(0.75)
  })
})

describe('pairs', () => {
  const record = (example: number) => {
    const seed = sceneSeed(11, example)
    const scene = sampleScene(seed, skeletonSample)
    return { seed, scene, captions: captions(scene, seed) }
  }
  const asked: { text: string; example: number }[] = []
  const score = async (text: string, example: number) => {
    asked.push({ text, example })
    return { score: Number(record(example).captions.some((caption) => caption.text === text)) }
  }

  it('match and do not match in equal parts, the wrong ones wrong in truth', async () => {
    const pairs = await calibrationPairs({ record }, { first: 500, count: 150, seed: 1 }, score)
    expect(pairs.length).toBeGreaterThan(500)
    expect(pairs.filter(({ matches }) => matches).length * 2).toBe(pairs.length)
    // Here the score knows whose caption it is: every matching pair is the picture's own.
    expect(pairs.filter(({ matches }) => matches).every(({ score }) => score === 1)).toBe(true)
    expect(pairs.filter(({ matches }) => !matches).every(({ score }) => score === 0)).toBe(true)
    expect(asked.every(({ example }) => example >= 500 && example < 650)).toBe(true)
  })

  it('hold near misses: the same thing in another look', async () => {
    asked.length = 0
    await calibrationPairs({ record }, { first: 0, count: 200, seed: 2 }, score)
    const own = new Map<string, string>()
    for (let example = 0; example < 200; example++) {
      for (const { text } of record(example).captions) own.set(text, record(example).scene.things[0]!.concept)
    }
    const near = asked.filter(({ text, example }) => {
      const scene = record(example)
      return (
        !scene.captions.some((caption) => caption.text === text) && own.get(text) === scene.scene.things[0]!.concept
      )
    })
    expect(near.length).toBeGreaterThan(60)
  })
})

describe('withShare', () => {
  const scores = [20, 40, 55, 60, 81]

  it('gives the scores the mean that is asked for, in their order', () => {
    const moved = withShare({ slope: 0.1, offset: -4 }, scores, 0.3)
    const probabilities = scores.map((score) => probabilityOf(score, moved))
    expect(probabilities.reduce((a, b) => a + b) / scores.length).toBeCloseTo(0.3, 6)
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => a - b))
    expect(moved.slope).toBe(0.1)
  })

  it('refuses what has no answer', () => {
    expect(() => withShare({ slope: 1, offset: 0 }, [], 0.5)).toThrow(RangeError)
    expect(() => withShare({ slope: 1, offset: 0 }, scores, 1)).toThrow(RangeError)
  })
})

describe('calibrateToJudged', () => {
  const steep = { slope: 0.2, offset: -10 }

  it('keeps the slope where higher scores are right more often', () => {
    const groups = [
      { scores: [30, 32], right: 0 },
      { scores: [70, 72], right: 2 },
    ]
    const { slope } = calibrateToJudged(steep, groups)
    expect(slope).toBeCloseTo(0.2, 6)
  })

  it('drops it where they are not, and says the same of every picture', () => {
    const groups = [
      { scores: [30, 32], right: 1 },
      { scores: [70, 72], right: 0 },
    ]
    const flat = calibrateToJudged(steep, groups)
    expect(flat.slope).toBe(0)
    expect(probabilityOf(50, flat)).toBeCloseTo(0.25, 6)
  })
})
