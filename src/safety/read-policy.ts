/** A host's policy from parsed JSON, checked: `{"level": "strict", "people": [...], "allow": [...], "block": {"hate": [...]}}`. */
import { NeufError } from '../errors/errors.ts'
import { foldedText } from './fold.ts'
import { type Category, categories, type Level, levels, type Policy } from './policy.ts'

/** More than any host keeps by hand; looking terms up does not get slower with their number, making them ready does. */
const mostTerms = 10_000
const longestTerm = 200
/** A step of a term has alternatives; this many are more than a language has forms. */
const mostAlternatives = 100

/** @throws NeufError `file-unreadable` for anything but a policy, with the part that is wrong */
export function readPolicy(value: unknown, path: string): Policy {
  const refuse = (why: string) =>
    new NeufError('file-unreadable', { path, why, todo: 'docs/safety.md says what a policy holds.' })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('it is not a JSON object')
  const given = value as Record<string, unknown>
  for (const name of Object.keys(given)) {
    if (!['level', 'people', 'allow', 'block'].includes(name))
      throw refuse(`it has an unknown setting ${JSON.stringify(name.slice(0, 40))}`)
  }
  if (!levels.includes(given.level as Level)) throw refuse(`its level is none of ${levels.join(', ')}`)
  const block = given.block ?? {}
  if (typeof block !== 'object' || block === null || Array.isArray(block)) throw refuse('block is not an object')
  for (const category of Object.keys(block)) {
    if (!categories.includes(category as Category))
      throw refuse(`block.${category.slice(0, 40)} is none of ${categories.join(', ')}`)
  }
  return {
    level: given.level as Level,
    people: readTerms(given.people ?? [], 'people', refuse),
    allow: readTerms(given.allow ?? [], 'allow', refuse),
    block: Object.fromEntries(
      Object.entries(block).map(([category, terms]) => [category, readTerms(terms, `block.${category}`, refuse)]),
    ),
  }
}

function readTerms(value: unknown, name: string, refuse: (why: string) => NeufError): string[] {
  if (!Array.isArray(value)) throw refuse(`${name} is not a list`)
  if (value.length > mostTerms) throw refuse(`${name} has more than ${mostTerms} entries`)
  return value.map((term: unknown, i) => {
    const sound =
      typeof term === 'string' &&
      term.length <= longestTerm &&
      /[\p{L}\p{N}]|\p{Extended_Pictographic}/u.test(foldedText(term)) &&
      term.split('|').length <= mostAlternatives
    if (!sound) throw refuse(`${name}[${i}] is not a word or a phrase of at most ${longestTerm} characters`)
    return term
  })
}
