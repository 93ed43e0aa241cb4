/** A job as the page knows it, made of its first description and the events that followed: a plain reducer. */
import { probablyNone } from '../../../src/generate/choose.ts'
import type { StreamEvent } from '../api/sse.ts'
import type { Fault, Job, Picture, Policy, Reading } from '../api/types.ts'

export type Phase = Job['state']

export type Drawing = {
  readonly id: string
  readonly prompt: string
  readonly seed: number
  readonly model: string
  readonly candidates: number
  readonly sampling: Job['sampling']
  readonly phase: Phase
  readonly place: { readonly place: number; readonly seconds: number } | null
  readonly progress: Progress | null
  /** Candidates that have landed. */
  readonly drawn: number
  /** All that have a picture, the best first. */
  readonly ranked: readonly Picture[]
  /** Candidates that are still being drawn, as they look meanwhile; none of them has landed. */
  readonly unfinished: readonly Unfinished[]
  readonly reading: Reading | null
  /** Whether its pictures are shown at once, and why not. */
  readonly policy: Policy
  readonly fault: Fault | null
  /** The last event that was told; a stream is taken up again after it. */
  readonly lastEvent: string | undefined
  /** Candidates that a person wants among the shown, the latest last. */
  readonly swapped: readonly number[]
}

/** `drawn` is the share of it, from above, that is drawn. */
export type Unfinished = { readonly index: number; readonly drawn: number; readonly url: string }

/** `sinceDone` had been done at `since`, milliseconds: what was drawn in between tells the speed. */
export type Progress = {
  readonly done: number
  readonly total: number
  readonly since: number
  readonly sinceDone: number
  readonly at: number
}

export type Action =
  | { readonly kind: 'opened'; readonly job: Job }
  | { readonly kind: 'event'; readonly event: StreamEvent; readonly now: number }
  | { readonly kind: 'swap'; readonly index: number }
  | { readonly kind: 'unswap' }

/** The shown: nine, or all where there are fewer. */
export const shownCount = 9

export function openDrawing(job: Job): Drawing {
  const {
    id,
    prompt,
    seed,
    candidates,
    sampling,
    state,
    place,
    secondsToWait,
    drawn,
    pictures,
    reading,
    policy,
    error,
  } = job
  return {
    id,
    prompt,
    seed,
    model: job.model.name,
    candidates,
    sampling,
    phase: state,
    place: place === null ? null : { place, seconds: secondsToWait ?? 0 },
    progress: null,
    drawn,
    ranked: pictures,
    unfinished: [],
    reading,
    policy,
    fault: error,
    lastEvent: undefined,
    swapped: [],
  }
}

export function reduce(drawing: Drawing | undefined, action: Action): Drawing | undefined {
  if (action.kind === 'opened') return openDrawing(action.job)
  if (drawing === undefined) return undefined
  if (action.kind === 'swap') return swap(drawing, action.index)
  if (action.kind === 'unswap') return { ...drawing, swapped: [] }
  const { event, now } = action
  const next = told(drawing, event, now)
  return event.id === undefined ? next : { ...next, lastEvent: event.id }
}

type EventData = {
  readonly place?: number
  readonly seconds?: number
  readonly done?: number
  readonly total?: number
  readonly drawn?: number
  readonly index?: number
  readonly url?: string
  readonly pictures?: readonly Picture[]
  readonly error?: Fault
  readonly policy?: Policy
}

