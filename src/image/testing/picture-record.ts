/** What a picture's file carries, made up: of any image tokens, by a model that there is not. */
import type { PictureRecord, Recipe } from '../recipe-metadata.ts'

export function pictureRecord(
  recipe: Partial<Recipe> = {},
  rest: Partial<Omit<PictureRecord, 'recipe'>> = {},
): PictureRecord {
  const { prompt = 'a cat' } = recipe
  return {
    recipe: {
      format: 1,
      model: { name: 'small', sha256: 'ab'.repeat(32) },
      prompt,
      normalisedPrompt: prompt,
      seed: 7,
      index: 3,
      sampling: { temperature: 0.5, topK: 0, guidance: 1.4 },
      candidates: 32,
      ...recipe,
    },
    tokens: Uint16Array.of(5, 6, 7, 8),
    score: null,
    engine: 'an engine',
    ...rest,
  }
}
