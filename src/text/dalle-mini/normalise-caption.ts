/**
 * A prompt as DALL·E mini and mega met their captions (Dayma et al. 2021; `TextNormalizer` of dalle-mini 0.1.5): mended, in plain
 * lower-case ASCII, emoji by name, all punctuation commas or quotes, words that ran together in a hashtag taken apart.
 */
import { fixText } from '../fix-text/fix-text.ts'
import { unescapeHtml } from '../html-entities.ts'
import * as step from './clean-caption.ts'
import { nameEmoji } from './emoji-names.ts'
import { splitWords, type WordCosts } from './split-words.ts'
import { type Readings, transliterate } from './transliterate.ts'

export type CaptionTables = {
  /** From the model's own `enwiki-words-frequency.txt`. */
  readonly words: WordCosts
  /** For scripts beyond those known here; see `transliterate`. */
  readonly readings?: Readings
}

/** Begins with a space, always: the tokenizer takes a word at the very beginning for another one than the same word behind a space. */
export function normaliseCaption(caption: string, { words, readings }: CaptionTables): string {
  let text = fixText(caption)
  text = unescapeHtml(unescapeHtml(text))
  text = nameEmoji(text)
  text = transliterate(text, readings)
  text = step.replacePersons(text)
  text = step.removeReferences(text)
  text = step.removeTags(text)
  text = step.removeAddresses(text)
  text = step.removeCommasInNumbers(text)
  text = step.guardPunctuation(text)
  text = step.separateSigns(text)
  text = step.expandHashtags(text, (together) => splitWords(together, words))
  text = step.dropIgnored(text)
  text = step.sameQuotes(text)
  text = step.punctuationToCommas(text)
  text = step.unguardPunctuation(text)
  text = step.collapseRepeats(text)
  text = step.mergeQuotes(text)
  text = step.mergeCommas(text)
  text = step.singleSpaces(text)
  text = step.trimCommas(text)
  return ` ${text}`
}
