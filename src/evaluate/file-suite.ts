/** Prompts from a file as a suite: which of them a model's vocabulary holds, and what came of them. */
import { holdsGenevalClass } from './geneval-classes.ts'
import type { MeasuredPrompt, MeasureSettings } from './measure.ts'
import type { PromptFile } from './prompt-file.ts'
import { mean } from './statistics.ts'
import type { SuitePrompt } from './suite.ts'
import type { FileReport, ScoredGroup, Scores } from './suite-report.ts'
import { groupReport, type JudgedPrompt } from './summary.ts'

export type FileSuite = {
  readonly format: PromptFile['format']
  /** Those that the vocabulary holds, as the file has them. */
  readonly prompts: readonly SuitePrompt[]
  /** Prompts in the file, by group. */
  readonly inFile: Readonly<Record<string, number>>
}

/**
 * GenEval's prompts are those whose classes are all among the concepts; prompts of which nobody says what they must show are
 * taken as they are. Without concepts, all are.
 */
export function suiteOfFile({ format, prompts }: PromptFile, concepts: readonly string[] | null): FileSuite {
  const vocabulary = concepts === null ? null : new Set(concepts)
  const kept = prompts.filter(
    ({ requirement }) =>
      vocabulary === null ||
      requirement === null ||
      requirement.include.every((clause) => holdsGenevalClass(clause.class, vocabulary)),
  )
  const inFile = Object.fromEntries(
    [...Map.groupBy(prompts, ({ group }) => group)].map(([group, of]) => [group, of.length]),
  )
  const asked = kept.map(({ text, group, requirement }): SuitePrompt => {
    return { kind: group, language: 'en', text, requirement, scene: null }
  })
  return { format, prompts: asked, inFile }
}

export function fileReport(
  { format, prompts, inFile }: FileSuite,
  measured: readonly MeasuredPrompt[],
  judged: readonly (JudgedPrompt | null)[],
  { unranked }: Pick<MeasureSettings, 'unranked'>,
): FileReport {
  const report = (places: readonly number[]): ScoredGroup => {
    const known = places.map((i) => judged[i]).filter((one) => one !== null && one !== undefined)
    const of = places.map((i) => measured[i]!)
    return {
      report: known.length === 0 ? null : groupReport(known, unranked, { trueRenders: null, roundTrip: null }),
      own: scoresOf(of, ({ scores }) => scores.map(({ score }) => score), unranked),
      other: of.some(({ otherScores }) => otherScores !== null)
        ? scoresOf(of, ({ otherScores }) => otherScores ?? [], unranked)
        : null,
    }
  }
  const groups = Object.fromEntries(
    Object.entries(inFile).map(([group, count]) => {
      const places = [...prompts.keys()].filter((i) => prompts[i]!.kind === group)
      return [group, { ...report(places), prompts: count }]
    }),
  )
  const sums = Object.values(groups).flatMap((group) => (group.report?.unranked ? [group.report] : []))
  return {
    format,
    prompts: Object.values(inFile).reduce((sum, count) => sum + count, 0),
    held: prompts.length,
    all: report([...prompts.keys()]),
    groups,
    overGroups:
      sums.length === 0
        ? null
        : {
            unranked: mean(sums.map((sum) => sum.unranked!.value)),
            chosen: sums.every((sum) => sum.chosen) ? mean(sums.map((sum) => sum.chosen!.value)) : null,
          },
  }
}

/** Means over prompts. */
function scoresOf(
  measured: readonly MeasuredPrompt[],
  of: (one: MeasuredPrompt) => readonly number[],
  unranked: number,
): Scores {
  const ranked = measured.filter(({ chosen }) => chosen.length > 0)
  return {
    count: measured.length,
    unranked: mean(measured.map((one) => mean(of(one).slice(0, unranked)))),
    chosen: ranked.length === 0 ? null : mean(ranked.map((one) => mean(one.chosen.map((index) => of(one)[index]!)))),
  }
}
