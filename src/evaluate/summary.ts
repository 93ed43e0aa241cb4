/** From verdicts to figures. The unit is the prompt: candidates of one prompt are right or wrong together. */

import type { MeasuredPrompt } from './measure.ts'
import { bootstrap, bootstrapMean, mean, type Share } from './statistics.ts'
import type { SuitePrompt } from './suite.ts'
import { type Verdict, verdictOf } from './verifier-classes.ts'

/** A prompt of the suite with its candidates' verdicts. */
export type JudgedPrompt = {
  readonly prompt: SuitePrompt
  /** By index. */
  readonly verdicts: readonly Verdict[]
  readonly matchProbabilities: readonly (number | null)[]
  readonly chosen: readonly number[]
}

export const judge = (prompt: SuitePrompt, { findings, scores, chosen }: MeasuredPrompt): JudgedPrompt => ({
  prompt,
  verdicts: findings.map((finding) => verdictOf(finding, prompt.look)),
  matchProbabilities: scores.map(({ matchProbability }) => matchProbability),
  chosen,
})

/** Accuracies of a group of prompts: the share of pictures whose object, colour and material are all right. */
export type GroupReport = {
  /** Prompts. */
  readonly count: number
  readonly unranked: Share
  readonly chosen: Share
  /** Of unranked candidates: each part by itself, and the share found broken. */
  readonly object: number
  readonly colour: number
  readonly material: number
  readonly broken: number
  /** Both accuracies as shares of what true renders reach; null where that was not measured. */
  readonly ofTrueRenders: { readonly unranked: number; readonly chosen: number } | null
}

const shareOf = (verdicts: readonly Verdict[], part: keyof Verdict): number =>
  mean(verdicts.map((verdict) => Number(verdict[part])))

const unrankedOf = ({ verdicts }: JudgedPrompt): number => shareOf(verdicts, 'all')
const chosenOf = ({ verdicts, chosen }: JudgedPrompt): number =>
  shareOf(
    chosen.map((index) => verdicts[index]!),
    'all',
  )
/** What an oracle would choose: as many right pictures as there are. */
const oracleOf = ({ verdicts, chosen }: JudgedPrompt): number =>
  chosen.length === 0 ? 0 : Math.min(chosen.length, verdicts.filter(({ all }) => all).length) / chosen.length

/** @param trueRenders the verifier's accuracy on true renders of such prompts */
export function groupReport(prompts: readonly JudgedPrompt[], trueRenders: number | null, seed: number): GroupReport {
  const unranked = bootstrapMean(prompts.map(unrankedOf), seed)
  const chosen = bootstrapMean(prompts.map(chosenOf), seed)
  const part = (name: keyof Verdict): number => mean(prompts.map(({ verdicts }) => shareOf(verdicts, name)))
  return {
    count: prompts.length,
    unranked,
    chosen,
    object: part('object'),
    colour: part('colour'),
    material: part('material'),
    broken: part('broken'),
    ofTrueRenders: trueRenders ? { unranked: unranked.value / trueRenders, chosen: chosen.value / trueRenders } : null,
  }
}

export type RankGain = Share & {
  /** Mean accuracies over all prompts. */
  readonly unranked: number
  readonly chosen: number
  readonly oracle: number
}

/**
 * The share of the oracle's gain that ranking captures: (chosen - unranked) / (oracle - unranked), each a mean over the
 * prompts. Unranked is the accuracy of all candidates, chosen that of those with the best scores, oracle that of as many
 * chosen with the verifier's knowledge. Ranking at random gives 0, perfect ranking 1. `count` is the number of prompts
 * where there is something to gain; the others change neither side.
 */
export function rankGain(prompts: readonly JudgedPrompt[], seed: number): RankGain {
  const rows = prompts.map((prompt) => {
    return { unranked: unrankedOf(prompt), chosen: chosenOf(prompt), oracle: oracleOf(prompt) }
  })
  const sum = (items: typeof rows, part: keyof (typeof rows)[number]) => items.reduce((all, row) => all + row[part], 0)
  const gain = (items: readonly (typeof rows)[number][]): number => {
    const list = [...items]
    const possible = sum(list, 'oracle') - sum(list, 'unranked')
    return possible <= 0 ? 0 : (sum(list, 'chosen') - sum(list, 'unranked')) / possible
  }
  const interval = bootstrap(rows, gain, seed)
  return {
    ...interval,
    count: rows.filter(({ oracle, unranked }) => oracle > unranked).length,
    unranked: mean(rows.map(({ unranked }) => unranked)),
    chosen: mean(rows.map(({ chosen }) => chosen)),
    oracle: mean(rows.map(({ oracle }) => oracle)),
  }
}
