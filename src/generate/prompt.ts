/** From what was typed to what the networks read, and what of it they cannot know. */
import { type LikelySlip, likelySlips } from '../text/likely-slips.ts'
import { checkPrompt, normalise } from '../text/normalise.ts'
import { type UnknownWord, unknownWords } from '../text/unknown-words.ts'
import { hasWord } from '../text/words.ts'
import type { PromptSettings, PromptText } from './contracts.ts'

/** A page of text: far more than any model reads, little enough to work on at once. */
export const maximumPromptCharacters = 1000

/** `prompt` is as it was typed, without white space around it. */
export type ReadPrompt = PromptText & {
  /** Words that no caption of the training held, with what was probably meant. */
  readonly unknownWords: readonly UnknownWord[]
  /** Words that the training held, but probably only as typing mistakes for others: the model takes them for those. */
  readonly likelySlips: readonly LikelySlip[]
  /** There is no letter and no emoji in it, so nothing that a model could know. */
  readonly wordless: boolean
  /** The end of the normalised prompt, which the model does not see because its length is limited, or null. */
  readonly cut: string | null
}

/** @throws NeufError `prompt-empty`, `prompt-too-long`, `prompt-control-characters` */
export function readPrompt(typed: string, { normaliser, tokenizer, words }: PromptSettings): ReadPrompt {
  const prompt = checkPrompt(typed, { maxCharacters: maximumPromptCharacters })
  const normalisedPrompt = normalise(prompt, normaliser)
  return {
    prompt,
    normalisedPrompt,
    unknownWords: words === null ? [] : unknownWords(normalisedPrompt, words),
    likelySlips: words === null ? [] : likelySlips(normalisedPrompt, words),
    wordless: !hasWord(normalisedPrompt),
    cut: tokenizer.encode(normalisedPrompt).cut,
  }
}
