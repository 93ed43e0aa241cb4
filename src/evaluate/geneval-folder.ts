/**
 * Pictures in the folders that GenEval's own evaluation reads: `00000/metadata.jsonl`, `00000/samples/0000.png` and so on,
 * `00000/grid.png`. Ours has what the form has no words for beside the rest.
 */
import { join } from 'node:path'
import { encodePng } from '../image/codec.ts'
import type { Pixels } from '../image/pixels.ts'
import { composeSheet } from '../image/sheet.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import type { Finding } from './findings.ts'
import type { MeasuredPrompt } from './measure.ts'
import type { SuitePrompt } from './suite.ts'
import type { JudgedPrompt } from './summary.ts'

const numbered = (place: number, digits: number): string => String(place).padStart(digits, '0')

/** Writes the first `unranked` pictures of each prompt. @throws NeufError `file-unwritable` */
export function genevalFolder(folder: string, unranked: number) {
  return async (place: number, prompt: SuitePrompt, pictures: readonly Pixels[]): Promise<void> => {
    const own = join(folder, numbered(place, 5))
    const samples = join(own, 'samples')
    await makeFolder(samples)
    const first = pictures.slice(0, unranked)
    const { text, kind, language, requirement } = prompt
    const metadata = { ...(requirement ?? { tag: kind, include: [], prompt: text }), kind, language }
    await atomicWriteAll([
      ...first.map((picture, i): [string, Uint8Array] => [join(samples, `${numbered(i, 4)}.png`), encodePng(picture)]),
      [join(own, 'grid.png'), encodePng(composeSheet(first, { scale: 1 }))],
      [join(own, 'metadata.jsonl'), `${JSON.stringify(metadata)}\n`],
    ])
  }
}

/** One picture's verdict, as GenEval's own evaluation writes it, for whatever reads that. */
export type GenevalLine = {
  readonly filename: string
  readonly tag: string
  readonly prompt: string
  readonly correct: boolean
  readonly reason: string
  /** The requirement, as JSON. */
  readonly metadata: string
  /** By concept, as JSON: boxes as left, top, right, bottom in parts of the side, and the confidence. */
  readonly details: string
}

/** The verdicts on the first `unranked` pictures of every prompt in English. */
export const genevalLines = (
  measured: readonly MeasuredPrompt[],
  judged: readonly (JudgedPrompt | null)[],
  unranked: number,
): GenevalLine[] =>
  judged.flatMap((one, place) => {
    const findings = measured[place]?.findings
    const requirement = one?.prompt.requirement
    if (!one || !findings || !requirement || one.prompt.language !== 'en') return []
    return one.verdicts.slice(0, unranked).map(({ correct, reason }, i) => ({
      filename: `${numbered(place, 5)}/samples/${numbered(i, 4)}.png`,
      tag: requirement.tag,
      prompt: requirement.prompt,
      correct,
      reason,
      metadata: JSON.stringify(requirement),
      details: JSON.stringify(boxesByConcept(findings[i]!)),
    }))
  })

const boxesByConcept = ({ things }: Finding): Record<string, number[][]> =>
  Object.fromEntries(
    [...Map.groupBy(things, ({ concept }) => concept)].map(([concept, own]) => [
      concept,
      own.map(({ box, confidence }) => [box.left, box.top, box.left + box.width, box.top + box.height, confidence]),
    ]),
  )
