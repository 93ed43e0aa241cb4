/** Everything that determines a candidate, written down so that it can be drawn again. */
import type { PictureRecord, Recipe } from '../image/recipe-metadata.ts'
import type { DrawnCandidate, GenerateResult } from './generate.ts'

export function recipeOf(result: GenerateResult, index: number): Recipe {
  const { model, prompt, normalisedPrompt, seed, sampling } = result
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
  }
}

/** What a candidate's picture file carries. */
export const recordOf = (result: GenerateResult, { index, tokens, score }: DrawnCandidate): PictureRecord => ({
  recipe: recipeOf(result, index),
  tokens,
  score,
  engine: result.engine,
})
