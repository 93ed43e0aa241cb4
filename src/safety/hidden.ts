/**
 * Words that are spelled so as not to be found: with figures and signs for letters, letters drawn out, stars for
 * letters, or letters set apart. Each way makes a fixed number of guesses for a word, and each guess is one look-up.
 */
import type { FoldedText } from './fold.ts'
import type { Term, Terms } from './terms.ts'
import type { Stretch, Word } from './words.ts'

/** What figures and signs pose as; 1, | and ! are tried as i and as l. */
const poses: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '¡': 'i',
  '€': 'e',
  '£': 'l',
  '+': 't',
  '¢': 'c',
  '§': 's',
  '×': 'x',
}
const slender = new Set(['1', '|', '!'])
const stars = new Set(['*', '#', '•', '■', '█'])

/** No longer word is looked at for hidden ones; no listed word is near it. */
const longestHidden = 40
/** Fewer letters than this say too little: a55 is a road. */
const leastLetters = 2

const isLetter = (character: string): boolean => /^[a-z]$/.test(character)

/** The spellings that `characters` may stand for, signs read as letters or left out: one, or two where an i may be an l. */
function guesses(characters: readonly string[]): string[] {
  const read = (thin: string) =>
    characters
      .map((one) => (isLetter(one) ? one : slender.has(one) ? thin : (poses[one] ?? (/\p{L}/u.test(one) ? one : ''))))
      .join('')
  return characters.some((one) => slender.has(one)) ? [read('i'), read('l')] : [read('i')]
}

/** Readings of one word that has figures among its letters, `wr1st` as wrist; empty for a plain word. */
export function figureReadings(word: string): string[] {
  if (word.length > longestHidden || !/\d/.test(word) || word.replace(/[^a-z]/g, '').length < leastLetters) return []
  return guesses([...word])
}

/** Letters once each where they are drawn out: fuuuzzy is fuzy. */
const squeeze = (word: string): string => word.replace(/(.)\1+/gu, '$1')

/** How often each letter of `squeeze(word)` stands in the word. */
const runs = (word: string): number[] => Array.from(word.matchAll(/(.)\1*/gu), ([run]) => run.length)

const squeezed = new WeakMap<Terms, ReadonlyMap<string, readonly string[]>>()

function squeezedWords(terms: Terms): ReadonlyMap<string, readonly string[]> {
  let found = squeezed.get(terms)
  if (!found) {
    found = Map.groupBy(terms.exact.keys(), squeeze)
    squeezed.set(terms, found)
  }
  return found
}

/**
 * Listed words that a word with a letter three times in a row or more is drawn out from. Every letter has to stand there at
 * least as often as in the listed word, so that no word is found in one with fewer letters.
 */
export function drawnOutReadings(word: string, terms: Terms): string[] {
  if (!/(.)\1\1/u.test(word)) return []
  const there = runs(word)
  const close = squeezedWords(terms).get(squeeze(word)) ?? []
  return close.filter((listed) => runs(listed).every((length, i) => length <= there[i]!))
}

const masks = new WeakMap<Terms, ReadonlyMap<string, readonly string[]>>()

/** Listed words by length and first letter. */
function maskable(terms: Terms): ReadonlyMap<string, readonly string[]> {
  let found = masks.get(terms)
  if (!found) {
    found = Map.groupBy(terms.alone.keys(), (word) => `${word.length}${word[0]}`)
    masks.set(terms, found)
  }
  return found
}

/** Listed words that fit a word with stars for some letters but the first, as long as half of the letters are told. */
function unmask(characters: readonly string[], terms: Terms): readonly string[] {
  const told = characters.filter(isLetter).length
  if (characters.length < 4 || told < 2 || 2 * told < characters.length || !isLetter(characters[0]!)) return []
  if (!characters.every((one) => isLetter(one) || stars.has(one))) return []
  const close = maskable(terms).get(`${characters.length}${characters[0]}`) ?? []
  return close.filter((word) => characters.every((one, i) => stars.has(one) || one === word[i]))
}

/** A character that can be a letter: one, or a sign that poses as one or stands for one. */
const shows = (character: string): boolean => /\p{L}/u.test(character) || character in poses || stars.has(character)

/** A hidden word: terms of one word, and where in the folded text. */
export type HiddenWord = { readonly terms: readonly Term[]; readonly first: number; readonly last: number }

