/** The policy as a pure function: a prompt and what a host has decided, to what may be done with it, and why. */
import { type ReasonText, reasonText } from './explain.ts'
import { findNames } from './find-names.ts'
import { findTerms, type Meter, type Occurrence } from './find-terms.ts'
import { fold, type Span } from './fold.ts'
import { languageOf } from './language.ts'
import { listsOf } from './lists/lists.ts'
import {
  actions,
  type Category,
  type Level,
  type Outcome,
  type Policy,
  type Severity,
  stricterOutcome,
} from './policy.ts'
import { exceptions, type Rule, rules } from './rules.ts'
import { compileTerms, type TermList, type Terms } from './terms.ts'
import { spanOf, splitWords } from './words.ts'

export type Reason = {
  readonly category: Category
  readonly severity: Severity
  /** What the level does because of it: `blurred` or `refused`. */
  readonly outcome: Exclude<Outcome, 'allowed'>
  /** Where it stands in the prompt as it was given, UTF-16, end exclusive. */
  readonly span: Span
  /** The prompt's own characters there. */
  readonly matched: string
  /** The other words that make it one, or null where it is one by itself. */
  readonly beside: { readonly span: Span; readonly matched: string } | null
  /** One sentence, in English and French. */
  readonly why: ReasonText
}

export type Verdict = {
  readonly level: Level
  /** The most careful that any reason asks for. */
  readonly outcome: Outcome
  /** In the order of the prompt; empty where it is allowed. */
  readonly reasons: readonly Reason[]
}

/**
 * What the policy says of a prompt. Pure; case, accents and invisible characters make no difference. Time grows with the
 * prompt's length and no faster.
 */
export function checkPrompt(text: string, policy: Policy, meter?: Meter): Verdict {
  const folded = fold(text)
  const split = splitWords(folded)
  const language = languageOf(split.words.map((word) => word.text))
  if (policy.level === 'off') {
    // With few words known more is found, not less: a word that is in no list may be one of these in hiding.
    const groups = new Set(
      findTerms(folded, split, termsOf(policy, groupsAtOff), language, meter).map(({ group }) => group),
    )
    if (!rulesAtOff.some((rule) => rule.groups.every((group) => groups.has(group)))) {
      return { level: 'off', outcome: 'allowed', reasons: [] }
    }
  }
  const found = findTerms(folded, split, termsOf(policy), language, meter)
  const names = findNames(split.words, found)
  const counted = withoutHarmless([...found, ...names])
  const reasons = new Map<string, Reason>()
  for (const [rule, main, other] of judged(counted)) {
    const outcome = actions[policy.level][rule.category][rule.severity]
    if (outcome === 'allowed') continue
    const span = spanOf(folded, main.first, main.last)
    const besideSpan = other === null ? null : spanOf(folded, other.first, other.last)
    const key = `${rule.category} ${span.start} ${span.end}`
    const before = reasons.get(key)
    if (before && stricterOutcome(before.outcome, outcome) === before.outcome) continue
    reasons.set(key, {
      category: rule.category,
      severity: rule.severity,
      outcome,
      span,
      matched: text.slice(span.start, span.end),
      beside: besideSpan && { span: besideSpan, matched: text.slice(besideSpan.start, besideSpan.end) },
      why: reasonText(rule.category, rule.severity),
    })
  }
  const all = [...reasons.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
  return {
    level: policy.level,
    outcome: all.reduce<Outcome>((worst, r) => stricterOutcome(worst, r.outcome), 'allowed'),
    reasons: all,
  }
}

/** Each rule at each term that fulfils it, with the nearest term of its second group. */
function* judged(found: readonly Occurrence[]): Generator<[Rule, Occurrence, Occurrence | null]> {
  const byGroup = Map.groupBy(found, (occurrence) => occurrence.group)
  for (const rule of rules) {
    const [group, beside] = rule.groups
    for (const main of byGroup.get(group) ?? []) {
      if (rule.hidden && !main.hidden) continue
      if (beside === undefined) yield [rule, main, null]
      else {
        const other = nearest(main, byGroup.get(beside) ?? [])
        if (other && wordsBetween(main, other) <= (rule.within ?? Number.POSITIVE_INFINITY)) yield [rule, main, other]
      }
    }
  }
}

/** Negative where the two share a word. */
const wordsBetween = (a: Occurrence, b: Occurrence): number =>
  Math.max(b.firstWord - a.lastWord, a.firstWord - b.lastWord) - 1

/** The occurrence with the fewest words between; `others` are in the order of their first words. */
function nearest(to: Occurrence, others: readonly Occurrence[]): Occurrence | undefined {
  // Terms are at most some words long, so only neighbours in the order can be nearest.
  let low = 0
  let high = others.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (others[middle]!.firstWord < to.firstWord) low = middle + 1
    else high = middle
  }
  let best: Occurrence | undefined
  for (const other of others.slice(Math.max(0, low - neighbours), low + neighbours)) {
    // The same words cannot be both, as with a listed word that is in two groups.
    if (other.firstWord === to.firstWord && other.lastWord === to.lastWord) continue
    if (!best || wordsBetween(to, other) < wordsBetween(to, best)) best = other
  }
  return best
}

