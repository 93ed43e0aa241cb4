/** How a picture was made, in the words that programs made after AUTOMATIC1111's web UI read: its `parameters` text. */
import type { Recipe } from './recipe-metadata.ts'

export type InfotextPicture = {
  readonly recipe: Recipe
  /** Image tokens: each is a step of the sampler. */
  readonly steps: number
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/**
 * The prompt in one line, then `Name: value` pairs in the last line. Line breaks in a prompt become spaces, so no prompt can write
 * that last line itself. It is for people and for other programs: the recipe that neuf reads stands in `neuf:recipe`.
 */
export function infotext({ recipe, steps, width, height }: InfotextPicture): string {
  const { prompt, seed, index, candidates, model, sampling } = recipe
  const values = {
    Steps: steps,
    Sampler: 'neuf',
    'CFG scale': sampling.guidance,
    Seed: seed,
    Size: `${width}x${height}`,
    'Model hash': model.sha256.slice(0, 10),
    Model: model.name,
    Temperature: sampling.temperature,
    'Top-k': sampling.topK,
    Candidate: `${index} of ${candidates}`,
    Version: 'neuf',
  }
  const pairs = Object.entries(values).map(([name, value]) => `${name}: ${quoted(String(value))}`)
  return `${prompt.replace(/\s+/gu, ' ').trim()}\n${pairs.join(', ')}`
}

/** A value that holds a sign of the notation is written as a JSON string. */
const quoted = (value: string): string => (/[,:\n"]/.test(value) ? JSON.stringify(value) : value)
