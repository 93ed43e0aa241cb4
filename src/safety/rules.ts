/**
 * What listed terms mean together: data. A term of a group counts by itself, or only beside one of another group.
 * Words with a harmless main sense (a cock, a donkey) count only in company.
 */
import type { Category, Severity } from './policy.ts'

export type Rule = {
  readonly category: Category
  readonly severity: Severity
  /** One group, or two that have to stand near each other; the reason points at the first. */
  readonly groups: readonly [string] | readonly [string, string]
  /** How many words may stand between the two; anywhere in the prompt where it is not given. */
  readonly within?: number
  /** Counts only for terms whose spelling hides them. */
  readonly hidden?: true
}

const one = (category: Category, severity: Severity, group: string): Rule => ({ category, severity, groups: [group] })
const two = (
  category: Category,
  severity: Severity,
  groups: readonly [string, string],
  within = Number.POSITIVE_INFINITY,
): Rule => ({ category, severity, groups, within })

export const rules: readonly Rule[] = [
  one('minors', 'strong', 'minors'),
  two('minors', 'strong', ['sexual', 'child']),
  two('minors', 'strong', ['sexual', 'girl-or-boy']),
  two('minors', 'strong', ['nudity', 'child'], 12),
  two('minors', 'strong', ['nudity', 'girl-or-boy'], 6),
  two('minors', 'strong', ['suggestive', 'child'], 6),
  two('minors', 'strong', ['doubtful', 'child-alone'], 1),

  one('hate', 'strong', 'hate'),
  one('hate', 'mild', 'hate-mild'),
  two('hate', 'strong', ['dehumanising', 'people-group'], 4),

  one('sexual', 'strong', 'sexual'),
  one('sexual', 'mild', 'nudity'),
  two('sexual', 'mild', ['doubtful', 'lewd'], 3),
  { ...one('sexual', 'mild', 'doubtful'), hidden: true },
  one('sexual', 'mild', 'lewd-signs'),
  two('minors', 'strong', ['lewd-signs', 'child'], 6),

  one('violence', 'strong', 'gore'),
  one('violence', 'mild', 'death'),

  one('self-harm', 'strong', 'self-harm'),
  one('self-harm', 'mild', 'suicide'),

  one('dangerous', 'strong', 'danger'),
  two('dangerous', 'strong', ['weapon', 'instructions'], 6),
  two('dangerous', 'strong', ['drug', 'instructions'], 6),
  one('dangerous', 'mild', 'drug'),

  two('people', 'strong', ['name', 'sexual'], 8),
  two('people', 'strong', ['name', 'nudity'], 8),
  two('people', 'strong', ['name', 'suggestive'], 4),
  two('people', 'strong', ['name', 'gore'], 8),
  two('people', 'strong', ['name', 'suicide'], 4),
  two('people', 'strong', ['name', 'hate'], 8),
  two('people', 'strong', ['name', 'demeaning'], 6),
  two('people', 'mild', ['given-name', 'demeaning'], 4),
  one('people', 'strong', 'insulted-person'),
  one('people', 'mild', 'listed-name'),

  one('extremism', 'strong', 'extremism'),
  one('extremism', 'mild', 'extremism-mild'),

  one('coarse', 'mild', 'coarse'),
  one('coarse', 'mild', 'suggestive'),
]

/** A term of the first group is none where one of the second stands within so many words. */
export const exceptions: readonly (readonly [group: string, beside: string, within: number])[] = [
  ['extremism-mild', 'sacred', 8],
  ['extremism-mild', 'history', 8],
  ['extremism', 'sacred', 8],
  ['death', 'play', 4],
]
