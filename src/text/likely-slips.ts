/**
 * Words that a model met only as typing mistakes for other words. Training captions hold such mistakes on purpose, so a
 * word can have been met, and mean another: `back` for a model that met it a few times, in place of `black`.
 */
import { functionWords } from './function-words.ts'
import { knownForms, splitParts, splitWords, type WordList } from './words.ts'

export type LikelySlip = {
  /** As it stands in the prompt, in lower case. */
  readonly word: string
  /** The word that the model probably takes it for. */
  readonly suggestion: string
}

/**
 * A word this many times rarer than one it can be a slip of is one. Measured on the words of pictogram-tiny: every
 * mistake is at least 76 times rarer than its word, and the rarest word of its own that looks like a mistake (French
 * `grappes` beside `grapes`) 25 times. The limit lies between the two.
 */
const timesRarer = 40

/** Shorter words are not taken for mistyped: too many of their neighbours are words of their own. */
const shortestMistyped = 4

/** The words of a prompt that the model met, though probably only as slips for other words; in order, each once. */
export function likelySlips(prompt: string, known: WordList): LikelySlip[] {
  const slips = new Map<string, string>()
  for (const word of splitWords(prompt)) {
    for (const part of known.has(word) ? [word] : splitParts(word)) {
      const suggestion = slippedFrom(part, known)
      if (suggestion !== null) slips.set(part, suggestion)
    }
  }
  return Array.from(slips, ([word, suggestion]) => ({ word, suggestion }))
}

/** The word that a met word is probably a slip of, or null: for a word in its own right, and for one that was never met. */
export function slippedFrom(word: string, known: WordList): string | null {
  if (functionWords.has(word)) return null
  let best: string | null = null
  for (const form of known.has(word) ? [word] : knownForms(word, known)) {
    const source = commonestSource(form, known)
    // A word makes its plural or singular one, too. So is `planes`, however much more often `planets` was met.
    const isWord = source === null || knownForms(form, known).some((other) => isOwnWord(other, source, known))
    if (isWord) return null
    if (best === null || known.get(source)! > known.get(best)!) best = source
  }
  return best
}

function isOwnWord(form: string, source: string, known: WordList): boolean {
  return form !== source && commonestSource(form, known) === null
}

/** The commonest word that is common enough and one slip away. */
function commonestSource(slip: string, known: WordList): string | null {
  let best: string | null = null
  let most = timesRarer * known.get(slip)! - 1
  for (const [word, count] of known) {
    if (count <= most || word[0] !== slip[0] || Math.abs(word.length - slip.length) > 1) continue
    if (!slipsOf(word).has(slip)) continue
    best = word
    most = count
  }
  return best
}

/**
 * A letter left out, typed twice or swapped with the next, but for the first letter: the slips that captions hold.
 * Another letter, or one more at the end, makes other words and plurals (`pine` and `pink`, `door` and `doors`).
 */
function slipsOf(word: string): ReadonlySet<string> {
  const slips = new Set<string>()
  if (word.length < shortestMistyped) return slips
  for (let at = 1; at < word.length - 1; at++) {
    const [before, here, next] = [word.slice(0, at), word[at]!, word[at + 1]!]
    slips.add(before + word.slice(at + 1))
    slips.add(before + here + word.slice(at))
    slips.add(before + next + here + word.slice(at + 2))
  }
  return slips.difference(new Set([word]))
}
