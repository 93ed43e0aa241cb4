/** The heart: one prompt, many candidates, a score for each, and the best of them as pictures. */
import { NeufError } from '../errors/errors.ts'
import type { Pixels } from '../image/pixels.ts'
import type { PictureScore } from '../image/recipe-metadata.ts'
import { chooseBest } from './choose.ts'
import type { Candidate, DrawingModel, KeptTokens, SamplingSettings } from './contracts.ts'
import { type ReadPrompt, readPrompt } from './prompt.ts'
import { createUnfinishedPictures, type UnfinishedPicture } from './unfinished.ts'

/** Nine: the name says so. */
const usualCount = 9

/** Bounds of what may be asked for. */
export const limits = {
  count: 64,
  candidates: 1024,
  temperature: 10,
  topK: 2 ** 24,
  guidance: 100,
} as const

export type GenerateRequest = {
  readonly prompt: string
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number
  /** How many pictures to choose. Default 9, or all candidates where fewer are asked for. */
  readonly count?: number
  /** How many to choose them from; default the model's, and never fewer than `count`. */
  readonly candidates?: number
  /** What is not given is the model's default. */
  readonly sampling?: Partial<SamplingSettings>
  /** What stays of a picture that is drawn anew in part. */
  readonly keep?: KeptTokens
}

export type JudgedCandidate = Candidate & { readonly score: PictureScore }

/** A candidate that is not to be shown: of it there is its score alone. */
export type WithheldCandidate = Omit<JudgedCandidate, 'tokens'>

export type DrawnCandidate = JudgedCandidate & {
  /** Its picture; null for a candidate that was not chosen. */
  readonly picture: Pixels | null
}

export type ChosenCandidate = DrawnCandidate & { readonly picture: Pixels }

/** Milliseconds. */
export type Timings = {
  readonly prompt: number
  readonly sample: number
  readonly score: number
  readonly decode: number
}

export type GenerateResult = ReadPrompt & {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly engine: string
  readonly seed: number
  readonly sampling: SamplingSettings
  readonly keep?: KeptTokens
  /** All candidates, by index. */
  readonly candidates: readonly DrawnCandidate[]
  /** Those whose pictures were asked for, best first. */
  readonly chosen: readonly ChosenCandidate[]
  readonly timings: Timings
}

export type GenerateEvent =
  | { readonly kind: 'prompt'; readonly prompt: ReadPrompt }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'scored'; readonly candidate: JudgedCandidate }
  /** The best of those drawn so far, best first, with their pictures; only when `showBest` asks for it. */
  | { readonly kind: 'best'; readonly chosen: readonly ChosenCandidate[] }
  /** Pictures of candidates that are still being drawn; only when `showUnfinished` asks for it. */
  | { readonly kind: 'unfinished'; readonly pictures: readonly UnfinishedPicture[] }
  | { readonly kind: 'result'; readonly result: GenerateResult }

export type GenerateOptions = {
  readonly signal?: AbortSignal
  /** Milliseconds, only ever growing. */
  readonly now?: () => number
  /** Candidates of the same prompt, seed, settings, model and engine that are there already: they are not drawn again. */
  readonly drawn?: readonly JudgedCandidate[]
  /**
   * Candidates of the same that were drawn and are not to be shown: they are not drawn again, and told of nowhere. Each takes the place
   * that it has by its score among the best, and leaves it empty, so that the others are those of a run that drew it.
   */
  readonly withheld?: readonly WithheldCandidate[]
  /** Candidates to draw side by side before any of them is given; as many as the sampler likes unless told. */
  readonly atOnce?: number
  /** Tell of the best so far whenever candidates were scored: pictures to look at before all are drawn. */
  readonly showBest?: boolean
  /**
   * Tell of candidates that are still being drawn, as many as would stand in places that are empty until they are scored: of nine, or
   * of `count` where fewer are asked for. While there are such, this share of the time, 0 to 1, may go into their pictures. None
   * unless given.
   */
  readonly showUnfinished?: number
}

/** Candidates scored at a time; with a scorer that reads pixels, also the most that are decoded and not chosen yet. */
const scoredAtOnce = 32

type Scored = JudgedCandidate & { picture: Pixels | null }

/**
 * Draws `candidates` candidates and chooses the best `count` by score, ties by index. Says what happens as it does; the
 * last event holds the result.
 * @throws NeufError a prompt's faults, `option-value` for a number out of its range, named as in the request, `cancelled`
 */
