/** Words of a folded text, and the stretches between white space that they stand in. */
import type { FoldedText, Span } from './fold.ts'

/** Letters and figures in a row, or one pictograph. `first` and `last` are positions in the folded text, both included. */
export type Word = { readonly text: string; readonly first: number; readonly last: number }

/** What stands between two white spaces. Its words are `words.slice(from, to)`. */
export type Stretch = {
  readonly first: number
  readonly last: number
  readonly from: number
  readonly to: number
}

export type Words = { readonly words: readonly Word[]; readonly stretches: readonly Stretch[] }

const letter = /^[\p{L}\p{N}]$/u
const pictograph = /^[\p{Extended_Pictographic}卍卐]$/u

/** Cuts a folded text into words, in one pass. An apostrophe, a hyphen or a stop parts words, as a space does. */
export function splitWords({ characters }: FoldedText): Words {
  const words: Word[] = []
  const stretches: Stretch[] = []
  let begun = -1
  let stretch = -1
  let from = 0
  for (let at = 0; at <= characters.length; at++) {
    const character = characters[at] ?? ' '
    const picture = pictograph.test(character)
    if (begun >= 0 && (picture || !letter.test(character))) {
      words.push({ text: characters.slice(begun, at).join(''), first: begun, last: at - 1 })
      begun = -1
    }
    if (picture) words.push({ text: character, first: at, last: at })
    else if (begun < 0 && letter.test(character)) begun = at
    if (character !== ' ' && stretch < 0) {
      stretch = at
      from = words.length
      // A pictograph was counted before its stretch began.
      if (picture) from--
    } else if (character === ' ' && stretch >= 0) {
      stretches.push({ first: stretch, last: at - 1, from, to: words.length })
      stretch = -1
    }
  }
  return { words, stretches }
}

/** Where folded positions `first` to `last`, both included, stand in the original text. */
export const spanOf = ({ spans }: FoldedText, first: number, last: number): Span => ({
  start: spans[first]!.start,
  end: spans[last]!.end,
})
