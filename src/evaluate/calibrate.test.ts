import { describe, expect, it } from 'vitest'
import { captions } from '../corpus/captions.ts'
import { sceneSeed } from '../corpus/random.ts'
import { sampleScene, skeletonSample } from '../corpus/sample.ts'
import { philoxNormals, philoxUniform } from '../random/philox.ts'
import {
  calibrate,
  calibrationError,
  calibrationPairs,
  fitCalibration,
  pairsInOrder,
  probabilityOf,
  type ScoredPair,
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
    const pairs = drawn(8000, 0.4, -10)
    const report = calibrate(Array.from({ length: 1000 }, (_, i) => pairs.slice(8 * i, 8 * i + 8)))!
    expect([report.fitted, report.count]).toEqual([4000, 4000])
    expect(report.error).toBeLessThan(0.03)
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

describe('calibrate', () => {
  it('has nothing to tell where a higher score does not go with more pictures that match, or all are alike', () => {
    expect(calibrate([drawn(400, -0.4, 10), drawn(400, -0.4, 10)])).toBeNull()
    const all = [1, 2, 3].map((score) => ({ score, matches: true }))
    expect(calibrate([all, all])).toBeNull()
  })

  it('measures on groups that it did not fit on', () => {
    const other = drawn(2000, 0.4, -10).map(({ score, matches }) => ({ score, matches: !matches }))
    expect(calibrate([drawn(2000, 0.4, -10), other])!.error).toBeGreaterThan(0.3)
  })
})

describe('pairsInOrder', () => {
  it('counts the pictures whose own caption scores higher than the wrong one, ties half', () => {
    const pair = (wrong: number, own: number) => [
      { score: wrong, matches: false },
      { score: own, matches: true },
    ]
    expect(pairsInOrder([...pair(1, 2), ...pair(3, 2), ...pair(1, 1), ...pair(-4, 0)])).toMatchObject({
      value: 2.5 / 4,
      count: 4,
    })
  })
})
