/** Where listed terms stand in a text. A word costs a fixed number of look-ups, whatever stands around it. */
import type { FoldedText } from './fold.ts'
import { drawnOutReadings, figureReadings, type HiddenWord, hiddenInGaps, hiddenInStretch } from './hidden.ts'
import type { Language } from './language.ts'
import { longestPrefix, shortestPrefix, type Term, type Terms } from './terms.ts'
import type { Words } from './words.ts'

export type Occurrence = {
  readonly group: string
  /** Words and folded characters from and to, all included. */
  readonly firstWord: number
  readonly lastWord: number
  readonly first: number
  readonly last: number
  /** Spelled with figures or signs, or set apart: nobody does so by chance. */
  readonly hidden: boolean
}

/** What a search has done, for tests: each look-up and each step of a term is counted. */
export type Meter = { steps: number }

/** Every occurrence of every term, by its first word; one of a group's for each place. */
export function findTerms(
  folded: FoldedText,
  { words, stretches }: Words,
  terms: Terms,
  language: Language | null,
  meter: Meter = { steps: 0 },
): Occurrence[] {
  const found = new Map<string, Occurrence>()
  const add = (occurrence: Occurrence) => {
    const key = `${occurrence.group} ${occurrence.firstWord} ${occurrence.lastWord}`
    if (!found.has(key)) found.set(key, occurrence)
  }
  const read = words.map(({ text }) => readings(text, terms, meter))
  for (let at = 0; at < words.length; at++) {
    for (const atom of read[at]!.atoms) {
      for (const term of terms.starting.get(atom) ?? []) {
        const last = lastWordOf(term, at, read, meter)
        if (last === null) continue
        const hidden = read.slice(at, last + 1).some((one) => one.hidden)
        if (!hidden && term.onlyIn !== null && term.onlyIn !== language) continue
        add({
          group: term.group,
          firstWord: at,
          lastWord: last,
          first: words[at]!.first,
          last: words[last]!.last,
          hidden,
        })
      }
    }
  }
  const addHidden = ({ terms: meant, first, last }: HiddenWord, from: number, to: number) => {
    for (const { group } of meant) add({ group, firstWord: from, lastWord: to, first, last, hidden: true })
  }
  for (const stretch of stretches) {
    if (stretch.from === stretch.to) continue
    meter.steps += stretch.last - stretch.first + 1
    for (const hidden of hiddenInStretch(folded, stretch, terms)) {
      addHidden(hidden, wordAt(words, hidden.first, stretch.from), wordAt(words, hidden.last, stretch.from))
    }
  }
  meter.steps += words.length
  for (const hidden of hiddenInGaps(folded, words, terms)) {
    addHidden(hidden, wordAt(words, hidden.first, 0), wordAt(words, hidden.last, 0))
  }
  return [...found.values()].sort((a, b) => a.firstWord - b.firstWord || a.lastWord - b.lastWord)
}

type Reading = { readonly atoms: ReadonlySet<number>; readonly hidden: boolean }

/** The atoms that a word belongs to as it stands, else as it may be meant. */
function readings(word: string, terms: Terms, meter: Meter): Reading {
  const plain = atomsOf(word, terms, meter)
  if (plain.size > 0) return { atoms: plain, hidden: false }
  const drawnOut = new Set(drawnOutReadings(word, terms).flatMap((listed) => [...atomsOf(listed, terms, meter)]))
  if (drawnOut.size > 0) return { atoms: drawnOut, hidden: false }
  const figures = new Set(figureReadings(word).flatMap((guess) => [...atomsOf(guess, terms, meter)]))
  return { atoms: figures, hidden: figures.size > 0 }
}

function atomsOf(word: string, terms: Terms, meter: Meter): ReadonlySet<number> {
  meter.steps++
  const atoms = new Set(terms.exact.get(word))
  for (let length = shortestPrefix; length <= Math.min(longestPrefix, word.length); length++) {
    meter.steps++
    for (const atom of terms.prefixes.get(word.slice(0, length)) ?? []) atoms.add(atom)
  }
  return atoms
}

/** The last word of a term that begins at `at`, at the earliest place; null where it does not stand there. */
function lastWordOf(term: Term, at: number, read: readonly Reading[], meter: Meter): number | null {
  // All places where the steps so far can end: no step is tried twice at a place, so there is no going back.
  let ends = new Set([at])
  for (const { atom, gap } of term.steps.slice(1)) {
    const next = new Set<number>()
    for (const end of ends) {
      for (let skipped = 0; skipped <= gap; skipped++) {
        meter.steps++
        if (read[end + 1 + skipped]?.atoms.has(atom)) next.add(end + 1 + skipped)
      }
    }
    ends = next
    if (ends.size === 0) return null
  }
  return Math.min(...ends)
}

/** The word at a folded position, or the last one before it, searched from `from` on by halving. */
function wordAt(words: Words['words'], position: number, from: number): number {
  let low = from
  let high = words.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (words[middle]!.first <= position) low = middle
    else high = middle - 1
  }
  return low
}