function told(drawing: Drawing, { kind, data: text }: StreamEvent, now: number): Drawing {
  const data = parse(text)
  switch (kind) {
    case 'place':
      return { ...drawing, phase: 'queued', place: { place: data.place ?? 1, seconds: data.seconds ?? 0 } }
    case 'started':
      return isOver(drawing.phase) ? drawing : { ...drawing, phase: 'drawing', place: null }
    case 'prompt':
      return { ...drawing, reading: data as unknown as Reading, policy: data.policy ?? drawing.policy }
    case 'progress':
      return { ...drawing, phase: 'drawing', place: null, progress: measured(drawing.progress, data, now) }
    case 'unfinished':
      return isOver(drawing.phase) ? drawing : withUnfinished(drawing, data)
    case 'candidates': {
      // Told again after a reload, an earlier event takes nothing back.
      if ((data.drawn ?? 0) < drawing.drawn) return drawing
      const { drawn = drawing.drawn, pictures: ranked = drawing.ranked } = data
      return { ...drawing, drawn, ranked, unfinished: drawing.unfinished.filter(({ index }) => index >= drawn) }
    }
    case 'done':
      return { ...drawing, ...ended, phase: 'done', drawn: drawing.candidates, ranked: data.pictures ?? drawing.ranked }
    case 'failed':
      return { ...drawing, ...ended, phase: 'failed', fault: data.error ?? unnamed }
    case 'cancelled':
      return { ...drawing, ...ended, phase: 'cancelled' }
    case 'error':
      return { ...drawing, fault: data.error ?? unnamed }
    default:
      return drawing
  }
}

const ended = { place: null, progress: null, unfinished: [] } as const
const unnamed: Fault = { code: 'unexpected', message: 'The server said no more than that it failed.' }

export const isOver = (phase: Phase): boolean => phase === 'done' || phase === 'failed' || phase === 'cancelled'

function parse(text: string): EventData {
  try {
    const data: unknown = JSON.parse(text)
    return typeof data === 'object' && data !== null ? data : {}
  } catch {
    return {}
  }
}

/** Candidates land in the order of their indexes: what is told of one that has landed comes too late. */
function withUnfinished(drawing: Drawing, { index = -1, drawn = 0, url = '' }: EventData): Drawing {
  const fits = index >= drawing.drawn && drawn > 0 && drawn < 1 && url.startsWith('data:image/')
  if (!fits) return drawing
  const others = drawing.unfinished.filter((each) => each.index !== index)
  return { ...drawing, phase: 'drawing', place: null, unfinished: [...others, { index, drawn, url }] }
}

function measured(earlier: Progress | null, { done = 0, total = 0 }: EventData, now: number): Progress {
  const same = earlier !== null && earlier.total === total && earlier.done <= done
  return same ? { ...earlier, done, at: now } : { done, total, since: now, sinceDone: done, at: now }
}

/** Seconds to the end at the speed so far; undefined until there is one. */
export function secondsLeft({ done, total, since, sinceDone, at }: Progress): number | undefined {
  const drawn = done - sinceDone
  if (drawn <= 0 || at - since < 500) return undefined
  return ((at - since) / 1000 / drawn) * (total - done)
}

function swap(drawing: Drawing, index: number): Drawing {
  const others = drawing.swapped.filter((each) => each !== index)
  // Asked for once more, it goes out again.
  if (others.length < drawing.swapped.length) return { ...drawing, swapped: others }
  if (!drawing.ranked.some((picture) => picture.index === index)) return drawing
  return { ...drawing, swapped: [...others, index].slice(-shownCount) }
}

/** The nine to show, the best first: those a person swapped in, and the best of the others. */
export function shownOf({ ranked, swapped }: Drawing): Picture[] {
  const count = Math.min(shownCount, ranked.length)
  const wanted = new Set(swapped)
  const best = ranked.filter(({ index }) => !wanted.has(index)).slice(0, Math.max(0, count - wanted.size))
  const shown = new Set([...wanted, ...best.map(({ index }) => index)])
  return ranked.filter(({ index }) => shown.has(index))
}

/** What is being drawn for the first empty place, the second and so on; each candidate keeps its place until it lands. */
export const unfinishedAt = ({ unfinished, drawn }: Drawing, empty: number): Unfinished | undefined =>
  unfinished.find(({ index }) => index === drawn + empty)

/** Of the shown, fewer than one is to be expected to match. Undefined where the model cannot tell. */
export function noneMatches(drawing: Drawing): boolean | undefined {
  const known = shownOf(drawing).flatMap(({ matchProbability }) => matchProbability ?? [])
  if (drawing.phase !== 'done' || known.length === 0) return undefined
  return probablyNone(
    known.reduce((sum, probability) => sum + probability, 0),
    known.length,
  )
}
