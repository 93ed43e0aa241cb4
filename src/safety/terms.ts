/**
 * The notation that lists are written in, and lists made ready for look-up.
 *
 * A list is terms with commas between. A term is one or several words; of a word, `a|b` are alternatives, and the sign
 * behind each says which forms it has: `+` a plural, `~` an English verb, `^` a French feminine, `%` a French verb
 * in -er, `*` whatever goes on behind these letters. `..` between two words stands for up to three others.
 * So `slit~ .. wrist+|throat+` is also "slitting both her wrists".
 */
import { foldedText } from './fold.ts'
import { type FormSign, forms } from './forms.ts'
import type { Language } from './language.ts'

export type TermList = {
  /** What its terms are, for `rules.ts`. */
  readonly group: string
  readonly language: Language | 'any'
  /** Ordinary words of the other language: they count only in a prompt of their own. */
  readonly ownLanguageOnly?: boolean
  readonly terms: string
}

/** Words that may come between, at `..`. */
const gapWords = 3

type Step = { readonly atom: number; readonly gap: number }

export type Term = {
  readonly group: string
  readonly onlyIn: Language | null
  readonly steps: readonly Step[]
}

/** Lists made ready: a look-up for each word, and no search through lists. */
export type Terms = {
  /** By the atom of the first word. */
  readonly starting: ReadonlyMap<number, readonly Term[]>
  /** Which atoms (sets of alternatives and forms) a word belongs to. */
  readonly exact: ReadonlyMap<string, readonly number[]>
  readonly prefixes: ReadonlyMap<string, readonly number[]>
  /** Words that are a term by themselves, by groups: what may be hidden by spelling. */
  readonly alone: ReadonlyMap<string, readonly Term[]>
}

export const shortestPrefix = 3
export const longestPrefix = 14

/** Lists to look-up tables. A hyphen or an apostrophe in a term parts words, as in prompts. */
export function compileTerms(lists: readonly TermList[]): Terms {
  const exact = new Map<string, number[]>()
  const prefixes = new Map<string, number[]>()
  const starting = new Map<number, Term[]>()
  const alone = new Map<string, Term[]>()
  const atoms = new Map<string, { id: number; words: readonly string[] }>()

  const atomOf = (alternatives: string): { id: number; words: readonly string[] } => {
    const found = atoms.get(alternatives)
    if (found) return found
    const id = atoms.size
    const words: string[] = []
    for (const alternative of alternatives.split('|')) {
      const sign = alternative.at(-1) ?? ''
      const word = /[+~^%*]$/.test(alternative) ? alternative.slice(0, -1) : alternative
      if (word === '') continue
      if (sign === '*') push(prefixes, word, id)
      const all = new Set(sign in forms ? forms[sign as FormSign](word) : [word])
      for (const form of all) {
        if (sign !== '*') push(exact, form, id)
        words.push(form)
      }
    }
    const atom = { id, words }
    atoms.set(alternatives, atom)
    return atom
  }

  for (const { group, language, ownLanguageOnly, terms } of lists) {
    const onlyIn = ownLanguageOnly && language !== 'any' ? language : null
    for (const written of terms.split(',')) {
      const parts = foldedText(written)
        .split(/[\s'-]/u)
        .filter((part) => part !== '')
      const steps: Step[] = []
      let gap = 0
      for (const part of parts) {
        if (part === '..') gap = gapWords
        else {
          steps.push({ atom: atomOf(part).id, gap })
          gap = 0
        }
      }
      if (steps.length === 0) continue
      const term: Term = { group, onlyIn, steps }
      push(starting, steps[0]!.atom, term)
      if (steps.length === 1) for (const word of atomOf(parts[0]!).words) push(alone, word, term)
    }
  }
  return { starting, exact, prefixes, alone }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const there = map.get(key)
  if (there) there.push(value)
  else map.set(key, [value])
}
