/** Everything that determines a candidate, written down so that it can be drawn again. */
import type { PictureRecord, Recipe } from '../image/recipe-metadata.ts'
import type { GenerateResult, JudgedCandidate } from './generate.ts'

/** What a record takes from a result; known before there is one. */
export type RecordSource = Pick<
  GenerateResult,
  'model' | 'engine' | 'prompt' | 'normalisedPrompt' | 'seed' | 'sampling' | 'keep'
> & { readonly candidates: { readonly length: number } }

export function recipeOf(result: RecordSource, index: number): Recipe {
  const { model, prompt, normalisedPrompt, seed, sampling, keep } = result
  const { temperature, topK, guidance } = sampling
  const candidates = result.candidates.length
  return {
    format: 1,
    model,
    prompt,
    normalisedPrompt,
    seed,
    index,
    sampling: { temperature, topK, guidance },
    candidates,
    ...(keep !== undefined && { kept: keep.kept }),
  }
}

/** What a candidate's picture file carries. */
export const recordOf = (result: RecordSource, { index, tokens, score }: JudgedCandidate): PictureRecord => ({
  recipe: recipeOf(result, index),
  tokens,
  score,
  engine: result.engine,
})
