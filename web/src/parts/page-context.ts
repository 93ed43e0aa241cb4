/** What every part of the page may use: the texts of the chosen language, and the API. */
import { createContext, useContext } from 'react'
import type { Client } from '../api/client.ts'
import type { Language, Texts } from '../texts/texts.ts'

export type PageContext = {
  readonly texts: Texts
  readonly language: Language
  readonly client: Client
}

export const Page = createContext<PageContext | undefined>(undefined)

export function usePage(): PageContext {
  const page = useContext(Page)
  if (page === undefined) throw new Error('outside of the page')
  return page
}
