/**
 * A text as the lists know it: lower case, no accents, no invisible characters, look-alike letters as the Latin ones they
 * pose as. Every character keeps where it came from, so that a reason can point into what was typed.
 */
import { lookAlikes } from './look-alikes.ts'

/** UTF-16 positions in the original text, `end` exclusive. */
export type Span = { readonly start: number; readonly end: number }

export type FoldedText = {
  /** One code point each; white space is one space each. */
  readonly characters: readonly string[]
  /** Where each came from; `characters[i]` stands for `text.slice(spans[i].start, spans[i].end)`. */
  readonly spans: readonly Span[]
}

/** Letters that no Unicode form takes apart. */
const joined: ReadonlyMap<string, string> = new Map([
  ['œ', 'oe'],
  ['æ', 'ae'],
  ['ß', 'ss'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ł', 'l'],
  ['ħ', 'h'],
  ['ŧ', 't'],
  ['ı', 'i'],
  ['ƒ', 'f'],
])

/** Marks, joiners, fillers and steering characters: they show nothing of their own. */
const invisible = /[\p{M}\p{Cf}\p{Cc}\p{Variation_Selector}\u115f\u1160\u3164\uffa0\u2800]/gu

/** One original code point, folded: none, one, or for ligatures several. */
const known = new Map<string, readonly string[]>()
const mostKnown = 20_000

function foldCharacter(character: string): readonly string[] {
  const found = known.get(character)
  if (found) return found
  const folded = /\s/u.test(character) ? [' '] : foldVisible(character)
  if (known.size < mostKnown) known.set(character, folded)
  return folded
}

function foldVisible(character: string): string[] {
  // Lower case first and last: a capital may lower to a letter with a mark, a squared letter decompose to a capital.
  const plain = character.toLowerCase().normalize('NFKD').toLowerCase().normalize('NFKD').replace(invisible, '')
  return [...plain].flatMap((one) => {
    const like = lookAlikes.get(one) ?? joined.get(one) ?? one
    return /\s/u.test(like) ? [' '] : [...like]
  })
}

/** Folds a text of any length in one pass. Folding what came out changes nothing. */
export function fold(text: string): FoldedText {
  const characters: string[] = []
  const spans: Span[] = []
  let start = 0
  for (const character of text) {
    const span = { start, end: start + character.length }
    for (const one of foldCharacter(character)) {
      characters.push(one)
      spans.push(span)
    }
    start = span.end
  }
  return { characters, spans }
}

/** The folded text alone. */
export const foldedText = (text: string): string => fold(text).characters.join('')
