/** The measure as a table to read. Figures are per cent, intervals 95 %. */
import type { Share } from './statistics.ts'
import type { EvaluationReport, FileReport, ScoredGroup, SideReport } from './suite-report.ts'
import { isLeftOut } from './suite-report.ts'
import type { GroupReport } from './summary.ts'

const percent = (value: number): string => (100 * value).toFixed(1)

/** `87.5 (84.1 to 90.2)` */
function withInterval(share: Share | null): string {
  if (share === null) return '-'
  const { value, low, high } = share
  return Number.isFinite(low)
    ? `${percent(value)} (${percent(low)} to ${percent(high)})`
    : `${percent(value)} (too few to say)`
}

const orNone = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : percent(value)

/** Several lines, each ended. */
export function reportText(report: EvaluationReport): string {
  const { settings, file } = report
  const { candidates, chosen, unranked, seed } = settings
  const title =
    file === null
      ? `${settings.prompts} prompts of each kind`
      : `${file.held} of the file's ${file.prompts} prompts, whose things its vocabulary holds`
  const lines = [
    `${report.model.name}: ${title}, ${candidates} candidates each, the best ${chosen} chosen, seed ${seed}`,
    `Per cent of pictures that show all that was asked for, with 95 % intervals over prompts. Unranked: the first ${unranked}.`,
    '',
    ...(file === null ? sides(report) : fileRows(file, chosen)),
    ...below(report),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

const widths = [24, 23, 23, 23, 10, 7, 7, 40] as const
const row = (...cells: readonly string[]): string =>
  cells.map((cell, i) => (cell.length >= (widths[i] ?? 0) ? `${cell} ` : cell.padEnd(widths[i]!))).join('')

function sides({ seen, heldOut, settings }: EvaluationReport): string[] {
  const head = [
    '',
    'unranked',
    `chosen ${settings.chosen}`,
    'French, unranked',
    'of true',
    'true',
    'tokens',
    'parts, unranked',
    'prompts',
  ]
  const side = (name: string, of: SideReport | null): string[] =>
    of === null
      ? [row(name, 'none')]
      : [groupRow(name, of.all), ...Object.entries(of.kinds).map(([kind, group]) => groupRow(`  ${kind}`, group))]
  return [row(...head), ...side('seen', seen), ...side('held out', heldOut), '']
}

function groupRow(name: string, group: GroupReport): string {
  const { unranked, chosen, french, ofTrueRenders, trueRenders, roundTrip, count } = group
  return row(
    name,
    withInterval(unranked),
    withInterval(chosen),
    withInterval(french),
    ofTrueRenders === null ? '-' : `${percent(ofTrueRenders.unranked)}`,
    orNone(trueRenders),
    orNone(roundTrip),
    partsText(group),
    String(count),
  )
}

const partsText = ({ parts, broken }: GroupReport): string =>
  [...Object.entries(parts).map(([part, value]) => `${part} ${percent(value)}`), `broken ${orNone(broken)}`].join(', ')

function fileRows({ groups, all, overGroups }: FileReport, chosen: number): string[] {
  const scored = (name: string, { report, own, other }: ScoredGroup, prompts: string): string =>
    row(
      name,
      withInterval(report?.unranked ?? null),
      withInterval(report?.chosen ?? null),
      `${own.unranked.toFixed(3)}, ${own.chosen?.toFixed(3) ?? '-'}`,
      other === null ? '-' : `${other.unranked.toFixed(3)}`,
      '',
      '',
      report === null ? '' : partsText(report),
      prompts,
    )
  const lines = [
    row('', 'unranked', `chosen ${chosen}`, `score, chosen ${chosen}`, 'other', '', '', 'parts, unranked', 'prompts'),
    ...Object.entries(groups).map(([name, group]) =>
      scored(`  ${name}`, group, `${group.own.count} of ${group.prompts}`),
    ),
    scored('all', all, String(all.own.count)),
  ]
  if (overGroups !== null) {
    lines.push(
      `Mean over groups: unranked ${percent(overGroups.unranked)}, chosen ${chosen}: ${orNone(overGroups.chosen)}`,
    )
  }
  return [...lines, '']
}

function below(report: EvaluationReport): string[] {
  const { verifier, rankGain, ceiling, nearest, unconditional, copies, calibration } = report
  const lines: string[] = []
  if (rankGain === null) lines.push('Ranking left out: nothing was judged')
  else {
    lines.push(
      `Ranking captures ${withInterval(rankGain)} % of what an oracle gains (all candidates ${percent(rankGain.unranked)}, ` +
        `chosen ${percent(rankGain.chosen)}, oracle ${percent(rankGain.oracle)}; ${rankGain.count} prompts with something to gain)`,
    )
  }
  if (isLeftOut(calibration)) lines.push(`Calibration left out: ${calibration.leftOut}`)
  else
    lines.push(
      `Match probabilities are off by ${percent(calibration.error)} points on average (${calibration.count} candidates)`,
    )
  lines.push('')
  if (isLeftOut(verifier)) lines.push(`Verifier's accuracy left out: ${verifier.leftOut}`)
  else {
    lines.push(
      `Verifier on true renders (${verifier.count}, ${verifier.source}): ${withInterval(verifier.all)}; ` +
        `of a style it never saw: ${withInterval(verifier.heldOutStyle)}`,
      `  takes ${percent(verifier.falseAccepts.value)} for another render's caption (${verifier.falseAccepts.count}), ` +
        `${percent(verifier.nearMissAccepts.value)} for a near miss (${verifier.nearMissAccepts.count}); ` +
        `finds ${percent(verifier.brokenFound.value)} of broken pictures (${verifier.brokenFound.count}), ` +
        `calls ${percent(verifier.falselyBroken.value)} of whole ones broken`,
    )
  }
  if (isLeftOut(ceiling)) lines.push(`Ceilings left out: ${ceiling.leftOut}`)
  else {
    lines.push(
      `Ceilings (${ceiling.count} renders): true renders ${withInterval(ceiling.trueRenders)}, ` +
        `through the image tokenizer ${withInterval(ceiling.roundTrip)}`,
    )
  }
  if (isLeftOut(nearest)) lines.push(`Nearest-training-picture baseline left out: ${nearest.leftOut}`)
  else {
    const { drawn, trueRenders } = nearest.distance
    lines.push(
      `Answering with the nearest of ${nearest.trainingPictures} training pictures (${nearest.count} prompts): ` +
        `seen ${withInterval(nearest.seen)}, held out ${withInterval(nearest.heldOut)}`,
      `  drawn pictures differ from the nearest training picture by ${drawn.toFixed(1)} levels of 255 (median)` +
        (trueRenders === null ? '' : `, other renders by ${trueRenders.toFixed(1)}`),
    )
  }
  if (isLeftOut(unconditional)) lines.push(`Unconditional pictures left out: ${unconditional.leftOut}`)
  else if (unconditional.broken !== null) {
    lines.push(
      `Without a prompt (${unconditional.count} pictures): ${withInterval(unconditional.broken)} broken, ` +
        `${unconditional.things!.toFixed(2)} things a picture`,
    )
  }
  if (isLeftOut(copies)) lines.push(`Copies left out: ${copies.leftOut}`)
  else {
    lines.push(
      `Pictures that repeat a drawing of the training's (${copies.count}): seen ${withInterval(copies.seen)}, held out ${withInterval(copies.heldOut)}`,
    )
  }
  return lines
}
