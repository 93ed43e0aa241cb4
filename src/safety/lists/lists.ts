/** Every list that comes with neuf. Written for it from knowledge of both languages; none is taken from another project. */
import type { TermList } from '../terms.ts'
import { ages } from './ages.ts'
import { company } from './company.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { givenNames } from './given-names.ts'
import { harmless, harmlessAroundSlurs } from './harmless.ts'
import { shown } from './hidden-list.ts'

export const lists: readonly TermList[] = [
  ...[...english, ...french, ...harmlessAroundSlurs].map(shown),
  ...company,
  ...ages,
  givenNames,
  ...harmless,
]
