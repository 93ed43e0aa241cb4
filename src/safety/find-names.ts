/**
 * Personal names by their form, since no list of living people stays true: a common given name with another word behind
 * it, or an office with one. Case says nothing here: prompts are often typed without capitals.
 */
import type { Occurrence } from './find-terms.ts'
import { isSmallWord } from './language.ts'
import type { Word } from './words.ts'

/** Groups whose terms are followed by a surname, or an office by a name. */
const leading = new Set(['given-name', 'office'])

/** Full names, as occurrences of the group `name`, each from its given name or office on. */
export function findNames(words: readonly Word[], found: readonly Occurrence[]): Occurrence[] {
  const taken = new Set<number>()
  for (const { group, firstWord, lastWord } of found) {
    if (leading.has(group) || group === 'harmless' || group === 'name') continue
    for (let word = firstWord; word <= lastWord; word++) taken.add(word)
  }
  return found.flatMap((one) => {
    const next = one.lastWord + 1
    const surname = words[next]
    if (!leading.has(one.group) || surname === undefined || taken.has(next) || !canBeSurname(surname.text)) return []
    return [{ ...one, group: 'name', lastWord: next, last: surname.last }]
  })
}

/** Three letters or more that are no small word and no present participle: "Emma holding" is no full name. */
const canBeSurname = (word: string): boolean =>
  word.length >= 3 && /^\p{L}+$/u.test(word) && !isSmallWord(word) && !(word.length > 5 && word.endsWith('ing'))
