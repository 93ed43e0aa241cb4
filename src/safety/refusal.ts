/** A refused prompt as a fault that a person can read. */
import { NeufError } from '../errors/errors.ts'
import type { Reason, Verdict } from './check-prompt.ts'

/** As much of a verdict as a fault tells. */
type Refused = Pick<Verdict, 'level' | 'outcome'> & {
  readonly reasons: readonly Pick<Reason, 'outcome' | 'matched' | 'why'>[]
}

/** The fault of a refused prompt, by the first of the reasons that refuse it; undefined where it is not refused. */
export function refusalOf({ level, outcome, reasons }: Refused): NeufError | undefined {
  if (outcome !== 'refused') return undefined
  const first = reasons.find((reason) => reason.outcome === 'refused')
  if (first === undefined) return undefined
  const { matched, why } = first
  return new NeufError('prompt-refused', { level, matched, why: why.en, others: reasons.length - 1 })
}
