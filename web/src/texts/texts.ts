/** The page's texts in every language; a type sees to it that none is missing. */
import type { Fault } from '../api/types.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

/** The same keys as English; functions take the same, and texts are any text. */
export type Texts = Loose<typeof en>

type Loose<T> = T extends string
  ? string
  : T extends (...given: infer A) => string
    ? (...given: A) => string
    : { readonly [K in keyof T]: Loose<T[K]> }

export const languages = { en, fr } as const satisfies Record<string, Texts>
export type Language = keyof typeof languages

/** The first of a person's languages that there is; English where there is none. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language = ''] = tag.toLowerCase().split('-')
    if (Object.hasOwn(languages, language)) return language as Language
  }
  return 'en'
}

/** One line: what is wrong and what to do. Of a fault that the page has no words for, the server's own. */
export function sayFault(texts: Texts, { code, message, seconds }: Fault): string {
  const faults: Readonly<Record<string, (s: number) => string>> = texts.faults
  const known = Object.hasOwn(faults, code) ? faults[code] : undefined
  return known === undefined ? message : known(seconds ?? 5)
}
