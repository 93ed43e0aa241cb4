/** The measure as a table to read. Figures are per cent, intervals 95 %. */
import type { EvaluationReport, LeftOut } from './evaluate.ts'
import type { Share } from './statistics.ts'
import type { GroupReport } from './summary.ts'

const percent = (value: number): string => `${(100 * value).toFixed(1)}`.padStart(5)

/** `87.5 (84.1 to 90.2)` */
function withInterval({ value, low, high }: Share): string {
  if (!Number.isFinite(low)) return `${percent(value)} (too few to say)`
  return `${percent(value)} (${percent(low).trim()} to ${percent(high).trim()})`
}

const isLeftOut = (part: { readonly count: number } | LeftOut): part is LeftOut => 'leftOut' in part

/** Several lines, each ended. */
export function reportText(report: EvaluationReport): string {
  const { model, settings, verifier, overall, seen, heldOut, rankGain, ceiling, nearest, calibration } = report
  const lines: string[] = [
    `${model.name}: ${settings.prompts} prompts of each of five kinds, ${settings.candidates} candidates each, the best ${settings.chosen} chosen, seed ${settings.seed}`,
    'Right means object, colour and material are all right, in per cent of pictures, with 95 % intervals over prompts.',
    '',
    row('', 'unranked', `chosen ${settings.chosen}`, 'of true renders', 'object  colour  material  broken', 'prompts'),
    groupRow('overall', overall),
    groupRow('  English', overall.languages.en),
    groupRow('  French', overall.languages.fr),
    groupRow('seen', seen),
    ...Object.entries(seen.kinds).map(([kind, group]) => groupRow(`  ${kind}`, group)),
    groupRow('held out', heldOut),
    ...Object.entries(heldOut.kinds).map(([kind, group]) => groupRow(`  ${kind}`, group)),
    '',
    `Ranking captures ${withInterval(rankGain).trim()} % of what an oracle gains (unranked ${percent(rankGain.unranked).trim()}, ` +
      `chosen ${percent(rankGain.chosen).trim()}, oracle ${percent(rankGain.oracle).trim()}; ${rankGain.count} prompts with something to gain)`,
  ]
  if (isLeftOut(calibration)) lines.push(`Calibration left out: ${calibration.leftOut}`)
  else
    lines.push(
      `Match probabilities are off by ${percent(calibration.error).trim()} points on average (${calibration.count} candidates)`,
    )
  lines.push('')
  if (isLeftOut(verifier)) lines.push(`Verifier's accuracy left out: ${verifier.leftOut}`)
  else {
    lines.push(
      `Verifier on true renders (${verifier.count}, ${verifier.source}): all ${withInterval(verifier.all).trim()}, object ${percent(verifier.object.value).trim()}, ` +
        `colour ${percent(verifier.colour.value).trim()}, material ${percent(verifier.material.value).trim()}`,
      `  takes ${percent(verifier.falseAccepts.value).trim()} for another render's caption (${verifier.falseAccepts.count}), ${percent(verifier.nearMissAccepts.value).trim()} for a near miss (${verifier.nearMissAccepts.count}); ` +
        `finds ${percent(verifier.brokenFound.value).trim()} of broken pictures (${verifier.brokenFound.count}), calls ${percent(verifier.falselyBroken.value).trim()} of whole ones broken`,
    )
  }
  if (isLeftOut(ceiling)) lines.push(`Ceilings left out: ${ceiling.leftOut}`)
  else {
    lines.push(
      `Ceilings (${ceiling.count} renders): true renders ${withInterval(ceiling.trueRenders.all).trim()}, through the image tokenizer ${withInterval(ceiling.roundTrip.all).trim()}`,
    )
  }
  if (isLeftOut(nearest)) lines.push(`Nearest-training-picture baseline left out: ${nearest.leftOut}`)
  else {
    lines.push(
      `Answering with the nearest of ${nearest.trainingPictures} training pictures (${nearest.count} prompts): seen ${withInterval(nearest.seen).trim()}, held out ${withInterval(nearest.heldOut).trim()}`,
      `  drawn pictures differ from the nearest training picture by ${nearest.distance.drawn.toFixed(1)} levels of 255 (median), other renders by ${nearest.distance.trueRenders.toFixed(1)}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function groupRow(name: string, group: GroupReport): string {
  const { unranked, chosen, ofTrueRenders, object, colour, material, broken, count } = group
  const share = ofTrueRenders === null ? '' : `${percent(ofTrueRenders.unranked)} ${percent(ofTrueRenders.chosen)}`
  const parts = `${percent(object)}   ${percent(colour)}   ${percent(material)}     ${percent(broken)}`
  return row(name, withInterval(unranked), withInterval(chosen), share, parts, String(count))
}

const row = (
  ...[name, unranked, chosen, share, parts, count]: [string, string, string, string, string, string]
): string =>
  `${name.padEnd(12)}${unranked.padEnd(23)}${chosen.padEnd(23)}${share.padEnd(17)}${parts.padEnd(34)}${count}`.trimEnd()
