/** From verdicts to figures. The unit is the prompt: candidates of one prompt are right or wrong together. */
import { judge, type Verdict, type VerdictPart, verdictParts } from './judge.ts'
import type { MeasuredPrompt } from './measure.ts'
import { bootstrap, clusteredShare, mean, type Share } from './statistics.ts'
import type { SuitePrompt } from './suite.ts'
import type { Bars } from './verifier-network.ts'

/** A prompt of the suite with its candidates' verdicts. */
export type JudgedPrompt = {
  readonly prompt: SuitePrompt
  /** By index. */
  readonly verdicts: readonly Verdict[]
  readonly matchProbabilities: readonly (number | null)[]
  readonly chosen: readonly number[]
}

/** null where there is nothing to judge: no verifier looked, or nobody says what the pictures must show. */
export function judgePrompt(
  prompt: SuitePrompt,
  { findings, scores, chosen }: MeasuredPrompt,
  bars: Bars,
  conceptsOfClass?: (name: string) => readonly string[],
): JudgedPrompt | null {
  const { requirement } = prompt
  if (findings === null || requirement === null) return null
  const judging = { bars, ...(conceptsOfClass && { conceptsOfClass }) }
  return {
    prompt,
    verdicts: findings.map((finding) => judge(finding, requirement, judging)),
    matchProbabilities: scores.map(({ matchProbability }) => matchProbability),
    chosen,
  }
}

/** Accuracies of a group of prompts: the share of pictures that show all that was asked for. */
export type GroupReport = {
  /** Prompts in English. */
  readonly count: number
  /** The first four candidates; null where there is no prompt. */
  readonly unranked: Share | null
  /** Those with the best scores. */
  readonly chosen: Share | null
  /** The same prompts in French, the first four. */
  readonly french: Share | null
  /** Of unranked candidates: each part that was asked for by itself. */
  readonly parts: Readonly<Partial<Record<VerdictPart, number>>>
  /** Of unranked candidates: the share found broken. */
  readonly broken: number | null
  /** What true renders of such prompts reach, and those passed through the image tokenizer; null where not measured. */
  readonly trueRenders: number | null
  readonly roundTrip: number | null
  /** Accuracies as shares of what true renders reach. */
  readonly ofTrueRenders: { readonly unranked: number; readonly chosen: number } | null
}

export type Ceilings = { readonly trueRenders: number | null; readonly roundTrip: number | null }

const rightOf = (verdicts: readonly Verdict[]): number => mean(verdicts.map(({ correct }) => Number(correct)))
const chosenOf = ({ verdicts, chosen }: JudgedPrompt): number => rightOf(chosen.map((index) => verdicts[index]!))

/** @param unranked how many candidates stand for what a model draws unranked */
export function groupReport(all: readonly JudgedPrompt[], unranked: number, ceilings: Ceilings): GroupReport {
  const prompts = all.filter(({ prompt }) => prompt.language === 'en')
  const first = (judged: JudgedPrompt): readonly Verdict[] => judged.verdicts.slice(0, unranked)
  const share = (of: readonly JudgedPrompt[]) =>
    clusteredShare(
      of.map((one) => rightOf(first(one))),
      unranked,
    )
  const ranked = prompts.filter(({ chosen }) => chosen.length > 0)
  const chosen = clusteredShare(ranked.map(chosenOf), Math.max(1, ranked[0]?.chosen.length ?? 1))
  const own = share(prompts)
  const { trueRenders } = ceilings
  return {
    count: prompts.length,
    unranked: own,
    chosen,
    french: share(all.filter(({ prompt }) => prompt.language === 'fr')),
    parts: partsOf(prompts.flatMap(first)),
    broken:
      prompts.length === 0 ? null : mean(prompts.map((one) => mean(first(one).map(({ broken }) => Number(broken))))),
    ...ceilings,
    ofTrueRenders:
      trueRenders && own && chosen ? { unranked: own.value / trueRenders, chosen: chosen.value / trueRenders } : null,
  }
}

/** The share that is right of each part, over the pictures of which it was asked. */
function partsOf(verdicts: readonly Verdict[]): Partial<Record<VerdictPart, number>> {
  const asked = (part: VerdictPart): number[] =>
    verdicts.map(({ parts }) => parts[part]).flatMap((right) => (right === null ? [] : [Number(right)]))
  const known = verdictParts.map((part) => [part, asked(part)] as const).filter(([, values]) => values.length > 0)
  return Object.fromEntries(known.map(([part, values]) => [part, mean(values)]))
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
 * where there is something to gain; the others change neither side. null without ranked prompts.
 */
export function rankGain(prompts: readonly JudgedPrompt[], seed: number): RankGain | null {
  const rows = prompts
    .filter(({ chosen }) => chosen.length > 0)
    .map((prompt) => {
      const { verdicts, chosen } = prompt
      const right = verdicts.filter(({ correct }) => correct).length
      const oracle = Math.min(chosen.length, right) / chosen.length
      return { unranked: rightOf(verdicts), chosen: chosenOf(prompt), oracle }
    })
  if (rows.length === 0) return null
  type Row = (typeof rows)[number]
  const average = (items: readonly Row[], part: keyof Row): number => mean(items.map((row) => row[part]))
  const gain = (items: readonly Row[]): number => {
    const possible = average(items, 'oracle') - average(items, 'unranked')
    return possible <= 0 ? 0 : (average(items, 'chosen') - average(items, 'unranked')) / possible
  }
  return {
    ...bootstrap(rows, gain, seed),
    count: rows.filter(({ oracle, unranked }) => oracle > unranked).length,
    unranked: average(rows, 'unranked'),
    chosen: average(rows, 'chosen'),
    oracle: average(rows, 'oracle'),
  }
}
