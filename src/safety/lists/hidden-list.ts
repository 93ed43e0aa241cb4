import type { TermList } from '../terms.ts'
import { rot13 } from './rot13.ts'

/** A list whose terms are kept in rot13; its signs, which are no letters, stand as they are. */
export type HiddenList = Omit<TermList, 'terms'> & { readonly hidden: string }

export const shown = ({ hidden, ...list }: HiddenList): TermList => ({ ...list, terms: rot13(hidden) })