export async function* generate(
  request: GenerateRequest,
  model: DrawingModel,
  options: GenerateOptions = {},
): AsyncGenerator<GenerateEvent, void, undefined> {
  const { signal, now = () => performance.now(), drawn = [], withheld = [], atOnce = limits.candidates } = options
  const { seed, count, candidates, sampling } = checkRequest(request, model)
  const keep = request.keep === undefined ? {} : { keep: request.keep }
  const spent = { prompt: 0, sample: 0, score: 0, decode: 0 }
  let since = now()
  const charge = (part: keyof typeof spent) => {
    const time = now()
    spent[part] += time - since
    since = time
  }
  const prompt = readPrompt(request.prompt, model.prompts)
  charge('prompt')
  yield { kind: 'prompt', prompt }

  const { sampler, scorer } = model
  const known = new Map(drawn.filter(({ index }) => index < candidates).map((one) => [one.index, one]))
  const scored: Scored[] = [...known.values()].map((one) => ({ ...one, picture: null }))
  const hidden = new Set(withheld.map(({ index }) => index))
  const best = () => {
    const chosen = chooseBest<Scored | WithheldCandidate>([...scored, ...withheld], count)
    return chosen.filter((one): one is Scored => !hidden.has(one.index))
  }
  let waiting: Candidate[] = []

  async function scoreWaiting(): Promise<Scored[]> {
    const batch = waiting
    waiting = []
    const tokens = batch.map((candidate) => candidate.tokens)
    const pictures = scorer.reads === 'pixels' ? await sampler.decode(tokens, signal) : []
    charge('decode')
    const scores = await scorer.score(
      prompt,
      batch.map((candidate, i) => ({ tokens: candidate.tokens, picture: pictures[i] })),
      signal,
    )
    const fresh = batch.map((candidate, i) => ({ ...candidate, score: scores[i]!, picture: pictures[i] ?? null }))
    scored.push(...fresh)
    // Only what can still be chosen keeps its picture: memory is bounded by `count`, not by `candidates`.
    const kept = new Set(best())
    for (const candidate of scored) if (!kept.has(candidate)) candidate.picture = null
    charge('score')
    return fresh
  }
  async function* reportScores(): AsyncGenerator<GenerateEvent> {
    for (const { index, tokens, score } of await scoreWaiting()) {
      yield { kind: 'scored', candidate: { index, tokens, score } }
    }
  }

  async function decodeBest(): Promise<ChosenCandidate[]> {
    const chosen = best()
    const undecoded = chosen.filter(({ picture }) => picture === null)
    const pictures = await sampler.decode(
      undecoded.map(({ tokens }) => tokens),
      signal,
    )
    for (const [i, candidate] of undecoded.entries()) candidate.picture = pictures[i]!
    charge('decode')
    return chosen as ChosenCandidate[]
  }

  const missing = Array.from({ length: candidates }, (_, index) => index).filter(
    (index) => !known.has(index) && !hidden.has(index),
  )
  for (let start = 0; start < missing.length; start += atOnce) {
    const indices = missing.slice(start, start + atOnce)
    const empty = Math.max(0, Math.min(count, usualCount) - scored.length - withheld.length)
    const showing = { share: options.showUnfinished ?? 0, indices: indices.slice(0, empty), now, signal }
    const look = createUnfinishedPictures(sampler, showing)
    const asked = { prompt: prompt.normalisedPrompt, seed, sampling, indices, ...keep }
    for await (const event of sampler.sample(asked, signal)) {
      charge('sample')
      if (event.kind === 'progress') {
        // The sampler counts what it was asked for; a person counts all that is still to be drawn.
        const each = event.total / indices.length
        yield { kind: 'progress', done: event.done + start * each, total: missing.length * each }
        since = now()
        const pictures = await look(event.unfinished ?? [])
        charge('decode')
        if (pictures.length > 0) yield { kind: 'unfinished', pictures }
      } else if (waiting.push(event.candidate) === scoredAtOnce) yield* reportScores()
      since = now()
    }
    charge('sample')
    if (waiting.length > 0) yield* reportScores()
    if (options.showBest) yield { kind: 'best', chosen: await decodeBest() }
  }

  const chosen = await decodeBest()
  const { name, sha256 } = model
  yield {
    kind: 'result',
    result: {
      ...prompt,
      model: { name, sha256 },
      engine: model.engine,
      seed,
      sampling,
      ...keep,
      candidates: scored.toSorted((a, b) => a.index - b.index),
      chosen,
      timings: spent,
    },
  }
}

/** Draws without reporting on the way. */
export async function generateResult(
  request: GenerateRequest,
  model: DrawingModel,
  options?: GenerateOptions,
): Promise<GenerateResult> {
  for await (const event of generate(request, model, options)) if (event.kind === 'result') return event.result
  throw new NeufError('cancelled', { what: 'it ended without a result' })
}

/** The numbers of a request, as a fault names them. */
export type RequestNumber = 'seed' | 'count' | 'candidates' | keyof SamplingSettings

/** A request's numbers with nothing left open. @throws NeufError `option-value`, named as in the request */
export function checkRequest(request: GenerateRequest, { defaults }: Pick<DrawingModel, 'defaults'>) {
  const whole = (option: RequestNumber, value: number, least: number, most: number): number => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value
    throw new NeufError('option-value', {
      option,
      value: String(value),
      expected: `a whole number from ${least} to ${most}`,
    })
  }
  const number = (option: RequestNumber, value: number, most: number): number => {
    if (value >= 0 && value <= most) return value
    throw new NeufError('option-value', { option, value: String(value), expected: `a number from 0 to ${most}` })
  }
  const asked = request.candidates
  if (asked !== undefined) whole('candidates', asked, 1, limits.candidates)
  const count = whole('count', request.count ?? Math.min(usualCount, asked ?? usualCount), 1, limits.count)
  const given = {
    temperature: defaults.temperature,
    topK: defaults.topK,
    guidance: defaults.guidance,
    ...request.sampling,
  }
  return {
    seed: whole('seed', request.seed, 0, Number.MAX_SAFE_INTEGER),
    count,
    candidates: whole('candidates', asked ?? Math.max(count, defaults.candidates), count, limits.candidates),
    sampling: {
      temperature: number('temperature', given.temperature, limits.temperature),
      topK: whole('topK', given.topK, 0, limits.topK),
      guidance: number('guidance', given.guidance, limits.guidance),
    },
  }
}
