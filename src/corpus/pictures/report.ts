/** What became of everything that was brought: counted, with examples for a person and a line each for the file. */
import type { Caption } from '../scene.ts'
import { limits } from './limits.ts'
import { type Note, notes, type Reason, type Refusal, reasons } from './refusal.ts'

/** Named in the printed summary, for each reason. */
const examplesShown = 3

export type Counted = { readonly count: number; readonly examples: readonly string[] }

export type PicturesReport = {
  readonly kept: number
  readonly captions: Readonly<Record<Caption['language'], number>>
  readonly refused: Readonly<Partial<Record<Reason, Counted>>>
  /** Of those that were kept. */
  readonly notes: Readonly<Partial<Record<Note, Counted>>>
}

export type Reporter = {
  refused(refusal: Refusal): void
  noted(source: string, note: Note, detail?: string): void
  /** The lines of report.jsonl since it was last asked. */
  takeLines(): string
  summary(kept: number, captions: PicturesReport['captions']): PicturesReport
}

export function createReporter(): Reporter {
  const refused = new Map<Reason, { count: number; examples: string[] }>()
  const noted = new Map<Note, { count: number; examples: string[] }>()
  let lines: string[] = []
  let written = 0
  const line = (value: object): void => {
    if (++written <= limits.reportLines) lines.push(`${JSON.stringify(value)}\n`)
  }
  const count = <K>(table: Map<K, { count: number; examples: string[] }>, key: K, source: string): void => {
    const entry = table.get(key) ?? { count: 0, examples: [] }
    entry.count++
    if (entry.examples.length < examplesShown) entry.examples.push(source)
    table.set(key, entry)
  }
  /** Always in one order, whatever came first. */
  const inOrder = <K extends string>(table: Map<K, Counted>, names: object): Partial<Record<K, Counted>> =>
    Object.fromEntries(
      Object.keys(names).flatMap((key) => (table.has(key as K) ? [[key, table.get(key as K)!]] : [])),
    ) as Partial<Record<K, Counted>>
  return {
    refused(refusal) {
      count(refused, refusal.reason, refusal.source)
      line({ outcome: 'refused', ...refusal })
    },
    noted(source, note, detail) {
      count(noted, note, source)
      line({ outcome: 'kept', source, note, ...(detail !== undefined && { detail }) })
    },
    takeLines() {
      const taken = lines.join('')
      lines = []
      return taken
    },
    summary: (kept, captions) => ({ kept, captions, refused: inOrder(refused, reasons), notes: inOrder(noted, notes) }),
  }
}

const total = (table: Readonly<Record<string, Counted>>): number =>
  Object.values(table).reduce((sum, { count }) => sum + count, 0)

/** The report as a person reads it, over a few lines. */
export function reportText({ kept, captions, refused, notes: noted }: PicturesReport): string {
  const lines = [`${kept} pictures kept, ${captions.en} English and ${captions.fr} French captions`]
  for (const [note, { count }] of Object.entries(noted)) lines.push(`  ${count} ${notes[note as Note]}`)
  lines.push(`${total(refused)} refused`)
  for (const [reason, { count, examples }] of Object.entries(refused)) {
    const more = count > examples.length ? ', ...' : ''
    lines.push(`  ${count} ${reasons[reason as Reason]}: ${examples.join(', ')}${more}`)
  }
  return `${lines.join('\n')}\n`
}
