/** Draws a suite's prompts with a model and lets the verifier look at every candidate. */
import { chooseBest } from '../generate/choose.ts'
import type { Candidate, DrawingModel } from '../generate/contracts.ts'
import { readPrompt } from '../generate/prompt.ts'
import type { Pixels } from '../image/pixels.ts'
import type { PictureScore } from '../image/recipe-metadata.ts'
import { onWhite } from '../image/transparency.ts'
import type { Finding } from './findings.ts'
import type { SuitePrompt } from './suite.ts'
import type { Verifier } from './verifier.ts'

export type MeasureSettings = {
  /** Drawn for a prompt whose best are chosen. */
  readonly candidates: number
  /** How many are chosen by score. */
  readonly chosen: number
  /** The first so many candidates are what a model draws unranked (GenEval's four). */
  readonly unranked: number
  readonly seed: number
}

/** One prompt's candidates, by index. */
export type MeasuredPrompt = {
  /** null without a verifier, or where nobody says what the pictures must show. */
  readonly findings: readonly Finding[] | null
  readonly scores: readonly PictureScore[]
  /** Scores by another model's scorer; null unless one was asked for. */
  readonly otherScores: readonly number[] | null
  /** Indices of the chosen, best first; none where only the unranked were drawn. */
  readonly chosen: readonly number[]
  /** Image tokens of the best, or of the first where none was chosen. */
  readonly best: readonly number[]
}

export type MeasuringParts = {
  readonly model: DrawingModel
  readonly verifier?: Verifier | undefined
  /** Scores of pictures with a text as it was typed. */
  readonly otherScorer?: ((text: string, pictures: readonly Pixels[]) => Promise<number[]>) | undefined
}

/** Only prompts in the language that the suite is about are ranked: the others say what a model draws unranked. */
export const isRanked = ({ language }: Pick<SuitePrompt, 'language'>): boolean => language === 'en'

/** Image tokens of some candidates of a prompt, by index. @throws NeufError `cancelled` */
export async function drawCandidates(
  { sampler, defaults }: DrawingModel,
  prompt: string,
  { count, seed }: { readonly count: number; readonly seed: number },
  signal?: AbortSignal,
): Promise<Uint16Array[]> {
  const indices = Array.from({ length: count }, (_, index) => index)
  const { temperature, topK, guidance } = defaults
  const drawn: Candidate[] = []
  const request = { prompt, seed, sampling: { temperature, topK, guidance }, indices }
  for await (const event of sampler.sample(request, signal)) if (event.kind === 'candidate') drawn.push(event.candidate)
  return drawn.sort((a, b) => a.index - b.index).map(({ tokens }) => tokens)
}

/** Draws one prompt as a person's would be drawn. @throws NeufError `cancelled` */
export async function measurePrompt(
  { model, verifier, otherScorer }: MeasuringParts,
  prompt: Pick<SuitePrompt, 'text' | 'language' | 'requirement'>,
  { candidates, chosen, unranked, seed }: MeasureSettings,
  signal?: AbortSignal,
): Promise<MeasuredPrompt & { readonly pictures: readonly Pixels[] }> {
  const { sampler, scorer } = model
  const ranked = isRanked(prompt)
  const read = readPrompt(prompt.text, model.prompts)
  const count = ranked ? candidates : Math.min(candidates, unranked)
  const tokens = await drawCandidates(model, read.normalisedPrompt, { count, seed }, signal)
  const pictures = await sampler.decode(tokens, signal)
  const scored = tokens.map((own, i) => ({ tokens: own, picture: pictures[i] }))
  const scores = await scorer.score(read, scored, signal)
  const looks = verifier !== undefined && prompt.requirement !== null
  const best = chooseBest(
    scores.map((score, index) => ({ index, score })),
    chosen,
  )
  return {
    findings: looks ? await verifier.find(pictures.map((picture) => onWhite(picture, 3))) : null,
    scores,
    otherScores: otherScorer === undefined ? null : await otherScorer(prompt.text, pictures),
    chosen: ranked ? best.map(({ index }) => index) : [],
    best: [...(tokens[ranked ? (best[0]?.index ?? 0) : 0] ?? [])],
    pictures,
  }
}
