/**
 * Words run together (`#madeofcheese`) taken apart by how frequent they are: of all ways to cut, the one whose words cost least
 * in all, where a word costs the logarithm of its rank (the model's own list, `enwiki-words-frequency.txt`). The method is that
 * of wordninja (Derek Anderson); what is odd about it is kept, since DALL·E mini learnt from its results.
 */
import { NeufError } from '../../errors/errors.ts'

export type WordCosts = {
  readonly costs: ReadonlyMap<string, number>
  readonly longest: number
}

/** More than any encyclopedia has distinct words; with more, something else was given. */
const maxWords = 20_000_000

/** A word a line, the most frequent first; what stands behind it (its count) is of no matter. @throws NeufError `file-unreadable` */
export function readWordFrequencies(text: string, path: string): WordCosts {
  const refuse = (why: string) =>
    new NeufError('file-unreadable', { path, why, todo: 'Get the model again, or check it with: neuf models verify' })
  const costs = new Map<string, number>()
  let longest = 0
  let rank = 0
  for (const line of lines(text)) {
    const word = /\S+/.exec(line)?.[0]
    if (word === undefined) throw refuse(`line ${rank + 1} holds no word`)
    if (++rank > maxWords) throw refuse(`it holds more than ${maxWords} words`)
    // Of a word that is there twice, the later rank counts.
    costs.set(word, Math.log(rank))
    longest = Math.max(longest, word.length)
  }
  if (rank === 0) throw refuse('it holds no words')
  return { costs, longest }
}

function* lines(text: string): Generator<string> {
  let from = 0
  while (from < text.length) {
    const found = text.indexOf('\n', from)
    const end = found < 0 ? text.length : found
    yield text.slice(from, end)
    from = end + 1
  }
}

/** The words in it, with spaces between. Without a cut into known words alone, single characters come out. */
export function splitWords(text: string, known: WordCosts): string {
  return text
    .split(/[^a-zA-Z0-9']+/)
    .flatMap((part) => cheapestCut(part, known))
    .join(' ')
}

function cheapestCut(text: string, { costs, longest }: WordCosts): string[] {
  const total = [0]
  const lengths = [0]
  for (let end = 1; end <= text.length; end++) {
    let best = Number.POSITIVE_INFINITY
    let length = 1
    for (let tried = 1; tried <= Math.min(longest, end); tried++) {
      const word = text.slice(end - tried, end).toLowerCase()
      const cost = total[end - tried]! + (costs.get(word) ?? Number.POSITIVE_INFINITY)
      if (cost < best) [best, length] = [cost, tried]
    }
    total.push(best)
    lengths.push(length)
  }
  const words: string[] = []
  for (let end = text.length; end > 0; end -= lengths[end]!) {
    const word = text.slice(end - lengths[end]!, end)
    const behind = words.at(-1)
    // An ending `'s` and digits go back to what stands before them, but for a lone apostrophe.
    const joins =
      word !== "'" && behind !== undefined && (behind === "'s" || (isDigit(word.at(-1)!) && isDigit(behind[0]!)))
    if (joins) words[words.length - 1] = word + behind
    else words.push(word)
  }
  return words.reverse()
}

const isDigit = (character: string): boolean => /\d/.test(character)
