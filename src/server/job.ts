/** What a job is: one prompt on its way to pictures, from the moment it is asked for until nobody wants it any more. */
import type { SamplingSettings } from '../generate/contracts.ts'
import type { JudgedCandidate, WithheldCandidate } from '../generate/generate.ts'
import type { ReadPrompt } from '../generate/prompt.ts'
import type { Sight } from '../safety/picture-classifier.ts'
import type { Level } from '../safety/policy.ts'

/** `queued` and `drawing` may go back and forth; the other three are the end. */
export type JobState = 'queued' | 'drawing' | 'done' | 'failed' | 'cancelled'

export const isFinished = (state: JobState): boolean => state !== 'queued' && state !== 'drawing'

/** A request with nothing left open: together with the model and with what is redrawn, all that decides the pictures. */
export type JobRequest = {
  readonly prompt: string
  readonly seed: number
  /** Pictures to keep. */
  readonly count: number
  /** Candidates to choose them from. */
  readonly candidates: number
  readonly sampling: SamplingSettings
}

/** A fault as anybody may read it. */
export type PublicFault = { readonly code: string; readonly message: string }

export type JobPicture = {
  readonly index: number
  /** 1 is the best. */
  readonly rank: number
  readonly score: number
  readonly matchProbability: number | null
}

/** What a classifier saw on a candidate's picture. */
export type SeenPicture = Sight & { readonly index: number }

export type Job = {
  readonly id: string
  readonly client: string
  readonly state: JobState
  readonly model: { readonly name: string; readonly sha256: string }
  readonly request: JobRequest
  /**
   * The level of the policy under which it was ordered: no worker judges its pictures by a milder one. Null for jobs from before it was
   * kept.
   */
  readonly policyLevel: Level | null
  /** The fingerprint of the engine that drew its first candidate; null before. All others are drawn by such a one. */
  readonly engine: string | null
  readonly drawn: number
  /** What the model made of the prompt, once it has read it. */
  readonly reading: ReadPrompt | null
  /** What a classifier saw on those of its pictures that are kept; none where the model has no classifier. */
  readonly seen: readonly SeenPicture[]
  /** The best so far, best first; each has its picture. */
  readonly pictures: readonly JobPicture[]
  readonly hasSheet: boolean
  readonly fault: PublicFault | null
  /** Indexes of the candidates that a person likes, in order. */
  readonly favourites: readonly number[]
  /** Links to it that show it to others now. */
  readonly shares: number
  /** Where it stands in lists of jobs: another page begins behind it. */
  readonly cursor: string
  /** The id of its last event. */
  readonly lastEvent: number
  readonly created: Date
  readonly started: Date | null
  readonly finished: Date | null
}

/** What is kept of a job's life. */
export type JobEventKind = 'queued' | 'started' | 'prompt' | 'candidates' | 'done' | 'failed' | 'cancelled'

/** A candidate that is still being drawn, as it looks meanwhile. It is kept nowhere: no picture of the job until it has landed. */
export type UnfinishedCandidate = {
  readonly index: number
  /** The share of it, from above, that is drawn; the rest of the picture is made up. */
  readonly drawn: number
  /** A small picture, as a `data:` address. */
  readonly url: string
}

/**
 * Something that happened to a job. Those with an id are kept, and told again to whoever asks for what came after an
 * earlier one; `progress`, `unfinished` and `place` are for the moment only.
 */
export type JobEvent =
  | { readonly id: number; readonly kind: JobEventKind; readonly data: object }
  | { readonly id: null; readonly kind: 'progress'; readonly data: { readonly done: number; readonly total: number } }
  | { readonly id: null; readonly kind: 'unfinished'; readonly data: UnfinishedCandidate }
  | { readonly id: null; readonly kind: 'place'; readonly data: { readonly place: number; readonly seconds: number } }

/** What a process tells the others through the database. */
export type Notice =
  | { readonly kind: 'event' | 'cancelled'; readonly job: string }
  | { readonly kind: 'progress'; readonly job: string; readonly done: number; readonly total: number }
  | ({ readonly kind: 'unfinished'; readonly job: string } & UnfinishedCandidate)
  | { readonly kind: 'waiting' }

export type StoredCandidate = JudgedCandidate

/** One whose picture the policy refuses: it counts as drawn, and nothing of its picture is kept. */
export type RefusedCandidate = WithheldCandidate
