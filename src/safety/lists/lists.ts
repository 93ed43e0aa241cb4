/** Every list that comes with neuf. Written for it from knowledge of both languages; none is taken from another project. */
import type { TermList } from '../terms.ts'
import { ages } from './ages.ts'
import { company } from './company.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { givenNames } from './given-names.ts'
import { harmless, harmlessAroundSlurs } from './harmless.ts'
import { type HiddenList, shown } from './hidden-list.ts'

const lists: readonly (TermList | HiddenList)[] = [
  ...english,
  ...french,
  ...harmlessAroundSlurs,
  ...company,
  ...ages,
  givenNames,
  ...harmless,
]

/** The lists in plain words; with `groups`, those of these groups. */
export const listsOf = (groups?: ReadonlySet<string>): TermList[] =>
  lists
    .filter(({ group }) => groups === undefined || groups.has(group))
    .map((list) => ('hidden' in list ? shown(list) : list))
