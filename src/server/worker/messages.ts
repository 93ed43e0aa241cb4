/** What a worker and the process that draws for it say to each other. Structured clones: arrays of numbers stay such. */
import type { FaultCode } from '../../errors/errors.ts'
import type { JudgedCandidate } from '../../generate/generate.ts'
import type { ReadPrompt } from '../../generate/prompt.ts'
import type { Device } from '../../runtime/node/devices.ts'
import type { JobPicture, JobRequest, RefusedCandidate } from '../job.ts'
import type { Redraw } from '../redraw.ts'

export type DrawTask = {
  /** The model's sha256. */
  readonly model: string
  readonly request: JobRequest
  readonly redraw: Redraw | undefined
  readonly drawn: readonly JudgedCandidate[]
  /** Those that were drawn, and that the policy refuses. */
  readonly refused: readonly RefusedCandidate[]
  /** Those whose pictures are files already: they need not be made again. */
  readonly pictured: readonly number[]
  /** Candidates that land together. */
  readonly atOnce: number
}

export type DrawOrder =
  | {
      readonly kind: 'open'
      readonly folders: readonly string[]
      readonly threads: number | undefined
      readonly device: Device | undefined
    }
  | { readonly kind: 'draw'; readonly id: number; readonly task: DrawTask }
  | { readonly kind: 'stop'; readonly id: number }

export type Picture = readonly [index: number, png: Uint8Array]

/** A picture to look at while its candidate is drawn, as a small WebP file; `drawn` is a share of it, from above. */
export type Preview = { readonly index: number; readonly drawn: number; readonly webp: Uint8Array }

export type DrawEvent =
  | { readonly kind: 'prompt'; readonly reading: ReadPrompt }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'unfinished'; readonly previews: readonly Preview[] }
  | {
      readonly kind: 'landed'
      readonly candidates: readonly JudgedCandidate[]
      readonly best: readonly JobPicture[]
      readonly pictures: readonly Picture[]
    }
  | {
      readonly kind: 'done'
      readonly best: readonly JobPicture[]
      readonly pictures: readonly Picture[]
      /** Null where there is nothing to show. */
      readonly sheet: Uint8Array | null
    }

export type Opened = { readonly engine: string; readonly models: readonly string[] }

/** A fault in transit: an Error would lose its class on the way. */
export type SentFault = { readonly code: FaultCode; readonly details: object }

export type DrawAnswer =
  | ({ readonly kind: 'opened' } & Opened)
  | { readonly kind: 'not-opened'; readonly fault: SentFault }
  | { readonly kind: 'event'; readonly id: number; readonly event: DrawEvent }
  | { readonly kind: 'ended'; readonly id: number; readonly fault: SentFault | null }
