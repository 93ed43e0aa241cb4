import { describe, expect, it } from 'vitest'
import { suite } from './suite.ts'
import { groupReport, type JudgedPrompt, judge, rankGain } from './summary.ts'
import type { Verdict } from './verifier-classes.ts'

const [prompt] = suite({ prompts: 1, seed: 1, concepts: ['cat'], styles: ['flat'] })
const verdict = (right: boolean): Verdict => ({
  object: right,
  colour: true,
  material: right,
  all: right,
  broken: !right,
})

/** Candidates right or wrong by index, and which were chosen. */
const judged = (right: string, chosen: readonly number[]): JudgedPrompt => ({
  prompt: prompt!,
  verdicts: [...right].map((one) => verdict(one === '1')),
  matchProbabilities: [...right].map(() => null),
  chosen,
})

describe('rank gain', () => {
  it('is 1 for perfect ranking, 0 for ranking that changes nothing, below 0 for worse', () => {
    expect(rankGain([judged('1100', [0, 1]), judged('0011', [2, 3])], 1).value).toBe(1)
    expect(rankGain([judged('1100', [0, 2]), judged('0011', [1, 3])], 1).value).toBe(0)
    expect(rankGain([judged('1100', [2, 3])], 1).value).toBe(-1)
  })

  it('is the ratio of mean gains, with the means beside it', () => {
    // Unranked 1/4 and 1/2; an oracle chooses 1/2 and 1; chosen were 1/2 and 1/2.
    const gain = rankGain([judged('1000', [0, 1]), judged('1100', [0, 2])], 1)
    expect(gain).toMatchObject({ unranked: 0.375, chosen: 0.5, oracle: 0.75, count: 2 })
    expect(gain.value).toBeCloseTo((0.5 - 0.375) / (0.75 - 0.375), 12)
  })

  it('counts only prompts with something to gain, and is 0 where there is none', () => {
    const gain = rankGain([judged('1111', [0, 1]), judged('0000', [0, 1]), judged('1000', [0, 1])], 1)
    expect(gain.count).toBe(1)
    expect(rankGain([judged('1111', [0, 1]), judged('0000', [0, 1])], 1)).toMatchObject({ value: 0, count: 0 })
  })
})

it('reports a group: means over prompts, parts, shares of true renders', () => {
  const report = groupReport([judged('1000', [0]), judged('1100', [3])], 0.75, 1)
  expect(report).toMatchObject({ count: 2, object: 0.375, colour: 1, material: 0.375, broken: 0.625 })
  expect(report.unranked.value).toBe(0.375)
  expect(report.chosen.value).toBe(0.5)
  expect(report.ofTrueRenders).toEqual({ unranked: 0.5, chosen: 0.5 / 0.75 })
  expect(report.unranked.low).toBeGreaterThanOrEqual(0)
  expect(groupReport([], 0.9, 1)).toMatchObject({ count: 0 })
  expect(groupReport([judged('1', [0])], null, 1).ofTrueRenders).toBeNull()
})

it('judges findings against what the prompt asks for', () => {
  const finding = { object: 'cat', colour: 'natural', material: 'none' }
  const scores = [
    { score: 1, matchProbability: 0.9 },
    { score: 2, matchProbability: 0.1 },
  ]
  const findings = [finding, { ...finding, object: 'dog' }]
  const one = judge(prompt!, { findings, scores, chosen: [1], best: [] })
  expect(one.verdicts.map(({ all }) => all)).toEqual([true, false])
  expect(one.matchProbabilities).toEqual([0.9, 0.1])
})