const neighbours = 4

/** Without terms that stand in a harmless use, or beside what makes them harmless. Hidden spelling is never harmless. */
function withoutHarmless(found: readonly Occurrence[]): Occurrence[] {
  const covered = new Set<number>()
  const byGroup = Map.groupBy(found, (occurrence) => occurrence.group)
  for (const { firstWord, lastWord } of byGroup.get('harmless') ?? []) {
    for (let word = firstWord; word <= lastWord; word++) covered.add(word)
  }
  return found.filter((one) => {
    if (one.group === 'harmless') return false
    if (one.hidden) return true
    if (everyWord(one, covered)) return false
    return !exceptions.some(([group, beside, within]) => {
      if (group !== one.group) return false
      const other = nearest(one, byGroup.get(beside) ?? [])
      return other !== undefined && wordsBetween(one, other) <= within
    })
  })
}

function everyWord({ firstWord, lastWord }: Occurrence, covered: ReadonlySet<number>): boolean {
  for (let word = firstWord; word <= lastWord; word++) if (!covered.has(word)) return false
  return true
}

/**
 * What the mildest level still minds. Making every list ready takes a tenth of a second, which whoever leaves the level off
 * need not wait for, unless a prompt has a word of each group of one of these rules.
 */
const rulesAtOff = rules.filter(({ category, severity }) => actions.off[category][severity] !== 'allowed')
const groupsAtOff: ReadonlySet<string> = new Set(rulesAtOff.flatMap(({ groups }) => groups))

/** Made ready once for each policy, and for all without lists of their own; by the groups, undefined for all. */
const compiled = new WeakMap<Policy, Map<ReadonlySet<string> | undefined, Terms>>()
const withoutOwnLists: Policy = { level: 'off' }

/** The lists that come with neuf, and a host's: all, or those of some groups. */
function termsOf(policy: Policy, groups?: ReadonlySet<string>): Terms {
  const { people = [], allow = [], block = {} } = policy
  const own = people.length + allow.length + Object.keys(block).length > 0
  const key = own ? policy : withoutOwnLists
  const ready: Map<ReadonlySet<string> | undefined, Terms> = compiled.get(key) ?? new Map()
  compiled.set(key, ready)
  let terms = ready.get(groups)
  if (!terms) {
    const host = hostLists({ people, allow, block }).filter(({ group }) => groups === undefined || groups.has(group))
    terms = compileTerms([...listsOf(groups), ...host])
    ready.set(groups, terms)
  }
  return terms
}

/** The group of each category that a host's own terms join. */
const strongGroups: Readonly<Record<Category, string>> = {
  minors: 'minors',
  hate: 'hate',
  sexual: 'sexual',
  violence: 'gore',
  'self-harm': 'self-harm',
  dangerous: 'danger',
  people: 'insulted-person',
  extremism: 'extremism',
  coarse: 'coarse',
}

function hostLists({ people, allow, block }: Required<Pick<Policy, 'people' | 'allow' | 'block'>>): TermList[] {
  const list = (group: string, terms: readonly string[]): TermList => ({
    group,
    language: 'any',
    // A comma parts terms: in "Example, Ann" it would make each name a term.
    terms: terms.map((term) => term.replaceAll(',', ' ')).join(','),
  })
  return [
    list('listed-name', people),
    list('name', people),
    list('harmless', allow),
    ...Object.entries(block).map(([category, terms]) => list(strongGroups[category as Category], terms)),
  ]
}
