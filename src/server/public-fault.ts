/** What the outside may read of a fault: the words of the table where they speak of the request, and no path or host of ours. */
import { type FaultCode, faults, NeufError } from '../errors/errors.ts'
import type { PublicFault } from './job.ts'

/** Faults whose words are about what was asked for. All others are ours, and are written to the log. */
const told: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'prompt-empty',
  'prompt-too-long',
  'prompt-control-characters',
  'prompt-refused',
  'option-value',
  'body-malformed',
  'body-too-large',
  'upload-unreadable',
  'model-cannot-encode',
  'media-type',
  'not-acceptable',
  'unauthorised',
  'host-refused',
  'origin-refused',
  'route-missing',
  'method-refused',
  'job-missing',
  'picture-missing',
  'share-missing',
  'share-ended',
  'nothing-to-share',
  'report-missing',
  'host-only',
  'nothing-stands-out',
  'credits-missing',
  'event-unknown',
  'key-reused',
  'nothing-to-add',
  'queue-full',
  'too-many-requests',
  'stopping',
  'worker-lost',
  'cancelled',
])

const neutral: Partial<Record<FaultCode, string>> = {
  'file-unwritable': 'The server cannot keep pictures now: its disk may be full.',
  'model-missing': 'The server does not have this model at hand now.',
  'model-broken': 'The server cannot open this model.',
  database: 'The server cannot reach its database now. Try again in a moment.',
}

export type ToldFault = {
  readonly fault: PublicFault
  readonly status: number
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined
  /** It is ours to look at. */
  readonly unexpected: boolean
  /** The part of the request that is wrong, and in which way. */
  readonly field?: FaultyField | undefined
}

export type FaultyField = NonNullable<NeufError<'body-malformed'>['details']['field']>

export function publicFault(thrown: unknown): ToldFault {
  if (!(thrown instanceof NeufError)) {
    const message = 'Something went wrong in the server; its log says what.'
    return { fault: { code: 'unexpected', message }, status: 500, retryAfter: undefined, unexpected: true }
  }
  const { code, details, httpStatus: status }: NeufError = thrown
  const retryAfter = 'seconds' in details ? Number(details.seconds) : status === 503 ? 5 : undefined
  if (told.has(code)) {
    return { fault: { code, message: thrown.message }, status, retryAfter, unexpected: false, field: fieldOf(thrown) }
  }
  const message = neutral[code] ?? 'The server could not do it; its log says why.'
  return { fault: { code, message }, status: status < 500 ? 500 : status, retryAfter, unexpected: true }
}

/** What a job failed with, as its own row tells it. */
export function faultOfJob(fault: PublicFault | null): ToldFault {
  const { code, message } = fault ?? { code: 'engine', message: 'The server could not draw it; its log says why.' }
  const status = Object.hasOwn(faults, code) ? faults[code as FaultCode].http : 500
  return { fault: { code, message }, status: status < 500 ? 500 : status, retryAfter: undefined, unexpected: false }
}

function fieldOf({ code, details }: NeufError): FaultyField | undefined {
  if ('field' in details) return details.field
  if (code === 'option-value') return { path: [(details as { option: string }).option], wrong: 'value' }
  if (!code.startsWith('prompt-')) return undefined
  return { path: ['prompt'], wrong: code === 'prompt-too-long' ? 'long' : 'value' }
}
