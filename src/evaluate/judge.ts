/**
 * Whether a picture shows what was asked for, by GenEval's rules (Ghosh et al. 2023): clauses of `include` all hold, none of
 * `exclude` does; more things than asked for are no fault but where `exclude` says so; attributes and positions are
 * looked for on the surest things of a class.
 */
import { entryOf } from '../corpus/concepts.ts'
import { type Relation, relations } from '../corpus/scene.ts'
import type { Finding, FoundThing } from './findings.ts'
import { stands } from './positions.ts'
import { type Clause, type Requirement, relationNamed } from './requirements.ts'
import type { Bars } from './verifier-network.ts'

/** What may have been asked for: each is right, wrong, or null where it was not asked for or there was nothing to look at. */
export const verdictParts = ['object', 'count', 'colour', 'material', 'person', 'position', 'style'] as const
export type VerdictPart = (typeof verdictParts)[number]

export type Verdict = {
  readonly correct: boolean
  /** What was expected and what was found, a line a fault; empty where all is right. */
  readonly reason: string
  readonly broken: boolean
  readonly parts: Readonly<Record<VerdictPart, boolean | null>>
}

export type Judging = {
  readonly bars: Bars
  /** The concepts that a class of a requirement stands for; the one of its name unless given. */
  readonly conceptsOfClass?: (name: string) => readonly string[]
}

/** GenEval looks at no more things of a class. */
const mostOfClass = 16

/** Requirements with this tag have a bar of their own. */
const countingTag = /^counting/

export function judge(
  finding: Finding,
  asked: Requirement,
  { bars, conceptsOfClass = (name) => [name] }: Judging,
): Verdict {
  const bar = countingTag.test(asked.tag) ? bars.counted : bars.present
  const reasons: string[] = []
  const parts: Record<VerdictPart, boolean | null> = Object.fromEntries(
    verdictParts.map((part) => [part, null]),
  ) as Record<VerdictPart, null>
  const say = (part: VerdictPart, right: boolean, reason: string): boolean => {
    parts[part] = (parts[part] ?? true) && right
    if (!right) reasons.push(reason)
    return right
  }
  const ofClass = (name: string): FoundThing[] => {
    const concepts = conceptsOfClass(name)
    return finding.things
      .filter(({ concept, confidence }) => concepts.includes(concept) && confidence >= bar)
      .slice(0, mostOfClass)
  }

  const matched: (readonly FoundThing[] | null)[] = []
  for (const clause of asked.include) {
    const all = ofClass(clause.class)
    const found = all.slice(0, clause.count)
    const enough = found.length === clause.count
    const expected = `expected ${clause.class}>=${clause.count}, found ${all.length}`
    if (clause.count === 1) say('object', enough, expected)
    else {
      say('object', all.length > 0, expected)
      if (all.length > 0) say('count', enough, expected)
    }
    const right = enough && looksRight(clause, found, say)
    // A position is looked at only where the rest is right, as in GenEval.
    const placed = right && (clause.position === undefined || standsRight(clause, found, matched, say))
    matched.push(placed ? found : null)
  }
  for (const { class: name, count } of asked.exclude ?? []) {
    const { length } = ofClass(name)
    if (length > 0) say('count', length < count, `expected ${name}<${count}, found ${length}`)
  }
  if (asked.filter !== undefined) {
    say('style', finding.filter === asked.filter, `expected ${asked.filter}, found ${finding.filter ?? 'no filter'}`)
  }
  if (asked.style !== undefined) {
    say('style', finding.style === asked.style, `expected ${asked.style}, found ${finding.style ?? 'no style'}`)
  }
  return { correct: reasons.length === 0, reason: reasons.join('\n'), broken: finding.broken, parts }
}

type Say = (part: VerdictPart, right: boolean, reason: string) => boolean

/** Colour, material and person, each of as many things as were asked for. */
function looksRight(clause: Clause, found: readonly FoundThing[], say: Say): boolean {
  const { class: name, count, color, material, presentation, tone } = clause
  const check = (part: VerdictPart, wanted: string | undefined, has: (thing: FoundThing) => string | null): boolean => {
    if (wanted === undefined) return true
    const values = found.map(has)
    const right = values.filter((value) => value === wanted).length
    const others = values.map((value) => value ?? 'none').join(', ')
    return say(part, right >= count, `expected ${wanted} ${name}>=${count}, found ${right} ${wanted}; ${others}`)
  }
  const checks = [
    check('colour', color, (thing) => (color !== undefined && isOwnColour(thing, color) ? color : thing.colour)),
    check('material', material, (thing) => thing.material),
    check('person', presentation, (thing) => thing.presentation),
    check('person', tone, (thing) => thing.tone),
  ]
  return checks.every(Boolean)
}

/** A banana in its own colours is a yellow one: nobody could tell the two apart. */
const isOwnColour = ({ concept, colour, material }: FoundThing, asked: string): boolean =>
  colour === null && material === null && (entryOf(concept).natural as readonly string[]).includes(asked)

/** Each of the things to each of those that the clause points at. */
function standsRight(
  { class: name, position }: Clause,
  found: readonly FoundThing[],
  matched: readonly (readonly FoundThing[] | null)[],
  say: Say,
): boolean {
  const [words, target] = position!
  const relation = relationNamed(words)
  if (!isRelation(relation)) throw new RangeError(`there is no relation "${words}"`)
  const others = matched[target]
  if (!others) return say('position', false, `no target for ${name} to be ${words}`)
  const right = found.every((thing) => others.every((other) => stands(thing.box, relation, other.box)))
  return say('position', right, `expected ${name} ${words} target, found it elsewhere`)
}

const isRelation = (name: string): name is Relation => (relations as readonly string[]).includes(name)