const edge = /^[.,;:?!()"'«»[\]{}…-]$/

/** Hidden words in what stands between two white spaces: `sh!t`, `f*ck`, `p.o-r.n`. Empty for plain words. */
export function hiddenInStretch({ characters }: FoldedText, stretch: Stretch, terms: Terms): HiddenWord[] {
  let { first, last } = stretch
  const found: HiddenWord[] = []
  const look = (begin: number, end: number) => {
    let [from, to] = [begin, end]
    // A stop or a quote around a word hides nothing.
    while (from <= to && !shows(characters[from]!)) from++
    while (to >= from && !shows(characters[to]!)) to--
    if (to - from + 1 > longestHidden) return
    const piece = characters.slice(from, to + 1)
    // A genitive or an elision is grammar: the parts at its sides are looked at by themselves.
    if (piece.includes("'")) return
    const letters = piece.filter(isLetter).length
    if (letters === 0 || letters === piece.length) return
    // One letter and figures say too little; one letter between signs, as in a$$, was chosen to look like something.
    if (letters < leastLetters && piece.some((one) => /\d/.test(one))) return
    const words = piece.some((one) => stars.has(one)) ? unmask(piece, terms) : guesses(piece)
    const meant = words.flatMap((word) => (word.length < 3 ? [] : (terms.alone.get(word) ?? [])))
    if (meant.length > 0) found.push({ terms: meant, first: from, last: to })
  }
  // A sign at the end may be a letter (a$$) or a stop (fine!); as a letter it is looked at with the whole.
  if (last - first < longestHidden) look(first, last)
  while (first <= last && edge.test(characters[first]!)) first++
  while (last >= first && edge.test(characters[last]!)) last--
  if (first !== stretch.first || last !== stretch.last) look(first, last)
  let from = first
  for (let at = first; at <= last + 1; at++) {
    const character = characters[at]
    if (at <= last && !/^[-/'_,;.]$/.test(character!)) continue
    if (from !== first || at <= last) look(from, at - 1)
    from = at + 1
  }
  return found
}

/** One-letter words of English and French, which stand before others by right. */
const alone = new Set(['a', 'i', 'o', 'y', 'u'])

/**
 * Words whose letters are set apart by the same gap: `s p a c e d`; and one letter set apart from the rest: `w ord`.
 * A row of letters is tried whole, and without an a or i at either end; its parts are not, since `c o c k t a i l` is a drink.
 */
export function hiddenInGaps({ characters }: FoldedText, words: readonly Word[], terms: Terms): HiddenWord[] {
  const found: HiddenWord[] = []
  const single = (word: Word | undefined) => word !== undefined && word.first === word.last
  const gap = (at: number) => characters.slice(words[at]!.last + 1, words[at + 1]!.first).join('')
  const look = (from: number, to: number, least: number) => {
    if (to < from || words[to]!.last - words[from]!.first > 4 * longestHidden) return
    const letters = words.slice(from, to + 1).flatMap(({ text }) => [...text])
    if (letters.length < least || letters.length > longestHidden || letters.every((one) => !isLetter(one))) return
    const meant = guesses(letters).flatMap((word) => terms.alone.get(word) ?? [])
    if (meant.length > 0) found.push({ terms: meant, first: words[from]!.first, last: words[to]!.last })
  }
  for (let at = 0; at < words.length; ) {
    let end = at
    if (single(words[at])) {
      while (end + 1 < words.length && single(words[end + 1]) && sameGap(gap(end), gap(at))) end++
    }
    if (end - at >= 2) {
      look(at, end, 3)
      if (alone.has(words[at]!.text)) look(at + 1, end, 3)
      if (alone.has(words[end]!.text)) look(at, end - 1, 3)
    } else if (at + 1 < words.length && words[at + 1]!.first === words[at]!.last + 2 && gap(at) === ' ') {
      const pair = [words[at]!, words[at + 1]!] as const
      const loose = pair.find((word) => single(word) && isLetter(word.text) && !alone.has(word.text))
      if (loose && pair.some((word) => !single(word))) look(at, at + 1, 5)
    }
    at = end - at >= 2 ? end : at + 1
  }
  return found
}

/** Spaces and stops set letters apart; signs of sums do not. */
const sameGap = (gap: string, first: string): boolean => gap === first && /^[\s.,_/'·-]{1,3}$/u.test(gap)
