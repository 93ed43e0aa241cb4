/** Draws the suite with a model and lets the verifier look at every candidate. */
import { chooseBest } from '../generate/choose.ts'
import type { Candidate, DrawingModel } from '../generate/contracts.ts'
import { readPrompt } from '../generate/prompt.ts'
import type { PictureScore } from '../image/recipe-metadata.ts'
import type { SuitePrompt } from './suite.ts'
import type { Verifier } from './verifier.ts'
import type { Finding } from './verifier-classes.ts'

export type MeasureSettings = {
  readonly candidates: number
  /** How many are chosen by score. */
  readonly chosen: number
  readonly seed: number
}

/** One prompt's candidates, by index. */
export type MeasuredPrompt = {
  readonly findings: readonly Finding[]
  readonly scores: readonly PictureScore[]
  /** Indices of the chosen, best first. */
  readonly chosen: readonly number[]
  /** Image tokens of the best. */
  readonly best: readonly number[]
}

/** Draws one prompt as a person's would be drawn. @throws NeufError `cancelled` */
export async function measurePrompt(
  model: DrawingModel,
  verifier: Verifier,
  { text }: Pick<SuitePrompt, 'text'>,
  { candidates, chosen, seed }: MeasureSettings,
  signal?: AbortSignal,
): Promise<MeasuredPrompt> {
  const { sampler, scorer } = model
  const prompt = readPrompt(text, model.prompts).normalisedPrompt
  const indices = Array.from({ length: candidates }, (_, index) => index)
  const { temperature, topK, guidance } = model.defaults
  const request = { prompt, seed, sampling: { temperature, topK, guidance }, indices }
  const drawn: Candidate[] = []
  for await (const event of sampler.sample(request, signal)) if (event.kind === 'candidate') drawn.push(event.candidate)
  drawn.sort((a, b) => a.index - b.index)
  const pictures = await sampler.decode(
    drawn.map(({ tokens }) => tokens),
    signal,
  )
  const scores = await scorer.score(
    prompt,
    drawn.map(({ tokens }, i) => ({ tokens, picture: pictures[i] })),
    signal,
  )
  const findings = await verifier.find(pictures.map(({ data }) => data))
  const best = chooseBest(
    drawn.map(({ index }, i) => ({ index, score: scores[i]! })),
    chosen,
  )
  return {
    findings,
    scores,
    chosen: best.map(({ index }) => index),
    best: best[0] === undefined ? [] : [...drawn[best[0].index]!.tokens],
  }
}
