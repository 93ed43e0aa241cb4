import { describe, expect, it } from 'vitest'
import { tinySample } from '../corpus/sample.ts'
import type { FoundThing } from './findings.ts'
import type { Verdict } from './judge.ts'
import { suite } from './suite.ts'
import { groupReport, type JudgedPrompt, judgePrompt, rankGain } from './summary.ts'
import { defaultBars } from './verifier-network.ts'

const [english, french] = suite({ prompts: 1, seed: 1, sample: tinySample, kinds: ['single'] })
const verdict = (right: boolean): Verdict => ({
  correct: right,
  reason: '',
  broken: !right,
  parts: { object: right, count: null, colour: true, material: null, person: null, position: null, style: null },
})

/** Candidates right or wrong by index, and which were chosen. */
const judged = (right: string, chosen: readonly number[], prompt = english!): JudgedPrompt => ({
  prompt,
  verdicts: [...right].map((one) => verdict(one === '1')),
  matchProbabilities: [...right].map(() => null),
  chosen,
})
const ceilings = { trueRenders: 0.75, roundTrip: null }

describe('rank gain', () => {
  it('is 1 for perfect ranking, 0 for ranking that changes nothing, below 0 for worse', () => {
    expect(rankGain([judged('1100', [0, 1]), judged('0011', [2, 3])], 1)?.value).toBe(1)
    expect(rankGain([judged('1100', [0, 2]), judged('0011', [1, 3])], 1)?.value).toBe(0)
    expect(rankGain([judged('1100', [2, 3])], 1)?.value).toBe(-1)
  })

  it('is the ratio of mean gains, with the means beside it', () => {
    // Unranked 1/4 and 1/2; an oracle chooses 1/2 and 1; chosen were 1/2 and 1/2.
    const gain = rankGain([judged('1000', [0, 1]), judged('1100', [0, 2])], 1)!
    expect(gain).toMatchObject({ unranked: 0.375, chosen: 0.5, oracle: 0.75, count: 2 })
    expect(gain.value).toBeCloseTo((0.5 - 0.375) / (0.75 - 0.375), 12)
  })

  it('counts only prompts with something to gain, and is 0 where there is none', () => {
    const gain = rankGain([judged('1111', [0, 1]), judged('0000', [0, 1]), judged('1000', [0, 1])], 1)!
    expect(gain.count).toBe(1)
    expect(rankGain([judged('1111', [0, 1]), judged('0000', [0, 1])], 1)).toMatchObject({ value: 0, count: 0 })
  })

  it('is of ranked prompts, and nothing without one', () => {
    expect(rankGain([judged('1100', [], french)], 1)).toBeNull()
    expect(rankGain([judged('1100', [], french), judged('1100', [0, 1])], 1)?.value).toBe(1)
  })
})

describe('a group', () => {
  it('reports means over prompts of the first candidates, parts, and shares of true renders', () => {
    const report = groupReport([judged('1000', [0]), judged('1100', [3])], 4, ceilings)
    expect(report).toMatchObject({ count: 2, parts: { object: 0.375, colour: 1 }, broken: 0.625, trueRenders: 0.75 })
    expect(Object.keys(report.parts)).toEqual(['object', 'colour'])
    expect(report.unranked!.value).toBe(0.375)
    expect(report.chosen!.value).toBe(0.5)
    expect(report.ofTrueRenders).toEqual({ unranked: 0.5, chosen: 0.5 / 0.75 })
  })

  it('takes no more than the first so many candidates for what is drawn unranked', () => {
    const report = groupReport([judged('10111111', [2, 3]), judged('10000000', [0])], 2, ceilings)
    expect(report.unranked!.value).toBe(0.5)
    expect(report.chosen!.value).toBe(1)
  })

  it('keeps languages apart', () => {
    const report = groupReport([judged('1111', [0]), judged('0001', [], french)], 4, ceilings)
    expect(report).toMatchObject({ count: 1, unranked: { value: 1 }, french: { value: 0.25 } })
  })

  it('of no prompts has no figures, and without renders no shares of them', () => {
    expect(groupReport([], 4, ceilings)).toMatchObject({
      ...{ count: 0, unranked: null, chosen: null, french: null, broken: null, ofTrueRenders: null, parts: {} },
    })
    expect(groupReport([judged('1', [0])], 4, { trueRenders: null, roundTrip: null }).ofTrueRenders).toBeNull()
  })
})

it('judges findings against what the prompt asks for', () => {
  const { class: concept } = english!.requirement.include[0]!
  const thing = (name: string): FoundThing => ({
    ...{ concept: name, colour: null, material: null, presentation: null, tone: null, confidence: 1 },
    box: { left: 0, top: 0, width: 1, height: 1 },
  })
  const finding = (name: string) => ({
    things: [thing(name)],
    broken: false,
    style: null,
    filter: null,
    background: null,
  })
  const scores = [
    { score: 1, matchProbability: 0.9 },
    { score: 2, matchProbability: 0.1 },
  ]
  const findings = [finding(concept), finding('gorilla')]
  const measured = { findings, scores, otherScores: null, chosen: [1], best: [] }
  const one = judgePrompt(english!, measured, defaultBars)!
  expect(one.verdicts.map(({ correct }) => correct)).toEqual([true, false])
  expect(one.matchProbabilities).toEqual([0.9, 0.1])
  expect(judgePrompt(english!, { ...measured, findings: null }, defaultBars)).toBeNull()
  expect(judgePrompt({ ...english!, requirement: null }, measured, defaultBars)).toBeNull()
})
